"""Streams of answers that nobody has closed yet: held until somebody does, or until their fake ends."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from functools import cache
from typing import Any

from .loop_pools import run_on


class OpenStreams:
    """The open streams, held strongly: what only the garbage collector finds, it closes wherever it happens to run.

    That can be within the lock of the very pool that the connection goes back to. A stream whose `close()` is called
    there waits for `close_overdue()`.
    """

    def __init__(self) -> None:
        self._open: dict[_OpenStream, None] = {}
        self.overdue: list[_SyncStream] = []

    def add(self, stream: _OpenStream) -> None:
        """Hold a stream until it is closed."""
        self._open[stream] = None

    def discard(self, stream: _OpenStream) -> bool:
        """Hold a stream no longer; whether it was held."""
        return self._open.pop(stream, self) is None

    def close_overdue(self) -> None:
        """Close what was to be closed within a pool's lock."""
        overdue, self.overdue = self.overdue, []
        for stream in overdue:
            stream.close()

    def end(self, prefix: bytes) -> None:
        """Close the streams that answer requests whose path begins so."""
        self.close_overdue()
        for stream in tuple(self._open.copy()):
            if stream.path.startswith(prefix):
                stream.end()


class _OpenStream:
    """The stream of a response, in place of the HTTP library's own, which it passes on."""

    def __init__(self, streams: OpenStreams, request: Any, response: Any) -> None:
        self._streams = streams
        self._request = request
        self._connection = response.extensions.get("network_stream")
        self._stream = response.stream
        streams.add(self)

    @property
    def path(self) -> bytes:
        """The path of the request that it answers."""
        path: bytes = self._request.url.raw_path
        return path

    def end(self) -> None:
        """Close it from outside, whoever reads it."""
        raise NotImplementedError


class _SyncStream(_OpenStream):
    """What a synchronous client reads; `lock` is its pool's."""

    def __init__(self, streams: OpenStreams, request: Any, response: Any, lock: Any) -> None:
        super().__init__(streams, request, response)
        self._lock = lock

    def __iter__(self) -> Iterator[bytes]:
        self._iterator: Iterator[bytes] = iter(
            self._stream
        )  # a generator: let go of alone, it would close the stream by itself
        return self._iterator

    def close(self) -> None:
        """Give the connection back to the pool; within the pool's lock, have that done by the next request."""
        if self._lock._is_owned():
            self._streams.overdue.append(self)
        elif self._streams.discard(self):
            self._stream.close()

    def end(self) -> None:
        """Wake a thread that reads from the connection, and close it."""
        with contextlib.suppress(OSError, AttributeError):
            self._connection.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(ValueError):  # the reader has given the connection back at this very moment
            self.close()


class _AsyncStream(_OpenStream):
    """What an asynchronous client reads; `loop` is the one that it reads in."""

    def __init__(self, streams: OpenStreams, request: Any, response: Any, loop: Any) -> None:
        super().__init__(streams, request, response)
        self._loop = loop

    def __aiter__(self) -> AsyncIterator[bytes]:
        iterator: AsyncIterator[bytes] = self._stream.__aiter__()
        return iterator

    async def aclose(self) -> None:
        """Give the connection back to the pool."""
        if self._streams.discard(self):
            await self._stream.aclose()

    def end(self) -> None:
        """Close it on its own loop; where that has ended, so has the connection."""
        run_on(self._loop, self._close_quietly)

    async def _close_quietly(self) -> None:
        with contextlib.suppress(Exception):
            await self.aclose()


@cache
def sync_stream(library: Any) -> Any:
    """The class of an HTTP library's synchronous streams."""
    return type("SyncStream", (_SyncStream, library.SyncByteStream), {})


@cache
def async_stream(library: Any) -> Any:
    """The class of an HTTP library's asynchronous streams."""
    return type("AsyncStream", (_AsyncStream, library.AsyncByteStream), {})
