"""What OpenAI refuses of requests to the chat endpoint. https://platform.openai.com/docs/api-reference/chat/create"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...replies.faults import ApiError
from ..json_values import as_dict, as_list
from ..protocol import errors
from ..protocol.call import Call, Json
from . import capabilities, context, formats, lengths, messages, tool_pairing, tools

_STREAMED = "pcm16"  # the one format of sound that can be streamed
_FIELDS: dict[str, Callable[[object], Iterator[ApiError]]] = {
    "messages": messages.fields,
    "tools": tools.chat_fields,
    "functions": tools.function_fields,
    "response_format": formats.chat_fields,
    "metadata": lengths.metadata,
    "stop": lengths.stop,
}


def field_errors(body: Json) -> Iterator[ApiError]:
    """What OpenAI refuses of the fields one by one, in the order of the document."""
    for name in body:
        if name in _FIELDS:
            yield from _FIELDS[name](body[name])


def call_errors(call: Call) -> Iterator[ApiError]:
    """What OpenAI refuses across the fields of a request, in the order in which it looks."""
    body = call.body
    if body.get("messages") == []:
        yield errors.empty_array("messages")
    yield from capabilities.chat_endpoint(call)
    yield from messages.unsupported(call)
    yield from capabilities.chat(call)
    yield from formats.chat_ability(call)
    yield from _pairs(body)
    yield from tools.chat_choice(body)
    yield from tool_pairing.pairing_errors(body.get("messages"))
    yield from formats.chat_demand(call)
    yield from tools.chat_schemas(body)
    yield from context.chat(call)


def _pairs(body: Json) -> Iterator[ApiError]:
    """Settings that make sense with another one only."""
    if body.get("stream_options") is not None and body.get("stream") is not True:
        yield _only_with("stream_options", "stream")
    if body.get("top_logprobs") and body.get("logprobs") is not True:
        yield _only_with("top_logprobs", "logprobs")
    if body.get("metadata") and body.get("store") is not True:
        yield _only_with("metadata", "store")
    sound = as_dict(body.get("audio")).get("format")
    if body.get("stream") is True and "audio" in as_list(body.get("modalities")) and sound not in (None, _STREAMED):
        message = (
            f"Unsupported value: 'audio.format' does not support '{sound}' when stream=true. "
            f"Supported values are: '{_STREAMED}'."
        )
        yield ApiError(400, message, param="audio.format", code="unsupported_value")


def _only_with(name: str, other: str) -> ApiError:
    return ApiError(400, f"The '{name}' parameter is only allowed when '{other}' is enabled.", param=name)
