"""Pools of connections that live and die with an event loop."""

from __future__ import annotations

import weakref
from collections.abc import AsyncGenerator, Iterator
from typing import Any

from .loops import is_closed, running_loop
from .streams import AsyncStreams


class LoopPools:
    """The pools in use on one loop, and the streams that are read in it.

    An asynchronous generator holds them, which the loop closes when it ends; `loop` is None from then on. A pool is
    anything with an `aclose()`, after which it can be used again, on another loop as well.
    """

    def __init__(self, loop: Any) -> None:
        self.loop = loop
        self.streams = AsyncStreams()
        self._pools: weakref.WeakSet[Any] = weakref.WeakSet()
        self._life: AsyncGenerator[None, None] | None = None

    async def start(self) -> None:
        """Tie the pools to the loop, which is running."""
        self._life = self._live()
        await anext(self._life)

    def add(self, pool: Any) -> None:
        """Have a pool closed with the loop."""
        self._pools.add(pool)

    def discard(self, pool: Any) -> None:
        """Leave a pool open when the loop ends: another loop uses it."""
        self._pools.discard(pool)

    def __iter__(self) -> Iterator[Any]:
        return iter(tuple(self._pools))

    @property
    def ended(self) -> bool:
        """Whether the loop has ended, its generators closed or not."""
        return self.loop is None or is_closed(self.loop)

    async def _live(self) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            _LOOPS.pop(self.loop, None)
            self.loop = self._life = None  # nobody shall keep the loop, which the generator does
            await self.streams.end(b"")
            for pool in self:
                await pool.aclose()


_LOOPS: dict[Any, LoopPools] = {}


def all_pools() -> list[LoopPools]:
    """The pools of every loop that has not ended."""
    _forget_closed()
    return list(_LOOPS.values())


def _forget_closed() -> None:
    """Let go of the loops that somebody has closed without closing their generators."""
    for ended in filter(is_closed, list(_LOOPS)):
        _LOOPS.pop(ended, None)


async def loop_pools() -> LoopPools:
    """The pools of the running loop."""
    loop = running_loop()
    return _LOOPS.get(loop) or await _start(loop)


async def _start(loop: Any) -> LoopPools:
    _forget_closed()
    pools = _LOOPS[loop] = LoopPools(loop)
    await pools.start()
    return pools
