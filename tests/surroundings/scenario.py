"""What an application does with a fake, whatever surrounds it: a retry, a stream, pauses, a timeout."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from pytest_fakeopenai import Delay, FakeOpenAI, Pace, RateLimit, Reply, Timeout
from pytest_fakeopenai.unpatched import Clock

PAUSE = 0.05
BODY: dict[str, Any] = {"model": "gpt-4o", "input": "Hi"}
CHAT: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}

both_transports = pytest.mark.parametrize("transport", ["socket", "memory"])


class Stopwatch:
    """Seconds of the kernel's."""

    def __init__(self) -> None:
        self._began: float = Clock.monotonic()

    def check(self, least: float) -> None:
        """Fail where less time has passed, or far more."""
        seconds: float = Clock.monotonic() - self._began
        assert least <= seconds < least + 30, seconds


def script_pauses(fake: FakeOpenAI) -> None:
    """A stream that pauses in its middle, and one that is spaced."""
    fake.script(Reply("Hel", Delay(PAUSE), "lo"), Reply("one two", pace=Pace(first=PAUSE)))


def exercise(fake: FakeOpenAI, client: openai.OpenAI | None = None) -> None:
    """A synchronous application."""
    client = (client or fake.client).with_options(timeout=60, max_retries=1)
    fake.script(RateLimit(), "again")
    assert client.responses.create(**BODY).output_text == "again"
    script_pauses(fake)
    for text in ("Hello", "one two"):
        watch = Stopwatch()
        chunks = client.chat.completions.create(**CHAT, stream=True)
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == text
        watch.check(PAUSE)
    fake.script(Timeout())
    with pytest.raises(openai.APITimeoutError):
        client.with_options(timeout=0.3, max_retries=0).responses.create(**BODY)
    check_record(fake)


async def exercise_async(fake: FakeOpenAI, *, with_timers: bool = True) -> None:
    """An asynchronous application; `with_timers` where its own loop can wait."""
    client = fake.async_client.with_options(timeout=60, max_retries=1)
    if with_timers:
        fake.script(RateLimit(), "again")
        assert (await client.responses.create(**BODY)).output_text == "again"
    script_pauses(fake)
    for text in ("Hello", "one two"):
        watch = Stopwatch()
        chunks = await client.chat.completions.create(**CHAT, stream=True)
        assert "".join([chunk.choices[0].delta.content or "" async for chunk in chunks]) == text
        watch.check(PAUSE)
    if with_timers:
        await exercise_timeout(fake)
    check_record(fake)


async def exercise_timeout(fake: FakeOpenAI) -> None:
    """An asynchronous application whose request nobody answers."""
    fake.script(Timeout())
    with pytest.raises(openai.APITimeoutError):
        await fake.async_client.with_options(timeout=0.3, max_retries=0).responses.create(**BODY)


def check_record(fake: FakeOpenAI) -> None:
    """What is on record is of this world."""
    ended = [request for request in fake.requests if request.duration is not None]
    assert ended
    assert all(0 <= (request.duration or 0.0) < 60 for request in ended)
    assert sum(request.duration or 0.0 for request in ended) >= 2 * PAUSE
