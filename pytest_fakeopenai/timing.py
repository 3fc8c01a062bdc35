"""When a reply's bytes leave: the pace between its pieces, and the places where it waits."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field


def _seconds(name: str, value: float) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < float("inf"):
        raise ValueError(f"{name} takes a number of seconds, zero or more, got {value!r}")


@dataclass(frozen=True)
class Pace:
    """The rhythm of a reply: `first` seconds before its first piece, `between` seconds between pieces.

    A blocking reply has one piece, so only `first` applies to it.
    """

    first: float = 0.0
    between: float = 0.0

    def __post_init__(self) -> None:
        _seconds("Pace(first=)", self.first)
        _seconds("Pace(between=)", self.between)


@dataclass(frozen=True)
class Delay:
    """A part at which the reply waits for so many seconds."""

    seconds: float

    def __post_init__(self) -> None:
        _seconds("Delay", self.seconds)

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
    _waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        _seconds("gate(timeout=)", self.timeout)

    @property
    def reached(self) -> bool:
        """Whether a reply has come as far as this gate."""
        return self._reached.is_set()

    def wait_reached(self, timeout: float | None = None) -> None:
        """Block until a reply has come as far as this gate, everything before it sent; TimeoutError otherwise."""
        limit = self.timeout if timeout is None else timeout
        if not self._reached.wait(limit):
            raise TimeoutError(f"no reply reached the gate within {limit} s; is it part of a scripted reply?")

    def open(self) -> None:
        """Let every reply pass that waits here now or comes here later."""
        with self._lock:
            self._opened.set()
            waiting, self._waiting = self._waiting, []
        for loop, event in waiting:
            loop.call_soon_threadsafe(event.set)

    async def passed(self) -> None:
        """Wait, on the server's loop, until the gate is open; GateNeverOpenedError after `timeout`."""
        event = self._enter(asyncio.get_running_loop())
        try:
            await asyncio.wait_for(event.wait(), self.timeout)
        except asyncio.TimeoutError:  # the builtin's alias only from 3.11 on
            raise GateNeverOpenedError(
                f"A reply waited {self.timeout} s at a gate that nobody opened: call gate.open(), "
                "or give it longer with fake_openai.gate(timeout=seconds)."
            ) from None
        finally:
            self._leave(event)

    def _enter(self, loop: asyncio.AbstractEventLoop) -> asyncio.Event:
        event = asyncio.Event()
        with self._lock:
            self._reached.set()
            if self._opened.is_set():
                event.set()
            else:
                self._waiting.append((loop, event))
        return event

    def _leave(self, event: asyncio.Event) -> None:
        with self._lock:
            self._waiting = [waiter for waiter in self._waiting if waiter[1] is not event]
