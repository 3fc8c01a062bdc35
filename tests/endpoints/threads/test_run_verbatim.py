"""Runs that are answered with an object of the official client's."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI, Reply, ToolCall

from ...verdicts import verdict_of
from .._requests import both_ways, chat, function_tool
from ._runs import assistant, create_run, deprecated, ids, retrieve_run, run_of, thread_messages

pytestmark = [*deprecated]


@both_ways
def test_does_what_a_completion_says(fake_openai: FakeOpenAI, stream: bool) -> None:
    call = ToolCall("get_weather", {"city": "Oslo"}, "call_own")
    fake_openai.script(Reply("Wait. ", call, usage={"prompt_tokens": 7, "completion_tokens": 5}))
    completion = chat(fake_openai, tools=[function_tool("get_weather")])
    fake_openai.script(completion)
    created: Any = create_run(fake_openai, stream=stream)
    run = retrieve_run(fake_openai, list(created)[-1].data if stream else created)

    (tool_call,) = run.required_action.submit_tool_outputs.tool_calls
    assert (tool_call.id, tool_call.function.arguments, run.model) == ("call_own", '{"city":"Oslo"}', completion.model)
    assert thread_messages(fake_openai, run.thread_id)[-1] == ("assistant", "Wait. ")


def test_ends_as_a_completion_ends(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("It was", finish_reason="length", usage={"completion_tokens": 5}))
    fake_openai.script(chat(fake_openai))
    run = run_of(fake_openai)

    assert (run.status, run.usage.completion_tokens) == ("incomplete", 5)


@both_ways
@pytest.mark.parametrize("kind", ["chunks", "Response"])
def test_refuses_objects_that_say_no_completion(fake_openai: FakeOpenAI, kind: str, stream: bool) -> None:
    scripted: Any = chat(fake_openai, stream=True)
    if kind == "Response":
        scripted = fake_openai.client.responses.create(model="gpt-4o", input="Hi")
    fake_openai.script(scripted)
    fields = ids(fake_openai)
    with pytest.raises(openai.BadRequestError, match=r"threads\.runs\.create, which needs a ChatCompletion"):
        fake_openai.client.beta.threads.runs.create(**fields, stream=stream)

    assert "which needs a ChatCompletion" in str(verdict_of(fake_openai))


def test_refuses_a_broken_completion(fake_openai: FakeOpenAI) -> None:
    completion = chat(fake_openai)
    completion.choices[0].message.tool_calls = [{"id": "call_1"}]
    fake_openai.script(completion)
    with pytest.raises(openai.BadRequestError, match="cannot be"):
        fake_openai.client.beta.threads.create_and_run(assistant_id=assistant(fake_openai))

    assert "ChatCompletion" in str(verdict_of(fake_openai))


def test_says_nothing_of_a_completion_without_choices(fake_openai: FakeOpenAI) -> None:
    completion = chat(fake_openai)
    completion.choices = []
    fake_openai.script(completion)
    run = run_of(fake_openai)

    assert thread_messages(fake_openai, run.thread_id)[-1] == ("assistant", "")
