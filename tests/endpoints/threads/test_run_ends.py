"""Runs that end before they are done: cancelled, or out of time."""

from __future__ import annotations

import threading
from typing import Any

import openai
import pytest

from pytest_fakeopenai import Chunks, Delay, FakeOpenAI, Gate, Reply, ToolCall
from pytest_fakeopenai.wire.protocol.ids import Ids

from .._requests import both_clients, call_method, error
from ._runs import create_run, deprecated, ids, names, outputs, retrieve_run, run_of, steps, thread_messages

pytestmark = [*deprecated]
PARIS = ToolCall("get_weather", {"city": "Paris"})


def cancel(fake: FakeOpenAI, run: Any) -> Any:
    """The run as its cancelling is answered."""
    return fake.client.beta.threads.runs.cancel(run_id=run.id, thread_id=run.thread_id)


@both_clients
def test_is_cancelled_while_it_is_at_work(fake_openai: FakeOpenAI, kind: str) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply("Hel", gate, "lo"))
    run = create_run(fake_openai)
    gate.wait_reached()
    answer = call_method(fake_openai, kind, "beta.threads.runs.cancel", run_id=run.id, thread_id=run.thread_id)
    ended = retrieve_run(fake_openai, run)

    assert (answer.status, answer.cancelled_at, answer.expires_at) == ("cancelling", None, run.expires_at)
    assert (ended.status, ended.expires_at, ended.completed_at) == ("cancelled", None, None)
    assert ended.cancelled_at > ended.started_at
    (step,) = steps(fake_openai, run)
    assert (step.status, step.cancelled_at) == ("cancelled", ended.cancelled_at)
    gate.open()
    assert thread_messages(fake_openai, run.thread_id)[-1] == ("assistant", "Hel")
    assert retrieve_run(fake_openai, run) == ended


@pytest.mark.parametrize("wait", [Delay(30), Gate()], ids=["delay", "gate"])
def test_is_cancelled_before_it_says_anything(fake_openai: FakeOpenAI, wait: Any) -> None:
    fake_openai.script(Reply(wait, "Hi"), "Again")
    run = create_run(fake_openai)
    cancel(fake_openai, run)

    assert retrieve_run(fake_openai, run).status == "cancelled"
    assert steps(fake_openai, run) == []
    assert create_run(fake_openai, thread_id=run.thread_id).status == "queued"


def test_is_cancelled_while_it_waits_for_outputs(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(PARIS)
    run = run_of(fake_openai)
    answer = cancel(fake_openai, run)
    ended = retrieve_run(fake_openai, run)

    assert (answer.status, ended.status, ended.required_action) == ("cancelling", "cancelled", None)
    assert [step.status for step in steps(fake_openai, run)] == ["cancelled"]
    with pytest.raises(openai.BadRequestError, match='Runs in status "cancelled" do not accept tool outputs'):
        fake_openai.client.beta.threads.runs.submit_tool_outputs(
            run_id=run.id, thread_id=run.thread_id, tool_outputs=outputs(run, "21")
        )


@pytest.mark.parametrize("live", [False, True], ids=["after a token", "at a live source"])
def test_tells_its_listener_that_it_was_cancelled(fake_openai: FakeOpenAI, live: bool) -> None:
    gate = fake_openai.gate()

    def source(request: object) -> Any:
        yield "Hel"
        gate._reached.set()
        gate._opened.wait(30)
        yield "lo"

    fake_openai.script(source if live else Reply(Chunks("Hel"), gate, "lo"))
    events: list[Any] = []
    fields = ids(fake_openai)

    def listen() -> None:
        events.extend(fake_openai.client.beta.threads.runs.create(**fields, stream=True))

    listener = threading.Thread(target=listen)
    listener.start()
    gate.wait_reached()
    (run,) = fake_openai.client.beta.threads.runs.list(fields["thread_id"])
    cancel(fake_openai, run)
    listener.join(30)

    assert names(events)[-5:] == [
        "thread.message.delta",
        "thread.run.cancelling",
        "thread.message.incomplete",
        "thread.run.step.cancelled",
        "thread.run.cancelled",
    ]
    assert events[-3].data.incomplete_details.reason == "run_cancelled"
    assert retrieve_run(fake_openai, run) == events[-1].data
    gate.open()


def test_refuses_to_cancel_what_has_ended(fake_openai: FakeOpenAI) -> None:
    run = run_of(fake_openai, tools=[])
    with pytest.raises(openai.BadRequestError) as failed:
        cancel(fake_openai, run)

    assert failed.value.body == error("Cannot cancel run with status 'completed'.")["error"]
    assert retrieve_run(fake_openai, run) == run


class Clock:
    """A clock that a test sets."""

    def __init__(self, fake: FakeOpenAI) -> None:
        self.second = 1_800_000_000
        fake._world.ids = Ids(clock=lambda: self.second)


def test_expires_when_its_outputs_do_not_come(fake_openai: FakeOpenAI) -> None:
    clock = Clock(fake_openai)
    fake_openai.script(PARIS)
    run = run_of(fake_openai)
    clock.second += 599
    assert retrieve_run(fake_openai, run).status == "requires_action"
    clock.second += 1
    ended = retrieve_run(fake_openai, run)

    assert (ended.status, ended.required_action, ended.expires_at) == ("expired", None, None)
    assert [step.status for step in steps(fake_openai, run)] == ["expired"]
    with pytest.raises(openai.BadRequestError, match='Runs in status "expired" do not accept tool outputs'):
        fake_openai.client.beta.threads.runs.submit_tool_outputs(
            run_id=run.id, thread_id=run.thread_id, tool_outputs=outputs(run, "21")
        )


def test_expires_while_it_is_at_work(fake_openai: FakeOpenAI) -> None:
    clock = Clock(fake_openai)
    gate = fake_openai.gate()
    fake_openai.script(Reply("Hel", gate, "lo"), "Again")
    run = create_run(fake_openai)
    gate.wait_reached()
    clock.second += 600

    assert create_run(fake_openai, thread_id=run.thread_id).status == "queued"
    assert retrieve_run(fake_openai, run).status == "expired"
    gate.open()
    assert thread_messages(fake_openai, run.thread_id)[-2:] == [("assistant", "Hel"), ("assistant", "Again")]
