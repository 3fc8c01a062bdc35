"""What a rule says in place of an endpoint that answers by itself: held against its type, or laid over its answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pydantic_core import from_json

from ..replies.answers import Patch
from ..replies.reply import Reply
from ..sdk.catalogue import catalogue
from ..sdk.signature import Signature, signature
from ..wire.protocol.call import Json, copied
from .context import RequestContext
from .fit import report_misfit
from .results import Response, Result


def check_whole(context: RequestContext, reply: Reply, *, takes_others: bool) -> None:
    """Hold a reply that is the whole JSON of an answer against the SDK's type of it.

    `takes_others` tells that the endpoint makes its answer of what is no object.
    """
    types = _types_of(context)
    if types is None or reply.unchecked:
        return
    try:
        body = from_json(reply.text)
    except ValueError:
        return
    if takes_others and not isinstance(body, dict):
        return
    if problems := [*_problems(types, body, closed=False)]:
        hint = "Reply(…, unchecked=True) sends it; Patch(…) lays single fields over the endpoint's own answer"
        report_misfit(context, f"{reply!r} is no answer of {context.record.endpoint}: {_first(problems)}; {hint}")


def patched(context: RequestContext, result: Result, reply: Reply, patch: Patch) -> Result:
    """An endpoint's own result with the fields of a patch laid over it."""
    body = result.body if isinstance(result, Response) else result
    if not isinstance(body, dict):
        raise context.refuse(
            f"{patch!r} cannot be laid over what {context.record.endpoint} says, which is no JSON object"
        )
    overlaid = _overlaid(copied(body), patch.fields)
    if not (patch.unchecked or reply.unchecked):
        _check_patch(context, patch, body, overlaid)
    return replace(result, body=overlaid) if isinstance(result, Response) else overlaid


def _overlaid(body: Json, fields: Mapping[str, Any]) -> Json:
    """A body with fields laid over it; of a page, those that it has not itself over each of its objects."""
    items = body.get("data")
    if not isinstance(items, list) or body.get("object", "list") != "list":
        return _merged(body, fields)
    own = {name: value for name, value in fields.items() if name in body}
    inner = {name: value for name, value in fields.items() if name not in body}
    return {**_merged(body, own), **({} if "data" in own else {"data": [_merged(item, inner) for item in items]})}


def _merged(value: Json, fields: Mapping[str, Any]) -> Json:
    merged = {**value}
    for name, field in fields.items():
        before = merged.get(name)
        merged[name] = _merged(before, field) if isinstance(field, dict) and isinstance(before, dict) else field
    return merged


def _check_patch(context: RequestContext, patch: Patch, body: Json, overlaid: Json) -> None:
    """Report what is wrong with an answer by its patch: what the type does not take, and what it took before."""
    types = _types_of(context)
    if types is None:
        return
    before = {*_problems(types, body, closed=True)}
    if problems := [each for each in _problems(types, overlaid, closed=True) if each not in before]:
        hint = "Patch(…, unchecked=True) sends it"
        report_misfit(
            context, f"{patch!r} does not fit the answer of {context.record.endpoint}: {_first(problems)}; {hint}"
        )


def _types_of(context: RequestContext) -> Signature | None:
    """The SDK's types of the endpoint; None where it answers with no JSON object."""
    name = context.record.endpoint
    method = catalogue().named(name) or catalogue().named(f"{name}.create")
    types = signature(method) if method else None
    return types if types is not None and hasattr(types.answer, "model_fields") and not types.binary else None


def _problems(types: Signature, body: Any, *, closed: bool) -> Iterable[str]:
    from ..sdk.checking import TypeChecker  # loaded with the first answer that is held against its type

    checker = TypeChecker(closed=closed)
    if not types.page:
        return checker.problems(types.answer, body)
    if not isinstance(body, dict) or not isinstance(body.get("data"), list):
        return [f"a page is {{'object': 'list', 'data': […]}} of {types.answer.__name__}, got {type(body).__name__}"]
    return (problem for item in body["data"] for problem in checker.problems(types.answer, item))


def _first(problems: list[str]) -> str:
    return "; ".join(problems[:3]) + (f"; and {len(problems) - 3} more" if len(problems) > 3 else "")
