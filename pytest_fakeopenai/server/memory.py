"""A server in memory: it answers clients of its own process, without a socket and without bytes of HTTP between.

What a client sees is what it sees over a socket: the same headers, the same pieces, the same ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
from collections.abc import Callable
from contextvars import Context

from starlette.types import ASGIApp

from ..settings import MEMORY_HOST
from .cycle import RequestResponseCycle
from .loop import SocketlessLoop
from .loop_thread import LoopThread
from .messages import Request, ResponseChunk


class MemoryServer(LoopThread):
    """Serves an application to clients of its own process until `stop()`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._cycles: dict[RequestResponseCycle, asyncio.Task[None] | None] = {}
        self._context = Context()  # a client's own shall not reach what answers it
        super().__init__()

    @property
    def url(self) -> str:
        """The root of the server's URLs; its host is known to nobody but clients of this process."""
        return f"http://{MEMORY_HOST}"

    def handle(self, request: Request, deliver: Callable[[ResponseChunk], None]) -> RequestResponseCycle:
        """Begin to answer a request; ConnectionRefusedError where the server has stopped. For any thread."""
        cycle = RequestResponseCycle(request, deliver)
        self._cycles[cycle] = None
        try:
            self._loop.call_soon_threadsafe(self._answer, cycle, context=self._context)
        except RuntimeError:
            self._cycles.pop(cycle, None)
            raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED)) from None
        return cycle

    def disconnect(self, cycle: RequestResponseCycle) -> None:
        """Let the application know that the client has gone, and wake its thread if one reads. For any thread."""
        with contextlib.suppress(RuntimeError):  # the server has stopped, and so has the answer
            self.call(cycle.close)

    def _answer(self, cycle: RequestResponseCycle) -> None:
        """Start a task that answers, unless the client has gone already."""
        if cycle.closed:
            self._cycles.pop(cycle, None)
            return
        task = self._cycles[cycle] = self._loop.create_task(cycle.run(self._app))
        task.add_done_callback(lambda done: self._cycles.pop(cycle, None))

    def _new_loop(self) -> asyncio.AbstractEventLoop:
        return SocketlessLoop()

    async def _open(self) -> None:
        """Nothing is to be opened."""

    def _cut(self) -> None:
        for cycle in list(self._cycles):
            cycle.abort()

    def _clean_up(self) -> None:
        """Tell the clients whose requests came too late to be answered."""
        for cycle in list(self._cycles):
            cycle.drop()
