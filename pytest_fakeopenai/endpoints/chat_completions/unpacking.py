"""A chat completion taken apart into the reply that says it, for what is answered otherwise than by a completion."""

from __future__ import annotations

from collections.abc import Iterator

from ...replies.parts import Part, Refusal, Text, ToolCall
from ...replies.reply import Reply
from ...wire.protocol.call import Call, Json

_FIELDS = ("role", "content", "refusal", "tool_calls", "function_call")


def unpack(completion: Json, call: Call) -> Reply:
    """The reply that says what the first choice of a ChatCompletion says; TypeError where parts cannot say it."""
    first: Json = next(iter(completion.get("choices") or ()), {"message": {}})
    parts, reason = _parts(first["message"]), first.get("finish_reason")
    usage, model = completion.get("usage"), completion.get("model")
    return Reply(*parts, finish_reason=reason, usage=usage, model=model, unchecked=True)


def _parts(message: Json) -> Iterator[Part]:
    if others := [name for name, value in message.items() if value and name not in _FIELDS]:
        raise TypeError(f"its message has {others[0]!r}, which only a completion can say")
    if message.get("content") is not None:
        yield Text(message["content"], unchecked=True)
    if message.get("refusal") is not None:
        yield Refusal(message["refusal"])
    for call in message.get("tool_calls") or ():
        function = call[call["type"]]
        text = function.get("arguments", function.get("input", ""))
        yield ToolCall(function["name"], text, call["id"], unchecked=True)
    if function_call := message.get("function_call"):
        yield ToolCall(function_call["name"], function_call["arguments"], unchecked=True)
