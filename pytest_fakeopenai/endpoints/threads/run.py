"""A run: the statuses that it passes through, and the events that tell of them.

https://platform.openai.com/docs/assistants/deep-dive#runs-and-run-steps
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ...state.store import Collection, Record
from ...wire.protocol.call import Json
from ...wire.protocol.events import Event
from ...wire.protocol.ids import Ids
from .steps import SearchContent, Steps, event

LIFETIME = 600
ACTIVE = ("queued", "in_progress", "requires_action", "cancelling")
DONE = Event((b"[DONE]",), "done")


class Transition(NamedTuple):
    """What a verb makes of a run: the statuses in which it may be, and the status in which it is afterwards."""

    sources: tuple[str, ...]
    target: str


TRANSITIONS = {
    "create": Transition(("queued",), "queued"),
    "start": Transition(("queued",), "in_progress"),
    "require_action": Transition(("in_progress",), "requires_action"),
    "submit_tool_outputs": Transition(("requires_action",), "queued"),
    "complete": Transition(("in_progress",), "completed"),
    "mark_incomplete": Transition(("in_progress",), "incomplete"),
    "fail": Transition(("in_progress",), "failed"),
    "expire": Transition(ACTIVE, "expired"),
    "cancel": Transition(("queued", "in_progress", "requires_action"), "cancelling"),
    "finish_cancelling": Transition(("cancelling",), "cancelled"),
}


class Run:
    """One run: `record` is its object, `request` what it was created with, `history` what its model reads next.

    Its ids are of its own, so that they do not depend on how often it is looked at. A verb yields the events that tell
    of it, and takes place as these are read. `stop` ends the reply that is being played to the run; it takes the events
    that are to be its last.
    """

    def __init__(
        self, ids: Ids, body: Json, request: Json, *, steps: Collection[SearchContent], messages: Collection
    ) -> None:
        self.record = Record(body, self)
        self.request = request
        self.history: list[Json] = []
        self.stop: Callable[[Iterable[Event]], None] | None = None
        self.ids = ids.branch(f"{body['thread_id']}:{body['id']}")
        self.steps = Steps(self.ids, body, steps, messages)
        self._cost_of_calls: Json = {}

    @property
    def body(self) -> Json:
        """The run's object."""
        return self.record.body

    @property
    def is_active(self) -> bool:
        """Whether it is not over, and so holds its thread."""
        return self.body["status"] in ACTIVE

    def _apply(self, verb: str, **changes: Any) -> Event:
        """Let a verb take effect on the object; RuntimeError where its status does not allow that."""
        sources, status = TRANSITIONS[verb]
        if self.body["status"] not in sources:
            raise RuntimeError(f"a run cannot {verb} while it is {self.body['status']}")
        if status not in ACTIVE:
            changes |= {"expires_at": None, "required_action": None, "usage": self.steps.usage}
        if status not in ("queued", "in_progress", "cancelling"):
            self.stop = None
        self.record.body = {**self.body, "status": status, **changes}
        return event(f"thread.run.{status}", self.body)

    def create(self) -> Iterator[Event]:
        """Create the run, which waits for its turn."""
        yield event("thread.run.created", self.body)
        yield self._apply("create")

    def start(self) -> Iterator[Event]:
        """Let the model go to work."""
        yield self._apply("start", started_at=self.ids.now())

    def require_action(self, cost: Json) -> Iterator[Event]:
        """Wait for the outputs of the calls, whose `cost` is told when these have come."""
        self._cost_of_calls = cost
        calls = [
            {**call, "function": {name: call["function"][name] for name in ("name", "arguments")}}
            for call in self.steps.calls
        ]
        action = {"type": "submit_tool_outputs", "submit_tool_outputs": {"tool_calls": calls}}
        yield self._apply("require_action", required_action=action)
        yield DONE

    def submit_tool_outputs(self, outputs: Sequence[Json]) -> Iterator[Event]:
        """Give the calls their outputs, and let the run go on."""
        texts = {output.get("tool_call_id"): output.get("output") for output in outputs}
        for call in self.steps.calls:
            call["function"]["output"] = texts.get(call["id"]) or ""
        self.history += [{"role": "tool", "tool_call_id": key, "content": text or ""} for key, text in texts.items()]
        yield from self.steps.complete_calls(self._cost_of_calls)
        yield self._apply("submit_tool_outputs", required_action=None)

    def complete(self) -> Iterator[Event]:
        """End the run: its reply is complete."""
        yield self._apply("complete", completed_at=self.ids.now())
        yield DONE

    def mark_incomplete(self, reason: str, cost: Json) -> Iterator[Event]:
        """End the run at a limit, which is the `reason`."""
        yield from self.steps.complete_calls(cost)
        yield self._apply("mark_incomplete", incomplete_details={"reason": reason})
        yield DONE

    def fail(self, error: Json) -> Iterator[Event]:
        """End the run by an error."""
        yield from self._abandon("fail", last_error=error, failed_at=self.ids.now())

    def expire(self) -> Iterator[Event]:
        """End the run because its time is over."""
        yield from self._abandon("expire")

    def expire_in_time(self) -> None:
        """End the run if its time is over by the clock."""
        if self.is_active and self.ids.present() >= self.body["expires_at"]:
            self._end_reply(self.expire())

    def cancel(self) -> Json:
        """Cancel the run, and return its object while that takes place."""
        cancelling = self._apply("cancel")
        body: Json = copy.deepcopy(self.body)
        cancelled = self._abandon("finish_cancelling", cancelled_at=self.ids.now())
        self._end_reply(itertools.chain([cancelling], cancelled))
        return body

    def _end_reply(self, events: Iterator[Event]) -> None:
        """Stop the reply that is being played, if there is one, by these events."""
        stop, last = self.stop, [*events]
        if stop is not None:
            stop(last)

    def _abandon(self, verb: str, **changes: Any) -> Iterator[Event]:
        """End the run, and its open steps, before they were complete."""
        yield from self.steps.abandon(TRANSITIONS[verb].target, **changes)
        yield self._apply(verb, **changes)
        yield DONE


def new_body(key: str, created: int, thread_id: str, settings: Json) -> Json:
    """The object of a run that has just been created."""
    values = {"id": key, "object": "thread.run", "created_at": created, "thread_id": thread_id, "status": "queued"}
    values |= {"expires_at": created + LIFETIME, **settings}
    return {name: values.get(name) for name in _FIELDS}


_FIELDS = (
    *("id", "object", "created_at", "assistant_id", "thread_id", "status", "started_at", "expires_at"),
    *("cancelled_at", "failed_at", "completed_at", "required_action", "last_error", "model", "instructions", "tools"),
    *("tool_resources", "metadata", "temperature", "top_p", "reasoning_effort", "max_completion_tokens"),
    *("max_prompt_tokens", "truncation_strategy", "incomplete_details", "usage", "response_format", "tool_choice"),
    "parallel_tool_calls",
)
