"""Live sessions over WebRTC. No media is exchanged.

Reference: https://platform.openai.com/docs/api-reference/live
"""

from __future__ import annotations

from dataclasses import dataclass

from ..pipeline.collections import CollectionPath, new_id
from ..pipeline.context import RequestContext
from ..pipeline.operate import operate
from ..pipeline.operation import Operation
from ..pipeline.validation import read_body, refuse
from ..wire.json_values import Fields
from ..wire.protocol import errors
from ..wire.protocol.call import Json
from ..wire.realtime import sdp


@dataclass(frozen=True)
class SessionSettings:
    """What is stored of a session beside its object: the settings of the request that created it."""

    settings: Json


_SESSIONS = CollectionPath[SessionSettings]("/live/sessions")


async def create(context: RequestContext) -> Json:
    """`POST /live/sessions`: {`session`, `transport`}, with the SDP answer to the offer of the request.

    Reference: https://platform.openai.com/docs/api-reference/live
    """
    body = await read_body(context)
    return _begin(context, Fields(body).object("transport"), Fields(body).object("session"))


async def fork(context: RequestContext) -> Json:
    """`POST /live/sessions/{session_id}/fork`: a new session with the settings of another and of the request.

    Reference: https://platform.openai.com/docs/api-reference/live
    """
    body = await read_body(context)
    origin = _SESSIONS.view(context).records.find(context.path["session_id"])
    settings = origin.data.settings if origin and origin.data else {}
    return _begin(context, Fields(body).object("transport"), {**settings, **Fields(body).object("session")})


def _begin(context: RequestContext, transport: Json, settings: Json) -> Json:
    if not Fields(transport).string("sdp"):
        refuse(context, errors.missing_parameter("transport.sdp"))
    session = {"id": new_id(context)("live.session")}
    _SESSIONS.view(context).add(session, SessionSettings(settings))
    answer = {"type": "webrtc", "sdp": sdp.answer(context.world.ids.now())}
    return {"session": session, "transport": answer}


ROUTES = [
    Operation("POST", "/live/sessions", "live.create", operate(create)),
    Operation("POST", "/live/sessions/{session_id}/fork", "live.sessions.fork", operate(fork)),
]
