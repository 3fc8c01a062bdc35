"""When a reply's bytes leave: the pace between its pieces, and the places where it waits."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field

from .arguments import expect_seconds


@dataclass(frozen=True)
class Pace:
    """The rhythm of a reply: `first` seconds before its first piece, `between` seconds between pieces.

    A blocking reply has one piece, so only `first` applies to it.
    """

    first: float = 0.0
    between: float = 0.0

    def __post_init__(self) -> None:
        expect_seconds("Pace(first=)", self.first)
        expect_seconds("Pace(between=)", self.between)


@dataclass(frozen=True, repr=False)
class Delay:
    """A part at which the reply waits for so many seconds."""

    seconds: float

    def __post_init__(self) -> None:
        expect_seconds("Delay", self.seconds)

    def __repr__(self) -> str:
        return f"Delay({self.seconds})"


class GateNeverOpenedError(Exception):
    """A reply waited at a gate for longer than the gate allows."""


@dataclass(eq=False)
class Gate:
    """A part at which a reply waits until the test calls `open()`.

    `timeout` bounds both waits, in seconds, so that a forgotten `open()` ends in a message and not in a hang.
    A gate stays open once opened. In an async test wait with `await asyncio.to_thread(gate.wait_reached)`.

        gate = fake_openai.gate()
        fake_openai.script(Reply("Hel", gate, "lo"))
        ...                      # the application reads the stream in a thread
        gate.wait_reached()      # "Hel" has been sent
        gate.open()
    """

    timeout: float = 30.0
    _reached: threading.Event = field(default_factory=threading.Event, repr=False)
    _opened: threading.Event = field(default_factory=threading.Event, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _waiting: set[asyncio.Future[bool]] = field(default_factory=set, repr=False)

    def __post_init__(self) -> None:
        expect_seconds("gate(timeout=)", self.timeout)

    @property
    def reached(self) -> bool:
        """Whether a reply has come as far as this gate."""
        return self._reached.is_set()

    def wait_reached(self, timeout: float | None = None) -> None:
        """Block until a reply has come as far as this gate, everything before it sent; TimeoutError otherwise."""
        limit = self.timeout if timeout is None else timeout
        expect_seconds("wait_reached(timeout=)", limit)
        if not self._reached.wait(limit):
            raise TimeoutError(f"no reply reached the gate within {limit} s; is it part of a scripted reply?")

    def open(self) -> None:
        """Let every reply pass that waits here now or comes here later."""
        with self._lock:
            self._opened.set()
            waiting, self._waiting = self._waiting, set()
        for waiter in waiting:
            waiter.get_loop().call_soon_threadsafe(_settle, waiter, True)

    async def passed(self) -> None:
        """Wait, on the server's loop, until the gate is open; GateNeverOpenedError after `timeout`."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[bool] = loop.create_future()
        self._enter(waiter)
        timer = loop.call_later(self.timeout, _settle, waiter, False)
        try:
            opened = await waiter
        finally:
            timer.cancel()
            self._leave(waiter)
        if not opened:
            raise GateNeverOpenedError(
                f"A reply waited {self.timeout} s at a gate that nobody opened: call gate.open(), "
                "or give it longer with fake_openai.gate(timeout=seconds)."
            )

    def _enter(self, waiter: asyncio.Future[bool]) -> None:
        with self._lock:
            self._reached.set()
            if self._opened.is_set():
                waiter.set_result(True)
            else:
                self._waiting.add(waiter)

    def _leave(self, waiter: asyncio.Future[bool]) -> None:
        with self._lock:
            self._waiting.discard(waiter)


def _settle(waiter: asyncio.Future[bool], opened: bool) -> None:
    if not waiter.done():
        waiter.set_result(opened)
