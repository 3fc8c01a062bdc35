"""Webhooks: events, signed and delivered as OpenAI does it, to an application's own URL.

The signature is that of Standard Webhooks. https://platform.openai.com/docs/guides/webhooks
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import ssl
import time
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .wire.protocol.ids import Ids
from .wire.resources import identify
from .wire.webhooks.event_types import EVENT_TYPES

TIMEOUT = 10.0
_PREFIX = "whsec_"
_PORTS = {"http": 80, "https": 443}
_WRITTEN = "%/:?[]@!$&'()*+,;=~"  # what stands in a path and its query as it is


@dataclass(frozen=True)
class WebhookDelivery:
    """A delivery: the `event` that was sent, and how the application answered it.

    The event delivered again, `fake_openai.webhook(delivered.event, to=url)`, has the same `webhook-id`.
    """

    event: dict[str, Any]
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def text(self) -> str:
        """The body of the answer as text."""
        return self.body.decode("utf-8", "replace")


def is_known(kind: str) -> bool:
    """Whether there are events of this type at OpenAI."""
    return kind in EVENT_TYPES


def event(source: str | Mapping[str, Any], data: Mapping[str, Any] | None, ids: Ids) -> dict[str, Any]:
    """The event of a type and its data, or a whole event completed: `id`, `object`, `created_at`, `type`, `data`.

    TypeError for a type without data, and for what is neither.
    """
    if isinstance(source, str):
        if data is None:
            raise TypeError(f'webhook({source!r}, …) needs data=, what the event tells: data={{"id": response.id}}')
        source = {"type": source}
    fields = {**source, **({} if data is None else {"data": dict(data)})}
    if not isinstance(fields.get("type"), str) or not isinstance(fields.get("data"), Mapping):
        raise TypeError(f"an event has a type, a string, and data, a dict; got {fields!r}")
    defaults = {"id": identify(ids, "event"), "object": "event", "created_at": ids.now()}
    return {**defaults, "type": "", "data": {}, **fields}


def new_secret(ids: Ids) -> str:
    """A signing secret that no endpoint has yet."""
    return _PREFIX + base64.b64encode(bytes.fromhex(ids.hexadecimal(64))).decode()


def signature(body: bytes, secret: str, key: str, second: int) -> str:
    """The `webhook-signature` of a delivery with this `webhook-id` at this second of Unix time."""
    secret_bytes = base64.b64decode(secret[len(_PREFIX) :]) if secret.startswith(_PREFIX) else secret.encode()
    mac = hmac.new(secret_bytes, f"{key}.{second}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(mac.digest()).decode()}"


def _headers(body: bytes, secrets: Sequence[str], event_id: str) -> dict[str, str]:
    """The headers of a delivery, made now: receivers refuse what is older than five minutes."""
    key = f"wh_{hashlib.blake2b(event_id.encode(), digest_size=16).hexdigest()}"
    second = int(time.time())
    return {
        "content-type": "application/json",
        "user-agent": "OpenAI/1.0 (+https://platform.openai.com/docs/guides/webhooks)",
        "webhook-id": key,
        "webhook-timestamp": str(second),
        "webhook-signature": " ".join(signature(body, secret, key, second) for secret in secrets),
    }


def deliver(sent: dict[str, Any], url: str, secrets: Sequence[str], timeout: float = TIMEOUT) -> WebhookDelivery:
    """Post an event to a URL, signed with each secret. ConnectionError or TimeoutError where nothing answers."""
    body = json.dumps(sent).encode()
    connection, target = _connection(url, timeout)
    try:
        connection.request("POST", target, body, _headers(body, secrets, str(sent["id"])))
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return WebhookDelivery(sent, response.status, response.read(), headers)
    except TimeoutError as error:
        raise TimeoutError(
            f"{url} did not answer the {sent['type']} event within {timeout} s. If the application runs in the event "
            "loop of the test, let that go on: `await asyncio.to_thread(fake_openai.webhook, …)`."
        ) from error
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise ConnectionError(f"the {sent['type']} event could not be delivered to {url}: {_reason(error)}") from error
    finally:
        connection.close()


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeError):  # each Python has another class and other words for it
        return "no host can have such a name"
    return f"{type(error).__name__}: {error}"


def _connection(url: str, timeout: float) -> tuple[http.client.HTTPConnection, str]:
    """A connection to a URL's host and the path to ask there for; ValueError for what is no HTTP URL."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(f"a webhook goes to an http:// or https:// URL, got {url!r}")
    target = urllib.parse.quote(urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, "")), safe=_WRITTEN)
    port = parts.port or _PORTS[parts.scheme]  # without one http.client looks for it in the host, an IPv6 address say
    if parts.scheme == "http":
        return http.client.HTTPConnection(parts.hostname, port, timeout=timeout), target
    return http.client.HTTPSConnection(parts.hostname, port, timeout=timeout, context=_any_certificate()), target


def _any_certificate() -> ssl.SSLContext:
    """TLS with whoever answers: an application on trial has the certificate that it has made itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
