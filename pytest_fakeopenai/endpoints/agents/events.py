"""What has happened in an agent's session, event by event."""

from __future__ import annotations

from typing import Any

from ...pipeline.collections import new_id
from ...pipeline.context import RequestContext
from ...pipeline.results import EventStream
from ...state.store import Record
from ...wire.protocol import sse
from ...wire.protocol.call import Json

_LOG = "log"  # what is kept of a session


class Log:
    """The events of one session."""

    def __init__(self, context: RequestContext, record: Record, events: list[Json]) -> None:
        self._context = context
        self._record = record
        self._events = events

    @classmethod
    def of(cls, context: RequestContext, record: Record) -> Log:
        """The log of this session; that of one which is assumed to exist begins with the state that it is in."""
        begun = _LOG in record.kept
        log = cls(context, record, record.kept.setdefault(_LOG, []))
        if not begun and context.record.method == "GET":
            log.state("idle")
        return log

    def state(self, name: str) -> None:
        """The session is in another state; `created` is told but is none."""
        if name != "created":
            self._record.body = {**self._record.body, "status": name}
        self._add(f"agent.session.{name}", session=self._record.body)

    def turn(self, name: str, within: Json, **rest: Any) -> None:
        """Something has happened in a turn."""
        owner = {"session_id": self._record.body["id"], "turn_id": within["id"]}
        self._add(f"agent.session.turn.{name}", **owner, **rest)

    def _add(self, kind: str, **rest: Any) -> None:
        self._events.append({"type": kind, "event_id": new_id(self._context)("event"), **rest})

    def replayed(self) -> EventStream:
        """A stream of all that has happened so far."""
        return EventStream([*self._events], frame=lambda event: sse.data(sse.compact(event)))
