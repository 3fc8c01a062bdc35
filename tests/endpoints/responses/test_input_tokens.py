"""What a request for a response would cost, counted as its answer would tell."""

from __future__ import annotations

from typing import Any

import pytest
from openai.resources.responses import Responses

from pytest_fakeopenai import FakeOpenAI, RateLimit

from .._requests import Answer, both_clients, call_method, error, send
from ._requests import ROUND, TOOLS, Json, post

SCHEMA: Json = {"type": "object", "properties": {"a": {"type": "string"}}}
HAS_INPUT_TOKENS = hasattr(Responses, "input_tokens")


def count(fake: FakeOpenAI, **body: Any) -> Answer:
    return send(fake, "POST", "/v1/responses/input_tokens", body)


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-5"])
@pytest.mark.parametrize(
    "body",
    [
        {"input": "Hello there"},
        {"input": []},
        {"input": ROUND, "tools": TOOLS},
        {"input": "Hi", "instructions": "Be brief."},
        {"input": "Hi", "tools": TOOLS, "tool_choice": "required"},
        {"input": "Hi", "text": {"format": {"type": "json_schema", "name": "x", "schema": SCHEMA, "strict": False}}},
    ],
)
def test_counts_what_a_response_reports(fake_openai: FakeOpenAI, model: str, body: Json) -> None:
    counted = count(fake_openai, model=model, **body)
    fake_openai.otherwise("Hello!")
    reported = post(fake_openai, model=model, **body).json["usage"]["input_tokens"]
    assert list(counted.json.items()) == [("object", "response.input_tokens"), ("input_tokens", reported)]


def test_counts_what_is_continued(fake_openai: FakeOpenAI) -> None:
    key = send(fake_openai, "POST", "/v1/conversations", {"items": [{"role": "user", "content": "Hi"}]}).json["id"]
    first = post(fake_openai, input="Hi").json["id"]
    for past in ({"conversation": key}, {"previous_response_id": first}):
        figures = [
            count(fake_openai, model="gpt-4o", input="Ho", **fields).json["input_tokens"] for fields in ({}, past)
        ]
        reported = post(fake_openai, input="Ho", **past).json["usage"]["input_tokens"]
        assert figures[0] < figures[1] == reported


def test_counts_for_no_model_and_for_no_input(fake_openai: FakeOpenAI) -> None:
    assert count(fake_openai, input="Hi").json == count(fake_openai, input="Hi", model="gpt-4o").json
    nothing = count(fake_openai, input=None, model=None, conversation=None)
    assert nothing.json == count(fake_openai).json == count(fake_openai, model="gpt-4o", input=[]).json


@pytest.mark.skipif(not HAS_INPUT_TOKENS, reason="this SDK does not count")
@both_clients
def test_counts_through_the_client(fake_openai: FakeOpenAI, kind: str) -> None:
    counted = call_method(fake_openai, kind, "responses.input_tokens.count", model="gpt-4o", input="Hi", tools=TOOLS)
    assert (counted.object, counted.input_tokens > 8) == ("response.input_tokens", True)
    assert fake_openai.requests.only.text == "Hi"
    assert fake_openai.requests.only.tool_names == ["get_weather", "shell"]


def test_uses_up_no_reply(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Hello!")
    assert count(fake_openai, model="gpt-4o", input="Hi").status == 200
    assert post(fake_openai).json["output"][0]["content"][0]["text"] == "Hello!"


def test_counts_in_a_conversation_that_is_in_use(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(gate)
    key = send(fake_openai, "POST", "/v1/conversations", {}).json["id"]
    post(fake_openai, conversation=key, background=True)
    gate.wait_reached()
    assert count(fake_openai, model="gpt-4o", input="Hi", conversation=key).status == 200
    gate.open()


@pytest.mark.fake_openai(models=["gpt-4o"])
@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        (
            {"conversation": "conv_x"},
            404,
            error("Conversation with id 'conv_x' not found."),
        ),
        (
            {"previous_response_id": "resp_x"},
            400,
            error(
                "Previous response with id 'resp_x' not found.",
                param="previous_response_id",
                code="previous_response_not_found",
            ),
        ),
        (
            {"model": "gpt-9"},
            400,
            error("The requested model 'gpt-9' does not exist.", param="model", code="model_not_found"),
        ),
        pytest.param(
            {"input": 5},
            400,
            error(
                "Invalid type for 'input': expected one of a string or array of objects, but got an integer instead.",
                param="input",
                code="invalid_type",
            ),
            marks=pytest.mark.skipif(not HAS_INPUT_TOKENS, reason="this SDK has no types for the operation"),
        ),
        (
            {"text": {"format": {"type": "json_schema", "schema": SCHEMA}}},
            400,
            error(
                "Missing required parameter: 'text.format.name'.",
                param="text.format.name",
                code="missing_required_parameter",
            ),
        ),
    ],
)
def test_refuses_what_a_response_would(fake_openai: FakeOpenAI, body: Json, status: int, expected: Json) -> None:
    answer = count(fake_openai, **{"model": "gpt-4o", "input": "Hi", **body})
    assert (answer.status, answer.json) == (status, expected)


def test_lets_a_rule_answer(fake_openai: FakeOpenAI) -> None:
    mine = {"object": "response.input_tokens", "input_tokens": 5}
    fake_openai.when(endpoint="responses.input_tokens.count").script(RateLimit(), mine)
    assert [count(fake_openai, input="Hi").status for _ in range(2)] == [429, 200]
    assert fake_openai.requests.last.response == mine
