"""A turn of an agent's session: its messages go to this server's own Responses, which the script answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...pipeline.collections import CollectionPath, new_id
from ...pipeline.context import RequestContext
from ...pipeline.dispatch import Outcome, dispatch
from ...state.store import Record
from ...wire.protocol import sse
from ...wire.protocol.call import Json, text_of
from .events import Log

_ITEMS = CollectionPath("/agents/sessions/{session_id}/items")
_TURNS = CollectionPath("/agents/sessions/{session_id}/turns")
_DEFAULT_MODEL = "gpt-5"  # the model of an agent that names none


async def run_turn(context: RequestContext, record: Record[object], messages: Sequence[Json]) -> None:
    """Store a turn with these messages, the agent's answer and its events; without an answer it has failed."""
    log, items = Log(context, record), _ITEMS.view(context, session_id=record.body["id"])
    turn = _begin(context, record, log)
    turn_id = turn.body["id"]
    for message in messages:
        items.add(_item(context, turn_id, "user", message.get("content")))
    outcome = await dispatch(context, "/v1/responses", _request(record, items.records.bodies()), lambda: None)
    content = _content(outcome)
    if content is not None:
        _log_message(log, turn_id, items.add(_item(context, turn_id, "assistant", content)).body)
    _end(context, log, turn, "failed" if content is None else "completed")


def _begin(context: RequestContext, record: Record[object], log: Log) -> Record:
    """Store a turn in progress, with its events."""
    now = context.world.ids.now()
    turn: Json = {
        "id": new_id(context)("agent.session.turn"),
        "object": "agent.session.turn",
        "agent_id": _agent(record).get("id", ""),
        "session_id": record.body["id"],
        "created_at": now,
        "started_at": now,
        "status": "in_progress",
    }
    log.add_turn_event("created", turn["id"], turn=turn)
    log.add_state("in_progress")
    log.add_turn_event("in_progress", turn["id"], turn=turn)
    return _TURNS.view(context, session_id=record.body["id"]).add(turn)


def _end(context: RequestContext, log: Log, turn: Record, status: str) -> None:
    """Set the status of a turn that has ended, with its events."""
    turn.body = {**turn.body, "status": status, "completed_at": context.world.ids.now()}
    log.add_turn_event(status, turn.body["id"], turn=turn.body)
    log.add_state("idle")


def _item(context: RequestContext, turn_id: str, role: str, content: Any) -> Json:
    return {
        "id": new_id(context)("agent.message"),
        "type": "message",
        "role": role,
        "status": "completed",
        "turn_id": turn_id,
        "content": content if isinstance(content, list) else [],
    }


def _request(record: Record[object], items: Sequence[Json]) -> bytes:
    """The body of the request to the agent's model: all messages of the session."""
    agent = _agent(record)
    messages = [{"role": item["role"], "content": item["content"]} for item in items]
    instructions = {"instructions": agent["instructions"]} if agent.get("instructions") else {}
    model = agent.get("model") or _DEFAULT_MODEL
    return sse.compact({"model": model, "input": messages, "store": False, **instructions})


def _agent(record: Record[object]) -> Json:
    """The agent of a session; {} for one that is assumed to exist where the SDK has no type of it."""
    agent: Json = record.body.get("agent") or {}
    return agent


def _content(outcome: Outcome) -> list[Json] | None:
    """The content of the answer, a part for each message of a response; None where there is no response."""
    if outcome.status != 200:
        return None
    try:
        output = sse.parse(outcome.body)["output"]
    except ValueError:
        return None
    texts = (text_of(item.get("content")) for item in output if item.get("type") == "message")
    return [{"type": "output_text", "text": text} for text in texts]


def _log_message(log: Log, turn_id: str, item: Json) -> None:
    """Add the events of a message: added, each part with its text, done."""
    log.add_turn_event("item.added", turn_id, item={**item, "status": "in_progress", "content": []}, output_index=0)
    for place, part in enumerate(item["content"]):
        position = {"item_id": item["id"], "output_index": 0, "content_index": place}
        log.add_turn_event("content_part.added", turn_id, **position, part={**part, "text": ""})
        log.add_turn_event("output_text.delta", turn_id, **position, delta=part["text"])
        log.add_turn_event("output_text.done", turn_id, **position, text=part["text"])
        log.add_turn_event("content_part.done", turn_id, **position, part=part)
    log.add_turn_event("item.done", turn_id, item=item, output_index=0)
