"""The servers of this process, one per transport: the first fake starts one, the last one stops it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp

from ..settings import Transport
from ..state.world import World
from .loop_thread import LoopThread
from .middleware import TenantMiddleware, cancel_all
from .routes import api
from .tenants import TenantRegistry


def _on_a_socket(app: ASGIApp) -> LoopThread:
    from .thread import ServerThread  # with uvicorn, which nobody else needs

    return ServerThread(app)


def _in_memory(app: ASGIApp) -> LoopThread:
    from .memory import MemoryServer

    return MemoryServer(app)


class Host:
    """A counted lease on a server, and the worlds that it serves; a registry may be shared by several."""

    def __init__(
        self, start: Callable[[ASGIApp], LoopThread] = _on_a_socket, registry: TenantRegistry | None = None
    ) -> None:
        self.registry = registry or TenantRegistry()
        self._start = start
        self._leases = 0
        self._server: LoopThread | None = None
        self._lock = threading.Lock()

    def lease(self) -> LoopThread:
        """Have the server run, or raise what keeps it from running; the server."""
        with self._lock:
            if self._server is None:
                self._server = self._start(TenantMiddleware(api(), self.registry))
            self._leases += 1
            return self._server

    def release(self) -> None:
        """Need the server no longer; the last to say so stops it."""
        with self._lock:
            self._leases -= 1
            if self._leases or self._server is None:
                return
            server, self._server = self._server, None
        server.stop()

    @property
    def running(self) -> bool:
        """Whether anybody holds a lease."""
        return self._server is not None

    @property
    def url(self) -> str:
        """The root of the server's URLs; RuntimeError when it does not run."""
        if self._server is None:
            raise RuntimeError("the fake_openai server is not running")
        return self._server.url

    def open(self, world: World) -> str:
        """Serve a world; the key that its URLs begin with."""
        return self.registry.open(world)

    def close(self, key: str, world: World) -> None:
        """Serve a world no longer: what it still answers, on whatever server, is cut; what still comes is late."""
        self.registry.close(key)
        loops: set[Any] = {task.get_loop() for task in tuple(world.answering)}
        for loop in loops:
            with contextlib.suppress(RuntimeError):  # its server has stopped
                loop.call_soon_threadsafe(cancel_all, world)


REGISTRY = TenantRegistry()
HOSTS: dict[Transport, Host] = {
    "socket": Host(_on_a_socket, REGISTRY),
    "memory": Host(_in_memory, REGISTRY),
}
