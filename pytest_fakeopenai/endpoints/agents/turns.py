"""A turn of an agent's session: what was said before goes to this server's own Responses, which the script answers."""

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
_ASSUMED = "gpt-5"  # the model of an agent that names none


async def take(context: RequestContext, record: Record[object], messages: Sequence[Json]) -> None:
    """Begin a turn with these messages and end it with the agent's answer."""
    session = record.body["id"]
    log, now, identify = Log.of(context, record), context.world.ids.now(), new_id(context)
    turn: Json = {
        "id": identify("agent.session.turn"),
        "object": "agent.session.turn",
        "agent_id": _agent(record).get("id", ""),
        "session_id": session,
        "created_at": now,
        "started_at": now,
        "status": "in_progress",
    }
    kept = _TURNS.view(context, session_id=session).add(turn)
    log.turn("created", turn, turn=turn)
    log.state("in_progress")
    log.turn("in_progress", turn, turn=turn)
    items = _ITEMS.view(context, session_id=session)
    for message in messages:
        items.add(_item(identify("agent.message"), turn, "user", message.get("content")))
    outcome = await dispatch(context, "/v1/responses", _request(record, items.records.bodies()), lambda: None)
    said = _said(outcome)
    if said is not None:
        _answer(log, turn, items.add(_item(identify("agent.message"), turn, "assistant", said)).body)
    status = "failed" if said is None else "completed"
    kept.body = {**turn, "status": status, "completed_at": context.world.ids.now()}
    log.turn(kept.body["status"], turn, turn=kept.body)
    log.state("idle")


def _item(key: str, turn: Json, role: str, content: Any) -> Json:
    return {
        "id": key,
        "type": "message",
        "role": role,
        "status": "completed",
        "turn_id": turn["id"],
        "content": content if isinstance(content, list) else [],
    }


def _request(record: Record[object], items: Sequence[Json]) -> bytes:
    """What the agent's model is asked: all that was said in the session."""
    agent = _agent(record)
    said = [{"role": item["role"], "content": item["content"]} for item in items]
    instructions = {"instructions": agent["instructions"]} if agent.get("instructions") else {}
    return sse.compact({"model": agent.get("model") or _ASSUMED, "input": said, "store": False, **instructions})


def _agent(record: Record[object]) -> Json:
    """The agent of a session; an SDK that knows no agents has none for a session that is assumed to exist."""
    agent: Json = record.body.get("agent") or {}
    return agent


def _said(outcome: Outcome) -> list[Json] | None:
    """The texts of a response; None where there is no response."""
    if outcome.status != 200:
        return None
    try:
        output = sse.parse(outcome.body)["output"]
    except ValueError:
        return None
    texts = (text_of(item.get("content")) for item in output if item.get("type") == "message")
    return [{"type": "output_text", "text": text} for text in texts]


def _answer(log: Log, turn: Json, item: Json) -> None:
    """The events of a message: begun, its texts, done."""
    log.turn("item.added", turn, item={**item, "status": "in_progress", "content": []}, output_index=0)
    for place, part in enumerate(item["content"]):
        at = {"item_id": item["id"], "output_index": 0, "content_index": place}
        log.turn("content_part.added", turn, **at, part={**part, "text": ""})
        log.turn("output_text.delta", turn, **at, delta=part["text"])
        log.turn("output_text.done", turn, **at, text=part["text"])
        log.turn("content_part.done", turn, **at, part=part)
    log.turn("item.done", turn, item=item, output_index=0)
