"""Requests to a fake in memory, taken out of the HTTP libraries before they would become connections.

One place in a library makes every client of the process reach the fake: those that we hand out, those that the
application makes, and the library's own. Requests to any other host go on as they did. There are two such libraries,
for frameworks have clients of their own: that of the installed SDK, and the other where it is installed.
"""

from __future__ import annotations

import contextlib
import http
import importlib
import os
import queue
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache, partial
from typing import Any

import openai

from ..server.memory import MemoryServer
from ..server.messages import Request, ResponseChunk, ResponseHead
from ..settings import MEMORY_HOST
from .inbox import Inbox, inbox
from .methods import MethodPatches

# The SDK's HTTP library, whatever it is called: its class is what the SDK's own client derives from.
_PACKAGES = (each.__module__.partition(".")[0] for each in openai.DefaultHttpxClient.__mro__)
LIBRARY: Any = sys.modules[next(name for name in _PACKAGES if name != "openai")]
_NAMES = ("httpx", "httpx2")
_HOST = MEMORY_HOST.encode()


class Interception:
    """Patches the transports of the HTTP libraries while a server in memory runs; the newest server answers."""

    def __init__(self) -> None:
        self._servers: list[MemoryServer] = []
        self._lock = threading.Lock()
        self._methods = MethodPatches()

    @contextlib.contextmanager
    def leading_to(self, server: MemoryServer) -> Iterator[None]:
        """A context in which requests to the fakes in memory are answered by this server."""
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
                    self._methods.remove()

    def forget(self) -> None:
        """Answer nothing more, in a process that was forked: the servers run in its parent."""
        self._servers, self._lock = [], threading.Lock()

    def _install(self) -> None:
        for library in libraries():
            self._methods.put(library.HTTPTransport, "handle_request", partial(self._sync, _sync_stream(library)))
            self._methods.put(
                library.AsyncHTTPTransport, "handle_async_request", partial(self._async, _async_stream(library))
            )

    def _server(self, request: Any) -> MemoryServer | None:
        """The server for a request; None for one to another host, or when there is none any more."""
        if request.url.raw_host != _HOST:
            return None
        newest = self._servers[-1:]
        return newest[0] if newest else None

    def _sync(self, stream: Any, original: Any) -> Any:
        def handle_request(transport: Any, request: Any) -> Any:
            if (server := self._server(request)) is None:
                return original(transport, request)
            return stream(server, request, b"".join(request.stream)).response()

        return handle_request

    def _async(self, stream: Any, original: Any) -> Any:
        async def handle_async_request(transport: Any, request: Any) -> Any:
            if (server := self._server(request)) is None:
                return await original(transport, request)
            body = b"".join([piece async for piece in request.stream])
            return await stream(server, request, body).response()

        return handle_async_request


class _Stream:
    """The stream of a response, for either kind of client, in the terms of its library.

    `_refusal` is the error's text where no server runs.
    """

    _library: Any
    _refusal = ""

    def __init__(
        self, server: MemoryServer, request: Any, body: bytes, deliver: Callable[[ResponseChunk], None]
    ) -> None:
        self._server = server
        self._read_timeout: float | None = request.extensions.get("timeout", {}).get("read")
        self._ended = False
        url = request.url
        message = Request(request.method, url.scheme, url.raw_path, request.headers.raw, body)
        try:
            self._cycle = server.handle(message, deliver)
        except ConnectionRefusedError as error:
            raise self._library.ConnectError(self._refusal or str(error)) from error

    def _start(self, chunk: ResponseChunk) -> Any:
        """The response whose first chunk this is."""
        self._first: ResponseChunk | None = chunk
        if chunk.head is None:
            self._read(chunk)
        return self._response(chunk.head)

    def _response(self, head: ResponseHead | None) -> Any:
        assert head is not None
        status, headers = head
        extensions = {"http_version": b"HTTP/1.1", "reason_phrase": _reason_phrase(status)}
        return self._library.Response(status, headers=headers, stream=self, extensions=extensions)

    def _read(self, chunk: ResponseChunk) -> bytes:
        """The piece of the body in a chunk; the library's error where the connection broke."""
        self._ended = chunk.ended or chunk.error is not None
        if chunk.error is not None:
            raise self._library.RemoteProtocolError(chunk.error)
        return chunk.body

    def _read_first(self) -> bytes:
        """The piece in the chunk that the response began with; nothing where somebody reads on."""
        chunk, self._first = self._first, None
        return b"" if chunk is None else self._read(chunk)

    def _disconnect(self) -> None:
        if not self._ended:
            self._ended = True
            self._server.disconnect(self._cycle)


@cache
def _reason_phrase(status: int) -> bytes:
    try:
        return http.HTTPStatus(status).phrase.encode()
    except ValueError:
        return b""


class _SyncStream(_Stream):
    """A response as a synchronous client reads it: its thread waits."""

    def __init__(self, server: MemoryServer, request: Any, body: bytes) -> None:
        self._inbox: queue.SimpleQueue[ResponseChunk] = queue.SimpleQueue()
        super().__init__(server, request, body, self._inbox.put)

    def response(self) -> Any:
        """The response, once it has begun."""
        return self._start(self._next())

    def _next(self) -> ResponseChunk:
        try:
            return self._inbox.get(timeout=self._read_timeout)
        except BaseException as error:
            self._disconnect()
            if isinstance(error, queue.Empty):
                raise self._library.ReadTimeout("timed out") from None
            raise

    def __iter__(self) -> Iterator[bytes]:
        piece = self._read_first()
        while True:
            if piece:
                yield piece
            if self._ended:
                return
            piece = self._read(self._next())

    def close(self) -> None:
        """Read no more."""
        self._disconnect()


class _AsyncStream(_Stream):
    """A response as an asynchronous client reads it: its task waits."""

    _refusal = "All connection attempts failed"

    def __init__(self, server: MemoryServer, request: Any, body: bytes) -> None:
        self._inbox: Inbox[ResponseChunk] = inbox()
        super().__init__(server, request, body, self._inbox.put)

    async def response(self) -> Any:
        """The response, once it has begun."""
        return self._start(await self._next())

    async def _next(self) -> ResponseChunk:
        try:
            return await self._inbox.get(self._read_timeout)
        except BaseException as error:
            self._disconnect()
            if isinstance(error, TimeoutError):
                raise self._library.ReadTimeout("") from None
            raise

    async def __aiter__(self) -> AsyncIterator[bytes]:
        piece = self._read_first()
        while True:
            if piece:
                yield piece
            if self._ended:
                return
            piece = self._read(await self._next())

    async def aclose(self) -> None:
        """Read no more."""
        self._disconnect()


@cache
def _sync_stream(library: Any) -> type[_SyncStream]:
    """The class of streams that a library's synchronous clients take."""
    return type("SyncStream", (_SyncStream, library.SyncByteStream), {"_library": library})


@cache
def _async_stream(library: Any) -> type[_AsyncStream]:
    """The class of streams that a library's asynchronous clients take."""
    return type("AsyncStream", (_AsyncStream, library.AsyncByteStream), {"_library": library})


@cache
def libraries() -> tuple[Any, ...]:
    """The HTTP libraries that are installed, the SDK's among them."""
    installed = []
    for name in _NAMES:
        with contextlib.suppress(ImportError):
            installed.append(importlib.import_module(name))
    return tuple(installed)


INTERCEPTION = Interception()
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=INTERCEPTION.forget)
