"""Sessions of agents: each message begins a turn, which the script answers as it answers Responses."""

from __future__ import annotations

from typing import Any

from ...pipeline.collections import Memory
from ...pipeline.surface import Answered, Events, Exchange, Stated
from ...pipeline.validation import read_body
from ...state.store import Record
from ...wire.protocol.call import Fields, Json
from .._fallback import remembered
from .events import Log
from .turns import take

_TAKEN = {"id", "instructions", "model", "multi_agent", "name", "reasoning", "service_tier", "text", "tools"}


async def create(exchange: Exchange) -> Stated:
    """`POST /agents/sessions`: with an input its first turn is done at once; a stream tells of it."""
    body = await read_body(exchange)
    made = await remembered(exchange)
    if not isinstance(made, Answered) or not isinstance(made.body, dict):
        return made
    record = Memory(exchange, "/agents/sessions").records.get(made.body["id"])
    record.body = {**record.body, "agent": {**record.body["agent"], **_agent(exchange, body)}}
    log = Log.of(exchange, record)
    log.state("created")
    given = body.get("input")
    if given:
        await take(exchange, record, _messages(given))
    else:
        log.state("idle")
    return log.replayed() if body.get("stream") is True else Answered(record.body, made.status)


def _agent(exchange: Exchange, body: Json) -> Json:
    """The agent that a session names, as far as sessions show it."""
    key = Fields(body).string("agent_id")
    found = Memory(exchange, "/agents").get(key).body if key else {}
    return {name: value for name, value in found.items() if name in _TAKEN}


def _messages(given: Any) -> list[Json]:
    if isinstance(given, str):
        return [{"role": "user", "content": [{"type": "input_text", "text": given}]}]
    return [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []


async def tell(exchange: Exchange) -> Answered:
    """`POST /agents/sessions/{session_id}/events`: accepted, and by then the turn that a message begins is done."""
    body = await read_body(exchange)
    record = _record(exchange)
    for event in Fields(body).objects("events"):
        if event.get("type") == "agent.session.input.message":
            await take(exchange, record, _messages(event.get("input")))
    return Answered(None, 202)


def replay(exchange: Exchange) -> Events:
    """`GET /agents/sessions/{session_id}/events`: all that has happened so far; the stream ends there."""
    return Log.of(exchange, _record(exchange)).replayed()


def _record(exchange: Exchange) -> Record:
    return Memory(exchange, "/agents/sessions").get(exchange.path["session_id"])
