"""Taking an SDK Response apart into the reply that says the same."""

from __future__ import annotations

from collections.abc import Iterator

from ...replies.parts import Part, Reasoning, Refusal, Text, ToolCall
from ...replies.reply import Reply
from ...wire.protocol.call import Call, Json

_REASONS = {"max_output_tokens": "length", "content_filter": "content_filter"}


def unpack(response: Json, call: Call) -> Reply:
    """The reply that says what a Response says; TypeError for items that only the API itself makes."""
    parts = [part for item in response.get("output", []) for part in _parts(item)]
    reason = (response.get("incomplete_details") or {}).get("reason")
    return Reply(
        *parts,
        finish_reason=_REASONS.get(reason or ""),
        usage=response.get("usage"),
        model=response.get("model"),
        id=response.get("id"),
    )


def _parts(item: Json) -> Iterator[Part]:
    kind = item["type"]
    if kind == "message":
        for part in item["content"]:
            yield Refusal(part["refusal"]) if part["type"] == "refusal" else Text(part["text"], unchecked=True)
    elif kind in ("function_call", "custom_tool_call"):
        said = item["input" if kind == "custom_tool_call" else "arguments"]
        yield ToolCall(item["name"], said, item["call_id"], unchecked=True)
    elif kind == "reasoning":
        for summary in item.get("summary") or [{"text": ""}]:
            yield Reasoning(summary["text"])
    else:
        raise TypeError(f"a Response with an item of type {kind!r} cannot be streamed; script its events as a list")
