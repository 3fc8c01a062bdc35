"""Work that goes on beside the requests that ask how far it has come."""

from __future__ import annotations

import asyncio

import pytest

from pytest_fakeopenai.pipeline.tasks import BackgroundTask
from pytest_fakeopenai.settings import Settings
from pytest_fakeopenai.state.world import World


async def _for_ever() -> None:
    await asyncio.Event().wait()


def test_is_waited_for_no_longer_than_its_patience() -> None:
    async def wait() -> bool:
        task = BackgroundTask(World(Settings()), _for_ever, patience=0.0)
        await task.settle()
        return task.is_done

    assert asyncio.run(wait()) is False


def test_leaves_nothing_behind_when_it_and_who_waits_for_it_are_cut() -> None:
    async def cut() -> None:
        world = World(Settings())
        task = BackgroundTask(world, _for_ever)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(task.settle(), 0.01)
        task.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # it has ended, then its world learns of it
        assert task.is_done
        assert not world.answering
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(cut())


def test_records_as_its_own_failure_work_that_fails() -> None:
    async def broken() -> None:
        raise RuntimeError("broken")

    async def settle(world: World) -> None:
        await BackgroundTask(world, broken).settle()

    world = World(Settings())
    asyncio.run(settle(world))
    assert [problem.text for problem in world.problems] == ["fake_openai failed at its work: RuntimeError: broken"]
