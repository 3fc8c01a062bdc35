"""The events of an agent's session."""

from __future__ import annotations

from typing import Any

from ...pipeline.collections import CollectionPath, new_id
from ...pipeline.context import RequestContext
from ...pipeline.results import EventStream
from ...state.store import Record
from ...wire.protocol import sse
from ...wire.protocol.call import Json
from ...wire.resources import identify

SESSIONS = CollectionPath[object]("/agents/sessions")  # which `_fallback` stores
_EVENTS = CollectionPath("/agents/sessions/{session_id}/events")


class Log:
    """Adds to the stored events of one session."""

    def __init__(self, context: RequestContext, record: Record[object]) -> None:
        self._context = context
        self._record = record
        self._events = _EVENTS.view(context, session_id=record.body["id"])

    def add_state(self, name: str) -> None:
        """Set the status of the session, with its event; `created` has an event only."""
        if name != "created":
            self._record.body = {**self._record.body, "status": name}
        self._add(f"agent.session.{name}", session=self._record.body)

    def add_turn_event(self, name: str, turn_id: str, **rest: Any) -> None:
        """Add an event of a turn: `created`, `item.added`."""
        owner = {"session_id": self._record.body["id"], "turn_id": turn_id}
        self._add(f"agent.session.turn.{name}", **owner, **rest)

    def _add(self, kind: str, **rest: Any) -> None:
        event = {"type": kind, "event_id": new_id(self._context)("event"), **rest}
        self._events.add(event, key=event["event_id"])

    def stream(self) -> EventStream:
        """A stream of the events so far; a session that is only assumed to exist is idle."""
        events = self._events.records.bodies() or [self._idle()]
        return EventStream(events, frame=lambda event: sse.data(sse.compact(event)))

    def _idle(self) -> Json:
        session = {**self._record.body, "status": "idle"}
        key = identify(self._context.world.ids.branch(session["id"]), "event")
        return {"type": "agent.session.idle", "event_id": key, "session": session}
