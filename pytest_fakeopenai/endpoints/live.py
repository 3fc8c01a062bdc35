"""LiveEventStream sessions over WebRTC. https://platform.openai.com/docs/api-reference/live"""

from __future__ import annotations

from dataclasses import dataclass

from ..pipeline.collections import CollectionPath, new_id
from ..pipeline.context import RequestContext
from ..pipeline.operate import operate
from ..pipeline.operation import Operation
from ..pipeline.validation import read_body
from ..wire.protocol import errors
from ..wire.protocol.call import Fields, Json
from ..wire.realtime import sdp


@dataclass(frozen=True)
class SessionSettings:
    """What is stored of a session beside its object: the settings that its request gave it."""

    settings: Json


_SESSIONS = CollectionPath[SessionSettings]("/live/sessions")


async def create(context: RequestContext) -> Json:
    """`POST /live/sessions`."""
    body = await read_body(context)
    return _begun(context, Fields(body).object("transport"), Fields(body).object("session"))


async def fork(context: RequestContext) -> Json:
    """`POST /live/sessions/{session_id}/fork`: another session that begins where one is."""
    body = await read_body(context)
    origin = _SESSIONS.view(context).records.find(context.path["session_id"])
    settings = origin.data.settings if origin and origin.data else {}
    return _begun(context, Fields(body).object("transport"), {**settings, **Fields(body).object("session")})


def _begun(context: RequestContext, transport: Json, asked: Json) -> Json:
    if not Fields(transport, "transport.").string("sdp"):
        raise errors.missing_parameter("transport.sdp")
    session = {"id": new_id(context)("live.session")}
    _SESSIONS.view(context).add(session, SessionSettings(asked))
    answer = {"type": "webrtc", "sdp": sdp.answer(context.world.ids.now())}
    return {"session": session, "transport": answer}


ROUTES = [
    Operation("POST", "/live/sessions", "live.create", operate(create)),
    Operation("POST", "/live/sessions/{session_id}/fork", "live.sessions.fork", operate(fork)),
]
