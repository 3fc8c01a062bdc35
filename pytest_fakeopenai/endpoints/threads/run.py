"""How a run comes about: its states, steps and messages, kept as they change, and the events that tell of it.

https://platform.openai.com/docs/api-reference/assistants-streaming/events
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...replies.parts import ToolCall
from ...state.store import Collection, Record
from ...wire.protocol import sse
from ...wire.protocol.call import Json
from ...wire.protocol.events import Event
from ...wire.protocol.ids import Ids
from ...wire.resources import identify
from . import figures
from .citing import cited

LIFETIME = 600
ACTIVE = ("queued", "in_progress", "requires_action", "cancelling")
DONE = Event((b"[DONE]",), "done")
# What becomes of a message that is cut short, by what becomes of its run.
_CUT = {"failed": "run_failed", "expired": "run_expired", "cancelled": "run_cancelled"}


def event(name: str, data: Json) -> Event:
    """An event with the object as it is now."""
    return Event((sse.compact(data),), name)


def delta_event(kind: str, key: str, delta: Json) -> Event:
    """An event of a piece that is added to an object of this kind."""
    body = {"id": key, "object": f"{kind}.delta", "delta": delta}
    return Event((sse.compact(body),), f"{kind}.delta", is_piece=True)


@dataclass(frozen=True)
class SearchContent:
    """What is stored of a step that searched files, beside its object: the content of each result, shown on demand."""

    results: list[Any]


@dataclass
class Speech:
    """A message in the making, in the step that makes it; `told` is what only events tell of it."""

    step: Record[SearchContent]
    message: Record
    told: Json

    def event(self, state: str) -> Event:
        """An event of the message, which tells more of it than an answer does."""
        shown: Json = {}
        for name, value in self.message.body.items():
            shown[name] = value
            if name == "run_id":
                shown |= self.told
        return event(f"thread.message.{state}", shown)


class Run:
    """One run: `record` is its object, `given` what it was asked, `history` what its model reads next.

    Its ids are of its own, so that they do not depend on how often it is looked at.

    What makes it act yields the events that tell of it; whoever does not listen still has to go through them.
    `stop` ends the reply that is being played to it, by the events that are to be its last.
    """

    def __init__(
        self, ids: Ids, body: Json, given: Json, *, steps: Collection[SearchContent], messages: Collection
    ) -> None:
        self.record = Record(body, self)
        self.given = given
        self.history: list[Json] = []
        self.stop: Callable[[Iterable[Event]], None] | None = None
        self.ids = ids.branch(f"{body['thread_id']}:{body['id']}")
        self._steps = steps
        self._messages = messages
        self._speech: Speech | None = None
        self._calling: Record[SearchContent] | None = None
        self._billed: Json = {}
        self._spent = figures.nothing()

    @property
    def body(self) -> Json:
        """The run's object."""
        return self.record.body

    @property
    def has_empty_message(self) -> bool:
        """Whether the message that has begun has no content yet."""
        return self._speech is not None and not self._speech.message.body["content"]

    @property
    def is_active(self) -> bool:
        """Whether it is not over, and so holds its thread."""
        return self.body["status"] in ACTIVE

    def _become(self, status: str, **news: Any) -> Event:
        self.record.body = {**self.body, "status": status, **news}
        return event(f"thread.run.{status}", self.body)

    # ---- its beginning, and its second

    def create(self) -> Iterator[Event]:
        """It is there, and waits for its turn."""
        yield event("thread.run.created", self.body)
        yield self._become("queued")

    def start(self) -> Iterator[Event]:
        """It is at work."""
        yield self._become("in_progress", started_at=self.ids.now())

    def submit_tool_outputs(self, outputs: Sequence[Json]) -> Iterator[Event]:
        """Its calls have got their outputs."""
        given = {each.get("tool_call_id"): each.get("output") for each in outputs}
        for call in self.calls:
            call["function"]["output"] = given.get(call["id"]) or ""
        self.history += [{"role": "tool", "tool_call_id": key, "content": text or ""} for key, text in given.items()]
        if self._calling is not None:
            yield self._end_step(self._calling, self._billed)
            self._calling = None
        yield self._become("queued", required_action=None)

    @property
    def calls(self) -> list[Json]:
        """The calls that it waits for, or will have to."""
        calls: list[Json] = self._calling.body["step_details"]["tool_calls"] if self._calling else []
        return calls

    # ---- its steps

    def _open_step(self, kind: str, details: Any, data: SearchContent | None = None) -> Record[SearchContent]:
        body = {
            "id": identify(self.ids, "thread.run.step"),
            "object": "thread.run.step",
            "created_at": self.ids.now(),
            "run_id": self.body["id"],
            "assistant_id": self.body["assistant_id"],
            "thread_id": self.body["thread_id"],
            "type": kind,
            "status": "in_progress",
            "cancelled_at": None,
            "completed_at": None,
            "expires_at": self.body["expires_at"],
            "failed_at": None,
            "last_error": None,
            "step_details": {"type": kind, kind: details},
            "usage": None,
        }
        record = Record(body, data)
        self._steps.put(record)
        return record

    def _opening(self, step: Record[SearchContent]) -> Iterator[Event]:
        yield event("thread.run.step.created", step.body)
        yield event("thread.run.step.in_progress", step.body)

    def _end_step(self, step: Record[SearchContent], usage: Json) -> Event:
        step.body |= {"status": "completed", "completed_at": self.ids.now(), "usage": usage}
        self._spent = figures.summed(self._spent, usage)
        return event("thread.run.step.completed", step.body)

    def open_message(self) -> Iterator[Event]:
        """It says something: a message begins, unless one has."""
        if self._speech is not None:
            return
        key = identify(self.ids, "thread.message")
        step = self._open_step("message_creation", {"message_id": key})
        yield from self._opening(step)
        told = {"status": "in_progress", "incomplete_details": None, "incomplete_at": None, "completed_at": None}
        self._speech = Speech(step, Record(self._empty_message(key)), told)
        self._messages.put(self._speech.message)
        yield self._speech.event("created")
        yield self._speech.event("in_progress")

    def _empty_message(self, key: str) -> Json:
        return {
            "id": key,
            "object": "thread.message",
            "created_at": self.ids.now(),
            "assistant_id": self.body["assistant_id"],
            "thread_id": self.body["thread_id"],
            "run_id": self.body["id"],
            "role": "assistant",
            "content": [],
            "attachments": [],
            "metadata": {},
        }

    def add_text(self, kind: str, pieces: Iterable[str]) -> Iterator[Event]:
        """The pieces of a text, or of a refusal, in the message that has begun."""
        assert self._speech is not None
        body = self._speech.message.body
        fresh = not body["content"] or body["content"][-1]["type"] != kind
        if fresh:
            body["content"].append({"type": kind, kind: {"value": "", "annotations": []} if kind == "text" else ""})
        part: Json = body["content"][-1]
        index = len(body["content"]) - 1
        for piece in pieces:
            if kind == "text":
                part["text"]["value"] += piece
                said: object = {"value": piece, **({"annotations": []} if fresh else {})}
            else:
                part["refusal"] += piece
                said = piece
            fresh = False
            delta = {"content": [{"index": index, "type": kind, kind: said}]}
            yield delta_event("thread.message", body["id"], delta)

    def complete_message(self, usage: Json, *, cut: str | None = None) -> Iterator[Event]:
        """Its message is complete, or was `cut` for a reason."""
        if self._speech is None:
            return
        yield self._end_message("incomplete" if cut else "completed", cut)
        yield self._end_step(self._speech.step, usage)
        self._speech = None

    def _end_message(self, status: str, reason: str | None) -> Event:
        assert self._speech is not None
        details = {"incomplete_details": {"reason": reason}} if reason else {}
        self._speech.told |= {"status": status, f"{status}_at": self.ids.now(), **details}
        return self._speech.event(status)

    def call(self, part: ToolCall, key: str, pieces: Iterable[str]) -> Iterator[Event]:
        """It calls a function; its calls are one step, which does not end before they have their outputs."""
        if self._calling is None:
            self._calling = self._open_step("tool_calls", [])
            yield from self._opening(self._calling)
        made: Json = {"name": part.name, "arguments": "", "output": None}
        index = len(self.calls)
        self.calls.append({"id": key, "type": "function", "function": made})
        yield self._call_delta({"index": index, "id": key, "type": "function", "function": dict(made)})
        for piece in pieces:
            made["arguments"] += piece
            yield self._call_delta({"index": index, "type": "function", "function": {"arguments": piece}})

    def search(self, call: Json, content: list[Any], usage: Json) -> Iterator[Event]:
        """It has searched files, which is a step of its own; the content of what it found is kept for who asks."""
        step = self._open_step("tool_calls", [], SearchContent(content))
        yield from self._opening(step)
        begun = {"index": 0, "id": call["id"], "type": call["type"], call["type"]: {}}
        yield self._call_delta(begun, step)
        step.body["step_details"]["tool_calls"].append(call)
        yield self._end_step(step, usage)

    def cite(self, found: Sequence[Json]) -> Iterator[Event]:
        """The text so far names those of its sources that it has not named yet."""
        assert self._speech is not None
        body = self._speech.message.body
        text, index = body["content"][-1]["text"], len(body["content"]) - 1
        for each in [each for each in cited(text["value"], found) if each not in text["annotations"]]:
            said = {"value": "", "annotations": [{"index": len(text["annotations"]), **each}]}
            text["annotations"].append(each)
            delta = {"content": [{"index": index, "type": "text", "text": said}]}
            yield delta_event("thread.message", body["id"], delta)

    def _call_delta(self, call: Json, step: Record[SearchContent] | None = None) -> Event:
        step = step or self._calling
        assert step is not None
        delta = {"step_details": {"type": "tool_calls", "tool_calls": [call]}}
        return delta_event("thread.run.step", step.body["id"], delta)

    # ---- its ends

    def wait_for_outputs(self, usage: Json) -> Iterator[Event]:
        """Its calls are made; what they cost is told when they have their outputs."""
        self._billed = usage
        calls = [
            {**call, "function": {name: call["function"][name] for name in ("name", "arguments")}}
            for call in self.calls
        ]
        action = {"type": "submit_tool_outputs", "submit_tool_outputs": {"tool_calls": calls}}
        self.stop = None
        yield self._become("requires_action", required_action=action)
        yield DONE

    def complete(self) -> Iterator[Event]:
        """All is said."""
        yield self._end("completed", completed_at=self.ids.now())
        yield DONE

    def mark_incomplete(self, reason: str, usage: Json) -> Iterator[Event]:
        """It came to a limit."""
        if self._calling is not None:
            yield self._end_step(self._calling, usage)
            self._calling = None
        yield self._end("incomplete", incomplete_details={"reason": reason})
        yield DONE

    def _end(self, status: str, **news: Any) -> Event:
        self.stop = None
        over = {"expires_at": None, "required_action": None, "usage": self._spent}
        return self._become(status, **over, **news)

    def fail(self, error: Json) -> Iterator[Event]:
        """An error ends it."""
        yield from self._halt("failed", last_error=error, failed_at=self.ids.now())

    def expire(self) -> Iterator[Event]:
        """Its time is over."""
        yield from self._halt("expired")

    def expire_in_time(self) -> None:
        """End it if its time is over by the clock."""
        if self.is_active and self.ids.present() >= self.body["expires_at"]:
            self._stop(self.expire())

    def cancel(self) -> Json:
        """End it, as it was asked to; the object that tells so."""
        cancelling = self._become("cancelling")
        told: Json = copy.deepcopy(self.body)
        self._stop(itertools.chain([cancelling], self._halt("cancelled", cancelled_at=self.ids.now())))
        return told

    def _stop(self, events: Iterator[Event]) -> None:
        """End it from elsewhere: its reply is played no further than these last events."""
        stop, last = self.stop, [*events]
        if stop is not None:
            stop(last)

    def _halt(self, status: str, **news: Any) -> Iterator[Event]:
        """End it, and whatever it was about, before it was done."""
        open_steps = [self._calling] if self._calling else []
        if self._speech is not None:
            yield self._end_message("incomplete", _CUT[status])
            open_steps.append(self._speech.step)
        for step in open_steps:
            step.body |= {"status": status, **news}
            yield event(f"thread.run.step.{status}", step.body)
        self._speech = self._calling = None
        yield self._end(status, **news)
        yield DONE


def new_body(key: str, created: int, thread_id: str, settings: Json) -> Json:
    """The object of a run that has just been created."""
    known = {"id": key, "object": "thread.run", "created_at": created, "thread_id": thread_id, "status": "queued"}
    known |= {"expires_at": created + LIFETIME, **settings}
    return {name: known.get(name) for name in _FIELDS}


_FIELDS = (
    *("id", "object", "created_at", "assistant_id", "thread_id", "status", "started_at", "expires_at"),
    *("cancelled_at", "failed_at", "completed_at", "required_action", "last_error", "model", "instructions", "tools"),
    *("tool_resources", "metadata", "temperature", "top_p", "reasoning_effort", "max_completion_tokens"),
    *("max_prompt_tokens", "truncation_strategy", "incomplete_details", "usage", "response_format", "tool_choice"),
    "parallel_tool_calls",
)
