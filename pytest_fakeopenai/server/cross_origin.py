"""Requests from web pages of another origin: as at OpenAI, any page may send any request and read any answer.

Reference: https://developer.mozilla.org/docs/Web/HTTP/Guides/CORS
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = b"GET, POST, PUT, PATCH, DELETE, OPTIONS"
_REQUESTED_METHOD, _REQUESTED_HEADERS = b"access-control-request-method", b"access-control-request-headers"
_SHARED = {b"access-control-allow-origin": b"*", b"access-control-expose-headers": b"X-Request-ID"}


def is_cross_origin(scope: Scope) -> bool:
    """Whether a page of some origin sends this request."""
    return any(name == b"origin" for name, _ in scope.get("headers", ()))


async def answer_cross_origin(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer such a request, errors included, so that the page may read it; a preflight is answered at once."""
    headers = dict(scope["headers"])
    if scope["method"] == "OPTIONS" and _REQUESTED_METHOD in headers:
        await _answer_preflight(send, headers.get(_REQUESTED_HEADERS))
        return

    async def send_shared(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = dict(message.get("headers", ()))
            added = [(name, value) for name, value in _SHARED.items() if name not in present]
            message = {**message, "headers": [*message.get("headers", ()), *added]}
        await send(message)

    await app(scope, receive, send_shared)


async def _answer_preflight(send: Send, requested_headers: bytes | None) -> None:
    headers = [(b"access-control-allow-origin", b"*"), (b"access-control-allow-methods", _METHODS)]
    if requested_headers:  # a wildcard would not cover `authorization`
        headers.append((b"access-control-allow-headers", requested_headers))
    headers.append((b"access-control-max-age", b"3600"))
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
