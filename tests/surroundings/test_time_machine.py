"""time-machine: the application is in another time, beneath Python."""

from __future__ import annotations

import asyncio
import datetime
from typing import Any

import pytest

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.settings import Transport

from ..plugin.support import run
from .scenario import both_transports, exercise, exercise_async

time_machine: Any = pytest.importorskip("time_machine")
DAY = datetime.datetime(2020, 2, 29, tzinfo=datetime.timezone.utc)


@both_transports
@pytest.mark.parametrize("tick", [True, False])
def test_answers_in_another_time(transport: Transport, tick: bool) -> None:
    with FakeOpenAI(transport=transport) as fake, time_machine.travel(DAY, tick=tick) as traveller:
        exercise(fake)
        traveller.shift(datetime.timedelta(days=-1))
        exercise(fake)


@both_transports
def test_answers_a_loop_in_another_time(transport: Transport) -> None:
    with time_machine.travel(DAY, tick=False), FakeOpenAI(transport=transport) as fake:
        asyncio.run(exercise_async(fake))


FIRST_USE = """
import time_machine
traveller = time_machine.travel(0, tick=False)
traveller.start()

from tests.surroundings.scenario import exercise

def test_travelled(fake_openai):
    exercise(fake_openai)

def test_returned(fake_openai):
    traveller.stop()
    exercise(fake_openai)
"""


def test_may_be_there_before_the_first_use(pytester: pytest.Pytester) -> None:
    result = run(pytester, FIRST_USE, where="subprocess")

    assert result.outcomes == {"passed": 2}, result.output
