"""What OpenAI refuses of requests to the embeddings endpoint. https://platform.openai.com/docs/api-reference/embeddings"""

from __future__ import annotations

from collections.abc import Iterator

from ...replies.faults import ApiError
from ..protocol import errors
from ..protocol.call import Call, Json
from . import capabilities, context

_MOST_INPUTS = 2048


def field_errors(body: Json) -> Iterator[ApiError]:
    """What OpenAI refuses of the fields one by one, in the order of the document."""
    given = body.get("input")
    if given is not None and not _is_valid(given):
        yield errors.unreadable_input()


def call_errors(call: Call) -> Iterator[ApiError]:
    """What OpenAI refuses across the fields of a request, in the order in which it looks."""
    yield from capabilities.embeddings(call)
    yield from context.embeddings(call)


def _is_valid(given: object) -> bool:
    """Whether it is a text, a list of token ids, or a list of either."""
    inputs = context.inputs(given)
    same = all(isinstance(each, type(inputs[0])) for each in inputs)
    return len(inputs) <= _MOST_INPUTS and same and all(map(_is_input, inputs))


def _is_input(value: object) -> bool:
    return bool(value) and (isinstance(value, str) or _is_tokens(value))


def _is_tokens(value: object) -> bool:
    return isinstance(value, list) and all(type(number) is int and number >= 0 for number in value)
