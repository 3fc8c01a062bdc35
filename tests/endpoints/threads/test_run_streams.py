"""Runs that are streamed: every event by name, in order, with the object as it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pytest_fakeopenai import Chunks, FakeOpenAI, Refusal, Reply, ToolCall

from .._requests import both_clients, call_method
from ._runs import WEATHER, assistant, deprecated, ids, names, outputs, retrieve_run, steps, thread_messages

pytestmark = [*deprecated]
PARIS, ROME = ToolCall("get_weather", {"city": "Paris"}), ToolCall("get_weather", '{"city"')

CREATED = ["thread.run.created", "thread.run.queued", "thread.run.in_progress"]
BEGUN = ["thread.run.step.created", "thread.run.step.in_progress"]
MESSAGE_BEGUN = [*BEGUN, "thread.message.created", "thread.message.in_progress"]
MESSAGE_DONE = ["thread.message.completed", "thread.run.step.completed"]
DELTA, STEP_DELTA = "thread.message.delta", "thread.run.step.delta"


def stream(fake: FakeOpenAI, kind: str = "sync", **settings: Any) -> list[Any]:
    """The events of a run on a new thread."""
    fields = {**ids(fake, tools=[WEATHER]), **settings}
    events: list[Any] = call_method(fake, kind, "beta.threads.runs.create", stream=True, **fields)
    return events


def data_of(events: list[Any]) -> list[Any]:
    """What events tell, as JSON."""
    return [event.data.to_dict() for event in events]


@both_clients
def test_tells_a_plain_answer(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script(Chunks("Hel", "lo"))
    events = stream(fake_openai, kind)

    assert names(events) == [*CREATED, *MESSAGE_BEGUN, DELTA, DELTA, *MESSAGE_DONE, "thread.run.completed"]
    created, queued, at_work, step, _, message, _, first, second, whole, done, completed = data_of(events)
    assert (created["status"], queued["status"], at_work["status"]) == ("queued", "queued", "in_progress")
    assert (created["started_at"], at_work["started_at"]) == (None, completed["started_at"])
    assert (step["type"], step["status"], step["usage"]) == ("message_creation", "in_progress", None)
    assert step["step_details"]["message_creation"]["message_id"] == message["id"]
    assert (message["status"], message["content"]) == ("in_progress", [])
    text = {"index": 0, "type": "text"}
    assert [first, second] == [
        {"id": message["id"], "object": "thread.message.delta", "delta": {"content": [{**text, "text": piece}]}}
        for piece in ({"value": "Hel", "annotations": []}, {"value": "lo"})
    ]
    assert (whole["status"], whole["completed_at"]) == ("completed", whole["created_at"] + 1)
    assert whole["content"] == [{"type": "text", "text": {"value": "Hello", "annotations": []}}]
    assert (done["status"], done["usage"]) == ("completed", completed["usage"])
    assert (completed["status"], completed["expires_at"]) == ("completed", None)


def test_sends_named_events_with_bare_data_and_ends_with_done(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Chunks("Hi"))
    with fake_openai.client.beta.threads.runs.with_streaming_response.create(
        stream=True, **ids(fake_openai)
    ) as response:
        sent = response.read().decode()
    *events, last, rest = sent.split("\n\n")

    assert (last, rest) == ("event: done\ndata: [DONE]", "")
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    lines = [event.split("\n") for event in events]
    assert [name for name, _ in lines] == [
        f"event: {name}" for name in [*CREATED, *MESSAGE_BEGUN, DELTA, *MESSAGE_DONE, "thread.run.completed"]
    ]
    objects = [json.loads(data.removeprefix("data: ")) for _, data in lines]
    assert [each["object"] for each in objects[:4]] == ["thread.run"] * 3 + ["thread.run.step"]
    assert list(objects[5]) == [
        *("id", "object", "created_at", "assistant_id", "thread_id", "run_id"),
        *(
            "status",
            "incomplete_details",
            "incomplete_at",
            "completed_at",
            "role",
            "content",
            "attachments",
            "metadata",
        ),
    ]


def test_records_events_as_the_client_shows_them(fake_openai: FakeOpenAI) -> None:
    events = stream(fake_openai)
    request = fake_openai.requests.last

    assert request.events[:-1] == [{"event": event.event, "data": event.data.to_dict()} for event in events]
    assert request.events[-1] == {"event": "done", "data": "[DONE]"}
    assert request.response == events[-1].data.to_dict()


def test_tells_calls_and_what_they_wait_for(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(PARIS, ROME))
    events = stream(fake_openai)
    called = [event for event in events if event.event == STEP_DELTA]

    assert names(events) == [*CREATED, *BEGUN, *[STEP_DELTA] * len(called), "thread.run.requires_action"]
    deltas = [call for event in called for call in event.data.to_dict()["delta"]["step_details"]["tool_calls"]]
    opened = [call for call in deltas if "id" in call]
    waiting = events[-1].data.required_action.submit_tool_outputs.tool_calls
    function = {"name": "get_weather", "arguments": "", "output": None}
    assert opened == [
        {"index": index, "id": call.id, "type": "function", "function": function} for index, call in enumerate(waiting)
    ]
    for index, call in enumerate(waiting):
        pieces = [delta["function"]["arguments"] for delta in deltas if delta["index"] == index]
        assert "".join(pieces) == call.function.arguments
    step = next(event.data for event in events if event.event == "thread.run.step.created")
    assert {event.data.id for event in called} == {step.id}
    assert step.to_dict()["step_details"] == {"type": "tool_calls", "tool_calls": []}


@both_clients
def test_tells_how_it_goes_on_with_outputs(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script(PARIS, Chunks("Warm"))
    run = stream(fake_openai, kind)[-1].data
    events = call_method(
        fake_openai,
        kind,
        "beta.threads.runs.submit_tool_outputs",
        run_id=run.id,
        thread_id=run.thread_id,
        tool_outputs=outputs(run, "21"),
        stream=True,
    )

    went_on = ["thread.run.step.completed", "thread.run.queued", "thread.run.in_progress"]
    assert names(events) == [*went_on, *MESSAGE_BEGUN, DELTA, *MESSAGE_DONE, "thread.run.completed"]
    step, queued, at_work, *_, completed = data_of(events)
    assert step["step_details"]["tool_calls"][0]["function"]["output"] == "21"
    assert (step["status"], step["usage"]["total_tokens"] > 0) == ("completed", True)
    assert (queued["required_action"], at_work["started_at"] > run.started_at) == (None, True)
    assert (completed["id"], completed["usage"]["total_tokens"] > step["usage"]["total_tokens"]) == (run.id, True)


def test_tells_of_the_thread_that_is_created_with_it(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Chunks("Hi"))
    thread_fields: Any = {"messages": [{"role": "user", "content": "Ho"}]}
    created, *events = fake_openai.client.beta.threads.create_and_run(
        assistant_id=assistant(fake_openai), thread=thread_fields, stream=True
    )

    assert created.event == "thread.created"
    assert names(events) == [*CREATED, *MESSAGE_BEGUN, DELTA, *MESSAGE_DONE, "thread.run.completed"]
    thread: Any = created.data
    assert fake_openai.client.beta.threads.retrieve(thread.id) == thread
    assert thread_messages(fake_openai, thread.id) == [("user", "Ho"), ("assistant", "Hi")]


def test_speaks_before_it_calls(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(Chunks("Wait."), ToolCall("get_weather", "")))
    events = stream(fake_openai)

    assert names(events) == [
        *CREATED,
        *MESSAGE_BEGUN,
        DELTA,
        *MESSAGE_DONE,
        *BEGUN,
        STEP_DELTA,
        "thread.run.requires_action",
    ]


def test_tells_refusals_as_parts_of_their_own(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(Chunks("Well. "), Refusal("No")))
    events = stream(fake_openai)

    refusal = [event.data.to_dict()["delta"]["content"] for event in events if event.event == DELTA][1]
    assert refusal == [{"index": 1, "type": "refusal", "refusal": "No"}]
    (message, _) = fake_openai.client.beta.threads.messages.list(events[0].data.thread_id)
    assert message.to_dict()["content"] == [
        {"type": "text", "text": {"value": "Well. ", "annotations": []}},
        {"type": "refusal", "refusal": "No"},
    ]


EMPTY = {"type": "text", "text": {"value": "", "annotations": []}}


@pytest.mark.parametrize(
    ("reply", "part"),
    [
        (Reply(), EMPTY),
        (Reply(""), EMPTY),
        (Reply(Chunks("", "")), EMPTY),
        (Reply(Chunks(), ""), EMPTY),
        (Reply(Refusal("")), {"type": "refusal", "refusal": ""}),
    ],
    ids=repr,
)
def test_tells_an_empty_message(fake_openai: FakeOpenAI, reply: Reply, part: Any) -> None:
    fake_openai.script(reply)
    events = stream(fake_openai)

    assert names(events) == [*CREATED, *MESSAGE_BEGUN, DELTA, *MESSAGE_DONE, "thread.run.completed"]
    assert next(event.data for event in events if event.event == MESSAGE_DONE[0]).to_dict()["content"] == [part]


def test_tells_nothing_of_what_is_empty_behind_a_text(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(Chunks("Hi"), "", Refusal("")))

    assert names(stream(fake_openai)) == [*CREATED, *MESSAGE_BEGUN, DELTA, *MESSAGE_DONE, "thread.run.completed"]


@pytest.mark.parametrize(("reason", "expected"), [("length", "max_tokens"), ("content_filter", "content_filter")])
def test_tells_that_a_message_was_cut(fake_openai: FakeOpenAI, reason: str, expected: str) -> None:
    fake_openai.script(Reply(Chunks("It was"), finish_reason=reason))
    events = stream(fake_openai)

    assert names(events)[-3:] == ["thread.message.incomplete", "thread.run.step.completed", "thread.run.incomplete"]
    message = events[-3].data
    assert (message.status, message.incomplete_details.reason) == ("incomplete", expected)
    assert (message.completed_at, message.incomplete_at) == (None, message.created_at + 1)
    assert retrieve_run(fake_openai, events[-1].data) == events[-1].data


def test_tells_what_a_live_source_says(fake_openai: FakeOpenAI) -> None:
    def source(request: object) -> Iterator[object]:
        yield "Hel"
        yield "lo"

    fake_openai.script(source)

    assert names(stream(fake_openai)) == [*CREATED, *MESSAGE_BEGUN, DELTA, DELTA, *MESSAGE_DONE, "thread.run.completed"]


def test_keeps_what_it_tells(fake_openai: FakeOpenAI) -> None:
    events = stream(fake_openai)
    done: Any = events[-1].data

    assert retrieve_run(fake_openai, done) == done
    assert steps(fake_openai, done) == [event.data for event in events if event.event == "thread.run.step.completed"]
