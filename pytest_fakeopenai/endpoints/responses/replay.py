"""A response that has been made, taken apart into the events that make it.

https://platform.openai.com/docs/api-reference/responses/get
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ...pipeline.surface import Cut
from ...replies.parts import Text
from ...wire.billing import deltas
from ...wire.json_values import as_dict
from ...wire.protocol.call import Json, copied
from ...wire.protocol.events import Event
from .events import EventEmitter
from .items import CallItem, Item, MessageItem, ReasoningItem, SearchItem, StepItem, begun

_BEGUN: Json = {"status": "in_progress", "completed_at": None, "incomplete_details": None, "output": [], "usage": None}
# What each type of item has not become yet when it begins.
_EMPTY: dict[str, Json] = {
    "message": {"content": []},
    "reasoning": {"content": [], "summary": []},
    "function_call": {"arguments": ""},
    "custom_tool_call": {"input": ""},
    "file_search_call": {"queries": [], "results": None},
    "code_interpreter_call": {"code": ""},
    "mcp_call": {"arguments": "", "output": None},
}
_ENDS = ("completed", "incomplete", "failed")


def replayed(body: Json) -> list[Json]:
    """The events by which this response would have come, each text in one delta."""
    return [value for event in stream_of(body, EventEmitter(), deltas.whole) for value in event.values()]


def require_end(body: Json) -> None:
    """TypeError for a response whose status no event ends a stream with."""
    if (status := _status_of(body)) not in _ENDS:
        raise TypeError(f"no stream ends with the status {status!r}; one does with {', '.join(_ENDS)}")


def stream_of(body: Json, emitter: EventEmitter, cut: Cut) -> Iterator[Event]:
    """The events by which this response would have come, with all that it says; one that was cancelled has no last."""
    whole = {name: value for name, value in body.items() if name != "billing"}
    started = {**whole, **_BEGUN, "error": None}
    yield emitter.emit("response.created", response=started)
    yield emitter.emit("response.in_progress", response=started)
    for position, item in enumerate(body.get("output") or ()):
        yield from _item(emitter, body, item, position, cut)
    if (status := _status_of(body)) in _ENDS:
        yield emitter.emit(f"response.{status}", response=whole)


def _status_of(body: Json) -> object:
    """The status of a response, or the one that its other fields imply."""
    if body.get("status"):
        return body["status"]
    if body.get("error"):
        return "failed"
    return "incomplete" if body.get("incomplete_details") else "completed"


def _item(emitter: EventEmitter, response: Json, item: Json, position: int, cut: Cut) -> Iterator[Event]:
    """The events of an item; of one whose type is not known, or whose form is another, that it begins and is done."""
    kind = item.get("type", "")
    empty = {name: value for name, value in _EMPTY.get(kind, {}).items() if name in item}
    state = begun({**copied(item), **copied(empty)}, {"reasoning": as_dict(response.get("reasoning"))})
    item_class, say = _KINDS.get(kind, (StepItem, _steps))
    replay = item_class(emitter, state, position)
    yield from replay.open()
    yield from say(replay, item, cut)
    yield from replay.end_part()
    replay.state = copied(item)
    yield from replay.finish()


def _message(replay: MessageItem, item: Json, cut: Cut) -> Iterator[Event]:
    """Its parts, each with the annotations and log probabilities that it came to have."""
    for part in item.get("content") or ():
        if part["type"] == "refusal":
            yield from replay.begin_part({**part, "refusal": ""})
            yield from replay.refuse(part["refusal"], cut(Text(part["refusal"])))
        elif part["type"] == "output_text":
            yield from replay.begin_part({**part, "text": "", "annotations": [], "logprobs": []})
            yield from replay.say(part["text"], cut(Text(part["text"])))
            yield from replay.annotate(copied(part.get("annotations") or []))
        else:
            yield from replay.begin_part(copied(part))
        replay.state["content"][-1] = copied(part)


def _call(replay: CallItem, item: Json, cut: Cut) -> Iterator[Event]:
    text = item["input" if item["type"] == "custom_tool_call" else "arguments"]
    yield from replay.call(text, cut(Text(text)))


def _reasoning(replay: ReasoningItem, item: Json, cut: Cut) -> Iterator[Event]:
    for summary in item.get("summary") or ():
        yield from replay.summarise(summary["text"], cut(Text(summary["text"])))
    for part in item.get("content") or ():
        yield from replay.think(part["text"], cut(Text(part["text"])))


def _search(replay: SearchItem, item: Json, cut: Cut) -> Iterator[Event]:
    yield from replay.search("", None)


def _steps(replay: StepItem, item: Json, cut: Cut) -> Iterator[Event]:
    texts = (item.get(name) for name in ("code", "arguments"))
    text = next((each for each in texts if isinstance(each, str)), "")
    yield from replay.take_steps(text, cut(Text(text)))


_KINDS: dict[str, tuple[type[Item], Callable[[Any, Json, Cut], Iterator[Event]]]] = {
    "message": (MessageItem, _message),
    "reasoning": (ReasoningItem, _reasoning),
    "function_call": (CallItem, _call),
    "custom_tool_call": (CallItem, _call),
    "file_search_call": (SearchItem, _search),
}
