"""Replies that other servers send and OpenAI would not: any value, and empty ones are not absent."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai import FakeOpenAI, Logprob, Reply, Structured, Text, ToolCall

from ._requests import both_ways, chat

Json = dict[str, Any]
SCHEMA: Json = {
    "name": "city",
    "strict": True,
    "schema": {"type": "object", "properties": {}, "required": [], "additionalProperties": False},
}
REASONS = ["error", "end_turn", "", "max_tokens"]


def answer_of(fake: FakeOpenAI, stream: bool, **request: Any) -> tuple[list[Any], list[Any]]:
    """The finish reasons and the ids of a chat completion."""
    got = chat(fake, stream=stream, **request)
    chunks = got if stream else [got]
    reasons = [choice.finish_reason for each in chunks for choice in each.choices if choice.finish_reason is not None]
    return reasons, [each.id for each in chunks]


@both_ways
@pytest.mark.parametrize("reason", REASONS)
def test_ends_for_any_reason(fake_openai: FakeOpenAI, reason: str, stream: bool) -> None:
    fake_openai.script(Reply("Hi", finish_reason=reason, unchecked=True))

    assert answer_of(fake_openai, stream)[0] == [reason]


@pytest.mark.parametrize("reason", REASONS)
def test_ends_legacy_completions_for_any_reason(fake_openai: FakeOpenAI, reason: str) -> None:
    fake_openai.script(Reply("Hi", finish_reason=reason, unchecked=True))
    completion = fake_openai.client.completions.create(model="gpt-3.5-turbo-instruct", prompt="Hi")

    assert completion.choices[0].finish_reason == reason


@pytest.mark.parametrize("reason", REASONS)
def test_tells_a_response_why_it_is_incomplete(fake_openai: FakeOpenAI, reason: str) -> None:
    fake_openai.script(Reply("Hi", finish_reason=reason, unchecked=True))
    response = fake_openai.client.responses.create(model="gpt-4o", input="Hi")

    assert response.status == "incomplete"
    assert response.incomplete_details is not None
    assert response.incomplete_details.reason == reason


@both_ways
def test_ends_all_choices_for_the_reason_of_the_whole(fake_openai: FakeOpenAI, stream: bool) -> None:
    fake_openai.script(Reply(choices=["a", Reply("b", finish_reason="stop")], finish_reason="length"))

    assert sorted(answer_of(fake_openai, stream, n=2)[0]) == ["length", "stop"]


@both_ways
@pytest.mark.parametrize("count", [0, 1, 3])
def test_sends_another_number_of_choices(fake_openai: FakeOpenAI, count: int, stream: bool) -> None:
    fake_openai.script(Reply(choices=["Hi"] * count, unchecked=True))

    assert answer_of(fake_openai, stream, n=2)[0] == ["stop"] * count


@pytest.mark.parametrize("count", [0, 1, 3])
def test_sends_another_number_of_legacy_choices(fake_openai: FakeOpenAI, count: int) -> None:
    fake_openai.script(Reply(choices=["Hi"] * count, unchecked=True))
    request: Json = {"model": "gpt-3.5-turbo-instruct", "prompt": ["a", "b"]}

    assert [choice.text for choice in fake_openai.client.completions.create(**request).choices] == ["Hi"] * count


@both_ways
def test_takes_an_empty_id_for_an_id(fake_openai: FakeOpenAI, stream: bool) -> None:
    fake_openai.script(Reply("Hi", id="", model=""))
    got = chat(fake_openai, stream=stream)

    assert {(each.id, each.model) for each in (got if stream else [got])} == {("", "")}


def test_takes_an_empty_id_for_an_id_everywhere(fake_openai: FakeOpenAI) -> None:
    call = ToolCall("f", id="", unchecked=True)
    fake_openai.script(Reply(call, id="", model=""), call, Reply("Hi", id=""))
    response = fake_openai.client.responses.create(model="gpt-4o", input="Hi")
    message = chat(fake_openai).choices[0].message
    legacy = fake_openai.client.completions.create(model="gpt-3.5-turbo-instruct", prompt="Hi")

    item: Any = response.output[0]
    assert (response.id, response.model, item.call_id) == ("", "", "")
    assert (message.tool_calls[0].id, legacy.id) == ("", "")


USAGES: list[Json] = [
    {"prompt_tokens": None, "completion_tokens": -1, "cost": {"usd": 0.5}, "total_tokens": 3},
    {"prompt_tokens": None, "completion_tokens": "many", "prompt_tokens_details": None},
    {"bogus": 1},
]


@pytest.mark.parametrize("usage", USAGES)
def test_sends_any_usage(fake_openai: FakeOpenAI, usage: Json) -> None:
    fake_openai.script(Reply("Hi", usage=usage, unchecked=True))
    got = chat(fake_openai).usage.to_dict(warnings=False)

    assert {name: got[name] for name in usage} == usage


BOUND: Json = {"response_format": {"type": "json_schema", "json_schema": SCHEMA}}
UNFIT: Any = [
    (Reply(ToolCall("invented"), unchecked=True), {}),
    (Reply("no city", unchecked=True), BOUND),
    (Reply(Structured([1]), unchecked=True), BOUND),
    (Reply("Hi", logprobs=[Logprob("other", -1.0)], unchecked=True), {}),
    (Reply(choices=[Reply(ToolCall("invented"), unchecked=True)]), {}),
    (
        Reply(choices=[Text("no city")], unchecked=True),
        {"response_format": {"type": "json_schema", "json_schema": SCHEMA}},
    ),
]


@both_ways
@pytest.mark.parametrize(("reply", "request_"), UNFIT)
def test_is_held_against_nothing(fake_openai: FakeOpenAI, reply: Reply, request_: Json, stream: bool) -> None:
    fake_openai.script(reply)

    assert chat(fake_openai, stream=stream, **request_)
