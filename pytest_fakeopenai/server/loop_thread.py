"""An event loop in a thread of its own: it serves as soon as it is made, and is stopped in a moment."""

from __future__ import annotations

import asyncio
import concurrent.futures
from abc import ABC, abstractmethod
from collections.abc import Callable

from ..unpatched import Thread, turn

_Started = concurrent.futures.Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]]


class LoopThread(ABC):
    """Serves until `stop()`; making one returns when it serves, or raises the exception that kept it from serving.

    A subclass says which loop it runs and where its requests come from.
    """

    def __init__(self) -> None:
        started: _Started = concurrent.futures.Future()
        self._thread = Thread(target=self._run, args=(started,), name="fake-openai", daemon=True)
        self._thread.start()
        try:
            self._loop, self._stopping = started.result()
        except Exception:
            self._thread.join()
            raise

    @property
    @abstractmethod
    def url(self) -> str:
        """The root of the server's URLs."""

    @abstractmethod
    def _new_loop(self) -> asyncio.AbstractEventLoop:
        """The loop to run."""

    @abstractmethod
    async def _open(self) -> None:
        """Begin to take requests, on the loop."""

    @abstractmethod
    def _cut(self) -> None:
        """Take no more requests, and cut every connection, on the loop."""

    @abstractmethod
    def _clean_up(self) -> None:
        """Release what is left when the loop has ended, or could not begin."""

    def call(self, function: Callable[..., object], *args: object) -> None:
        """Run a function on the server's loop, soon; RuntimeError once it is stopped."""
        self._loop.call_soon_threadsafe(function, *args)

    def stop(self) -> None:
        """Cut every connection and end the thread; nothing of the server is left."""
        if self._thread.is_alive():
            self.call(self._stopping.set)
            self._thread.join()

    def _run(self, started: _Started) -> None:
        loop = self._new_loop()
        try:
            loop.run_until_complete(self._serve(started))
            loop.run_until_complete(loop.shutdown_asyncgens())
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)
        finally:
            loop.close()
            self._clean_up()

    async def _serve(self, started: _Started) -> None:
        stopping = asyncio.Event()
        await self._open()
        started.set_result((asyncio.get_running_loop(), stopping))
        await stopping.wait()
        self._cut()
        await _cancel_tasks()


async def _cancel_tasks() -> None:
    """Cancel what still runs, and give it a moment to notice that nobody is there any more."""
    for _ in range(2):  # those whose world is closed are cancelled already, and gone after two turns
        await turn()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=1)
    await turn()  # aborted transports close their sockets in the loop's next turn
