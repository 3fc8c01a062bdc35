"""Sessions of agents.

Reference: https://platform.openai.com/docs/api-reference/agents
"""

from __future__ import annotations

from ...pipeline.operate import operate
from ...pipeline.operation import Operation
from . import sessions

_SESSIONS = "/agents/sessions"
_EVENTS = f"{_SESSIONS}/{{session_id}}/events"

ROUTES = [
    Operation("POST", _SESSIONS, "agents.sessions.create", operate(sessions.create)),
    Operation("POST", _EVENTS, "agents.sessions.events.create", operate(sessions.create_events)),
    Operation("GET", _EVENTS, "agents.sessions.events.stream", operate(sessions.stream_events)),
]
