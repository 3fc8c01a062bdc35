"""What goes wrong with runs, and when: faults of the request, failed runs, cut streams, waits."""

from __future__ import annotations

import asyncio
import http.client
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

import openai
import pytest

from pytest_fakeopenai import (
    ApiError,
    Chunks,
    ContextLengthExceeded,
    Delay,
    Disconnect,
    FakeOpenAI,
    Garbage,
    InvalidKey,
    Overloaded,
    QuotaExceeded,
    RateLimit,
    Reply,
    ServerError,
    Timeout,
    ToolCall,
)
from pytest_fakeopenai.endpoints.threads.builder import RunBuilder

from ...verdicts import verdict_of
from .._requests import both_ways, send
from ._runs import (
    WEATHER,
    create_run,
    deprecated,
    ids,
    names,
    outputs,
    retrieve_run,
    run_of,
    steps,
    thread_messages,
)

pytestmark = [*deprecated]

HALF = Chunks("Hel")

FAULTS = [
    (RateLimit(), openai.RateLimitError),
    (ServerError(), openai.InternalServerError),
    (InvalidKey(), openai.AuthenticationError),
    (ApiError(418, "I'm a teapot"), openai.APIStatusError),
]


def once(fake: FakeOpenAI) -> Any:
    """The runs of a client that tries only once, and does not wait for long."""
    return fake.client.with_options(max_retries=0, timeout=0.5).beta.threads.runs


def event_names(stream: Iterable[Any]) -> list[str]:
    """What the events of a stream are called that breaks off; older clients raise the transport's own errors."""
    received: list[str] = []
    try:
        received.extend(event.event for event in stream)
    except Exception:
        return received
    raise AssertionError("the stream came to its end")


def finished(fake: FakeOpenAI, run: Any) -> Any:
    """The run when it has moved on."""
    return fake.client.beta.threads.runs.poll(run_id=run.id, thread_id=run.thread_id)


@both_ways
@pytest.mark.parametrize(("fault", "raised"), FAULTS, ids=str)
def test_meets_the_request_with_what_a_reply_begins_with(
    fake_openai: FakeOpenAI, fault: ApiError, raised: Any, stream: bool
) -> None:
    fake_openai.script(fault, Reply(fault, "Never said"), lambda request: fault)
    fields = ids(fake_openai)
    more: Any = [{"role": "user", "content": "More"}]
    for _ in range(3):
        with pytest.raises(raised) as failed:
            once(fake_openai).create(**fields, additional_messages=more, stream=stream)
        assert failed.value.body == fault.body("gpt-4o")

    assert fake_openai.client.beta.threads.runs.list(fields["thread_id"]).data == []
    assert thread_messages(fake_openai, fields["thread_id"]) == [("user", "What is the weather?")]


CODES = [
    (RateLimit(), "rate_limit_exceeded"),
    (QuotaExceeded(), "rate_limit_exceeded"),
    (ServerError(), "server_error"),
    (Overloaded(), "server_error"),
    (ContextLengthExceeded(), "server_error"),
    (ApiError(400, "Invalid prompt for {model}", code="invalid_prompt"), "invalid_prompt"),
]


@pytest.mark.parametrize(("fault", "code"), CODES, ids=str)
def test_fails_by_an_error_behind_its_beginning(fake_openai: FakeOpenAI, fault: ApiError, code: str) -> None:
    fake_openai.script(Reply(HALF, fault))
    run = run_of(fake_openai)

    assert (run.status, run.failed_at is None, run.expires_at, run.completed_at) == ("failed", False, None, None)
    assert run.last_error.to_dict() == {"code": code, "message": fault.body("gpt-4o")["message"]}
    assert run.usage.total_tokens == 0
    (step,) = steps(fake_openai, run)
    assert (step.status, step.last_error, step.failed_at) == ("failed", _step_error(step, run), run.failed_at)
    assert thread_messages(fake_openai, run.thread_id)[-1] == ("assistant", "Hel")
    fake_openai.script("Again")
    assert create_run(fake_openai, thread_id=run.thread_id).status == "queued"


def _step_error(step: Any, run: Any) -> Any:
    """The run's error, as the type that steps have for it."""
    return type(step.last_error).construct(**run.last_error.to_dict())


@pytest.mark.parametrize("before", [Delay(0.001), ToolCall("get_weather", {"city": "Paris"})], ids=repr)
def test_fails_by_an_error_before_anything_is_said(fake_openai: FakeOpenAI, before: Any) -> None:
    fake_openai.script(Reply(before, ServerError()))

    assert finished(fake_openai, create_run(fake_openai)).status == "failed"


def test_tells_in_a_stream_that_it_failed(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(HALF, RateLimit()))
    *_, message, step, run = events = list(once(fake_openai).create(**ids(fake_openai), stream=True))

    failed = ["thread.message.incomplete", "thread.run.step.failed", "thread.run.failed"]
    assert names(events)[-3:] == failed
    assert message.data.incomplete_details.reason == "run_failed"
    assert step.data.last_error.code == run.data.last_error.code == "rate_limit_exceeded"
    assert retrieve_run(fake_openai, run.data) == run.data


def test_fails_where_its_outputs_are_answered_with_half_a_reply(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(ToolCall("get_weather", {"city": "Paris"}), Reply(HALF, ServerError()))
    run = run_of(fake_openai)
    fake_openai.client.beta.threads.runs.submit_tool_outputs(
        run_id=run.id, thread_id=run.thread_id, tool_outputs=outputs(run, "21")
    )

    failed = retrieve_run(fake_openai, run)
    assert [step.status for step in steps(fake_openai, run)] == ["completed", "failed"]
    assert (failed.status, failed.usage.total_tokens > 0) == ("failed", True)


@both_ways
def test_says_nothing_more_at_a_timeout(fake_openai: FakeOpenAI, stream: bool) -> None:
    fake_openai.script(Timeout())
    fields = ids(fake_openai)
    with pytest.raises(openai.APITimeoutError):
        once(fake_openai).create(**fields, stream=stream)

    assert fake_openai.client.beta.threads.runs.list(fields["thread_id"]).data == []


def test_expires_where_nothing_more_is_heard_of_it(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(HALF, Timeout()))
    run = run_of(fake_openai)

    assert (run.status, run.expires_at, run.last_error) == ("expired", None, None)
    assert [step.status for step in steps(fake_openai, run)] == ["expired"]


def test_expires_when_its_listener_gives_up(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(HALF, Timeout()))
    fields = ids(fake_openai)
    assert event_names(once(fake_openai).create(**fields, stream=True))[-1] == "thread.message.delta"

    (run,) = fake_openai.client.beta.threads.runs.list(fields["thread_id"])
    assert finished(fake_openai, run).status == "expired"


@both_ways
def test_cuts_a_connection_before_there_is_a_run(fake_openai: FakeOpenAI, stream: bool) -> None:
    fake_openai.script(Disconnect())
    fields = ids(fake_openai)
    with pytest.raises(openai.APIConnectionError):
        once(fake_openai).create(**fields, stream=stream)

    assert fake_openai.client.beta.threads.runs.list(fields["thread_id"]).data == []


def test_goes_on_behind_a_stream_that_is_cut(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply(HALF, Disconnect(), gate, "lo"))
    fields = ids(fake_openai)
    assert event_names(once(fake_openai).create(**fields, stream=True))[-1] == "thread.message.delta"

    (run,) = fake_openai.client.beta.threads.runs.list(fields["thread_id"])
    assert run.status == "in_progress"
    gate.open()
    assert finished(fake_openai, run).status == "completed"
    assert thread_messages(fake_openai, run.thread_id)[-1] == ("assistant", "Hello")


def _yields(request: object) -> Iterator[object]:
    yield "Hel"
    yield GATES[-1]
    yield "lo"


async def _yields_later(request: object) -> AsyncIterator[object]:
    yield "Hel"
    await asyncio.to_thread(GATES[-1]._opened.wait, 30)
    yield "lo"


GATES: list[Any] = []


@pytest.mark.parametrize("source", ["parts", "generator", "async generator"])
def test_goes_on_behind_a_client_that_hangs_up(fake_openai: FakeOpenAI, source: str) -> None:
    GATES.append(gate := fake_openai.gate())
    entries: dict[str, Any] = {"generator": _yields, "async generator": _yields_later}
    fake_openai.script(entries.get(source) or Reply(HALF, gate, Chunks("lo"), Garbage("?"), Disconnect()))
    fields = ids(fake_openai)
    stream = fake_openai.client.beta.threads.runs.create(**fields, stream=True)
    event = next(each for each in stream if each.event == "thread.message.delta")
    assert event.data.to_dict()["delta"]["content"][0]["text"]["value"] == "Hel"
    stream.close()

    (run,) = fake_openai.client.beta.threads.runs.list(fields["thread_id"])
    assert run.status == "in_progress"
    gate.open()
    assert finished(fake_openai, run).status == "completed"
    assert thread_messages(fake_openai, run.thread_id)[-1] == ("assistant", "Hello")


@both_ways
def test_sends_bytes_that_are_no_protocol(fake_openai: FakeOpenAI, stream: bool) -> None:
    fake_openai.script(Reply(Garbage("<html>"), "Hi"))
    fields = ids(fake_openai)
    headers = {"content-type": "application/json", "authorization": "Bearer x", "OpenAI-Beta": "assistants=v2"}
    answer = fake_openai.client.with_options(default_headers=headers).beta.threads.runs.with_raw_response.create(
        **fields, extra_body={"stream": stream}
    )

    assert answer.http_response.text.startswith("<html>")
    assert thread_messages(fake_openai, fields["thread_id"])[-1] == ("assistant", "Hi")


def test_says_headers_of_the_reply(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Hi", headers={"X-Region": "eu"}))
    answer = fake_openai.client.beta.threads.runs.with_raw_response.create(**ids(fake_openai))

    assert answer.headers["x-region"] == "eu"


def _fails(request: object) -> object:
    raise LookupError("no answer")


def _fails_later(request: object) -> Iterator[object]:
    yield "Hel"
    raise LookupError("no answer")


CHUNK: Any = {"object": "chat.completion.chunk", "choices": []}


def _yields_what_no_run_can_say(request: object) -> Iterator[object]:
    yield "Hel"
    yield CHUNK


@pytest.mark.parametrize(
    ("entry", "verdict"),
    [
        (_fails, "_fails failed on request 3: LookupError: no answer"),
        (CHUNK, "<chat.completion.chunk> cannot answer this request to threads.runs.create, which needs a Chat"),
        (ToolCall("launch"), "calls a tool that the request does not offer"),
        (Reply(choices=["a", "b"]), "Reply(choices=…) cannot be carried by threads.runs.create"),
    ],
)
def test_refuses_what_cannot_answer_a_run(fake_openai: FakeOpenAI, entry: Any, verdict: str) -> None:
    fake_openai.script(entry)
    fields = ids(fake_openai, tools=[WEATHER])
    with pytest.raises(openai.BadRequestError):
        fake_openai.client.beta.threads.runs.create(**fields)

    assert verdict in str(verdict_of(fake_openai))


@pytest.mark.parametrize(
    ("entry", "verdict"),
    [
        (_fails_later, "_fails_later failed on request 3: LookupError: no answer"),
        (_yields_what_no_run_can_say, "<chat.completion.chunk> cannot answer this request to threads.runs"),
    ],
)
def test_fails_where_a_generator_does(fake_openai: FakeOpenAI, entry: Any, verdict: str) -> None:
    fake_openai.script(entry)
    assert finished(fake_openai, create_run(fake_openai)).last_error.code == "server_error"

    assert verdict in str(verdict_of(fake_openai))


def test_fails_at_a_gate_that_nobody_opens(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Hel", fake_openai.gate(timeout=0.01)))
    assert finished(fake_openai, create_run(fake_openai)).status == "failed"

    assert "at a gate that nobody opened" in str(verdict_of(fake_openai))


def test_tells_of_a_fault_of_its_own(fake_openai: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: object) -> Iterator[object]:
        raise RuntimeError("broken")

    monkeypatch.setattr(RunBuilder, "close", broken)
    assert run_of(fake_openai).last_error.code == "server_error"
    assert "fake_openai failed on request 3: RuntimeError: broken" in str(verdict_of(fake_openai))


def test_answers_what_is_no_json(fake_openai: FakeOpenAI) -> None:
    assert send(fake_openai, "POST", "/v1/threads/x/runs", b"{oops").status == http.client.BAD_REQUEST
