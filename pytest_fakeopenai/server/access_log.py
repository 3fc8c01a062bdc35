"""A line for each request that was answered: `POST /v1/responses 200 3 ms`."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class AccessLog:
    """An ASGI application that has `write` print a line for each request, when its answer has ended."""

    def __init__(self, app: ASGIApp, write: Callable[[str], object]) -> None:
        self._app = app
        self._write = write

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), "cut"

        async def send_noted(message: Message) -> None:
            nonlocal status
            status = str(message.get("status", status))
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        finally:
            milliseconds = 1000 * (time.perf_counter() - began)
            self._write(f"{scope['method']} {scope['path']} {status} {milliseconds:.0f} ms")
