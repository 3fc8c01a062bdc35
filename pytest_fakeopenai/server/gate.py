"""From a URL to the world it belongs to: the first path segment names a test, the rest is the API's path."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import secrets
import threading
from typing import Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

from ..pipeline.scope import ADDRESS, DEPLOYMENT, SHOWN_PATH, TRANSPORT, WORLD
from ..state.world import World

_PREFIX = re.compile(r"/(fake-[0-9a-f]{8}-\d+)(?=/|$)")
_VERSION = re.compile(r"/(?:v1|openai/v1|openai/deployments/(?P<deployment>[^/]+)|openai)(?=/|$)")


class NoWorld(Exception):
    """The URL belongs to no test that is still running."""


class TenantLookup(Protocol):
    """Finds the world that a path belongs to."""

    def find(self, path: str) -> tuple[World, str]:
        """The world and the path without its prefix; NoWorld when there is none."""


class SingleTenant:
    """One world for every URL: a server outside any test."""

    def __init__(self, world: World) -> None:
        self.world = world

    def find(self, path: str) -> tuple[World, str]:
        """The one world, whatever the path."""
        return self.world, path


class TenantRegistry:
    """The worlds of one process by URL prefix. A URL without one belongs to the world opened last."""

    def __init__(self) -> None:
        self._salt = secrets.token_hex(4)
        self._count = 0
        self._open: dict[str, World] = {}
        self._names: dict[str, str] = {}
        self._late: list[LateRequest] = []
        self._lock = threading.Lock()

    def admit(self, world: World) -> str:
        """Open a world; the prefix of its URLs."""
        with self._lock:
            self._count += 1
            key = f"fake-{self._salt}-{self._count}"
            self._open[key] = world
            self._names[key] = world.name
        return key

    def dismiss(self, key: str) -> None:
        """Close a world: its URLs are gone from now on."""
        with self._lock:
            del self._open[key]

    def worlds(self) -> list[World]:
        """The open worlds, oldest first."""
        with self._lock:
            return list(self._open.values())

    def find(self, path: str) -> tuple[World, str]:
        """The open world that a path belongs to; a late request is noted and raises NoWorld."""
        match = _PREFIX.match(path)
        with self._lock:
            if match is None:
                world = next(reversed(self._open.values()), None)
            else:
                world = self._open.get(match[1])
                path = path[match.end() :] or "/"
            if world is not None:
                return world, path
            owner = self._names.get(match[1], "another process") if match else ""
            self._late.append(LateRequest(owner, path))
        whose = f"it belongs to {owner}, which has ended" if match else "no fake_openai is active"
        raise NoWorld(f"fake_openai refuses a request to {path}: {whose}.")

    def take_late(self) -> list[LateRequest]:
        """The late requests since the last time this was asked."""
        with self._lock:
            late, self._late = self._late, []
        return late


class LateRequest:
    """A request that came when its test was over: whose it was, and what it asked for."""

    def __init__(self, owner: str, path: str) -> None:
        self.owner = owner
        self.path = path

    def __str__(self) -> str:
        whose = f"after {self.owner} had ended" if self.owner else "while no fake_openai was active"
        return f"a request to {self.path} came {whose}; it was answered 410. Does a background task outlive its test?"


class TenantMiddleware:
    """The outermost ASGI application: puts the world into the scope and the API's own path before the routes."""

    def __init__(self, app: ASGIApp, worlds: TenantLookup) -> None:
        self._app = app
        self._worlds = worlds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        mounted = scope.get("root_path", "")
        asked = scope["path"].removeprefix(mounted) or "/"
        try:
            world, path = self._worlds.find(asked)
        except NoWorld as gone:
            await _refuse(send, str(gone))
            return
        address = _address(scope, mounted + asked.removesuffix(path))
        await self._serve(world, {**scope, **_inner(world, path), ADDRESS: address}, receive, send)

    async def _serve(self, world: World, scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        assert task is not None
        world.answering.add(task)
        try:
            await self._app(scope, receive, send)
        except asyncio.CancelledError:
            transport = scope.get("extensions", {}).get(TRANSPORT)
            if transport is None:
                raise
            transport.abort()
            with contextlib.suppress(asyncio.CancelledError):  # the server may be stopping as well
                await asyncio.sleep(0)  # the protocol learns in the loop's next turn that nobody is there any more
        finally:
            world.answering.discard(task)


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
    version = _VERSION.match(path)
    inner = path[version.end() :] or "/" if version else path
    deployment = version["deployment"] if version else None
    return {WORLD: world, SHOWN_PATH: path, DEPLOYMENT: deployment, "path": inner, "root_path": ""}


async def _refuse(send: Send, message: str) -> None:
    """410 with the API's envelope, for a URL whose test is over."""
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": "test_is_over"}
    body = json.dumps({"error": error}, indent=2).encode()
    headers = {b"content-type": b"application/json", b"content-length": b"%d" % len(body), b"x-should-retry": b"false"}
    await send({"type": "http.response.start", "status": 410, "headers": list(headers.items())})
    await send({"type": "http.response.body", "body": body})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
