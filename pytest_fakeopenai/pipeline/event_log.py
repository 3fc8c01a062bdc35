"""The sink of a reply that outlives its request: a log of its events, from which anyone who asks may read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import ExitStack
from typing import TypeVar

from typing_extensions import assert_never

from ..replies.faults import Disconnect, Garbage, Timeout, Truncate
from ..wire.protocol.call import Json
from ..wire.protocol.events import Event
from .sinks import Sink

T = TypeVar("T")

# Besides events, what befalls the connection that the reply began on.
LogEntry = Event | Garbage | Disconnect | Truncate | Timeout


class EventLog:
    """What a reply has said so far, though its client may be gone: events are kept, and told to all who follow.

    `expire` gives the events of an answer that falls silent, none where it is waited for without end; `ending` is what
    is to be done when the reply is over.
    """

    is_begun = True

    def __init__(self, *, takes_pieces: bool, expire: Callable[[], Iterable[Event]], ending: ExitStack) -> None:
        self.takes_pieces = takes_pieces
        self.is_over = False
        self._expire = expire
        self._ending = ending
        self._entries: list[LogEntry] = []
        self._news = asyncio.Event()

    def emit(self, event: Event) -> None:
        """Keep an event."""
        self._add(event)

    async def flush(self) -> None:
        """Do nothing: those who follow have everything."""

    def add_garbage(self, data: bytes) -> None:
        """Keep it for the connection that the reply began on."""
        self._add(Garbage(data))

    async def wait(self, waiter: Awaitable[T], seconds: float = 0.0) -> T:
        """Wait for the waiter's result, whether or not anybody is there."""
        return await waiter

    async def hang(self) -> None:
        """Leave the connection that the reply began on waiting; end the reply if it expires, else say nothing more."""
        self._add(Timeout())
        events = [*self._expire()]
        if not events:
            await asyncio.get_running_loop().create_future()
        self.end(events)

    async def disconnect(self, body: Callable[[], bytes] | None) -> bool:
        """Have the connection cut that the reply began on; the reply goes on."""
        self._add(Disconnect())
        return False

    async def truncate(self, body: Callable[[], bytes] | None) -> bool:
        """Have the answer end that the reply began with; the reply goes on."""
        self._add(Truncate())
        return False

    async def finish(self, body: bytes | None) -> None:
        """Tell all who follow that nothing more will come."""
        self.end()

    def end(self, events: Iterable[Event] = ()) -> None:
        """Keep the last events, and tell all who follow that nothing more will come."""
        self._entries += events
        self.is_over = True
        self._ending.close()
        self._wake()

    def values(self) -> list[Json]:
        """The data of all events."""
        return [value for event in _events(self._entries) for value in event.values()]

    async def follow(self) -> AsyncIterator[list[Event]]:
        """All events so far, then those that come next, as they come, until the reply is over."""
        position = 0
        while fresh := await self._since(position):
            position += len(fresh)
            yield _events(fresh)

    async def replay(self, sink: Sink) -> bool:
        """Play all that is said to the connection that the reply began on; whether it lasts until the reply is over."""
        position = 0
        while not self.is_over or position < len(self._entries):
            fresh = self._entries[position:] or await sink.wait(self._since(position))
            position += len(fresh)
            for entry in fresh:
                if await _ends_at(entry, sink):
                    return False
        return True

    async def _since(self, position: int) -> list[LogEntry]:
        """What comes behind so many entries; nothing when the reply is over."""
        while position == len(self._entries) and not self.is_over:
            await self._news.wait()
        return self._entries[position:]

    def _add(self, entry: LogEntry) -> None:
        self._entries.append(entry)
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


def _events(entries: Iterable[LogEntry]) -> list[Event]:
    return [entry for entry in entries if isinstance(entry, Event)]


async def _ends_at(entry: LogEntry, sink: Sink) -> bool:
    """Play an entry to a connection; whether it is cut."""
    if isinstance(entry, Event):
        sink.emit(entry)
    elif isinstance(entry, Garbage):
        sink.add_garbage(entry.encoded)
    elif isinstance(entry, Timeout):
        await sink.hang()
    elif isinstance(entry, Disconnect):
        return await sink.disconnect(None)
    elif isinstance(entry, Truncate):
        return await sink.truncate(None)
    else:
        assert_never(entry)
    return False
