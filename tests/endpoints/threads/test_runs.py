"""Runs that are asked for and looked at: their objects, settings, steps, records, lists and refusals."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai import FakeOpenAI, Reply, ToolCall
from pytest_fakeopenai.state.request import RecordedRequest

from .._requests import both_clients, call_method
from ._runs import WEATHER, assistant, create_run, deprecated, ids, run_of, steps, thread, thread_messages

pytestmark = [*deprecated]

MILD = "It is 21 °C."


def usage(prompt: int, completion: int) -> dict[str, Any]:
    """Usage as runs spell it."""
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_token_details": {"cached_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0},
    }


def test_answers_a_creation_with_a_queued_run(fake_openai: FakeOpenAI) -> None:
    created = create_run(fake_openai)

    assert created.to_dict() == {
        "id": created.id,
        "object": "thread.run",
        "created_at": created.created_at,
        "assistant_id": created.assistant_id,
        "thread_id": created.thread_id,
        "status": "queued",
        "started_at": None,
        "expires_at": created.created_at + 600,
        "cancelled_at": None,
        "failed_at": None,
        "completed_at": None,
        "required_action": None,
        "last_error": None,
        "model": "gpt-4o",
        "instructions": "Be brief.",
        "tools": [WEATHER],
        "tool_resources": {},
        "metadata": {},
        "temperature": 1.0,
        "top_p": 1.0,
        "reasoning_effort": None,
        "max_completion_tokens": None,
        "max_prompt_tokens": None,
        "truncation_strategy": {"type": "auto", "last_messages": None},
        "incomplete_details": None,
        "usage": None,
        "response_format": "auto",
        "tool_choice": "auto",
        "parallel_tool_calls": True,
    }
    assert created.id.startswith("run_")


def test_keeps_the_order_of_the_wire(fake_openai: FakeOpenAI) -> None:
    create_run(fake_openai)

    fields = list(fake_openai.requests.last.response)
    assert fields[:7] == ["id", "object", "created_at", "assistant_id", "thread_id", "status", "started_at"]
    assert fields[-4:] == ["usage", "response_format", "tool_choice", "parallel_tool_calls"]


@both_clients
def test_has_moved_on_when_it_is_next_looked_at(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script(MILD)
    fields = ids(fake_openai)
    run = call_method(fake_openai, kind, "beta.threads.runs.create_and_poll", **fields)

    assert run.status == "completed"
    assert (run.expires_at, run.required_action, run.last_error) == (None, None, None)
    assert run.created_at < run.started_at < run.completed_at
    assert thread_messages(fake_openai, fields["thread_id"]) == [("user", "What is the weather?"), ("assistant", MILD)]
    assert [request.method for request in fake_openai.requests.where(endpoint="threads.runs.retrieve")] == ["GET"]


def test_tells_its_one_step(fake_openai: FakeOpenAI, with_tokenizer: None) -> None:
    fake_openai.script(MILD)
    run = run_of(fake_openai, tools=[])
    (step,) = steps(fake_openai, run)
    (message, _) = fake_openai.client.beta.threads.messages.list(run.thread_id)

    cost = usage(3 + 4 + 3 + 4 + 5, 7)
    assert step.to_dict() == {
        "id": step.id,
        "object": "thread.run.step",
        "created_at": step.created_at,
        "run_id": run.id,
        "assistant_id": run.assistant_id,
        "thread_id": run.thread_id,
        "type": "message_creation",
        "status": "completed",
        "cancelled_at": None,
        "completed_at": step.completed_at,
        "expires_at": None,
        "failed_at": None,
        "last_error": None,
        "step_details": {"type": "message_creation", "message_creation": {"message_id": message.id}},
        "usage": cost,
    }
    assert run.to_dict()["usage"] == cost
    retrieve = fake_openai.client.beta.threads.runs.steps.retrieve
    assert retrieve(step_id=step.id, run_id=run.id, thread_id=run.thread_id) == step


def test_leaves_what_only_events_tell_out_of_messages(fake_openai: FakeOpenAI) -> None:
    run = run_of(fake_openai)
    (message, _) = fake_openai.client.beta.threads.messages.list(run.thread_id)

    assert message.to_dict() == {
        "id": message.id,
        "object": "thread.message",
        "created_at": message.created_at,
        "assistant_id": run.assistant_id,
        "thread_id": run.thread_id,
        "run_id": run.id,
        "role": "assistant",
        "content": [{"type": "text", "text": {"value": "What is the weather?", "annotations": []}}],
        "attachments": [],
        "metadata": {},
    }


OVERRIDES: dict[str, Any] = {
    "model": "gpt-4o-mini",
    "instructions": "Be kind.",
    "tools": [{"type": "code_interpreter"}],
    "temperature": 0.0,
    "top_p": 0.5,
    "max_completion_tokens": 256,
    "max_prompt_tokens": 1000,
    "metadata": {"a": "b"},
    "response_format": {"type": "json_object"},
    "tool_choice": "none",
    "parallel_tool_calls": False,
    "truncation_strategy": {"type": "last_messages", "last_messages": 1},
}


def test_overrides_the_assistant(fake_openai: FakeOpenAI) -> None:
    run = create_run(fake_openai, **OVERRIDES).to_dict()

    assert {name: run[name] for name in OVERRIDES} == OVERRIDES


def test_takes_the_settings_of_the_assistant(fake_openai: FakeOpenAI) -> None:
    names = ("model", "instructions", "tools", "temperature", "top_p", "response_format")
    settings = {name: OVERRIDES[name] for name in names}
    run = fake_openai.client.beta.threads.runs.create(**ids(fake_openai, **settings)).to_dict()

    assert {name: run[name] for name in settings} == settings


@pytest.mark.parametrize(
    ("own", "settings", "expected"),
    [
        ("Be brief.", {}, "Be brief."),
        ("Be brief.", {"additional_instructions": "Be kind."}, "Be brief.\nBe kind."),
        ("Be brief.", {"instructions": "Shout.", "additional_instructions": "Now."}, "Shout.\nNow."),
        (None, {"additional_instructions": "Be kind."}, "Be kind."),
        (None, {}, None),
    ],
)
def test_puts_instructions_together(
    fake_openai: FakeOpenAI, own: str | None, settings: dict[str, Any], expected: str | None
) -> None:
    run = fake_openai.client.beta.threads.runs.create(**ids(fake_openai, instructions=own), **settings)

    assert run.instructions == expected
    assert fake_openai.requests.last.system == (expected or "")


def test_adds_messages_before_it_begins(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Yes")
    run = run_of(
        fake_openai, additional_messages=[{"role": "assistant", "content": "Hm"}, {"role": "user", "content": "So?"}]
    )

    expected = [("user", "What is the weather?"), ("assistant", "Hm"), ("user", "So?"), ("assistant", "Yes")]
    assert thread_messages(fake_openai, run.thread_id) == expected


def test_records_what_the_model_reads(fake_openai: FakeOpenAI) -> None:
    create_run(fake_openai, additional_messages=[{"role": "user", "content": "And tomorrow?"}])
    request = fake_openai.requests.last

    assert (request.endpoint, request.model, request.system) == ("threads.runs.create", "gpt-4o", "Be brief.")
    assert request.messages == [
        {"role": "user", "content": "What is the weather?"},
        {"role": "user", "content": "And tomorrow?"},
    ]
    assert (request.text, request.tools, request.tool_names) == ("And tomorrow?", [WEATHER], ["get_weather"])
    assert request.tool_outputs == []


def test_shows_the_model_the_last_messages_only(fake_openai: FakeOpenAI) -> None:
    fields: Any = {"thread_id": thread(fake_openai, "One", "Two", "Three"), "assistant_id": assistant(fake_openai)}
    strategy: Any = {"type": "last_messages", "last_messages": 2}
    fake_openai.client.beta.threads.runs.create(**fields, truncation_strategy=strategy)

    assert [message["content"] for message in fake_openai.requests.last.messages] == ["Two", "Three"]


@pytest.mark.parametrize(
    "conditions",
    [
        {"endpoint": "threads.runs.create"},
        {"text": "weather", "system": "brief"},
        {"tool": "get_weather", "model": "gpt-4o"},
        {"body": {"metadata": {"who": "me"}}},
        {"matches": lambda request: request.messages[-1]["role"] == "user"},
    ],
)
def test_is_answered_by_rules(fake_openai: FakeOpenAI, conditions: dict[str, Any]) -> None:
    fake_openai.when(text="something else").always("No")
    fake_openai.when(**conditions).script("By rule")
    run = run_of(fake_openai, metadata={"who": "me"})

    assert thread_messages(fake_openai, run.thread_id)[-1] == ("assistant", "By rule")


def test_is_answered_by_a_callable(fake_openai: FakeOpenAI) -> None:
    def answer(request: RecordedRequest) -> object:
        return Reply(f"{request.text} {request.system}", id="run_own", model="gpt-own")

    fake_openai.script(answer)
    run = run_of(fake_openai)

    assert (run.id, run.model) == ("run_own", "gpt-own")
    assert thread_messages(fake_openai, run.thread_id)[-1] == ("assistant", "What is the weather? Be brief.")


def test_echoes_where_nothing_is_scripted(fake_openai: FakeOpenAI) -> None:
    run = run_of(fake_openai, tools=[])
    assert thread_messages(fake_openai, run.thread_id)[-1] == ("assistant", "What is the weather?")

    choice: Any = {"type": "function", "function": {"name": "get_weather"}}
    waiting = run_of(fake_openai, tool_choice=choice)
    (call,) = waiting.required_action.submit_tool_outputs.tool_calls
    assert (waiting.status, call.function.name) == ("requires_action", "get_weather")


def test_echoes_what_fits_the_schema(fake_openai: FakeOpenAI) -> None:
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}},
        "required": ["name"],
        "additionalProperties": False,
    }
    format_: Any = {"type": "json_schema", "json_schema": {"name": "city", "strict": True, "schema": schema}}
    run = run_of(fake_openai, response_format=format_)

    assert thread_messages(fake_openai, run.thread_id)[-1] == ("assistant", '{"name": "What is the weather?"}')


def test_lists_runs_of_a_thread_newest_first(fake_openai: FakeOpenAI) -> None:
    fields = ids(fake_openai)
    api = fake_openai.client.beta.threads.runs
    run_ids = [api.create(**fields).id for _ in range(3)]

    assert [run.id for run in api.list(fields["thread_id"], limit=2)] == run_ids[::-1]
    assert [run.status for run in api.list(fields["thread_id"], order="asc")] == ["completed"] * 3


@both_clients
def test_creates_a_thread_and_a_run_at_once(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script(MILD)
    messages: Any = [{"role": "user", "content": "Hi"}]
    thread_fields: Any = {"messages": messages, "metadata": {"a": "b"}}
    run = call_method(
        fake_openai,
        kind,
        "beta.threads.create_and_run_poll",
        assistant_id=assistant(fake_openai),
        thread=thread_fields,
        instructions="Be kind.",
    )

    assert (run.status, run.instructions) == ("completed", "Be kind.")
    assert fake_openai.client.beta.threads.retrieve(run.thread_id).metadata == {"a": "b"}
    assert thread_messages(fake_openai, run.thread_id) == [("user", "Hi"), ("assistant", MILD)]
    asking = fake_openai.requests.where(endpoint="threads.create_and_run").only
    assert (asking.text, asking.system) == ("Hi", "Be kind.")


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply("It was a dark", finish_reason="length"), "max_completion_tokens"),
        (Reply(ToolCall("get_weather", '{"ci'), finish_reason="length"), "max_completion_tokens"),
        (Reply("It was", finish_reason="content_filter"), "content_filter"),
    ],
)
def test_is_incomplete_at_a_limit(fake_openai: FakeOpenAI, reply: Reply, reason: str) -> None:
    fake_openai.script(reply)
    run = run_of(fake_openai)

    assert (run.status, run.incomplete_details.reason) == ("incomplete", reason)
    assert (run.expires_at, run.required_action) == (None, None)
    assert [step.status for step in steps(fake_openai, run)] == ["completed"]
    assert run.to_dict()["usage"] == steps(fake_openai, run)[0].to_dict()["usage"]


def test_counts_what_is_cut_as_the_limit(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("It was a dark", finish_reason="length"))

    assert run_of(fake_openai, max_completion_tokens=300).usage.completion_tokens == 300


@pytest.mark.parametrize("details", ["prompt_tokens_details", "input_tokens_details", "prompt_token_details"])
def test_costs_what_a_test_says(fake_openai: FakeOpenAI, details: str) -> None:
    figures = {"prompt_tokens": 7, "completion_tokens": 5, details: {"cached_tokens": 2}}
    fake_openai.script(Reply("Hi", usage=figures))

    expected = {**usage(7, 5), "prompt_token_details": {"cached_tokens": 2}}
    assert run_of(fake_openai).to_dict()["usage"] == expected


def test_goes_on_with_what_was_said_before(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("One", "Two")
    fields = ids(fake_openai)
    api = fake_openai.client.beta.threads
    api.runs.create(**fields)
    api.messages.create(fields["thread_id"], role="user", content="More")
    api.runs.create(**fields)

    assert fake_openai.requests.last.messages == [
        {"role": "user", "content": "What is the weather?"},
        {"role": "assistant", "content": "One"},
        {"role": "user", "content": "More"},
    ]
