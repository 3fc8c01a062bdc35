"""The items of a conversation as the model reads them, which is what a prompt is billed for."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence

from ...wire.json_values import as_objects, as_text
from ...wire.protocol.call import Json, Message, ToolUse, images_of, text_of

CALLS = {"function_call": "arguments", "custom_tool_call": "input"}
OUTPUTS = ("function_call_output", "custom_tool_call_output")


def contents(instructions: str, items: Sequence[Json], replayed: Container[object]) -> Iterator[Message]:
    """Instructions and items as messages; of what tools of the API did, nothing is read again.

    `replayed` are the ids of the calls that come from the store.
    """
    if instructions:
        yield Message("system", instructions)
    names = {item.get("call_id"): as_text(item.get("name")) for item in items if item.get("type") in CALLS}
    for item in items:
        yield from _message(item, names, replayed)


def _message(item: Json, names: Mapping[object, str], replayed: Container[object]) -> Iterator[Message]:
    kind = item.get("type") or "message"
    if kind == "message":
        content = item.get("content")
        yield Message(as_text(item.get("role")), text_of(content), images=images_of(content))
    elif kind in CALLS:
        yield Message("assistant", calls=(_tool_use(item, kind, replayed),))
    elif kind in OUTPUTS:
        output = item.get("output")
        yield Message("tool", text_of(output), names.get(item.get("call_id"), ""), images=images_of(output))
    elif kind == "reasoning":
        yield Message("reasoning", text_of(as_objects(item.get("summary"))))


def _tool_use(item: Json, kind: str, replayed: Container[object]) -> ToolUse:
    name, arguments = as_text(item.get("name")), as_text(item.get(CALLS[kind]))
    return ToolUse(name, arguments, as_text(item.get("namespace")), item.get("id") in replayed)
