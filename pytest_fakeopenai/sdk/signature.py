"""The types of what a method of the SDK sends and of what it makes of the answer, read from its source."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple, get_args, get_origin

from typing_extensions import is_typeddict

from .catalogue import Method


class Signature(NamedTuple):
    """The types of one method.

    - `answer` is the type of a blocking answer, of a list that of its items; None where the client drops the body.
    - `page` names the class of a list, as in `CursorPage`; "" where the answer is no list.
    - `events` is the type of a stream's events, or None.
    - `body` and `query` are the types of the parameters, or None.
    - `binary` tells that the answer is bytes, `multipart` that the request may carry files.
    """

    answer: Any
    page: str
    events: Any
    body: Any
    query: Any
    binary: bool
    multipart: bool


@cache
def signature(method: Method) -> Signature:
    """The types of a method, looked up in its module, which is imported; cached."""
    scope = vars(importlib.import_module(method.module))
    function = _function(method.code)
    call = next(node for node in ast.walk(function) if isinstance(node, ast.Call) and _is_request(node))
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    page, answer = _page(keywords, scope)
    if not page:
        answer = _answer(keywords.get("cast_to"), function, scope)
    query = next((each for node in _inside(keywords.get("options")) if (each := _typed(node, scope))), None)
    stream = _evaluated(keywords["stream_cls"], scope) if "stream_cls" in keywords else None
    return Signature(
        answer=None if answer is type(None) else answer,
        page=page,
        events=get_args(stream)[0] if get_args(stream) else None,
        body=next((each for node in _bodies(function, keywords) if (each := _typed(node, scope))), None),
        query=query,
        binary="BinaryResponseContent" in getattr(answer, "__name__", ""),
        multipart="files" in keywords,
    )


def _function(code: str) -> ast.FunctionDef:
    """The method's tree; its indentation is kept, so that a text within it cannot break it."""
    outer = ast.parse(f"class _:\n{code}").body[0]
    assert isinstance(outer, ast.ClassDef)
    (function,) = (node for node in outer.body if isinstance(node, ast.FunctionDef))
    return function


def _is_request(call: ast.Call) -> bool:
    named = {keyword.arg for keyword in call.keywords}
    return isinstance(call.func, ast.Attribute) and call.func.attr.startswith("_") and bool(named & {"cast_to", "page"})


def _evaluated(node: ast.expr, scope: dict[str, Any]) -> Any:
    """The value of an expression of types, or None where it needs more than its module's names."""
    try:
        return eval(compile(ast.Expression(node), "<openai>", "eval"), scope)
    except Exception:
        return None


def _page(keywords: dict[str | None, ast.expr], scope: dict[str, Any]) -> tuple[str, Any]:
    """The name of a list's class, without `Sync`, and the type of its items; ("", None) where the answer is no list."""
    if "page" not in keywords:
        return "", None
    page = keywords["page"]
    if isinstance(page, ast.Subscript):
        return ast.unparse(page.value).removeprefix("Sync"), _evaluated(keywords["model"], scope)
    raise TypeError(f"{ast.unparse(page)} is no page of openai's")


def _answer(cast_to: ast.expr | None, function: ast.FunctionDef, scope: dict[str, Any]) -> Any:
    """The type that the answer is cast to; where the call decides it, the first model that the method's hint names."""
    answer = _evaluated(cast_to, scope) if cast_to is not None else None
    if answer is None and function.returns is not None:
        returned = _evaluated(function.returns, scope)
        answer = next((each for each in get_args(returned) if hasattr(each, "model_fields")), returned)
    return answer


def _inside(node: ast.expr | None) -> Iterator[ast.AST]:
    """The nodes of an expression, itself first; none for None."""
    if node is not None:
        yield from ast.walk(node)


def _bodies(function: ast.FunctionDef, keywords: dict[str | None, ast.expr]) -> Iterator[ast.AST]:
    """The nodes among which the type of the body may be: those of the request, then those of the lines before it."""
    yield from _inside(keywords.get("body"))
    options = {*_inside(keywords.get("options"))}
    if "body" in keywords:
        yield from (node for node in ast.walk(function) if node not in options)


def _typed(node: ast.AST, scope: dict[str, Any]) -> Any:
    """The type in a call of `maybe_transform`; of two, that of a request without a stream. None for another node."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "maybe_transform"):
        return None
    expression = node.args[1]
    hint = _unstreamed(_evaluated(expression.orelse if isinstance(expression, ast.IfExp) else expression, scope))
    return hint if is_typeddict(hint) or get_origin(hint) is not None else None


def _unstreamed(hint: Any) -> Any:
    """The member without a stream, of the union of both that older SDKs have; another hint as it is."""
    return next((each for each in get_args(hint) if getattr(each, "__name__", "").endswith("NonStreaming")), hint)
