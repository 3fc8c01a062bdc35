"""Realtime calls over WebRTC, and the client secrets with which browsers begin sessions. No media is exchanged.

Reference: https://platform.openai.com/docs/api-reference/realtime-calls
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..pipeline.collections import CollectionPath, new_id
from ..pipeline.context import RequestContext
from ..pipeline.forms import Upload, is_form, read_form
from ..pipeline.operate import operate
from ..pipeline.operation import Operation
from ..pipeline.results import Response
from ..pipeline.validation import lifetime, read_body, refuse
from ..replies.faults import ApiError
from ..wire.json_values import Fields
from ..wire.protocol import errors, sse
from ..wire.protocol.call import Json
from ..wire.realtime import sdp
from ..wire.realtime.session import beta_session, session

_TEXT = "text/plain; charset=utf-8"
_LIFETIME = 600  # seconds, as those below
_BETA_LIFETIME = 60
_SHORTEST, _LONGEST = 10, 7200


@dataclass(frozen=True)
class Offer:
    """What is stored of a call beside its object: the client's SDP offer."""

    sdp: str


_CALLS = CollectionPath[Offer]("/realtime/calls")


async def create_call(context: RequestContext) -> Response:
    """`POST /realtime/calls`: the SDP answer to an offer in a form, in JSON or alone; the call's URL is in `location`.

    Reference: https://platform.openai.com/docs/api-reference/realtime/create-call
    """
    offer, settings = await _offer(context)
    if not offer.strip():
        refuse(context, errors.missing_parameter("sdp"))
    key = new_id(context)("realtime.call")
    shown = session(settings, new_id(context)("realtime.session"), 0)
    _CALLS.view(context).add({"id": key, "session": shown}, Offer(offer))
    headers = {
        "location": f"/v1/realtime/calls/{key}",
        "access-control-expose-headers": "Location, X-Request-Id",
    }
    return Response(sdp.answer(context.world.ids.now()).encode(), 201, _TEXT, headers)


async def _offer(context: RequestContext) -> tuple[str, Json]:
    """The SDP offer and the settings of the session in a request."""
    record = context.record
    if is_form(record):
        form = await read_form(record)
        return _text(form.get("sdp")), _session(_text(form.get("session")))
    if record.headers.get("content-type", "").startswith(sdp.MEDIA_TYPE):
        return record.body.decode(errors="replace"), {}
    body = context.json()
    return Fields(body).string("sdp") or "", Fields(body).object("session")


def _text(part: Any) -> str:
    if isinstance(part, Upload):
        return part.content.decode(errors="replace")
    return part if isinstance(part, str) else ""


def _session(text: str) -> Json:
    try:
        settings = sse.parse(text.encode()) if text else {}
    except ValueError:
        raise ApiError(400, "Invalid 'session': it is not valid JSON.", param="session") from None
    return settings if isinstance(settings, dict) else {}


async def create_client_secret(context: RequestContext) -> Json:
    """`POST /realtime/client_secrets`: {`value`, `expires_at`, `session`}, a session that has not begun.

    Reference: https://platform.openai.com/docs/api-reference/realtime-sessions/create-realtime-client-secret
    """
    return await _client_secret(context, "realtime")


async def create_translation_secret(context: RequestContext) -> Json:
    """`POST /realtime/translations/client_secrets`: the same for a session that translates.

    Reference: https://platform.openai.com/docs/api-reference/realtime-sessions
    """
    return await _client_secret(context, "translation")


async def _client_secret(context: RequestContext, kind: str) -> Json:
    body = await read_body(context)
    seconds = lifetime(context, body, _LIFETIME, low=_SHORTEST, high=_LONGEST)
    identify = new_id(context)
    shown = session(Fields(body).object("session"), identify("realtime.session"), 0, kind)
    return {
        "value": identify("client_secret"),
        "expires_at": context.world.ids.now() + seconds,
        "session": shown,
    }


async def create_beta_session(context: RequestContext) -> Json:
    """`POST /realtime/sessions` and `/realtime/transcription_sessions`: a session with its `client_secret`.

    Reference: https://platform.openai.com/docs/api-reference/realtime-sessions/create
    """
    body, identify = await read_body(context), new_id(context)
    kind = "transcription" if "transcription" in context.record.endpoint else "realtime"
    secret = {"value": identify("client_secret"), "expires_at": context.world.ids.now() + _BETA_LIFETIME}
    return {**beta_session(body, identify("realtime.session"), kind), "client_secret": secret}


ROUTES = [
    Operation("POST", "/realtime/calls", "realtime.calls.create", operate(create_call)),
    Operation("POST", "/realtime/client_secrets", "realtime.client_secrets.create", operate(create_client_secret)),
    Operation(
        "POST",
        "/realtime/translations/client_secrets",
        "realtime.translations.client_secrets.create",
        operate(create_translation_secret),
    ),
    Operation("POST", "/realtime/sessions", "realtime.sessions.create", operate(create_beta_session)),
    Operation(
        "POST",
        "/realtime/transcription_sessions",
        "realtime.transcription_sessions.create",
        operate(create_beta_session),
    ),
]
