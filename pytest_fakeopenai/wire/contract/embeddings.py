"""What OpenAI refuses of requests to the embeddings endpoint. https://platform.openai.com/docs/api-reference/embeddings"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from ...replies.faults import ApiError
from ..json_values import is_number
from ..protocol import errors
from ..protocol.call import Call, Json
from . import capabilities, context

_MOST_INPUTS = 2048


def field_errors(body: Json) -> Iterator[ApiError]:
    """What OpenAI refuses of the fields one by one, in the order of the document."""
    value = body.get("input")
    if value is not None and not _is_valid(value):
        yield errors.unreadable_input()


def call_errors(call: Call) -> Iterator[ApiError]:
    """What OpenAI refuses across the fields of a request, in the order in which it looks."""
    yield from capabilities.embeddings(call)
    yield from context.embeddings(call)
    yield from _input(call.body)
    yield from _dimensions(call)


def vector_size(model: str) -> int:
    """How many dimensions the vectors of a model have, unless a request asks for fewer."""
    return 3072 if "large" in model else 1536


def _input(body: Json) -> Iterator[ApiError]:
    if "input" in body and body["input"] is None:
        yield errors.missing_parameter("input")


def _dimensions(call: Call) -> Iterator[ApiError]:
    """More dimensions than the vectors of the model have."""
    dimensions, most = call.body.get("dimensions"), vector_size(call.model)
    if is_number(dimensions) and dimensions > most:
        yield errors.out_of_range("dimensions", dimensions, low=1, high=most)


def _is_valid(value: object) -> bool:
    """Whether it is a text, a list of token ids, or a list of either."""
    inputs = context.inputs(value)
    same = all(isinstance(each, type(inputs[0])) for each in inputs)
    return len(inputs) <= _MOST_INPUTS and same and all(map(is_input, inputs))


def is_input(value: object) -> TypeGuard[str | list[int]]:
    """Whether a value can be embedded: a text, or token ids."""
    return (bool(value) and isinstance(value, str)) or is_tokens(value)


def is_tokens(value: object) -> TypeGuard[list[int]]:
    """Whether a value is an input given as the ids of its tokens."""
    return isinstance(value, list) and bool(value) and all(type(number) is int and number >= 0 for number in value)
