"""The requests of a test: a sequence, oldest first, to select from."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pytest_fakeopenai import FakeOpenAI, Requests


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
