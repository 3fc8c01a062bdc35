"""What a request demands of its response: a structure, JSON, a tool; and the echo that gives it."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from pytest_fakeopenai import FakeOpenAI, Text

from .._requests import both_clients
from ._requests import (
    PARAMETERS,
    ROUND,
    SHELL,
    TOOLS,
    WEATHER,
    Json,
    anonymous,
    create_response,
    custom_call,
    function_call,
    message,
    post,
    text,
)


class Place(BaseModel):
    city: str
    people: int


@both_clients
def test_parses_a_structured_output(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script(Place(city="Orléans", people=3))
    response = create_response(fake_openai, kind, "parse", text_format=Place)
    assert response.output_parsed == Place(city="Orléans", people=3)
    assert response.output_text == '{"city":"Orléans","people":3}'
    sent = fake_openai.requests.only.json["text"]["format"]
    assert sent["schema"]["required"] == ["city", "people"]
    assert fake_openai.requests.only.response["text"]["format"] == {**sent, "description": None}


def test_sends_a_structured_output_that_is_broken_on_purpose(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Text('{"city": 1}', unchecked=True))
    format_ = {"type": "json_schema", "name": "place", "schema": PARAMETERS}
    assert create_response(fake_openai, text={"format": format_}).output_text == '{"city": 1}'


REQUIRED = {**PARAMETERS, "required": ["city"]}
SCHEMA = {"format": {"type": "json_schema", "name": "place", "schema": REQUIRED}}
JSON_MODE = {"format": {"type": "json_object"}}
NAMES: Json = {"type": "function", "name": "get_weather"}


@pytest.mark.parametrize(
    ("body", "output"),
    [
        pytest.param({}, [message(text("Hi"))], id="text"),
        pytest.param({"text": JSON_MODE, "input": "JSON!"}, [message(text('{"text": "JSON!"}'))], id="json"),
        pytest.param({"text": JSON_MODE, "input": '{"json": 1}'}, [message(text('{"json": 1}'))], id="json of its own"),
        pytest.param({"text": SCHEMA}, [message(text('{"city": "Hi"}'))], id="schema"),
        pytest.param({"tool_choice": "auto"}, [message(text("Hi"))], id="auto"),
        pytest.param({"tool_choice": "required"}, [function_call('{"city":"Hi"}')], id="required"),
        pytest.param({"tool_choice": NAMES}, [function_call('{"city":"Hi"}')], id="named"),
        pytest.param({"tool_choice": {"type": "custom", "name": "shell"}}, [custom_call("Hi")], id="custom"),
        pytest.param({"tool_choice": "required", "input": ROUND}, [message(text("Hi"))], id="answered"),
    ],
)
def test_echoes_what_the_request_demands(fake_openai: FakeOpenAI, body: Json, output: list[Json]) -> None:
    assert (
        anonymous(post(fake_openai, tools=[{**WEATHER, "parameters": REQUIRED}, SHELL], **body).json["output"])
        == output
    )


def test_calls_with_every_property_of_a_tool_that_the_api_makes_strict(fake_openai: FakeOpenAI) -> None:
    response = post(fake_openai, tools=[WEATHER], tool_choice="required").json
    assert response["tools"][0]["parameters"]["required"] == ["city"]
    assert response["output"][0]["arguments"] == '{"city":"Hi"}'


def test_calls_one_of_the_allowed_tools_where_one_is_required(fake_openai: FakeOpenAI) -> None:
    allowed = {"type": "allowed_tools", "mode": "required", "tools": [{"type": "custom", "name": "shell"}]}
    response = post(fake_openai, tools=TOOLS, tool_choice=allowed).json
    assert [(item["type"], item["name"]) for item in response["output"]] == [("custom_tool_call", "shell")]


def test_says_what_it_likes_where_the_allowed_tools_need_not_be_called(fake_openai: FakeOpenAI) -> None:
    allowed = {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "custom", "name": "shell"}]}
    assert [item["type"] for item in post(fake_openai, tools=TOOLS, tool_choice=allowed).json["output"]] == ["message"]
