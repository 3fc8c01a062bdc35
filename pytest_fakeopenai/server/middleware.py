"""The middleware that puts a request's world into its scope, and ends what is answered for a world that is closed."""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from ..pipeline.scope import ADDRESS, DEPLOYMENT, SHOWN_PATH, TRANSPORT, WORLD
from ..state.world import World
from ..unpatched import turn
from .cross_origin import answer_cross_origin, is_cross_origin
from .refusals import refuse
from .tenants import NoWorld, TenantLookup
from .websockets import refuse_websocket

# Clients put Azure's deployment behind whatever base URL they are given; version and prefix may stand in either order.
_VERSION = re.compile(r"(?:/v1/openai|/openai/v1|/openai|/v1)?(?:/deployments/(?P<deployment>[^/]+))?(?=/|$)")


class TenantMiddleware:
    """The outermost ASGI application: puts the world into the scope, and the API's own path in place of the URL's."""

    def __init__(self, app: ASGIApp, tenants: TenantLookup) -> None:
        self._app = app
        self._tenants = tenants

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request, or the lifespan of the server; a WebSocket is refused."""
        if scope["type"] == "http" and is_cross_origin(scope):
            await answer_cross_origin(self._serve_request, scope, receive, send)
        elif scope["type"] == "http":
            await self._serve_request(scope, receive, send)
        elif scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "websocket":
            await refuse_websocket(scope, receive, send)
        else:
            raise NotImplementedError(f"pytest-fakeopenai serves HTTP, got an ASGI scope of type {scope['type']!r}")

    async def _serve_request(self, scope: Scope, receive: Receive, send: Send) -> None:
        mount = scope.get("root_path", "")
        full_path = scope["path"].removeprefix(mount) or "/"
        try:
            world, path = self._tenants.find(full_path)
        except NoWorld as error:
            await refuse(send, 410, str(error), "test_is_over")
            return
        address = _address(scope, mount + full_path.removesuffix(path))
        await self._serve(world, {**scope, **_inner(world, path), ADDRESS: address}, receive, send)

    async def _serve(self, world: World, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the request answered by a task that the world knows; where it is cancelled, cut the connection."""
        task = asyncio.current_task()
        assert task is not None
        world.answering.add(task)
        try:
            await self._app(scope, receive, send)
        except asyncio.CancelledError:
            if (transport := scope.get("extensions", {}).get(TRANSPORT)) is None:
                raise
            await _abort(transport)
        finally:
            world.answering.discard(task)


async def _abort(transport: Any) -> None:
    """Cut a connection."""
    transport.abort()
    with contextlib.suppress(asyncio.CancelledError):  # the server may be stopping as well
        await turn()  # the protocol learns in the loop's next turn that nobody is there any more


def cancel_all(world: World) -> None:
    """Cut what is still being answered for a world on the running loop, which is a server's."""
    loop = asyncio.get_running_loop()
    for task in tuple(world.answering):
        if task.get_loop() is loop:
            task.cancel()


def _address(scope: Scope, prefix: str) -> str:
    """The URL below which the API's paths are those of one world, as the client knows it."""
    host = next((value.decode("latin-1") for name, value in scope.get("headers", ()) if name == b"host"), "localhost")
    return f"{scope.get('scheme', 'http')}://{host}{prefix}"


def _inner(world: World, path: str) -> Scope:
    """What the routes find in the scope: the world, the path without version or Azure's prefix, and the deployment."""
    version = _VERSION.match(path)
    assert version is not None  # nothing at all is one as well
    inner, deployment = path[version.end() :] or "/", version["deployment"]
    return {WORLD: world, SHOWN_PATH: path, DEPLOYMENT: deployment, "path": inner, "root_path": ""}


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
