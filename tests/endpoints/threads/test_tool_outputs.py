"""Runs that call functions: what they wait for, and how they go on with it."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI, RateLimit, Refusal, Reply, ToolCall

from .._requests import both_clients, call_method, error
from ._runs import WEATHER, create_run, deprecated, ids, outputs, retrieve_run, run_of, steps, submit, thread_messages

pytestmark = [*deprecated]
PARIS, ROME = ToolCall("get_weather", {"city": "Paris"}), ToolCall("get_weather", {"city": "Rome"})


def function(name: str, arguments: str) -> dict[str, Any]:
    """A call as a run asks for it."""
    return {"type": "function", "function": {"name": name, "arguments": arguments}}


def test_waits_for_the_outputs_of_its_calls(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(PARIS, unused := Reply("unused"))
    run = run_of(fake_openai)

    (call,) = run.required_action.submit_tool_outputs.tool_calls
    required = {"id": call.id, **function("get_weather", '{"city":"Paris"}')}
    assert run.status == "requires_action"
    assert run.to_dict()["required_action"] == {
        "type": "submit_tool_outputs",
        "submit_tool_outputs": {"tool_calls": [required]},
    }
    assert call.id.startswith("call_")
    assert (run.usage, run.expires_at) == (None, run.created_at + 600)
    (step,) = steps(fake_openai, run)
    called = {"name": "get_weather", "arguments": '{"city":"Paris"}', "output": None}
    details = {"type": "tool_calls", "tool_calls": [{"id": call.id, "type": "function", "function": called}]}
    assert (step.type, step.status, step.completed_at, step.usage) == ("tool_calls", "in_progress", None, None)
    assert step.to_dict()["step_details"] == details
    assert submit(fake_openai, run, "21").status == "completed"
    assert fake_openai.requests.where(endpoint="threads.runs.submit_tool_outputs").only.reply == unused


@both_clients
def test_is_driven_by_the_script_of_a_chat(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script(RateLimit(), PARIS, RateLimit(), "It is 21 °C.")
    fields = ids(fake_openai, tools=[WEATHER])
    waiting = call_method(fake_openai, kind, "beta.threads.runs.create_and_poll", **fields)
    ended = call_method(
        fake_openai,
        kind,
        "beta.threads.runs.submit_tool_outputs_and_poll",
        run_id=waiting.id,
        thread_id=waiting.thread_id,
        tool_outputs=outputs(waiting, "21 °C"),
    )

    assert (waiting.status, ended.status, ended.required_action) == ("requires_action", "completed", None)
    assert thread_messages(fake_openai, ended.thread_id)[-1] == ("assistant", "It is 21 °C.")
    assert [request.status for request in fake_openai.requests if request.reply is not None] == [429, 200, 429, 200]


def test_records_what_the_model_reads_with_the_outputs(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Let me see. ", PARIS, ROME), PARIS, "Done")
    first = run_of(fake_openai)
    second = submit(fake_openai, first, "21", "25")
    submit(fake_openai, second, "22")

    request = fake_openai.requests.where(endpoint="threads.runs.submit_tool_outputs").last
    assert (request.model, request.system, request.text) == ("gpt-4o", "Be brief.", "What is the weather?")
    assert (request.tools, request.tool_outputs) == ([WEATHER], ["22"])
    one, two = first.required_action.submit_tool_outputs.tool_calls
    (three,) = second.required_action.submit_tool_outputs.tool_calls
    paris, rome = function("get_weather", '{"city":"Paris"}'), function("get_weather", '{"city":"Rome"}')
    calls = [{"id": one.id, **paris}, {"id": two.id, **rome}]
    assert request.messages == [
        {"role": "user", "content": "What is the weather?"},
        {"role": "assistant", "content": "Let me see. ", "tool_calls": calls},
        {"role": "tool", "tool_call_id": one.id, "content": "21"},
        {"role": "tool", "tool_call_id": two.id, "content": "25"},
        {"role": "assistant", "content": None, "tool_calls": [{"id": three.id, **paris}]},
        {"role": "tool", "tool_call_id": three.id, "content": "22"},
    ]


def test_is_answered_by_rules_for_outputs(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(tool_result="cold").always("Take a coat.")
    fake_openai.when(endpoint="threads.runs.submit_tool_outputs").always("Take nothing.")
    fake_openai.when(tool="get_weather").always(PARIS)
    cold, warm = run_of(fake_openai), run_of(fake_openai)
    submit(fake_openai, cold, "so cold")
    submit(fake_openai, warm, "warm")

    assert thread_messages(fake_openai, cold.thread_id)[-1] == ("assistant", "Take a coat.")
    assert thread_messages(fake_openai, warm.thread_id)[-1] == ("assistant", "Take nothing.")


def test_echoes_the_user_once_the_outputs_are_there(fake_openai: FakeOpenAI) -> None:
    run = submit(fake_openai, run_of(fake_openai, tool_choice="required"), "21")

    assert thread_messages(fake_openai, run.thread_id)[-1] == ("assistant", "What is the weather?")


def test_takes_its_steps_one_after_the_other(fake_openai: FakeOpenAI, with_tokenizer: None) -> None:
    fake_openai.script(Reply("Let me see. ", PARIS, ROME), "Warm")
    run = submit(fake_openai, run_of(fake_openai), "21", "25")
    speech, calls, answer = steps(fake_openai, run)

    assert [step.type for step in (speech, calls, answer)] == ["message_creation", "tool_calls", "message_creation"]
    assert [step.status for step in (speech, calls, answer)] == ["completed"] * 3
    tool_calls = calls.step_details.tool_calls
    assert [(call.function.arguments, call.function.output) for call in tool_calls] == [
        ('{"city":"Paris"}', "21"),
        ('{"city":"Rome"}', "25"),
    ]
    # What a reply costs is told of its last step.
    assert (speech.usage.total_tokens, run.usage.total_tokens) == (
        0,
        calls.usage.total_tokens + answer.usage.total_tokens,
    )
    assert calls.usage.completion_tokens > answer.usage.completion_tokens == 2
    assert thread_messages(fake_openai, run.thread_id)[1:] == [("assistant", "Let me see. "), ("assistant", "Warm")]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(PARIS, "Wait."), ["Wait."]),
        (Reply(PARIS, "Wait. ", ROME, Refusal("No.")), ["Wait. ", "No."]),
        (Reply(PARIS, ToolCall("launch", {}, "call_own", unchecked=True)), []),
    ],
)
def test_keeps_all_calls_of_a_reply_in_one_step(fake_openai: FakeOpenAI, reply: Reply, expected: list[str]) -> None:
    fake_openai.script(reply)
    run = run_of(fake_openai)

    (calling,) = (step for step in steps(fake_openai, run) if step.type == "tool_calls")
    scripted = [part for part in reply.parts if isinstance(part, ToolCall)]
    tool_calls = run.required_action.submit_tool_outputs.tool_calls
    assert [call.function.name for call in tool_calls] == [part.name for part in scripted]
    assert [call.id for call in tool_calls] == [call.id for call in calling.step_details.tool_calls]
    assert [text for who, text in thread_messages(fake_openai, run.thread_id) if who == "assistant"] == expected


def refused(message: str) -> Any:
    """The body of the client's error."""
    return error(message)["error"]


def test_wants_the_outputs_of_all_its_calls_and_of_no_other(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(PARIS, ROME), "Never said")
    run = run_of(fake_openai)
    one, two = outputs(run, "21", "25")
    call_ids = [one["tool_call_id"], two["tool_call_id"]]
    for outputs_ in ([], [one], [one, {**two, "tool_call_id": "call_x"}], [one, two, one]):
        with pytest.raises(openai.BadRequestError) as failed:
            fake_openai.client.beta.threads.runs.submit_tool_outputs(
                run_id=run.id, thread_id=run.thread_id, tool_outputs=outputs_
            )
        got = [each["tool_call_id"] for each in outputs_]
        assert failed.value.body == refused(f"Expected tool outputs for call_ids {call_ids}, got {got}")
    assert retrieve_run(fake_openai, run) == run
    assert submit(fake_openai, run, "21", "25").status == "completed"


def test_takes_outputs_in_any_order_and_without_a_text(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(PARIS, ROME), "Done")
    run = run_of(fake_openai)
    one, two = outputs(run, "21", "25")
    tool_outputs: Any = [two, {"tool_call_id": one["tool_call_id"]}]
    fake_openai.client.beta.threads.runs.submit_tool_outputs(
        run_id=run.id, thread_id=run.thread_id, tool_outputs=tool_outputs
    )

    calls = steps(fake_openai, run)[0].step_details.tool_calls
    assert [call.function.output for call in calls] == ["", "25"]
    assert fake_openai.requests.where(endpoint="threads.runs.submit_tool_outputs").only.tool_outputs == ["25", ""]


def test_takes_no_outputs_that_it_does_not_wait_for(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply(gate, "Done"))
    run = create_run(fake_openai)
    gate.wait_reached()
    api = fake_openai.client.beta.threads.runs
    for status in ("in_progress", "completed"):
        with pytest.raises(openai.BadRequestError) as failed:
            api.submit_tool_outputs(run_id=run.id, thread_id=run.thread_id, tool_outputs=[])
        assert failed.value.body == refused(f'Runs in status "{status}" do not accept tool outputs.')
        gate.open()
        api.poll(run_id=run.id, thread_id=run.thread_id)


def test_holds_its_thread_while_it_waits(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(PARIS, "Done")
    run = run_of(fake_openai)
    create = fake_openai.client.beta.threads.messages.create
    with pytest.raises(openai.BadRequestError, match="while a run"):
        create(run.thread_id, role="user", content="More")

    submit(fake_openai, run, "21")
    assert create(run.thread_id, role="user", content="More").role == "user"


def test_stays_waiting_where_its_outputs_meet_an_error(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(PARIS, RateLimit(), "Done")
    run = run_of(fake_openai)
    asking = fake_openai.client.with_options(max_retries=0).beta.threads.runs
    with pytest.raises(openai.RateLimitError):
        asking.submit_tool_outputs(run_id=run.id, thread_id=run.thread_id, tool_outputs=outputs(run, "21"))

    assert retrieve_run(fake_openai, run) == run
    assert steps(fake_openai, run)[0].step_details.tool_calls[0].function.output is None
    assert submit(fake_openai, run, "21").status == "completed"


def test_updates_a_run_that_waits(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(PARIS, "Done")
    run = run_of(fake_openai)
    fake_openai.client.beta.threads.runs.update(run_id=run.id, thread_id=run.thread_id, metadata={"a": "b"})

    assert submit(fake_openai, run, "21").metadata == {"a": "b"}


@pytest.mark.fake_openai(assume_exists=True)
def test_goes_on_with_a_run_that_is_only_assumed(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("One", "Two")
    api = fake_openai.client.beta.threads
    for text in ("One", "Two"):
        tool_outputs: Any = [{"tool_call_id": "call_1", "output": "21"}]
        run = api.runs.submit_tool_outputs(run_id="run_1", thread_id="thread_1", tool_outputs=tool_outputs)
        assert (run.id, run.status, run.thread_id) == ("run_1", "queued", "thread_1")
        assert api.runs.retrieve(run_id="run_1", thread_id="thread_1").status == "completed"
        assert thread_messages(fake_openai, "thread_1")[-1] == ("assistant", text)


@pytest.mark.fake_openai(assume_exists=True)
@pytest.mark.parametrize("field", ["tool_call_id", "output"])
@pytest.mark.parametrize("odd", [5, ["x"], {}], ids=repr)
def test_refuses_outputs_that_are_none(fake_openai: FakeOpenAI, field: str, odd: Any) -> None:
    tool_outputs: Any = [{"tool_call_id": "call_1", "output": "21", field: odd}]
    with pytest.raises(
        openai.BadRequestError, match=rf"Invalid type for 'tool_outputs\[0\]\.{field}': expected a string"
    ):
        fake_openai.client.beta.threads.runs.submit_tool_outputs(
            run_id="run_1", thread_id="thread_1", tool_outputs=tool_outputs
        )


@pytest.mark.fake_openai(assume_exists=True, validation="off")
@pytest.mark.parametrize("field", ["tool_call_id", "output"])
@pytest.mark.parametrize("odd", [5, ["x"], {}], ids=repr)
def test_takes_outputs_that_are_none_where_nothing_is_validated(fake_openai: FakeOpenAI, field: str, odd: Any) -> None:
    outputs: Any = [{"tool_call_id": "call_1", "output": "21", field: odd}]
    run = fake_openai.client.beta.threads.runs.submit_tool_outputs(
        run_id="run_1", thread_id="thread_1", tool_outputs=outputs
    )
    assert run.status == "queued"


@pytest.mark.fake_openai(assume_exists=True)
def test_runs_an_assistant_that_is_only_assumed(fake_openai: FakeOpenAI) -> None:
    run = fake_openai.client.beta.threads.runs.create("thread_1", assistant_id="asst_1")

    assert (run.assistant_id, run.model, run.tools) == ("asst_1", "gpt-4o", [])
    assert retrieve_run(fake_openai, run).status == "completed"
    cancelled = fake_openai.client.beta.threads.runs.cancel(run_id="run_2", thread_id="thread_1")
    assert cancelled.id == "run_2"
