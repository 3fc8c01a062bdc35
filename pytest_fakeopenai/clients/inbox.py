"""A queue from any thread to one task, whether its event loop is asyncio's or trio's."""

from __future__ import annotations

import asyncio
import contextlib
import math
import sys
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from ..unpatched import Clock, Thread

T = TypeVar("T")


class Inbox(ABC, Generic[T]):
    """Items that have been put and not yet been read, oldest first."""

    def __init__(self) -> None:
        self._items: deque[T] = deque()

    def put(self, item: T) -> None:
        """Put an item, from any thread; nobody reads it where the task's loop has ended."""
        self._items.append(item)
        with contextlib.suppress(RuntimeError):
            self._wake()

    async def get(self, timeout: float | None) -> T:
        """The oldest item; TimeoutError where there is none within so many seconds. For the task alone."""
        if not self._items:
            await self._wait(timeout)
            if not self._items:
                raise TimeoutError
        return self._items.popleft()

    @abstractmethod
    def _wake(self) -> None:
        """End the present wait; RuntimeError where the loop has ended."""

    @abstractmethod
    async def _wait(self, timeout: float | None) -> None:
        """Wait until an item has been put, for at most so many seconds."""


class _Timer(Protocol):
    def cancel(self) -> None:
        """Have nothing happen any more."""


class _KernelTimer:
    """Calls a function on a loop after so many seconds, whatever the loop takes for the time."""

    def __init__(self, seconds: float, loop: asyncio.AbstractEventLoop, function: Callable[[], None]) -> None:
        self._seconds, self._loop, self._function = seconds, loop, function
        self._running = threading.Lock()
        self._running.acquire()
        Thread(target=self._run, name="fake-openai-timer", daemon=True).start()

    def _run(self) -> None:
        if not self._running.acquire(timeout=min(self._seconds, threading.TIMEOUT_MAX)):
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._function)

    def cancel(self) -> None:
        """Have nothing happen any more."""
        self._running.release()


class _AsyncioInbox(Inbox[T]):
    """A timer and a future: `asyncio.wait_for` would make a task of each wait."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._loop = loop
        self._waiter: asyncio.Future[None] | None = None

    def _wake(self) -> None:
        self._loop.call_soon_threadsafe(self._end)

    async def _wait(self, timeout: float | None) -> None:
        self._waiter = self._loop.create_future()
        timer = None if timeout is None else self._timer(timeout)
        try:
            await self._waiter
        finally:
            self._waiter = None
            if timer is not None:
                timer.cancel()

    def _timer(self, seconds: float) -> _Timer:
        """Have the wait end after so many seconds of the kernel's: the loop's clock may be frozen."""
        if abs(self._loop.time() - Clock.monotonic()) < 1:
            return self._loop.call_later(seconds, self._expire)
        return _KernelTimer(seconds, self._loop, self._expire)

    def _end(self) -> None:
        if self._items:  # a late wake-up, for what has been read without a wait, ends none
            self._expire()

    def _expire(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class _TrioInbox(Inbox[T]):
    """An event, set through trio's own way into its loop."""

    def __init__(self) -> None:
        super().__init__()
        self._trio = sys.modules["trio"]  # it is running, so it is loaded
        self._token = self._trio.lowlevel.current_trio_token()
        self._event = self._trio.Event()

    def _wake(self) -> None:
        self._token.run_sync_soon(self._set)

    async def _wait(self, timeout: float | None) -> None:
        with self._trio.move_on_after(math.inf if timeout is None else timeout):
            while not self._items:  # a late wake-up, for what has been read without a wait, ends none
                self._event = self._trio.Event()
                await self._event.wait()

    def _set(self) -> None:
        self._event.set()


def inbox() -> Inbox[T]:
    """An inbox for the running task."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return _TrioInbox()
    return _AsyncioInbox(loop)
