"""The echo: what the double says while nobody told it what to say."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import openai
import pydantic
import pytest

from pytest_fakeopenai import FakeOpenAI, Reply, Text, ToolCall
from pytest_fakeopenai.pipeline.echo import echo
from pytest_fakeopenai.wire.jsonschema import SchemaError
from pytest_fakeopenai.wire.protocol.call import Call, Tool

from ..verdicts import verdict_of

NOTHING = "There is no user message to echo."
CITY: Any = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city", "days"],
    "additionalProperties": False,
}
FORMAT: Any = {"name": "city", "schema": CITY}
IMPOSSIBLE: Any = {"type": "object", "properties": {"a": False}, "required": ["a"]}


def call(**fields: Any) -> Call:
    return Call("responses", "gpt-4o", {}, **fields)


@pytest.mark.parametrize(
    ("api_call", "part"),
    [
        (call(text="Hi"), Text("Hi")),
        (call(), Text(NOTHING)),
        (call(text="Hi", tools=(Tool("f"),)), Text("Hi")),
        (call(text="Hi", json_mode=True), Text('{"text": "Hi"}')),
        (call(text="ä", json_mode=True), Text('{"text": "ä"}')),
        (call(json_mode=True), Text(json.dumps({"text": NOTHING}))),
        (call(text='{"a": [1]}', json_mode=True), Text('{"a": [1]}')),
        (call(text="[1]", json_mode=True), Text('{"text": "[1]"}')),
        (call(text="ä", format=FORMAT), Text('{"city": "ä", "days": 0}')),
        (call(format=FORMAT), Text(json.dumps({"city": NOTHING, "days": 0}))),
        (call(text="Hi", format={"schema": {"type": "array", "items": {"type": "string"}}}), Text("[]")),
        (call(text="Hi", demanded=Tool("f", parameters=CITY)), ToolCall("f", {"city": "Hi", "days": 0})),
        (call(text="Hi", demanded=Tool("f")), ToolCall("f", {})),
        (call(text="Hi", demanded=Tool("f", parameters={})), ToolCall("f", {})),
        (call(text="Hi", demanded=Tool("f", parameters={"type": "string"})), ToolCall("f", '"Hi"')),
        (call(text="ls", demanded=Tool("shell", "custom")), ToolCall("shell", "ls")),
        (call(text="Hi", demanded=Tool("f"), format=FORMAT), ToolCall("f", {})),
        (call(text="Hi", demanded=Tool("f"), tool_outputs=("done",)), Text("Hi")),
        (
            call(text="Hi", demanded=Tool("f"), tool_outputs=("done",), format=FORMAT),
            Text('{"city": "Hi", "days": 0}'),
        ),
    ],
)
def test_says_what_the_request_insists_on_and_the_last_user_text_otherwise(api_call: Call, part: object) -> None:
    assert echo(api_call) == Reply(part)


@pytest.mark.parametrize(
    ("api_call", "owner"),
    [
        (call(text="Hi", format={"schema": IMPOSSIBLE}), "the response format"),
        (call(text="Hi", demanded=Tool("f", parameters=IMPOSSIBLE)), "tool 'f'"),
    ],
)
def test_refuses_where_nothing_fits_the_schema(api_call: Call, owner: str) -> None:
    with pytest.raises(SchemaError) as caught:
        echo(api_call)

    assert str(caught.value).startswith(f"no echo fits the schema of {owner}: cannot invent a value for $.a: ")


def test_fails_the_test_that_gets_no_echo(fake_openai: FakeOpenAI, openai_client: openai.OpenAI) -> None:
    format_: Any = {"type": "json_schema", "json_schema": {"name": "n", "schema": IMPOSSIBLE}}
    with pytest.raises(openai.BadRequestError) as refused:
        openai_client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "Hi"}], response_format=format_
        )
    text = "fake_openai cannot send the reply to request 1: no echo fits the schema of the response format: "
    assert refused.value.code == "unfit_reply"
    assert str(verdict_of(fake_openai)).startswith(text)


def test_says_each_prompt_as_often_as_it_is_asked_for() -> None:
    api_call = call(prompts=("a", "b"), n=4, text="b")

    assert echo(api_call) == Reply(choices=["a", "a", "b", "b"])


class Trip(pydantic.BaseModel):
    """A structured answer of an application."""

    city: str
    days: int
    stops: list[str]


@pytest.mark.parametrize("stream", [False, True])
def test_fills_a_model_of_the_application(fake_openai: FakeOpenAI, stream: bool) -> None:
    schema: Any = {"name": "Trip", "schema": Trip.model_json_schema()}
    messages: Any = [{"role": "user", "content": "Paris"}]
    answer = fake_openai.client.chat.completions.create(
        model="gpt-4o", messages=messages, response_format={"type": "json_schema", "json_schema": schema}, stream=stream
    )
    if isinstance(answer, openai.Stream):
        text = "".join(chunk.choices[0].delta.content or "" for chunk in answer)
    else:
        text = answer.choices[0].message.content or ""

    assert Trip.model_validate_json(text) == Trip(city="Paris", days=0, stops=[])


@pytest.mark.parametrize("choice", ["required", {"type": "function", "function": {"name": "book"}}], ids=["any", "one"])
def test_calls_the_tool_until_it_has_a_result(fake_openai: FakeOpenAI, choice: Any) -> None:
    tools: Any = [{"type": "function", "function": {"name": "book", "parameters": CITY}}]
    messages: Any = [{"role": "user", "content": "Paris"}]

    def turn() -> Any:
        completion = fake_openai.client.chat.completions.create(
            model="gpt-4o", messages=messages, tools=tools, tool_choice=choice
        )
        return completion.choices[0].message

    first = turn()
    (tool_call,) = first.tool_calls
    messages += [
        first.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": tool_call.id, "content": "booked"},
    ]
    last = turn()

    jsonschema.validate(json.loads(tool_call.function.arguments), CITY)
    assert (tool_call.function.name, json.loads(tool_call.function.arguments)) == ("book", {"city": "Paris", "days": 0})
    assert (last.content, last.tool_calls) == ("Paris", None)


def test_echoes_the_newest_user_text_of_a_conversation(fake_openai: FakeOpenAI) -> None:
    client = fake_openai.client
    first = client.responses.create(model="gpt-4o", input="first")
    second = client.responses.create(model="gpt-4o", input="second", previous_response_id=first.id)
    third = client.responses.create(model="gpt-4o", input=[], previous_response_id=second.id)

    assert [each.output_text for each in (first, second, third)] == ["first", "second", "second"]


@pytest.mark.asyncio
async def test_echoes_for_an_async_client(async_openai_client: openai.AsyncOpenAI) -> None:
    stream = await async_openai_client.completions.create(model="m", prompt=["Hello there", "you"], stream=True)
    texts = ["", ""]
    async for chunk in stream:
        texts[chunk.choices[0].index] += chunk.choices[0].text

    assert texts == ["Hello there", "you"]
