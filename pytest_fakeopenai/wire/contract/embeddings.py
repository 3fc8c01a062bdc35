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
_FORMATS = ("float", "base64")
_TYPES: dict[str, tuple[str, type]] = {
    "dimensions": ("integer", int),
    "encoding_format": ("string", str),
}
_TAKES_EMPTY = "text-embedding-ada"  # begin the names of the models that embed an empty text


def field_errors(body: Json) -> Iterator[ApiError]:
    """What OpenAI refuses of the fields one by one, in the order of the document.

    The endpoint says it in the words of a JSON Schema's validator, and names no parameter.
    """
    for name, value in body.items():
        if value is None:
            continue
        if name == "input" and not _is_valid(value, body):
            yield errors.unreadable_input()
        elif name in _TYPES and type(value) is not _TYPES[name][1]:
            yield ApiError(400, f"{value!r} is not of type '{_TYPES[name][0]}' - '{name}'")
        elif name == "dimensions" and value < 1:
            yield ApiError(400, f"{errors.shown(value)} is less than the minimum of 1 - 'dimensions'")
        elif name == "encoding_format" and value not in _FORMATS:
            message = f"Invalid value for 'encoding_format' = {value}. Supported values: {[*_FORMATS]}."
            yield ApiError(400, message)


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
        number = errors.shown(dimensions)
        message = f"Invalid value for 'dimensions' = {number}. Must be less than or equal to {most}."
        yield ApiError(400, message)


def _is_valid(value: object, body: Json) -> bool:
    """Whether it is a text, a list of token ids, or a list of either."""
    inputs = context.inputs(value)
    same = all(isinstance(each, type(inputs[0])) for each in inputs)
    return len(inputs) <= _MOST_INPUTS and same and all(is_input(each, body.get("model")) for each in inputs)


def is_input(value: object, model: object) -> TypeGuard[str | list[int]]:
    """Whether a model can embed a value: a text, which may be empty for the oldest, or token ids."""
    if isinstance(value, str):
        return bool(value) or str(model).startswith(_TAKES_EMPTY)
    return is_tokens(value)


def is_tokens(value: object) -> TypeGuard[list[int]]:
    """Whether a value is an input given as the ids of its tokens."""
    return isinstance(value, list) and bool(value) and all(type(number) is int and number >= 0 for number in value)
