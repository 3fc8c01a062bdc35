"""A response that has been made, taken apart: into the events or the parts that make it; and events added up.

https://platform.openai.com/docs/api-reference/responses/get
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ...replies.parts import Part, Reasoning, Refusal, Text, ToolCall
from ...replies.reply import Reply
from ...wire.protocol.call import Call, Json, copied
from ...wire.protocol.events import Event
from .events import EventEmitter
from .items import CallItem, Item, MessageItem, ReasoningItem, SearchItem, begun

_BEGUN: Json = {"status": "in_progress", "completed_at": None, "incomplete_details": None, "output": [], "usage": None}
# What each type of item has not become yet when it begins.
_EMPTY: dict[str, Json] = {
    "message": {"content": []},
    "reasoning": {"summary": []},
    "function_call": {"arguments": ""},
    "custom_tool_call": {"input": ""},
    "file_search_call": {"queries": [], "results": None},
}


def replayed(body: Json) -> list[Json]:
    """The events by which this response would have come, each text in one delta."""
    return [value for event in _events(body) for value in event.values()]


def _events(body: Json) -> Iterator[Event]:
    emitter = EventEmitter()
    whole = {name: value for name, value in body.items() if name != "billing"}
    started = {**whole, **_BEGUN}
    yield emitter.emit("response.created", response=started)
    yield emitter.emit("response.in_progress", response=started)
    for position, item in enumerate(body.get("output") or ()):
        yield from _item(emitter, body, item, position)
    yield emitter.emit(f"response.{body.get('status')}", response=whole)


def _item(emitter: EventEmitter, response: Json, item: Json, position: int) -> Iterator[Event]:
    kind = item.get("type", "")
    state = begun({**item, **copied(_EMPTY.get(kind, {}))}, {"reasoning": {}, **response})
    replay = _KINDS.get(kind, Item)(emitter, state, position)
    yield from replay.open()
    if isinstance(replay, MessageItem):
        yield from _message(replay, item)
    elif isinstance(replay, CallItem):
        text = item["input" if kind == "custom_tool_call" else "arguments"]
        yield from replay.call(text, (text,))
    elif isinstance(replay, ReasoningItem):
        for summary in item.get("summary") or ():
            yield from replay.summarise(summary["text"], (summary["text"],))
    elif isinstance(replay, SearchItem):
        yield from replay.search("", item.get("results"))
        replay.state["queries"] = item.get("queries") or []
    yield from replay.close(item.get("status", ""))


_KINDS: dict[str, type[Item]] = {
    "message": MessageItem,
    "reasoning": ReasoningItem,
    "function_call": CallItem,
    "custom_tool_call": CallItem,
    "file_search_call": SearchItem,
}


def _message(replay: MessageItem, item: Json) -> Iterator[Event]:
    """Its parts, each with the annotations and log probabilities that it came to have."""
    for part in item.get("content") or ():
        if part["type"] == "refusal":
            yield from replay.refuse(part["refusal"], (part["refusal"],))
        else:
            yield from replay.say(part["text"], (part["text"],))
        replay.state["content"][-1] |= copied(part)


_PARTS = {"response.content_part.added": "content", "response.reasoning_summary_part.added": "summary"}
# Where the text of a delta belongs: to a field of its item, or of the part with the index, of the list in the item.
_TEXTS = {
    "response.function_call_arguments.delta": "arguments",
    "response.custom_tool_call_input.delta": "input",
    "response.output_text.delta": ("content", "content_index", "text"),
    "response.refusal.delta": ("content", "content_index", "refusal"),
    "response.reasoning_summary_text.delta": ("summary", "summary_index", "text"),
}
_CITED = "response.output_text.annotation.added"
_CITATIONS = ("content", "content_index", "annotations")


def output_so_far(events: Sequence[Json]) -> list[Json]:
    """The output that the events of a response add up to; an item that was not done is incomplete."""
    items: dict[int, Json] = {}
    for event in events:
        kind = event["type"]
        if kind in ("response.output_item.added", "response.output_item.done"):
            items[event["output_index"]] = copied(event["item"])
        elif kind in _PARTS:
            items[event["output_index"]][_PARTS[kind]].append(copied(event["part"]))
        elif kind in _TEXTS:
            _extend(items[event["output_index"]], _TEXTS[kind], event["delta"], event)
        elif kind == _CITED:
            _extend(items[event["output_index"]], _CITATIONS, [event["annotation"]], event)
    return list(map(_stopped, items.values()))


def _extend(item: Json, place: Any, piece: Any, event: Json) -> None:
    """Add a piece where it belongs."""
    if isinstance(place, str):
        item[place] += piece
    else:
        name, index, field = place
        item[name][event[index]][field] += piece


def _stopped(item: Json) -> Json:
    return {**item, "status": "incomplete"} if item.get("status") == "in_progress" else item


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
        text = item["input" if kind == "custom_tool_call" else "arguments"]
        yield ToolCall(item["name"], text, item["call_id"], unchecked=True)
    elif kind == "reasoning":
        for summary in item.get("summary") or [{"text": ""}]:
            yield Reasoning(summary["text"])
    else:
        raise TypeError(f"a Response with an item of type {kind!r} cannot be streamed; script its events as a list")
