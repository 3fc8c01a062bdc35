"""Event loops, asyncio's and trio's: which one runs, and work that is done on one from elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable
from typing import Any

Work = Callable[[], Awaitable[None]]
_TASKS: set[asyncio.Task[None]] = set()  # a loop holds its tasks weakly


def running_loop() -> Any:
    """What stands for the running event loop, be it asyncio's or trio's."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return sys.modules["trio"].lowlevel.current_trio_token()


def is_closed(loop: Any) -> bool:
    """Whether a loop has been closed; one of trio's cannot tell."""
    return isinstance(loop, asyncio.AbstractEventLoop) and loop.is_closed()


def run_on(loop: Any, work: Work) -> None:
    """Have a loop do something: now where it stands still, soon where it runs, never where it has ended."""
    if loop is None:
        return
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
