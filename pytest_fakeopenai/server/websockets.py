"""Refusing WebSockets, which the realtime endpoints and Responses have at OpenAI and the fake has not."""

from __future__ import annotations

from starlette.types import Receive, Scope, Send

from .refusals import error_body

_REASON = "pytest-fakeopenai serves no WebSockets: use the same endpoint over HTTP"
_POLICY_VIOLATION = 1008
_RESPONSE = "websocket.http.response"


async def refuse_websocket(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a handshake with a reason: in a response of 400, where the server can send one, else by closing it."""
    await receive()  # websocket.connect
    if _RESPONSE not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": _REASON})
        return
    body = error_body(_REASON, "websocket_not_supported")
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": f"{_RESPONSE}.start", "status": 400, "headers": headers})
    await send({"type": f"{_RESPONSE}.body", "body": body})
