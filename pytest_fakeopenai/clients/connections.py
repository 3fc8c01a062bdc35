"""What the process's clients have open to fakes on a socket: it ends with the fake, or with the event loop.

Two methods of the HTTP libraries stand for every client: those that we hand out, those that the application makes, and
those that a framework keeps for the whole process. Requests to any other server pass.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from .loop_pools import LoopPools, all_pools, loop_pools
from .loops import run_on
from .methods import MethodPatches
from .streams import SyncStreams, async_stream, sync_stream
from .transports import connections, drop, is_reentrant, pool_lock, reentrant_lock

_LIBRARIES = ("httpx", "httpx2")


class Connections:
    """The connections of clients to the fakes of this process, while any listens on a socket."""

    def __init__(self) -> None:
        self._ports: list[int] = []
        self._lock = threading.Lock()
        self._methods = MethodPatches()
        self._libraries: list[Any] = []
        self._streams = SyncStreams()
        self._kept: weakref.WeakSet[Any] = weakref.WeakSet()
        self._passing: weakref.WeakSet[Any] = weakref.WeakSet()  # synchronous, and not kept
        self._homes: weakref.WeakKeyDictionary[Any, LoopPools] = weakref.WeakKeyDictionary()

    @contextlib.contextmanager
    def watching(self, port: int) -> Iterator[None]:
        """A context in which the requests to a port are known, of every HTTP library that is loaded when it begins."""
        with self._lock:
            self._ports.append(port)
            self._patch()
        try:
            yield
        finally:
            with self._lock:
                self._ports.remove(port)
                if not self._ports:
                    self._methods.remove()
                    self._libraries.clear()

    def _patch(self) -> None:
        for name in _LIBRARIES:
            if (library := sys.modules.get(name)) is None or library in self._libraries:
                continue
            self._libraries.append(library)
            self._methods.put(library.HTTPTransport, "handle_request", self._sync(library))
            self._methods.put(library.AsyncHTTPTransport, "handle_async_request", self._async(library))

    def keep(self, transport: Any) -> None:
        """Leave the idle connections of a transport open from one fake to the next."""
        self._kept.add(transport)

    def end(self, key: str) -> None:
        """Close the streams of the fake with this key, and the connections that would wait for its next request.

        Asynchronous ones are closed on their own loop: now where it stands still, soon where it runs.
        """
        prefix = f"/{key}/".encode()
        self._streams.end(prefix)
        for transport in tuple(self._passing):
            _close_idle(transport)
        for pools in all_pools():
            idle = [each for each in pools if each not in self._kept and any(map(_is_idle, connections(each)))]
            if idle or pools.streams.below(prefix):
                run_on(pools.loop, partial(_aend, pools, prefix, idle))

    # Requests

    def _sync(self, library: Any) -> Callable[[Any], Any]:
        stream = sync_stream(library)

        def wrap(original: Any) -> Any:
            def handle_request(transport: Any, request: Any) -> Any:
                if request.url.port not in self._ports:
                    return original(transport, request)
                lock = self._enter(transport)
                response = original(transport, request)
                response.stream = stream(self._streams, request, response, lock)
                return response

            return handle_request

        return wrap

    def _enter(self, transport: Any) -> Any:
        """Prepare a synchronous transport for a request; the lock of its pool."""
        if self._streams.overdue:
            self._streams.close_overdue()
        lock = pool_lock(transport)
        return lock if is_reentrant(lock) else self._meet(transport)

    def _meet(self, transport: Any) -> Any:
        """Prepare a synchronous transport for its first request; the lock of its pool from then on."""
        if transport not in self._kept:
            self._passing.add(transport)
        return reentrant_lock(transport)

    def _async(self, library: Any) -> Callable[[Any], Any]:
        stream = async_stream(library)

        def wrap(original: Any) -> Any:
            async def handle_async_request(transport: Any, request: Any) -> Any:
                if request.url.port not in self._ports:
                    return await original(transport, request)
                pools = await self._aenter(transport)
                response = await original(transport, request)
                response.stream = stream(pools.streams, request, response)
                return response

            return handle_async_request

        return wrap

    async def _aenter(self, transport: Any) -> LoopPools:
        """Prepare an asynchronous transport for a request in the running loop; the pools of that loop."""
        pools = await loop_pools()
        if (home := self._homes.get(transport)) is not pools:
            self._homes[transport] = pools
            pools.add(transport)
            if home is not None:
                _leave(transport, home)
        return pools


def _leave(transport: Any, home: LoopPools) -> None:
    """Take a transport out of a loop: its connections of that loop work in no other."""
    home.discard(transport)
    strays = [each for each in connections(transport) if each.is_idle() or home.ended]
    drop(transport, strays)
    if strays and not home.ended:
        run_on(home.loop, partial(_aclose, strays))


def _is_idle(connection: Any) -> bool:
    idle: bool = connection.is_idle()
    return idle


def _close_idle(transport: Any) -> None:
    for connection in filter(_is_idle, connections(transport)):
        connection.close()


async def _aend(pools: LoopPools, prefix: bytes, transports: list[Any]) -> None:
    await pools.streams.end(prefix)
    for transport in transports:
        await _aclose(list(filter(_is_idle, connections(transport))))


async def _aclose(strays: list[Any]) -> None:
    for connection in strays:
        with contextlib.suppress(Exception):
            await connection.aclose()


CONNECTIONS = Connections()
