"""What a method of the SDK sends and what it makes of the answer: its types, read from its source."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args, get_origin

from typing_extensions import is_typeddict

from .catalogue import Method


@dataclass(frozen=True)
class Signature:
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
    """The types of a method, looked up in the module that it stands in."""
    scope = vars(importlib.import_module(method.module))
    function = _function(method.code)
    call = next(node for node in ast.walk(function) if isinstance(node, ast.Call) and _is_request(node))
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    page, answer = _page(given, scope)
    if not page:
        answer = _answer(given.get("cast_to"), function, scope)
    query = next((each for node in _inside(given.get("options")) if (each := _typed(node, scope))), None)
    stream = _evaluated(given["stream_cls"], scope) if "stream_cls" in given else None
    return Signature(
        answer=None if answer is type(None) else answer,
        page=page,
        events=get_args(stream)[0] if get_args(stream) else None,
        body=next((each for node in _bodies(function, given) if (each := _typed(node, scope))), None),
        query=query,
        binary="BinaryResponseContent" in getattr(answer, "__name__", ""),
        multipart="files" in given,
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


def _page(given: dict[str | None, ast.expr], scope: dict[str, Any]) -> tuple[str, Any]:
    """The name of a list's class, without `Sync`, and the type of its items."""
    if "page" not in given:
        return "", None
    made = given["page"]
    if isinstance(made, ast.Subscript):
        return ast.unparse(made.value).removeprefix("Sync"), _evaluated(given["model"], scope)
    raise TypeError(f"{ast.unparse(made)} is no page of openai's")


def _answer(cast_to: ast.expr | None, function: ast.FunctionDef, scope: dict[str, Any]) -> Any:
    """What the request is cast to; where that is decided late, the first alternative that the method returns."""
    found = _evaluated(cast_to, scope) if cast_to is not None else None
    if found is None and function.returns is not None:
        returned = _evaluated(function.returns, scope)
        found = next((each for each in get_args(returned) if hasattr(each, "model_fields")), returned)
    return found


def _inside(node: ast.expr | None) -> Iterator[ast.AST]:
    if node is not None:
        yield from ast.walk(node)


def _bodies(function: ast.FunctionDef, given: dict[str | None, ast.expr]) -> Iterator[ast.AST]:
    """Where the type of the body may stand: in the request, or in what is put together before it."""
    yield from _inside(given.get("body"))
    options = {*_inside(given.get("options"))}
    if "body" in given:
        yield from (node for node in ast.walk(function) if node not in options)


def _typed(node: ast.AST, scope: dict[str, Any]) -> Any:
    """The type of parameters that an expression transforms to; of two, that of a call without a stream."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "maybe_transform"):
        return None
    named = node.args[1]
    found = _unstreamed(_evaluated(named.orelse if isinstance(named, ast.IfExp) else named, scope))
    return found if is_typeddict(found) or get_origin(found) is not None else None


def _unstreamed(hint: Any) -> Any:
    """Of a union of the types for a call with and without a stream, as older SDKs have it, the latter."""
    return next((each for each in get_args(hint) if getattr(each, "__name__", "").endswith("NonStreaming")), hint)
