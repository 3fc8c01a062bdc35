"""Where a reply goes while it is played: the sinks of an HTTP answer, blocking or streamed.

The sink of a reply that outlives its request is `event_log.EventLog`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from ..unpatched import sleep
from ..wire.protocol.events import Event
from .writer import ResponseWriter

T = TypeVar("T")

# For so long, in seconds, the interpreter is the client's, whose thread may be waiting for it with the first pieces.
_LEFT_TO_THE_CLIENT = 0.0002


class Sink(Protocol):
    """Where a reply goes: takes the events, and lets the parts that are no content take effect.

    `takes_pieces` tells whether whoever reads it gets the pieces of a text one by one, so that it matters when.
    """

    takes_pieces: bool

    @property
    def is_begun(self) -> bool:
        """Whether part of the answer has been written: an error is an event from then on, and no HTTP status."""

    def emit(self, event: Event) -> None:
        """Take an event, or several alike."""

    def add_garbage(self, data: bytes) -> None:
        """Take bytes that are not the protocol."""

    async def flush(self) -> None:
        """Let everything taken so far go out, for more is to be made at once."""

    async def wait(self, waiter: Awaitable[T], seconds: float = 0.0) -> T:
        """Let everything taken so far go out, and wait for the waiter's result, which takes so many `seconds`.

        ClientGone where the client does not wait as long.
        """

    async def hang(self) -> None:
        """Let everything taken so far go out, and nothing more; ClientGone when the client gives up."""

    async def disconnect(self, body: Callable[[], bytes] | None) -> bool:
        """Cut the connection; whether the reply ends with it. `body` makes what there is of the blocking answer."""

    async def truncate(self, body: Callable[[], bytes] | None) -> bool:
        """End the answer early; whether the reply ends with it. `body` makes what there is of the blocking answer."""

    async def finish(self, body: bytes | None) -> None:
        """Complete the answer, of which `body` is the blocking one; None where an error has ended it."""


class _HttpSink:
    """What the answers to an HTTP request have in common: a client that may hang up while they wait."""

    def __init__(self, writer: ResponseWriter) -> None:
        self._writer = writer

    async def wait(self, waiter: Awaitable[T], seconds: float = 0.0) -> T:
        """Send what has been written, and wait as long as the client does."""
        return await self._writer.wait(waiter, seconds)

    async def hang(self) -> None:
        """Send nothing more until the client hangs up."""
        await self._writer.wait(asyncio.get_running_loop().create_future())


class StreamSink(_HttpSink):
    """A stream of server-sent events, with `done` behind the last one."""

    takes_pieces = True

    def __init__(self, writer: ResponseWriter, done: bytes) -> None:
        super().__init__(writer)
        self._done = done

    @property
    def is_begun(self) -> bool:
        """Whether anything has been written, sent or not."""
        return self._writer.touched

    def emit(self, event: Event) -> None:
        """Write the event, and put it on record."""
        self._writer.write_events(event.frames())

    async def flush(self) -> None:
        """Send what has been written, and let the client have it."""
        await self._writer.flush()
        await sleep(_LEFT_TO_THE_CLIENT)

    def add_garbage(self, data: bytes) -> None:
        """Write the bytes at this place of the stream."""
        self._writer.write(data)

    async def disconnect(self, body: Callable[[], bytes] | None) -> bool:
        """Cut the connection behind what has been written."""
        await self._writer.cut()
        return True

    async def truncate(self, body: Callable[[], bytes] | None) -> bool:
        """End the stream behind what has been written, as if it were complete."""
        await self._writer.finish()
        return True

    async def finish(self, body: bytes | None) -> None:
        """End the stream."""
        await self._writer.whole(b"" if body is None else self._done)


class BodySink(_HttpSink):
    """An answer in one piece: no event is sent, and garbage takes the place of the body."""

    takes_pieces = False
    is_begun = False

    def __init__(self, writer: ResponseWriter) -> None:
        super().__init__(writer)
        self._garbage: bytes | None = None

    def emit(self, event: Event) -> None:
        """Take no notice: the body tells it all."""

    async def flush(self) -> None:
        """Send nothing yet."""

    def add_garbage(self, data: bytes) -> None:
        """Send the bytes in place of the body."""
        self._garbage = (self._garbage or b"") + data

    async def disconnect(self, body: Callable[[], bytes] | None) -> bool:
        """Cut the connection when half of the body has been sent."""
        if body is None:
            await self._writer.cut()
        else:
            data = body()
            self._writer.write(data[: len(data) // 2])
            await self._writer.cut(promised=len(data))
        return True

    async def truncate(self, body: Callable[[], bytes] | None) -> bool:
        """Send half of the body, as if it were complete."""
        data = b"" if body is None else body()
        await self._writer.answer(data[: len(data) // 2], is_json=False)
        return True

    async def finish(self, body: bytes | None) -> None:
        """Send the body."""
        await self._writer.whole((body or b"") if self._garbage is None else self._garbage)


HttpSink = StreamSink | BodySink
