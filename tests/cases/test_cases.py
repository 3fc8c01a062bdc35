"""Every case is answered as the API answered it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest

from pytest_fakeopenai import FakeOpenAI

from .. import plain
from .case import ABSENT, Case, Step, at, cases, differences, referred, unmet

PARAMETERS = [pytest.param(case, id=case.name) for case in cases()]


@pytest.mark.parametrize("case", PARAMETERS)
def test_answers_as_the_api_answered(case: Case) -> None:
    assert list(played(case)) == []


def played(case: Case) -> Iterator[str]:
    """Each difference between what is answered and what a case has, of one step after the other."""
    answers: list[Any] = []
    with ExitStack() as stack:
        fakes: dict[str, FakeOpenAI] = {}
        for number, step in enumerate(case.steps):
            key = json.dumps(step.options)
            if key not in fakes:
                fakes[key] = stack.enter_context(FakeOpenAI(**step.options))
            for reply in step.replies():
                fakes[key].script(reply)
            status, headers, body = send(fakes[key], step, answers)
            answers.append(body)
            expected = referred(step.answer, answers)
            yield from (f"step {number}: {each}" for each in unmet(expected, status, headers, body))


def send(fake: FakeOpenAI, step: Step, answers: list[Any]) -> tuple[int, dict[str, str], Any]:
    """The status, headers and body that a step's request is answered with; of a stream the data of its events."""
    request = referred(step.request, answers)
    media_type, data = Step(request, {}).body()
    headers = {"content-type": media_type, "authorization": f"Bearer {fake.api_key}", **request.get("headers", {})}
    connection = plain.connection(fake.base_url)
    try:
        root = urlsplit(fake.base_url.removesuffix("/v1")).path
        connection.request(request["method"], root + request["path"], data, headers)
        response = connection.getresponse()
        fields = {name.lower(): value for name, value in response.getheaders()}
        return response.status, fields, content(fields["content-type"], response.read().decode())
    finally:
        connection.close()


def content(media_type: str, text: str) -> Any:
    """A body of JSON, or the data of a stream's events, its end apart."""
    if not media_type.startswith("text/event-stream"):
        return json.loads(text)
    lines = (line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: "))
    return [json.loads(line) for line in lines if line != "[DONE]"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("", [{"type": "a", "b": [1, 2]}]),
        ("[0].b[-1]", 2),
        ("[type=a].b", [1, 2]),
        ("[type=c].b", ABSENT),
        ("[1]", ABSENT),
        ("[0].b.c", ABSENT),
    ],
)
def test_finds_what_is_at_a_path(path: str, value: Any) -> None:
    assert at([{"type": "a", "b": [1, 2]}], path) == value


@pytest.mark.parametrize(
    ("expected", "value", "same"),
    [
        ({"a": [1]}, {"a": [1]}, True),
        ({"a": [1]}, {"a": [1.0]}, False),
        ({"a": None}, {}, False),
        ({}, {"a": None}, False),
        (True, 1, False),
        ("/msg_[0-9a-f]{2}/", "msg_0f", True),
        ("/msg_[0-9a-f]{2}/", "msg_0f0", False),
        ("/-?[0-9]+/", -12, True),
    ],
)
def test_tells_a_value_that_differs(expected: Any, value: Any, same: bool) -> None:
    assert (list(differences(expected, value)) == []) == same
