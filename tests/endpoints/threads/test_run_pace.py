"""How long a run takes: gates, delays, its pace, and what pollers see meanwhile."""

from __future__ import annotations

import openai
import pytest

from pytest_fakeopenai import (
    Chunks,
    Delay,
    FakeOpenAI,
    Pace,
    RateLimit,
    Reply,
)

from ._runs import (
    create_run,
    deprecated,
    ids,
    names,
    retrieve_run,
)
from .test_run_faults import finished, once

pytestmark = [*deprecated]


def test_waits_at_a_gate_while_it_is_looked_at(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply(gate, "Hel", Delay(0.01), "lo"))
    created = create_run(fake_openai)
    gate.wait_reached()
    held = retrieve_run(fake_openai, created)

    assert (created.status, held.status) == ("queued", "in_progress")
    assert (held.started_at > created.created_at, held.usage) == (True, None)
    gate.open()
    assert finished(fake_openai, created).status == "completed"


def test_tells_pollers_to_come_back_soon(fake_openai: FakeOpenAI) -> None:
    run = create_run(fake_openai)
    answer = fake_openai.client.beta.threads.runs.with_raw_response.retrieve(run_id=run.id, thread_id=run.thread_id)

    assert answer.headers["openai-poll-after-ms"] == "10"


def test_takes_its_time(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Hi", pace=Pace(first=0.2)))
    run = create_run(fake_openai)

    assert (run.status, retrieve_run(fake_openai, run).status) == ("queued", "in_progress")
    assert finished(fake_openai, run).status == "completed"


def test_takes_its_time_before_a_fault_of_the_request(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(RateLimit(), pace=Pace(first=0.05)))
    with pytest.raises(openai.RateLimitError):
        once(fake_openai).create(**ids(fake_openai))

    assert (fake_openai.requests.last.duration or 0) >= 0.05


def test_streams_at_its_pace(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(Chunks("a", "b", "c"), pace=Pace(first=0.02, between=0.02)))
    list(fake_openai.client.beta.threads.runs.create(**ids(fake_openai), stream=True))

    assert (fake_openai.requests.last.duration or 0) >= 0.06


def test_begins_before_it_waits(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply(gate, "Hi"))
    stream = fake_openai.client.beta.threads.runs.create(**ids(fake_openai), stream=True)

    begun = [next(stream).event for _ in range(3)]
    assert begun == ["thread.run.created", "thread.run.queued", "thread.run.in_progress"]
    gate.open()
    assert names(stream)[-1] == "thread.run.completed"
