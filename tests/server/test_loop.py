"""The loop without sockets: it runs what any loop runs, and is woken from any thread."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from pytest_fakeopenai.server.loop import SocketlessLoop


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> Iterator[SocketlessLoop]:
    """A loop where nobody may make a socket."""

    def forbidden(*args: object, **options: object) -> object:
        raise AssertionError("a socket was made")

    for name in ("socket", "socketpair"):
        monkeypatch.setattr(socket, name, forbidden)
    with contextlib.closing(SocketlessLoop()) as loop:
        yield loop


def test_runs_tasks_and_timers_in_their_order(loop: SocketlessLoop) -> None:
    order: list[str] = []

    async def say(text: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        order.append(text)

    async def main() -> None:
        await asyncio.gather(say("late", 0.02), say("at once", 0), say("soon", 0.01))

    loop.run_until_complete(main())
    assert order == ["at once", "soon", "late"]


def test_waits_for_threads_of_its_own(loop: SocketlessLoop) -> None:
    names = loop.run_until_complete(asyncio.wait_for(asyncio.to_thread(lambda: threading.current_thread().name), 20))
    loop.run_until_complete(loop.shutdown_default_executor())
    assert names != threading.current_thread().name


def test_is_woken_by_any_number_of_threads_at_the_same_time(loop: SocketlessLoop) -> None:
    together = threading.Barrier(8)
    numbers: list[int] = []

    async def main() -> None:
        done = asyncio.Event()

        def hear(number: int) -> None:
            numbers.append(number)
            if len(numbers) == 800:
                done.set()

        def call(first: int) -> None:
            together.wait(20)
            for number in range(first, first + 100):
                loop.call_soon_threadsafe(hear, number)

        threads = [threading.Thread(target=call, args=(first,)) for first in range(0, 800, 100)]
        for thread in threads:
            thread.start()
        await asyncio.wait_for(done.wait(), 20)
        for thread in threads:
            thread.join()

    loop.run_until_complete(main())
    assert sorted(numbers) == list(range(800))


def test_gives_up_in_time(loop: SocketlessLoop) -> None:
    with pytest.raises(asyncio.TimeoutError):
        loop.run_until_complete(asyncio.wait_for(asyncio.Event().wait(), 0.01))


def test_closes_the_generators_that_are_left(loop: SocketlessLoop) -> None:
    closed: list[bool] = []
    held: list[AsyncIterator[int]] = []

    async def source() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            closed.append(True)

    async def main() -> int:
        held.append(source())
        return await anext(held[0])

    assert (loop.run_until_complete(main()), closed) == (1, [])
    loop.run_until_complete(loop.shutdown_asyncgens())
    assert closed == [True]
