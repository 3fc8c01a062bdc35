"""The travel agent's command in a process of its own, which the environment alone leads to the fake."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_fakeopenai import Chunks, ContextLengthExceeded, Disconnect, FakeOpenAI, RateLimit, Reply, ToolCall

from .agent import DOWN, LOST, Trip

pytestmark = pytest.mark.fake_openai(transport="socket")  # what is in memory is out of reach of other processes

ROOT = Path(__file__).parents[2]
PARIS = ToolCall("get_weather", {"city": "Paris"})
TRIP = Trip(city="Paris", nights=3, remarks=[])

surfaces = pytest.mark.parametrize(
    ("options", "endpoint"),
    [
        ([], "chat.completions"),
        (["--responses"], "responses"),
        (["--asynchronous"], "chat.completions"),
        (["--responses", "--asynchronous"], "responses"),
    ],
    ids=["chat-sync", "responses-sync", "chat-async", "responses-async"],
)


def _run(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """The command, run to its end; without `env` it inherits ours."""
    command = [sys.executable, "-X", "utf8", "-m", "tests.application", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", timeout=120, check=False)


def _clean() -> dict[str, str]:
    """An environment that knows nothing of OpenAI."""
    return {name: value for name, value in os.environ.items() if "OPENAI" not in name}


@surfaces
def test_answers_by_the_inherited_environment(options: list[str], endpoint: str, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(RateLimit(), PARIS, "It is 21 °C in Paris.")
    done = _run(*options, "Weather in Paris?")
    assert (done.returncode, done.stdout, done.stderr) == (0, "It is 21 °C in Paris.\n", "")
    assert [(r.endpoint, r.status, r.attempt, r.tool_outputs) for r in fake_openai.requests] == [
        (endpoint, 429, 0, []),
        (endpoint, 200, 1, []),
        (endpoint, 200, 0, ["21 °C, sunny"]),
    ]


def test_answers_by_the_environment_it_is_given(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Paris.", "Three nights.", TRIP)
    done = _run("Where to go?", "For how long?", "--summary", env={**_clean(), **fake_openai.env})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["Paris.", "Three nights.", TRIP.model_dump_json()]
    assert [len(r.messages) for r in fake_openai.requests] == [2, 4, 6]
    assert {r.headers["authorization"] for r in fake_openai.requests} == {f"Bearer {fake_openai.api_key}"}


def test_reaches_the_fake_whose_environment_it_is_given(fake_openai: FakeOpenAI) -> None:
    with FakeOpenAI() as other:
        fake_openai.script("From the first.")
        other.script("From the second.")
        answers = [_run("Who?", env={**_clean(), **fake.env}).stdout for fake in (fake_openai, other)]
        assert answers == ["From the first.\n", "From the second.\n"]
        assert [len(fake.requests) for fake in (fake_openai, other)] == [1, 1]


@pytest.mark.parametrize(
    ("reply", "shown", "complaint"),
    [
        (ContextLengthExceeded(), "", DOWN),
        (Reply(Chunks("Paris ", "is "), Disconnect()), "Paris is ", LOST),
    ],
    ids=["refused", "cut-off"],
)
def test_fails_politely(reply: object, shown: str, complaint: str, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(reply)
    done = _run("Where to go?")
    assert (done.returncode, done.stdout, done.stderr) == (1, shown, f"{complaint}\n")
    assert fake_openai.requests.only.text == "Where to go?"


def test_shows_the_pieces_as_they_come(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply("Paris", gate, " is lovely."))
    command = [sys.executable, "-m", "tests.application", "Where to go?"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        gate.wait_reached(60)
        before = process.stdout.read(len("Paris"))
        gate.open()
        rest = process.stdout.read()
    assert (before, rest.decode().rstrip(), process.returncode) == (b"Paris", " is lovely.", 0)
    assert fake_openai.requests.only.status == 200
