"""Webhook endpoints. Events go only to those on this machine.

Reference: https://platform.openai.com/docs/api-reference/webhook-endpoints
"""

from __future__ import annotations

import ipaddress
import urllib.parse
from dataclasses import dataclass

from .. import webhooks
from ..pipeline.callables import in_thread
from ..pipeline.collections import CollectionPath, new_id
from ..pipeline.context import RequestContext
from ..pipeline.operate import operate
from ..pipeline.operation import Operation
from ..pipeline.validation import read_body, require_texts
from ..replies.faults import ApiError
from ..state.store import Record
from ..wire.json_values import Fields, as_text
from ..wire.protocol.call import Json

_PATH = "/webhook_endpoints"
_ITEM_PATH = f"{_PATH}/{{webhook_endpoint_id}}"


@dataclass(frozen=True)
class SigningSecrets:
    """What is stored of an endpoint beside its object: the secrets that sign its deliveries, the newest first."""

    secrets: tuple[str, ...]


_ENDPOINTS = CollectionPath[SigningSecrets](_PATH)


async def create(context: RequestContext) -> Json:
    """`POST /webhook_endpoints`: an endpoint with its `signing_secret`, which later answers leave out.

    Reference: https://platform.openai.com/docs/api-reference/webhook-endpoints
    """
    body = await read_body(context)
    require_texts(context, body, "name", "url")
    now, secret = context.world.ids.now(), webhooks.new_secret(context.world.ids)
    endpoint = {
        "id": new_id(context)("webhook_endpoint"),
        "object": "webhook_endpoint",
        "name": as_text(body.get("name")),
        "url": as_text(body.get("url")),
        "event_types": body.get("event_types", []),
        "created_at": now,
        "updated_at": now,
        "signing_secret_hint": _hint(secret),
    }
    _ENDPOINTS.view(context).add(endpoint, SigningSecrets((secret,)))
    return {**endpoint, "signing_secret": secret}


def _hint(secret: str) -> str:
    return f"whsec_...{secret[-4:]}"


def _endpoint(context: RequestContext) -> Record[SigningSecrets]:
    return _ENDPOINTS.view(context).get(context.path["webhook_endpoint_id"])


def _secrets(record: Record[SigningSecrets]) -> tuple[str, ...]:
    return record.data.secrets if record.data else ()


async def update(context: RequestContext) -> Json:
    """`POST /webhook_endpoints/{webhook_endpoint_id}`: changes the fields that the request names.

    Reference: https://platform.openai.com/docs/api-reference/webhook-endpoints
    """
    body = await read_body(context)
    record = _endpoint(context)
    fields = Fields(body)
    changes = {"name": fields.string("name"), "url": fields.string("url"), "event_types": body.get("event_types")}
    changed = {**record.body, **{name: value for name, value in changes.items() if value is not None}}
    if changed != record.body:
        record.body = {**changed, "updated_at": context.world.ids.now()}
    return record.body


async def rotate_secret(context: RequestContext) -> Json:
    """`POST …/rotate_secret`: a new secret; on request deliveries are signed with the old one as well.

    Reference: https://platform.openai.com/docs/api-reference/webhook-endpoints
    """
    body = await read_body(context)
    record = _endpoint(context)
    secret = webhooks.new_secret(context.world.ids)
    active = _secrets(record)[:1] if body.get("keep_old_secret_active_for_24_hours") is True else ()
    record.data = SigningSecrets((secret, *active))
    record.body = {**record.body, "updated_at": context.world.ids.now(), "signing_secret_hint": _hint(secret)}
    return {**record.body, "signing_secret": secret}


async def test(context: RequestContext) -> Json:
    """`POST …/test`: sends an event to a URL on this machine; to any other nothing is sent, and the status is 200.

    Reference: https://platform.openai.com/docs/api-reference/webhook-endpoints
    """
    body = await read_body(context)
    record = _endpoint(context)
    require_texts(context, body, "event_type")
    kind, url = as_text(body.get("event_type")), record.body["url"]
    status = await in_thread(lambda: _deliver(context, record, kind)) if _is_local(url) else 200
    return {
        "object": "webhook_endpoint.test",
        "webhook_endpoint_id": record.body["id"],
        "event_type": kind,
        "status_code": status,
        "success": True,
    }


def _deliver(context: RequestContext, record: Record[SigningSecrets], kind: str) -> int:
    """The HTTP status of the endpoint's answer to an event; raises ApiError where it cannot be reached."""
    sample = webhooks.event(kind, _sample(context, kind), context.world.ids)
    try:
        return webhooks.deliver(sample, record.body["url"], _secrets(record)).status
    except OSError as error:
        raise ApiError(400, f"The webhook endpoint could not be reached: {error}") from None


def _sample(context: RequestContext, kind: str) -> Json:
    """The data of an event of this type: the id of an object that does not exist."""
    if kind == "realtime.call.incoming":
        return {"call_id": f"rtc_{context.world.ids.hexadecimal(32)}", "sip_headers": []}
    return {"id": new_id(context)(kind.rpartition(".")[0])}


def _is_local(url: str) -> bool:
    """Whether a URL is an HTTP URL of this machine."""
    try:
        parts = urllib.parse.urlsplit(url)
        host, is_http = parts.hostname or "", parts.scheme in ("http", "https") and parts.port != 0
        return is_http and (host == "localhost" or ipaddress.ip_address(host).is_loopback)
    except ValueError:
        return False


ROUTES = [
    Operation("POST", _PATH, "webhooks.create", operate(create)),
    Operation("POST", _ITEM_PATH, "webhooks.update", operate(update)),
    Operation("POST", f"{_ITEM_PATH}/rotate_secret", "webhooks.rotate_secret", operate(rotate_secret)),
    Operation("POST", f"{_ITEM_PATH}/test", "webhooks.test", operate(test)),
]
