"""A sign of life, for what waits until a server is ready, and for containers: `GET /health`."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

PATH = "/health"
_BODY = b'{"status":"ok"}'


class HealthCheck:
    """An ASGI application that answers `GET /health` by itself: without a key, and without a record."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] != "http" or path != PATH or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(_BODY))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else _BODY})
