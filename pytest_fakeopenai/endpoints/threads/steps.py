"""The steps of a run and the messages that they make, stored as they grow, and the events that tell of them.

https://platform.openai.com/docs/api-reference/run-steps
https://platform.openai.com/docs/api-reference/assistants-streaming/events
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...replies.parts import ToolCall
from ...state.store import Collection, Record
from ...wire.protocol import sse
from ...wire.protocol.call import Json
from ...wire.protocol.events import Event
from ...wire.protocol.ids import Ids
from ...wire.resources import identify
from . import usage

_MARK = re.compile("【[^【】†]*†([^【】]*)】")
# What cuts a message short, by what becomes of its run.
_CUT = {"failed": "run_failed", "expired": "run_expired", "cancelled": "run_cancelled"}


def event(name: str, data: Json) -> Event:
    """An event with an object as it is at present."""
    return Event((sse.compact(data),), name)


def _delta_event(kind: str, key: str, delta: Json) -> Event:
    """The event of a piece that is added to an object of this kind."""
    body = {"id": key, "object": f"{kind}.delta", "delta": delta}
    return Event((sse.compact(body),), f"{kind}.delta", is_piece=True)


def citations(text: str, sources: Sequence[Json]) -> Iterator[Json]:
    """The annotations of a text: each mark such as `【4:0†guide.md】` cites the file of that name, else the best."""
    names = {source["filename"]: source["file_id"] for source in reversed(sources)}
    for mark in _MARK.finditer(text) if sources else ():
        yield {
            "type": "file_citation",
            "text": mark[0],
            "start_index": mark.start(),
            "end_index": mark.end(),
            "file_citation": {"file_id": names.get(mark[1], sources[0]["file_id"])},
        }


@dataclass(frozen=True)
class SearchContent:
    """What is stored of a step that searched files, beside its object: the content of each result, shown on demand."""

    results: list[Any]


Step = Record[SearchContent]


@dataclass
class OpenMessage:
    """A message in the making, and the step that makes it; `state` is what only its events have of it."""

    step: Step
    message: Record
    state: Json

    def event(self, status: str) -> Event:
        """An event of the message, in which its object has more fields than in an answer."""
        body: Json = {}
        for name, value in self.message.body.items():
            body[name] = value
            if name == "run_id":
                body |= self.state
        return event(f"thread.message.{status}", body)


class Steps:
    """The steps of one run: `owner` has the ids that steps and messages repeat, `usage` is what they cost so far.

    What adds to them yields the events that tell of it; it takes place as these are read.
    """

    def __init__(self, ids: Ids, owner: Json, steps: Collection[SearchContent], messages: Collection) -> None:
        self.usage = usage.nothing()
        self._ids = ids
        self._owner = owner
        self._steps = steps
        self._messages = messages
        self._open_message: OpenMessage | None = None
        self._open_calls: Step | None = None

    # ---- a message

    @property
    def has_empty_message(self) -> bool:
        """Whether the message that has begun has no content yet."""
        return self._open_message is not None and not self._open_message.message.body["content"]

    def open_message(self) -> Iterator[Event]:
        """Begin a message, unless one has begun."""
        if self._open_message is not None:
            return
        key = identify(self._ids, "thread.message")
        step = self._add_step("message_creation", {"message_id": key})
        yield from self._opening(step)
        state = {"status": "in_progress", "incomplete_details": None, "incomplete_at": None, "completed_at": None}
        self._open_message = OpenMessage(step, Record(self._empty_message(key)), state)
        self._messages.put(self._open_message.message)
        yield self._open_message.event("created")
        yield self._open_message.event("in_progress")

    def _empty_message(self, key: str) -> Json:
        return {
            "id": key,
            "object": "thread.message",
            "created_at": self._ids.now(),
            "assistant_id": self._owner["assistant_id"],
            "thread_id": self._owner["thread_id"],
            "run_id": self._owner["id"],
            "role": "assistant",
            "content": [],
            "attachments": [],
            "metadata": {},
        }

    def add_text(self, kind: str, pieces: Iterable[str]) -> Iterator[Event]:
        """Add the pieces of a text, or of a refusal, to the message that has begun."""
        assert self._open_message is not None
        body = self._open_message.message.body
        is_new = not body["content"] or body["content"][-1]["type"] != kind
        if is_new:
            body["content"].append({"type": kind, kind: {"value": "", "annotations": []} if kind == "text" else ""})
        part: Json = body["content"][-1]
        for piece in pieces:
            if kind == "text":
                part["text"]["value"] += piece
                added: object = {"value": piece, **({"annotations": []} if is_new else {})}
            else:
                part["refusal"] += piece
                added = piece
            is_new = False
            yield self._content_delta(body, kind, added)

    def cite(self, sources: Sequence[Json]) -> Iterator[Event]:
        """Add to the text so far the annotations of its marks that it has not got yet."""
        assert self._open_message is not None
        body = self._open_message.message.body
        text = body["content"][-1]["text"]
        for citation in [each for each in citations(text["value"], sources) if each not in text["annotations"]]:
            added = {"value": "", "annotations": [{"index": len(text["annotations"]), **citation}]}
            text["annotations"].append(citation)
            yield self._content_delta(body, "text", added)

    def _content_delta(self, body: Json, kind: str, added: object) -> Event:
        part = {"index": len(body["content"]) - 1, "type": kind, kind: added}
        return _delta_event("thread.message", body["id"], {"content": [part]})

    def complete_message(self, cost: Json, *, cut: str | None = None) -> Iterator[Event]:
        """End the message that has begun, if one has: as complete, or as `cut` for a reason."""
        if self._open_message is None:
            return
        yield self._end_message("incomplete" if cut else "completed", cut)
        yield self._end_step(self._open_message.step, cost)
        self._open_message = None

    def _end_message(self, status: str, reason: str | None) -> Event:
        assert self._open_message is not None
        details = {"incomplete_details": {"reason": reason}} if reason else {}
        self._open_message.state |= {"status": status, f"{status}_at": self._ids.now(), **details}
        return self._open_message.event(status)

    # ---- calls and searches

    @property
    def calls(self) -> list[Json]:
        """The function calls of the step that waits for their outputs, or will."""
        calls: list[Json] = self._open_calls.body["step_details"]["tool_calls"] if self._open_calls else []
        return calls

    def call(self, part: ToolCall, key: str, pieces: Iterable[str]) -> Iterator[Event]:
        """Call a function; calls in a row are one step, which does not end before they have their outputs."""
        if self._open_calls is None:
            self._open_calls = self._add_step("tool_calls", [])
            yield from self._opening(self._open_calls)
        function: Json = {"name": part.name, "arguments": "", "output": None}
        index = len(self.calls)
        self.calls.append({"id": key, "type": "function", "function": function})
        yield self._call_delta(
            self._open_calls, {"index": index, "id": key, "type": "function", "function": dict(function)}
        )
        for piece in pieces:
            function["arguments"] += piece
            yield self._call_delta(
                self._open_calls, {"index": index, "type": "function", "function": {"arguments": piece}}
            )

    def complete_calls(self, cost: Json) -> Iterator[Event]:
        """End the step of the calls, if there is one."""
        if self._open_calls is not None:
            yield self._end_step(self._open_calls, cost)
            self._open_calls = None

    def search(self, call: Json, content: list[Any], cost: Json) -> Iterator[Event]:
        """Add a search in files, a step of its own; the content of its results is stored for those who ask for it."""
        step = self._add_step("tool_calls", [], SearchContent(content))
        yield from self._opening(step)
        yield self._call_delta(step, {"index": 0, "id": call["id"], "type": call["type"], call["type"]: {}})
        step.body["step_details"]["tool_calls"].append(call)
        yield self._end_step(step, cost)

    def _call_delta(self, step: Step, call: Json) -> Event:
        delta = {"step_details": {"type": "tool_calls", "tool_calls": [call]}}
        return _delta_event("thread.run.step", step.body["id"], delta)

    # ---- steps

    def _add_step(self, kind: str, details: Any, data: SearchContent | None = None) -> Step:
        body = {
            "id": identify(self._ids, "thread.run.step"),
            "object": "thread.run.step",
            "created_at": self._ids.now(),
            "run_id": self._owner["id"],
            "assistant_id": self._owner["assistant_id"],
            "thread_id": self._owner["thread_id"],
            "type": kind,
            "status": "in_progress",
            "cancelled_at": None,
            "completed_at": None,
            "expires_at": self._owner["expires_at"],
            "failed_at": None,
            "last_error": None,
            "step_details": {"type": kind, kind: details},
            "usage": None,
        }
        step = Record(body, data)
        self._steps.put(step)
        return step

    def _opening(self, step: Step) -> Iterator[Event]:
        yield event("thread.run.step.created", step.body)
        yield event("thread.run.step.in_progress", step.body)

    def _end_step(self, step: Step, cost: Json) -> Event:
        step.body |= {"status": "completed", "completed_at": self._ids.now(), "expires_at": None, "usage": cost}
        self.usage = usage.summed(self.usage, cost)
        return event("thread.run.step.completed", step.body)

    def abandon(self, status: str, **changes: Any) -> Iterator[Event]:
        """End whatever has begun as the run has ended, with this status, before it was complete."""
        open_steps = [self._open_calls] if self._open_calls else []
        if self._open_message is not None:
            yield self._end_message("incomplete", _CUT[status])
            open_steps.append(self._open_message.step)
        for step in open_steps:
            step.body |= {"status": status, "expires_at": None, **changes}
            yield event(f"thread.run.step.{status}", step.body)
        self._open_message = self._open_calls = None
