"""Pools of connections that live and die with an event loop, and work that is done on a loop from elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import weakref
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

Work = Callable[[], Awaitable[None]]
_TASKS: set[asyncio.Task[None]] = set()  # a loop holds its tasks weakly


class LoopPools:
    """The pools in use on one loop. An asynchronous generator holds them, which the loop closes when it ends.

    A pool is anything with an `aclose()`, after which it can be used again, on another loop as well.
    """

    def __init__(self, loop: Any) -> None:
        self.loop = loop
        self._pools: weakref.WeakSet[Any] = weakref.WeakSet()
        self._life = self._live()

    async def start(self) -> None:
        """Tie the pools to the loop, which is running."""
        await anext(self._life)

    def add(self, pool: Any) -> None:
        """Have a pool closed with the loop."""
        self._pools.add(pool)

    def discard(self, pool: Any) -> None:
        """Leave a pool open when the loop ends: another loop uses it."""
        self._pools.discard(pool)

    @property
    def ended(self) -> bool:
        """Whether the loop has ended, its generators closed or not."""
        return _LOOPS.get(self.loop) is not self

    async def _live(self) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            _LOOPS.pop(self.loop, None)
            for pool in tuple(self._pools):
                await pool.aclose()


_LOOPS: dict[Any, LoopPools] = {}


def running_loop() -> Any:
    """What stands for the running event loop, be it asyncio's or trio's."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return sys.modules["trio"].lowlevel.current_trio_token()


async def loop_pools() -> LoopPools:
    """The pools of the running loop."""
    loop = running_loop()
    return _LOOPS.get(loop) or await _start(loop)


async def _start(loop: Any) -> LoopPools:
    for ended in [each for each in _LOOPS if _is_closed(each)]:  # by somebody who does not close its generators
        del _LOOPS[ended]
    pools = _LOOPS[loop] = LoopPools(loop)
    await pools.start()
    return pools


def _is_closed(loop: Any) -> bool:
    return isinstance(loop, asyncio.AbstractEventLoop) and loop.is_closed()


def run_on(loop: Any, work: Work) -> None:
    """Have a loop do something: now where it stands still, soon where it runs, never where it has ended."""
    if not isinstance(loop, asyncio.AbstractEventLoop):
        trio = sys.modules["trio"]
        with contextlib.suppress(trio.RunFinishedError):
            loop.run_sync_soon(trio.lowlevel.spawn_system_task, work)
        return
    with contextlib.suppress(RuntimeError):  # it has been closed, or begins to run
        if loop.is_running() or asyncio._get_running_loop() is not None:
            loop.call_soon_threadsafe(_start_task, loop, work)
        elif not loop.is_closed():
            loop.run_until_complete(work())


def _start_task(loop: asyncio.AbstractEventLoop, work: Work) -> None:
    task = asyncio.ensure_future(work(), loop=loop)
    _TASKS.add(task)
    task.add_done_callback(_TASKS.discard)
