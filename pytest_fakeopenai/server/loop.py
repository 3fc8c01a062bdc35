"""An event loop that needs no socket: it waits on a lock, where asyncio's own loops wait on a pair of sockets."""

from __future__ import annotations

import asyncio
import contextlib
import threading


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


class SocketlessLoop(asyncio.BaseEventLoop):
    """Runs callbacks, timers and tasks, of any thread; it opens no connection, file or process."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = _Lock()

    def _process_events(self, event_list: object) -> None:
        """Do nothing: no file is watched."""

    def _write_to_self(self) -> None:
        """End the loop's wait; asyncio calls this from any thread."""
        self._selector.wake()
