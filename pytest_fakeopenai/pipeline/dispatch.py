"""A request that the server makes to itself: recorded, validated and answered like any other, without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from .context import RequestContext
from .scope import ADDRESS, DEPLOYMENT, SHOWN_PATH, WORLD, Message
from .writer import ConnectionCut

# The headers that a request has from the one that it is made for.
_INHERITED = ("authorization", "api-key", "openai-organization", "openai-project", "user-agent")


@dataclass(frozen=True)
class Outcome:
    """The response to a request; a status of 0 says that the connection was cut before."""

    status: int
    body: bytes


class _Client:
    """The ASGI side of a client, which gathers the response; `waits` is called when its answer begins to wait."""

    def __init__(self, body: bytes, waits: Callable[[], None]) -> None:
        self.status = 0
        self.received = b""
        self._body: bytes | None = body
        self._waits = waits

    async def receive(self) -> Message:
        """The request's body; the second call waits for a disconnect, which never comes."""
        if self._body is None:
            self._waits()
            disconnect: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
            return await disconnect
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: Message) -> None:
        """Gather a part of the response."""
        self.status = message.get("status", self.status)
        self.received += message.get("body", b"")


async def dispatch(context: RequestContext, path: str, body: bytes, waits: Callable[[], None]) -> Outcome:
    """Make a POST request to a path of the API on behalf of another request, with its key, in its world.

    `waits` is called when the answer begins to wait, at a delay or a gate.
    """
    client = _Client(body, waits)
    try:
        await context.app(_scope(context, path), client.receive, client.send)
    except ConnectionCut:
        return Outcome(0, b"")
    return Outcome(client.status, client.received)


def _scope(context: RequestContext, path: str) -> Message:
    inherited = {name: context.record.headers[name] for name in _INHERITED if name in context.record.headers}
    headers = {"content-type": "application/json", **inherited}
    return {
        "type": "http",
        "method": "POST",
        "path": path.removeprefix("/v1"),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()],
        WORLD: context.world,
        SHOWN_PATH: path,
        DEPLOYMENT: None,
        ADDRESS: context.address,
    }
