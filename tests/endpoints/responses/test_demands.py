"""What a request demands of its response: a structure, JSON, a tool; and the echo that gives it."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from pytest_fakeopenai import FakeOpenAI, Text

from .._speaking import both_clients
from ._asking import (
    PARAMETERS,
    ROUND,
    SHELL,
    WEATHER,
    Json,
    anonymous,
    custom_call,
    function_call,
    message,
    post,
    respond,
    text,
)


class Place(BaseModel):
    city: str
    people: int


@both_clients
def test_parses_a_structured_output(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script(Place(city="Orléans", people=3))
    response = respond(fake_openai, kind, "parse", text_format=Place)
    assert response.output_parsed == Place(city="Orléans", people=3)
    assert response.output_text == '{"city":"Orléans","people":3}'
    sent = fake_openai.requests.only.json["text"]["format"]
    assert sent["schema"]["required"] == ["city", "people"]
    assert fake_openai.requests.only.response["text"]["format"] == {**sent, "description": None}


def test_sends_a_structured_output_that_is_broken_on_purpose(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Text('{"city": 1}', unchecked=True))
    format_ = {"type": "json_schema", "name": "place", "schema": PARAMETERS}
    assert respond(fake_openai, text={"format": format_}).output_text == '{"city": 1}'


REQUIRED = {**PARAMETERS, "required": ["city"]}
SCHEMA = {"format": {"type": "json_schema", "name": "place", "schema": REQUIRED}}
JSON_MODE = {"format": {"type": "json_object"}}
NAMES: Json = {"type": "function", "name": "get_weather"}


@pytest.mark.parametrize(
    ("body", "output"),
    [
        pytest.param({}, [message(text("Hi"))], id="text"),
        pytest.param({"text": JSON_MODE}, [message(text('{"text": "Hi"}'))], id="json"),
        pytest.param({"text": JSON_MODE, "input": '{"a": 1}'}, [message(text('{"a": 1}'))], id="json of its own"),
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
