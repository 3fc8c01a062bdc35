"""Streams of answers that nobody has closed yet: held until somebody does, or until their fake or their loop ends."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from functools import cache
from typing import Any, Generic, TypeVar

S = TypeVar("S", bound="_OpenStream")


class _OpenStream:
    """The stream of a response, in place of the HTTP library's own, which it passes on."""

    def __init__(self, request: Any, response: Any) -> None:
        self._request = request
        self._stream = response.stream

    @property
    def path(self) -> bytes:
        """The path of the request that it answers."""
        path: bytes = self._request.url.raw_path
        return path


class _OpenStreams(Generic[S]):
    """The open streams, held strongly: what only the garbage collector finds, it closes wherever it happens to run."""

    def __init__(self) -> None:
        self._open: dict[S, None] = {}

    def add(self, stream: S) -> None:
        """Hold a stream until it is closed."""
        self._open[stream] = None

    def discard(self, stream: S) -> bool:
        """Hold a stream no longer; whether it was held."""
        return self._open.pop(stream, self) is None

    def below(self, prefix: bytes) -> list[S]:
        """The streams that answer requests whose path begins so."""
        return [stream for stream in self._open.copy() if stream.path.startswith(prefix)]


class _SyncStream(_OpenStream):
    """What a synchronous client reads; `lock` is its pool's."""

    def __init__(self, streams: SyncStreams, request: Any, response: Any, lock: Any) -> None:
        super().__init__(request, response)
        self._streams = streams
        self._lock = lock
        self._connection = response.extensions.get("network_stream")
        streams.add(self)

    def __iter__(self) -> Iterator[bytes]:
        self._iterator: Iterator[bytes] = iter(self._stream)  # a generator: let go of alone, it would close the stream
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


class SyncStreams(_OpenStreams[_SyncStream]):
    """Those of synchronous clients.

    The collector may run within the lock of the very pool that a connection goes back to. A stream whose `close()` is
    called there waits for `close_overdue()`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.overdue: list[_SyncStream] = []

    def close_overdue(self) -> None:
        """Close what was to be closed within a pool's lock."""
        overdue, self.overdue = self.overdue, []
        for stream in overdue:
            stream.close()

    def end(self, prefix: bytes) -> None:
        """Close the streams that answer requests whose path begins so, whoever reads them."""
        self.close_overdue()
        for stream in self.below(prefix):
            stream.end()


class _AsyncStream(_OpenStream):
    """What an asynchronous client reads."""

    def __init__(self, streams: AsyncStreams, request: Any, response: Any) -> None:
        super().__init__(request, response)
        self._streams = streams
        streams.add(self)

    def __aiter__(self) -> AsyncIterator[bytes]:
        iterator: AsyncIterator[bytes] = self._stream.__aiter__()
        return iterator

    async def aclose(self) -> None:
        """Give the connection back to the pool."""
        if self._streams.discard(self):
            await self._stream.aclose()


class AsyncStreams(_OpenStreams[_AsyncStream]):
    """Those of the asynchronous clients of one loop."""

    async def end(self, prefix: bytes) -> None:
        """Close the streams that answer requests whose path begins so, in their loop."""
        for stream in self.below(prefix):
            with contextlib.suppress(Exception):
                await stream.aclose()


@cache
def sync_stream(library: Any) -> Any:
    """The class of an HTTP library's synchronous streams."""
    return type("SyncStream", (_SyncStream, library.SyncByteStream), {})


@cache
def async_stream(library: Any) -> Any:
    """The class of an HTTP library's asynchronous streams."""
    return type("AsyncStream", (_AsyncStream, library.AsyncByteStream), {})
