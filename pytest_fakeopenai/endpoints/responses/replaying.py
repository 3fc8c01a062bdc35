"""The events of a response that was made in one piece, for those who ask for its stream afterwards.

https://platform.openai.com/docs/api-reference/responses/get
"""

from __future__ import annotations

from collections.abc import Iterator

from ...wire.protocol.call import Json, copied
from ...wire.protocol.events import Event
from .events import EventEmitter
from .items import CallItem, Item, MessageItem, ReasoningItem, SearchItem

_BEGUN: Json = {"status": "in_progress", "completed_at": None, "incomplete_details": None, "output": [], "usage": None}
# What each type of item has not become yet when it begins.
_EMPTY: dict[str, Json] = {
    "message": {"content": []},
    "reasoning": {"summary": []},
    "function_call": {"arguments": ""},
    "custom_tool_call": {"input": ""},
    "file_search_call": {"queries": [], "results": None},
}


def events(body: Json) -> list[Json]:
    """The events by which this response would have come, each text in one delta."""
    return [value for event in _events(body) for value in event.values()]


def _events(body: Json) -> Iterator[Event]:
    emitter = EventEmitter()
    whole = {name: value for name, value in body.items() if name != "billing"}
    begun = {**whole, **_BEGUN}
    yield emitter.emit("response.created", response=begun)
    yield emitter.emit("response.in_progress", response=begun)
    for position, item in enumerate(body.get("output") or ()):
        yield from _item(emitter, item, position)
    yield emitter.emit(f"response.{body.get('status')}", response=whole)


def _item(emitter: EventEmitter, item: Json, position: int) -> Iterator[Event]:
    kind = item.get("type", "")
    state = {**item, **({"status": "in_progress"} if "status" in item else {}), **copied(_EMPTY.get(kind, {}))}
    begun = _KINDS.get(kind, Item)(emitter, state, position)
    yield from begun.open()
    if isinstance(begun, MessageItem):
        yield from _message(begun, item)
    elif isinstance(begun, CallItem):
        text = item["input" if kind == "custom_tool_call" else "arguments"]
        yield from begun.call(text, (text,))
    elif isinstance(begun, ReasoningItem):
        for summary in item.get("summary") or ():
            yield from begun.summarise(summary["text"], (summary["text"],))
    elif isinstance(begun, SearchItem):
        yield from begun.search("", item.get("results"))
        begun.state["queries"] = item.get("queries") or []
    yield from begun.close(item.get("status", ""))


_KINDS: dict[str, type[Item]] = {
    "message": MessageItem,
    "reasoning": ReasoningItem,
    "function_call": CallItem,
    "custom_tool_call": CallItem,
    "file_search_call": SearchItem,
}


def _message(begun: MessageItem, item: Json) -> Iterator[Event]:
    """Its parts, each with the annotations and log probabilities that it came to have."""
    for part in item.get("content") or ():
        if part["type"] == "refusal":
            yield from begun.refuse(part["refusal"], (part["refusal"],))
        else:
            yield from begun.say(part["text"], (part["text"],))
        begun.state["content"][-1] |= copied(part)
