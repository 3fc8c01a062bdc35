"""Pace, delays and gates: when a reply's bytes leave."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openai
import pytest

from pytest_fakeopenai import Delay, FakeOpenAI, Gate, Pace, Reply
from pytest_fakeopenai.replies.timing import GateNeverOpenedError

from ..verdicts import verdict_of

NO_SECONDS: list[Any] = [-1, -0.001, float("inf"), float("nan"), True, "1", None]


@pytest.mark.parametrize("value", NO_SECONDS)
@pytest.mark.parametrize(
    ("make", "name"),
    [
        (Delay, "Delay"),
        (lambda value: Pace(first=value), "Pace(first=)"),
        (lambda value: Pace(between=value), "Pace(between=)"),
        (lambda value: Gate(timeout=value), "gate(timeout=)"),
    ],
    ids=["delay", "first", "between", "gate"],
)
def test_refuses_what_is_no_number_of_seconds(make: Callable[[Any], object], name: str, value: object) -> None:
    message = f"{name} takes a number of seconds, zero or more, got {value!r}"

    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        make(value)


def test_refuses_a_pace_that_is_none(fake_openai: FakeOpenAI) -> None:
    with pytest.raises(TypeError, match=re.escape("pace takes a Pace, got 0.5")):
        fake_openai.pace = 0.5  # type: ignore[assignment]  # wrong on purpose

    assert fake_openai.pace == Pace(first=0.0, between=0.0)


def test_passes_a_gate_that_is_open_already() -> None:
    gate = Gate()
    gate.open()

    asyncio.run(gate.passed())

    assert gate.reached


def test_waits_at_a_gate_until_it_is_opened() -> None:
    gate = Gate()

    async def wait() -> list[bool]:
        task = asyncio.ensure_future(gate.passed())
        await asyncio.to_thread(gate.wait_reached)
        before = task.done()
        gate.open()
        await task
        return [before, task.done()]

    assert asyncio.run(wait()) == [False, True]


def test_lets_everyone_pass_who_waits() -> None:
    gate = Gate()

    async def wait() -> list[bool]:
        tasks = [asyncio.ensure_future(gate.passed()) for _ in range(3)]
        await asyncio.sleep(0)  # each task runs up to the gate
        gate.open()
        await asyncio.gather(*tasks)
        await gate.passed()
        return [task.done() for task in tasks]

    assert asyncio.run(wait()) == [True] * 3


def test_gives_up_at_a_gate_that_nobody_opens() -> None:
    gate = Gate(timeout=0.01)
    message = (
        "A reply waited 0.01 s at a gate that nobody opened: call gate.open(), or give it longer with "
        "fake_openai.gate(timeout=seconds)."
    )

    with pytest.raises(GateNeverOpenedError, match=f"^{re.escape(message)}$"):
        asyncio.run(gate.passed())

    gate.open()  # the loop that waited is closed by now


def test_tells_that_no_reply_reached_the_gate() -> None:
    gate = Gate()

    assert not gate.reached
    with pytest.raises(TimeoutError, match=r"^no reply reached the gate within 0\.01 s; is it part of a scripted"):
        gate.wait_reached(timeout=0.01)


def test_bounds_the_wait_for_a_reply_by_the_timeout_of_the_gate(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate(timeout=0.01)

    with pytest.raises(TimeoutError, match=r"within 0\.01 s"):
        gate.wait_reached()


def ask(fake: FakeOpenAI, text: str = "Hi") -> str:
    return fake.client.responses.create(model="gpt-4o", input=text).output_text


def test_holds_a_blocking_reply_at_its_gate(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply("Hel", gate, "lo"))

    with ThreadPoolExecutor() as pool:
        answer = pool.submit(ask, fake_openai)
        gate.wait_reached()
        pending = fake_openai.requests.only
        unfinished = (pending.status, pending.duration)
        gate.open()

    assert unfinished == (None, None)
    assert answer.result() == "Hello"


def test_has_sent_what_stands_before_the_gate_when_it_is_reached(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply("Hel", gate, "lo"))
    stream = fake_openai.client.completions.create(model="gpt-3.5-turbo-instruct", prompt="Hi", stream=True)

    first = next(stream).choices[0].text
    gate.wait_reached()
    gate.open()

    assert first == "Hel"
    assert "".join(chunk.choices[0].text for chunk in stream) == "lo"


def test_serves_others_while_a_reply_waits_at_a_gate(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.when(text="slow").script(Reply(gate, "at last"))
    fake_openai.when(text="fast").script("at once")

    with ThreadPoolExecutor() as pool:
        slow = pool.submit(ask, fake_openai, "slow")
        gate.wait_reached()
        assert ask(fake_openai, "fast") == "at once"
        assert not slow.done()
        gate.open()

    assert slow.result() == "at last"


def test_holds_several_replies_at_one_gate(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.otherwise(Reply(gate, "go"))

    with ThreadPoolExecutor() as pool:
        answers = [pool.submit(ask, fake_openai) for _ in range(3)]
        gate.wait_reached()
        gate.open()

    assert [answer.result() for answer in answers] == ["go"] * 3


def test_fails_the_test_for_a_gate_that_nobody_opens(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(fake_openai.gate(timeout=0.01), "never"))

    with pytest.raises(openai.BadRequestError) as caught:
        ask(fake_openai)

    assert caught.value.code == "gate_never_opened"
    assert len(fake_openai.requests) == 1  # not retried
    assert "waited 0.01 s at a gate that nobody opened" in str(verdict_of(fake_openai))


@pytest.mark.asyncio
async def test_lets_an_async_test_wait_for_the_gate(
    fake_openai: FakeOpenAI, async_openai_client: openai.AsyncOpenAI
) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply(gate, "Hello"))

    task = asyncio.ensure_future(async_openai_client.responses.create(model="gpt-4o", input="Hi"))
    await asyncio.to_thread(gate.wait_reached)
    waiting = not task.done()
    gate.open()

    assert waiting
    assert (await task).output_text == "Hello"


@pytest.mark.parametrize(
    ("reply", "stream", "least"),
    [
        (Reply(Delay(0.03), "a", Delay(0.03), "b"), False, 0.06),
        (Reply(Delay(0.03), "a", Delay(0.03), "b"), True, 0.06),
        (Reply("a b c", pace=Pace(first=0.05)), False, 0.05),
        (Reply("a b c", pace=Pace(first=0.05)), True, 0.05),
        (Reply("a b c d", pace=Pace(first=0.02, between=0.02)), True, 0.08),
    ],
)
def test_takes_at_least_the_time_that_the_reply_prescribes(
    fake_openai: FakeOpenAI, reply: Reply, stream: bool, least: float
) -> None:
    fake_openai.script(reply)

    answer = fake_openai.client.completions.create(model="gpt-3.5-turbo-instruct", prompt="Hi", stream=stream)
    chunks = list(answer) if isinstance(answer, openai.Stream) else [answer]

    assert "".join(chunk.choices[0].text for chunk in chunks) == reply.text
    assert fake_openai.requests.only.duration is not None
    assert fake_openai.requests.only.duration >= least


@pytest.mark.parametrize("own", [Pace(), Pace(between=60)])
def test_paces_a_reply_by_its_own_pace_before_that_of_all(fake_openai: FakeOpenAI, own: Pace) -> None:
    fake_openai.pace = Pace(first=60)
    fake_openai.script(Reply("one piece, as a blocking reply is", pace=own))

    assert ask(fake_openai) == "one piece, as a blocking reply is"


def test_paces_every_reply_that_has_no_pace_of_its_own(fake_openai: FakeOpenAI) -> None:
    fake_openai.pace = Pace(first=0.03)

    for text in ("echoed", "echoed again"):
        ask(fake_openai, text)

    durations = [request.duration or 0 for request in fake_openai.requests]
    assert [duration >= 0.03 for duration in durations] == [True, True]


def test_opens_a_gate_from_any_thread(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply(gate, "Hello"))

    def opener() -> None:
        gate.wait_reached()
        gate.open()

    thread = threading.Thread(target=opener)
    thread.start()

    assert ask(fake_openai) == "Hello"
    thread.join()
