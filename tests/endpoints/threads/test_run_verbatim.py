"""Runs that are answered with an object of the official client's."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI, Reply, ToolCall

from ...verdicts import verdict_of
from .._speaking import both_ways, chat, function_tool
from ._running import assistant, begin, deprecated, ids, look, run_of, said

pytestmark = [*deprecated]


@both_ways
def test_does_what_a_completion_says(fake_openai: FakeOpenAI, stream: bool) -> None:
    call = ToolCall("get_weather", {"city": "Oslo"}, "call_own")
    fake_openai.script(Reply("Wait. ", call, usage={"prompt_tokens": 7, "completion_tokens": 5}))
    given = chat(fake_openai, tools=[function_tool("get_weather")])
    fake_openai.script(given)
    made: Any = begin(fake_openai, stream=stream)
    run = look(fake_openai, list(made)[-1].data if stream else made)

    (asked,) = run.required_action.submit_tool_outputs.tool_calls
    assert (asked.id, asked.function.arguments, run.model) == ("call_own", '{"city":"Oslo"}', given.model)
    assert said(fake_openai, run.thread_id)[-1] == ("assistant", "Wait. ")


def test_ends_as_a_completion_ends(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("It was", finish_reason="length", usage={"completion_tokens": 5}))
    fake_openai.script(chat(fake_openai))
    run = run_of(fake_openai)

    assert (run.status, run.usage.completion_tokens) == ("incomplete", 5)


@both_ways
@pytest.mark.parametrize("kind", ["chunks", "Response"])
def test_refuses_objects_that_say_no_completion(fake_openai: FakeOpenAI, kind: str, stream: bool) -> None:
    given: Any = chat(fake_openai, stream=True)
    if kind == "Response":
        given = fake_openai.client.responses.create(model="gpt-4o", input="Hi")
    fake_openai.script(given)
    asked = ids(fake_openai)
    with pytest.raises(openai.BadRequestError, match=r"threads\.runs\.create, which needs a ChatCompletion"):
        fake_openai.client.beta.threads.runs.create(**asked, stream=stream)

    assert "which needs a ChatCompletion" in str(verdict_of(fake_openai))


def test_refuses_a_broken_completion(fake_openai: FakeOpenAI) -> None:
    given = chat(fake_openai)
    given.choices[0].message.tool_calls = [{"id": "call_1"}]
    fake_openai.script(given)
    with pytest.raises(openai.BadRequestError, match="cannot be"):
        fake_openai.client.beta.threads.create_and_run(assistant_id=assistant(fake_openai))

    assert "ChatCompletion" in str(verdict_of(fake_openai))


def test_says_nothing_of_a_completion_without_choices(fake_openai: FakeOpenAI) -> None:
    given = chat(fake_openai)
    given.choices = []
    fake_openai.script(given)
    run = run_of(fake_openai)

    assert said(fake_openai, run.thread_id)[-1] == ("assistant", "")
