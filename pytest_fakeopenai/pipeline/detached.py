"""A reply that outlives its request, as those see it who follow or stop it from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from ..state.world import World
from ..wire.protocol.events import Event
from .event_log import EventLog
from .tasks import BackgroundTask


class DetachedReply:
    """A reply that a task of the world plays into a log, whether or not anybody reads it.

    Whoever waits for it to come further waits no longer than `patience`, in seconds.
    """

    def __init__(self, log: EventLog, world: World, work: Callable[[], Coroutine[Any, Any, None]], patience: float):
        self.log = log
        self._task = BackgroundTask(world, lambda: self._play(work), patience)

    async def _play(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await work()
        finally:
            self.log.end()

    def stop(self, events: Iterable[Event] = ()) -> None:
        """Play it no further; these events are its last."""
        if not self.log.is_over:
            self.log.end(events)
            self._task.cancel()

    async def settle(self) -> None:
        """Let the reply come as far as it can without waiting, so that nobody asks a second time for nothing."""
        await self._task.settle()
