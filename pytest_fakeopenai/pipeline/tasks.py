"""Work that goes on beside the requests that ask how far it has come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from ..state.world import World
from ..unpatched import turn

# How long a request is usually kept waiting for the work, in seconds, where a scripted callable takes its time.
_PATIENCE = 5.0
# In so many turns of the loop a reply that was let go has gone on.
_TURNS = 50


class BackgroundTask:
    """A task that belongs to a world: what is under way at the end of a test is cut, as every answer is.

    The work says where it halts, as one of its replies prescribes, and where it goes on. Whoever waits for it waits no
    longer than `patience`, in seconds.
    """

    def __init__(
        self, world: World, work: Callable[[], Coroutine[None, None, None]], patience: float | None = None
    ) -> None:
        self._world = world
        self._patience = _PATIENCE if patience is None else patience
        self._halted = asyncio.Event()
        self._task: asyncio.Task[object] = asyncio.ensure_future(work())
        world.answering.add(self._task)
        self._task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._world.answering.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            self._world.record_failure(f"fake_openai failed at its work: {type(fault).__name__}: {fault}", fault)

    @property
    def is_done(self) -> bool:
        """Whether the work has ended."""
        return self._task.done()

    def halt(self) -> None:
        """Whoever waits for the work need not wait for what comes now."""
        self._halted.set()

    def go_on(self) -> None:
        """The work is going on."""
        self._halted.clear()

    async def settle(self) -> None:
        """Wait until the work has ended or halted."""
        for _ in range(_TURNS):
            await turn()
        halted = asyncio.ensure_future(self._halted.wait())
        try:
            await asyncio.wait({self._task, halted}, timeout=self._patience, return_when=asyncio.FIRST_COMPLETED)
        finally:
            halted.cancel()

    def cancel(self) -> None:
        """End the work where it is."""
        self._task.cancel()
