"""The requests of a test: a sequence, oldest first, to select from."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pytest_fakeopenai import Delay, FakeOpenAI, Reply, Requests


def ask(fake: FakeOpenAI, text: str = "Hi") -> Any:
    return fake.client.responses.create(model="gpt-4o", input=text)


def test_has_only_one_request_when_there_is_one(fake_openai: FakeOpenAI) -> None:
    ask(fake_openai)

    assert fake_openai.requests.only is fake_openai.requests.last is fake_openai.requests[0]


def test_complains_of_none_and_of_several(fake_openai: FakeOpenAI) -> None:
    with pytest.raises(AssertionError, match=r"^expected exactly one request, got 0: none$"):
        _ = fake_openai.requests.only
    with pytest.raises(AssertionError, match=r"^expected a request, got none$"):
        _ = fake_openai.requests.last

    ask(fake_openai)
    ask(fake_openai)

    two = "<RecordedRequest 1: POST /v1/responses → 200>, <RecordedRequest 2: POST /v1/responses → 200>"
    with pytest.raises(AssertionError, match=f"^{re.escape(f'expected exactly one request, got 2: {two}')}$"):
        _ = fake_openai.requests.only
    assert repr(fake_openai.requests) == f"Requests([{two}])"


def test_is_a_sequence_oldest_first(fake_openai: FakeOpenAI) -> None:
    for text in ("a", "b", "c"):
        ask(fake_openai, text)

    requests = fake_openai.requests
    assert [request.text for request in requests] == ["a", "b", "c"]
    assert [request.text for request in reversed(requests)] == ["c", "b", "a"]
    assert (requests[-1].text, requests.last.text, len(requests)) == ("c", "c", 3)
    assert requests[1] in requests
    first, *_, last = requests
    assert (first.number, last.number) == (1, 3)
    with pytest.raises(IndexError):
        _ = requests[3]


def test_slices_and_selects_into_requests(fake_openai: FakeOpenAI) -> None:
    for text in ("a", "b", "a"):
        ask(fake_openai, text)

    tail = fake_openai.requests[1:]
    assert isinstance(tail, Requests)
    assert [request.number for request in tail] == [2, 3]
    assert [request.number for request in fake_openai.requests.where(text="a", endpoint="responses")] == [1, 3]
    assert tail.where(text="a").only.number == 3
    assert len(fake_openai.requests.where(text="z")) == 0


def test_is_a_snapshot(fake_openai: FakeOpenAI) -> None:
    before = fake_openai.requests
    ask(fake_openai)

    assert (len(before), len(fake_openai.requests)) == (0, 1)


def test_tells_when_each_request_ran(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(Delay(0.05), "slow"), "quick")
    ask(fake_openai)
    ask(fake_openai)

    first, second = fake_openai.requests
    assert first.ended is not None
    assert second.ended is not None
    assert 0 < first.started < first.started + 0.05 <= first.ended <= second.started < second.ended < 60
    assert first.duration == first.ended - first.started


def test_keeps_the_clock_of_the_test_when_it_is_reset(fake_openai: FakeOpenAI) -> None:
    ask(fake_openai)
    before = fake_openai.requests.only
    fake_openai.reset()
    ask(fake_openai)

    assert before.ended is not None
    assert fake_openai.requests.only.started >= before.ended


@pytest.mark.parametrize("limit", [1, 3])
def test_tells_how_many_requests_ran_at_once(fake_openai: FakeOpenAI, limit: int) -> None:
    gates = [fake_openai.gate() for _ in range(limit)]
    for number, gate in enumerate(gates):
        fake_openai.when(text=f"{number}").script(Reply(gate, "Hello"))
    with ThreadPoolExecutor(limit) as pool:
        pending = [pool.submit(ask, fake_openai, f"{number}") for number in range(limit)]
        for gate in gates:
            gate.wait_reached()
        assert [request.ended for request in fake_openai.requests] == [None] * limit
        assert fake_openai.requests.concurrency == limit
        for gate in gates:
            gate.open()
        for each in pending:
            each.result()
    fake_openai.otherwise("y")
    ask(fake_openai, "x")

    assert fake_openai.requests.concurrency == limit
    assert fake_openai.requests.where(text="x").concurrency == fake_openai.requests.where(text="0").concurrency == 1
    assert fake_openai.requests[:0].concurrency == 0
    assert fake_openai.requests[-2:].concurrency == 1
