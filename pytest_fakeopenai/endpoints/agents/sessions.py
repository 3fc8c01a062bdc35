"""Sessions of agents: each message begins a turn, which the script answers as it answers Responses.

Reference: https://platform.openai.com/docs/api-reference/agents
"""

from __future__ import annotations

from typing import Any

from ...pipeline.collections import CollectionPath
from ...pipeline.context import RequestContext
from ...pipeline.results import EventStream, Response, Result
from ...pipeline.validation import read_body
from ...state.store import Record
from ...wire.json_values import Fields
from ...wire.protocol.call import Json
from .._fallback import answer_by_types
from .events import SESSIONS, Log
from .turns import run_turn

_AGENTS = CollectionPath[object]("/agents")  # which `_fallback` stores
_SHOWN_FIELDS = {"id", "instructions", "model", "multi_agent", "name", "reasoning", "service_tier", "text", "tools"}


async def create(context: RequestContext) -> Result:
    """`POST /agents/sessions`: with an `input` the first turn is run at once; `stream` asks for its events.

    Reference: https://platform.openai.com/docs/api-reference/agents
    """
    body = await read_body(context)
    created = await answer_by_types(context)
    if not isinstance(created, Response) or not isinstance(created.body, dict):
        return created
    record = SESSIONS.view(context).records.get(created.body["id"])
    record.body = {**record.body, "agent": {**record.body["agent"], **_agent(context, body)}}
    log = Log(context, record)
    log.add_state("created")
    input_ = body.get("input")
    if input_:
        await run_turn(context, record, _messages(input_))
    else:
        log.add_state("idle")
    return log.stream() if body.get("stream") is True else Response(record.body, created.status)


def _agent(context: RequestContext, body: Json) -> Json:
    """The fields of the agent that a request names which sessions show; {} where it names none."""
    key = Fields(body).string("agent_id")
    agent = _AGENTS.view(context).get(key).body if key else {}
    return {name: value for name, value in agent.items() if name in _SHOWN_FIELDS}


def _messages(input_: Any) -> list[Json]:
    if isinstance(input_, str):
        return [{"role": "user", "content": [{"type": "input_text", "text": input_}]}]
    return [each for each in input_ if isinstance(each, dict)] if isinstance(input_, list) else []


async def create_events(context: RequestContext) -> Response:
    """`POST /agents/sessions/{session_id}/events`: runs a turn for each message; 202 without a body.

    Reference: https://platform.openai.com/docs/api-reference/agents
    """
    body = await read_body(context)
    record = _record(context)
    for event in Fields(body).objects("events"):
        if event.get("type") == "agent.session.input.message":
            await run_turn(context, record, _messages(event.get("input")))
    return Response(None, 202)


def stream_events(context: RequestContext) -> EventStream:
    """`GET /agents/sessions/{session_id}/events`: a stream of the events so far, which ends there.

    Reference: https://platform.openai.com/docs/api-reference/agents
    """
    return Log(context, _record(context)).stream()


def _record(context: RequestContext) -> Record[object]:
    return SESSIONS.view(context).get(context.path["session_id"])
