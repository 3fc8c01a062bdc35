"""freezegun: the clock stands still for the application, and for nobody else."""

from __future__ import annotations

import asyncio
import datetime
import time

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.settings import Transport

from ..plugin.support import run
from .scenario import both_transports, exercise, exercise_async, exercise_timeout

freezegun = pytest.importorskip("freezegun")
DAY = "2020-02-29"


@both_transports
@pytest.mark.parametrize("inside", [True, False], ids=["the fake within", "the fake around"])
def test_answers_while_the_clock_stands_still(transport: Transport, inside: bool) -> None:
    if inside:
        with freezegun.freeze_time(DAY), FakeOpenAI(transport=transport) as fake:
            exercise(fake)
    else:
        with FakeOpenAI(transport=transport) as fake, freezegun.freeze_time(DAY):
            exercise(fake)
            assert datetime.datetime.now().isoformat() == f"{DAY}T00:00:00"
    with FakeOpenAI(transport=transport) as fake:
        exercise(fake)


@both_transports
def test_answers_a_client_that_the_application_makes(transport: Transport) -> None:
    with freezegun.freeze_time(DAY), FakeOpenAI(transport=transport) as fake, openai.OpenAI() as client:
        exercise(fake, client)


@both_transports
def test_answers_in_a_loop_that_keeps_the_real_time(transport: Transport) -> None:
    async def main() -> None:
        with freezegun.freeze_time(DAY, real_asyncio=True):
            await exercise_async(fake)

    with FakeOpenAI(transport=transport) as fake:
        asyncio.run(main())


@both_transports
def test_answers_in_a_loop_whose_own_timers_never_fire(transport: Transport) -> None:
    async def main() -> None:
        with freezegun.freeze_time(DAY):
            await exercise_async(fake, with_timers=False)
            if transport == "memory":
                await exercise_timeout(fake)

    with FakeOpenAI(transport=transport) as fake:
        asyncio.run(main())


def test_signs_webhooks_at_the_time_that_the_application_sees(fake_openai: FakeOpenAI) -> None:
    with freezegun.freeze_time(DAY) as frozen:
        frozen.tick(30)
        from pytest_fakeopenai import webhooks

        headers = webhooks._headers(b"{}", [fake_openai.webhook_secret], "evt_1")
        assert headers["webhook-timestamp"] == str(int(time.time()))


FIRST_USE = """
import freezegun
freezer = freezegun.freeze_time("2020-02-29")
freezer.start()

from tests.surroundings.scenario import exercise

def test_frozen(fake_openai):
    exercise(fake_openai)

def test_thawed(fake_openai):
    freezer.stop()
    exercise(fake_openai)
"""


@both_transports
def test_may_be_there_before_the_first_use(pytester: pytest.Pytester, transport: Transport) -> None:
    result = run(pytester, FIRST_USE, ini=f"fake_openai_transport = {transport}", where="subprocess")

    assert result.outcomes == {"passed": 2}, result.output
