"""Sessions of agents: each message begins a turn, which the script answers as it answers Responses."""

from __future__ import annotations

from typing import Any

from ...pipeline.collections import CollectionPath
from ...pipeline.context import RequestContext
from ...pipeline.results import EventStream, Response, Result
from ...pipeline.validation import read_body
from ...state.store import Record
from ...wire.protocol.call import Fields, Json
from .._fallback import answer_by_types
from .events import SESSIONS, Log
from .turns import take

_AGENTS = CollectionPath[object]("/agents")  # which `_fallback` stores
_TAKEN = {"id", "instructions", "model", "multi_agent", "name", "reasoning", "service_tier", "text", "tools"}


async def create(context: RequestContext) -> Result:
    """`POST /agents/sessions`: with an input its first turn is done at once; a stream tells of it."""
    body = await read_body(context)
    made = await answer_by_types(context)
    if not isinstance(made, Response) or not isinstance(made.body, dict):
        return made
    record = SESSIONS.view(context).records.get(made.body["id"])
    record.body = {**record.body, "agent": {**record.body["agent"], **_agent(context, body)}}
    log = Log.of(context, record)
    log.state("created")
    given = body.get("input")
    if given:
        await take(context, record, _messages(given))
    else:
        log.state("idle")
    return log.replayed() if body.get("stream") is True else Response(record.body, made.status)


def _agent(context: RequestContext, body: Json) -> Json:
    """The agent that a session names, as far as sessions show it."""
    key = Fields(body).string("agent_id")
    found = _AGENTS.view(context).get(key).body if key else {}
    return {name: value for name, value in found.items() if name in _TAKEN}


def _messages(given: Any) -> list[Json]:
    if isinstance(given, str):
        return [{"role": "user", "content": [{"type": "input_text", "text": given}]}]
    return [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []


async def tell(context: RequestContext) -> Response:
    """`POST /agents/sessions/{session_id}/events`: accepted, and by then the turn that a message begins is done."""
    body = await read_body(context)
    record = _record(context)
    for event in Fields(body).objects("events"):
        if event.get("type") == "agent.session.input.message":
            await take(context, record, _messages(event.get("input")))
    return Response(None, 202)


def replay(context: RequestContext) -> EventStream:
    """`GET /agents/sessions/{session_id}/events`: all that has happened so far; the stream ends there."""
    return Log.of(context, _record(context)).replayed()


def _record(context: RequestContext) -> Record[object]:
    return SESSIONS.view(context).get(context.path["session_id"])
