"""Refusals of what comes before the API: of a URL whose test is over, of a stranger, of a WebSocket."""

from __future__ import annotations

import json

from starlette.types import Send


def error_body(message: str, code: str) -> bytes:
    """An error in the API's envelope, as JSON."""
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return json.dumps({"error": error}, indent=2).encode()


async def refuse(send: Send, status: int, message: str, code: str) -> None:
    """Answer with an error that the SDK does not retry."""
    body = error_body(message, code)
    headers = {b"content-type": b"application/json", b"content-length": b"%d" % len(body), b"x-should-retry": b"false"}
    await send({"type": "http.response.start", "status": status, "headers": list(headers.items())})
    await send({"type": "http.response.body", "body": body})
