"""The event loops of our servers, which keep the kernel's time and need nothing that a suite may have replaced."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any

from ..unpatched import Clock, Socket


class _RealTime:
    """A loop whose timers a frozen clock does not stop."""

    def time(self) -> float:
        """The kernel's monotonic time, in seconds."""
        seconds: float = Clock.monotonic()
        return seconds


class SocketLoop(_RealTime, asyncio.SelectorEventLoop):
    """Serves sockets, also where the suite lets nobody make one."""

    _ssock: Any  # these are asyncio's
    _csock: Any
    _internal_fds: int
    _add_reader: Callable[..., None]
    _read_from_self: Callable[[], None]

    def _make_self_pipe(self) -> None:
        """Make the pair of sockets by which other threads wake the loop."""
        try:
            self._ssock, self._csock = Socket.pair()
        except NotImplementedError:  # Windows: Python makes one of a connection
            self._ssock, self._csock = socket.socketpair()
        for each in (self._ssock, self._csock):
            each.setblocking(False)
        self._internal_fds += 1
        self._add_reader(self._ssock.fileno(), self._read_from_self)


class _Lock:
    """What the loop waits on in place of a selector: held while nobody has called."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()

    def select(self, timeout: float | None) -> tuple[()]:
        """Wait until somebody calls, for at most so many seconds; nothing is ever readable."""
        self._lock.acquire(timeout=-1 if timeout is None else timeout)
        return ()

    def wake(self) -> None:
        """End the present wait, or the next."""
        with contextlib.suppress(RuntimeError):  # somebody else has called already
            self._lock.release()


class SocketlessLoop(_RealTime, asyncio.BaseEventLoop):
    """Needs no socket: it waits on a lock, where asyncio's own loops wait on a pair of sockets.

    It runs callbacks, timers and tasks, of any thread; it opens no connection, file or process.
    """

    def __init__(self) -> None:
        super().__init__()
        self._selector = _Lock()

    def _process_events(self, event_list: object) -> None:
        """Do nothing: no file is watched."""

    def _write_to_self(self) -> None:
        """End the loop's wait; asyncio calls this from any thread."""
        self._selector.wake()
