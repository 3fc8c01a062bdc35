"""Requests to a fake in memory, taken out of the SDK's HTTP library before they would become connections.

One place in the library makes every client of the process reach the fake: those that we hand out, those that the
application makes, and the library's own. Requests to any other host go on as they did.
"""

from __future__ import annotations

import contextlib
import http
import os
import queue
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache
from typing import Any

import openai

from ..server.memory import Head, MemoryServer, Request, Said
from ..settings import MEMORY_HOST
from .inbox import Inbox, inbox

# The HTTP library, whatever it is called: its class is what the SDK's own client derives from.
_PACKAGES = (each.__module__.partition(".")[0] for each in openai.DefaultHttpxClient.__mro__)
LIBRARY: Any = sys.modules[next(name for name in _PACKAGES if name != "openai")]
_HOST = MEMORY_HOST.encode()


class Interception:
    """Stands in for the library's transports while anybody holds it; the newest server answers."""

    def __init__(self) -> None:
        self._servers: list[MemoryServer] = []
        self._lock = threading.Lock()
        self._ours: dict[tuple[Any, str], tuple[Any, Any]] = {}

    @contextlib.contextmanager
    def leading_to(self, server: MemoryServer) -> Iterator[None]:
        """While requests to the fakes in memory are answered by this server."""
        with self._lock:
            if not self._servers:
                self._install()
            self._servers.append(server)
        try:
            yield
        finally:
            with self._lock:
                self._servers.remove(server)
                if not self._servers:
                    self._remove()

    def forget(self) -> None:
        """Answer nothing more, in a process that was forked: its servers have stayed behind."""
        self._servers, self._lock = [], threading.Lock()

    def _install(self) -> None:
        self._put(LIBRARY.HTTPTransport, "handle_request", self._sync)
        self._put(LIBRARY.AsyncHTTPTransport, "handle_async_request", self._async)

    def _put(self, owner: Any, name: str, wrap: Callable[[Any], Any]) -> None:
        original = vars(owner)[name]
        ours = wrap(original)
        self._ours[owner, name] = ours, original
        setattr(owner, name, ours)

    def _remove(self) -> None:
        """Put back what was there; where somebody has wrapped ours meanwhile, it stays and lets everything pass."""
        for (owner, name), (ours, original) in self._ours.items():
            if vars(owner)[name] is ours:
                setattr(owner, name, original)
        self._ours.clear()

    def _server(self, request: Any) -> MemoryServer | None:
        """The server for a request; None for one to another host, or when there is none any more."""
        if request.url.raw_host != _HOST:
            return None
        newest = self._servers[-1:]
        return newest[0] if newest else None

    def _sync(self, original: Any) -> Any:
        def handle_request(transport: Any, request: Any) -> Any:
            if (server := self._server(request)) is None:
                return original(transport, request)
            return _Answer(server, request, b"".join(request.stream)).response()

        return handle_request

    def _async(self, original: Any) -> Any:
        async def handle_async_request(transport: Any, request: Any) -> Any:
            if (server := self._server(request)) is None:
                return await original(transport, request)
            body = b"".join([piece async for piece in request.stream])
            return await _AsyncAnswer(server, request, body).response()

        return handle_async_request


class _Conversation:
    """A request and its answer, for either kind of client; `refused` is what it says where no server runs."""

    _refused = ""

    def __init__(self, server: MemoryServer, request: Any, body: bytes, tell: Callable[[Said], None]) -> None:
        self._server = server
        self._patience: float | None = request.extensions.get("timeout", {}).get("read")
        self._ended = False
        url = request.url
        asked = Request(request.method, url.scheme, url.raw_path, request.headers.raw, body)
        try:
            self._exchange = server.exchange(asked, tell)
        except ConnectionRefusedError as error:
            raise LIBRARY.ConnectError(self._refused or str(error)) from error

    def _begun(self, said: Said) -> Any:
        """The response that begins so."""
        self._first = said
        if said.head is None:
            self._heard(said)
        return _response(said.head, self)

    def _heard(self, said: Said) -> bytes:
        """The piece of the body in what has been said."""
        self._ended = said.ended or said.broken is not None
        if said.broken is not None:
            raise LIBRARY.RemoteProtocolError(said.broken)
        return said.body

    def _hang_up(self) -> None:
        if not self._ended:
            self._ended = True
            self._server.hang_up(self._exchange)


def _response(head: Head | None, stream: object) -> Any:
    assert head is not None
    status, headers = head
    extensions = {"http_version": b"HTTP/1.1", "reason_phrase": _phrase(status)}
    return LIBRARY.Response(status, headers=headers, stream=stream, extensions=extensions)


@cache
def _phrase(status: int) -> bytes:
    try:
        return http.HTTPStatus(status).phrase.encode()
    except ValueError:
        return b""


class _Answer(_Conversation, LIBRARY.SyncByteStream):  # type: ignore[misc]  # not known by name
    """An answer as a synchronous client reads it: its thread waits."""

    def __init__(self, server: MemoryServer, request: Any, body: bytes) -> None:
        self._inbox: queue.SimpleQueue[Said] = queue.SimpleQueue()
        super().__init__(server, request, body, self._inbox.put)

    def response(self) -> Any:
        """The response, once it has begun."""
        return self._begun(self._next())

    def _next(self) -> Said:
        try:
            return self._inbox.get(timeout=self._patience)
        except BaseException as error:
            self._hang_up()
            if isinstance(error, queue.Empty):
                raise LIBRARY.ReadTimeout("timed out") from None
            raise

    def __iter__(self) -> Iterator[bytes]:
        piece = self._heard(self._first)
        while True:
            if piece:
                yield piece
            if self._ended:
                return
            piece = self._heard(self._next())

    def close(self) -> None:
        """Read no more."""
        self._hang_up()


class _AsyncAnswer(_Conversation, LIBRARY.AsyncByteStream):  # type: ignore[misc]  # not known by name
    """An answer as an asynchronous client reads it: its task waits."""

    _refused = "All connection attempts failed"

    def __init__(self, server: MemoryServer, request: Any, body: bytes) -> None:
        self._inbox: Inbox[Said] = inbox()
        super().__init__(server, request, body, self._inbox.put)

    async def response(self) -> Any:
        """The response, once it has begun."""
        return self._begun(await self._next())

    async def _next(self) -> Said:
        try:
            return await self._inbox.get(self._patience)
        except BaseException as error:
            self._hang_up()
            if isinstance(error, TimeoutError):
                raise LIBRARY.ReadTimeout("") from None
            raise

    async def __aiter__(self) -> AsyncIterator[bytes]:
        piece = self._heard(self._first)
        while True:
            if piece:
                yield piece
            if self._ended:
                return
            piece = self._heard(await self._next())

    async def aclose(self) -> None:
        """Read no more."""
        self._hang_up()


INTERCEPTION = Interception()
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=INTERCEPTION.forget)
