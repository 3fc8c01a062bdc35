"""What OpenAI refuses of requests to the Responses endpoint. https://platform.openai.com/docs/api-reference/responses/create"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ...replies.faults import ApiError
from ..protocol.call import Call, Json
from . import Violation, capabilities, context, formats, item_pairing, items, lengths, tools

_PREVIOUS = "previous_response_id"
_is_id = re.compile(r"[A-Za-z0-9_-]*").fullmatch


def _previous(value: object) -> Iterator[ApiError | Violation]:
    """The id of a response, which may also be malformed; one that only begins otherwise is looked up."""
    if isinstance(value, str):
        if not _is_id(value):
            yield _no_id(
                value,
                "an ID that contains letters, numbers, underscores, or dashes, "
                "but this value contained additional characters",
            )
        elif not value.startswith("resp"):
            yield Violation(_no_id(value, "an ID that begins with 'resp'"), grade="ignored")


def _no_id(value: str, expected: str) -> ApiError:
    return ApiError(400, f"Invalid '{_PREVIOUS}': '{value}'. Expected {expected}.", param=_PREVIOUS)


_FIELDS: dict[str, Callable[[object], Iterator[ApiError | Violation]]] = {
    "input": items.fields,
    "instructions": lambda value: lengths.text("instructions", value),
    "tools": tools.responses_fields,
    "text": formats.responses_fields,
    "metadata": lengths.metadata,
    _PREVIOUS: _previous,
}


def field_errors(body: Json) -> Iterator[ApiError | Violation]:
    """What OpenAI refuses of the fields one by one, in the order of the document."""
    for name in body:
        if name in _FIELDS:
            yield from _FIELDS[name](body[name])
    yield from _two_pasts(body)


def call_errors(call: Call) -> Iterator[ApiError | Violation]:
    """What OpenAI refuses across the fields of a request, in the order in which it looks."""
    body = call.body
    yield from capabilities.responses(call)
    yield from tools.responses_choice(body)
    yield from item_pairing.pairing_errors(call)
    yield from formats.responses_demand(call)
    yield from tools.responses_schemas(body.get("tools"))
    yield from context.responses(call)


def _two_pasts(body: Json) -> Iterator[ApiError]:
    if body.get(_PREVIOUS) is not None and body.get("conversation") is not None:
        both = f"'{_PREVIOUS}' {{}} 'conversation'"
        message = f"Mutually exclusive parameters: {both.format('and')}. Ensure you are only providing one of: "
        yield ApiError(400, f"{message}{both.format('or')}.", code="mutually_exclusive_parameters")
