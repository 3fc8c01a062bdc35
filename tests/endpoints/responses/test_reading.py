"""Requests that are read, and those that are refused: always in the API's envelope, never by a fault of our own."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI

from .._requests import both_clients, both_ways, error, send
from ._requests import LOGPROBS, NAMED, TOOLS, WEATHER, Json, create_response, message, post, reasoning, text

PATH = "/v1/responses"
MALFORMED = (
    "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library "
    "correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble "
    "figuring out how to fix this, please contact us through our help center at help.openai.com.)"
)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"1", b"null", b"\xff", b'{"model": NaN}'])
def test_refuses_what_is_no_json_object(fake_openai: FakeOpenAI, body: bytes) -> None:
    answer = send(fake_openai, "POST", PATH, body)
    assert (answer.status, answer.json) == (400, error(MALFORMED))


@both_ways
def test_refuses_in_the_layout_of_the_api(fake_openai: FakeOpenAI, stream: bool) -> None:
    answer = post(fake_openai, tools=5, stream=stream)
    assert answer.headers["content-type"] == "application/json"
    assert answer.body == (
        b'{\n  "error": {\n'
        b'    "message": "Invalid type for \'tools\': expected an array of objects, but got an integer instead.",\n'
        b'    "type": "invalid_request_error",\n    "param": "tools",\n    "code": "invalid_type"\n  }\n}'
    )


@pytest.mark.parametrize("body", [{"input": "Hi"}, {**NAMED, "model": None}, {**NAMED, "model": ""}])
def test_needs_a_model(fake_openai: FakeOpenAI, body: Json) -> None:
    answer = send(fake_openai, "POST", PATH, body)
    problem = "Missing required parameter: 'model'."
    assert (answer.status, answer.json) == (400, error(problem, param="model", code="missing_required_parameter"))


FORMAT: Json = {"type": "json_schema", "name": "place", "schema": {}}
ROLES = "'assistant', 'system', 'developer', and 'user'"

# body, param, what is wrong: a type that was expected and the one that came, or nothing where it is missing
TYPES: list[tuple[Json, str, str, str]] = [
    ({"model": 5}, "model", "a string", "an integer"),
    ({"stream": "true"}, "stream", "a boolean", "a string"),
    ({"store": 1}, "store", "a boolean", "an integer"),
    ({"background": []}, "background", "a boolean", "an array"),
    ({"metadata": "x"}, "metadata", "an object", "a string"),
    ({"reasoning": "low"}, "reasoning", "an object", "a string"),
    ({"top_logprobs": 1.5}, "top_logprobs", "an integer", "a decimal"),
    ({"top_logprobs": True}, "top_logprobs", "an integer", "a boolean"),
    ({"input": 5}, "input", "one of a string or array of objects", "an integer"),
    ({"input": {}}, "input", "one of a string or array of objects", "an object"),
    ({"input": ["Hi"]}, "input[0]", "an object", "a string"),
    ({"input": [{"role": "user", "content": "x"}, None]}, "input[1]", "an object", "null"),
    ({"input": [{"type": []}]}, "input[0].type", "a string", "an array"),
    ({"previous_response_id": {}}, "previous_response_id", "a string", "an object"),
    ({"instructions": ["x"]}, "instructions", "a string", "an array"),
    ({"tools": {}}, "tools", "an array of objects", "an object"),
    ({"tools": [WEATHER, "x"]}, "tools[1]", "an object", "a string"),
    ({"tools": [{"type": 5}]}, "tools[0].type", "a string", "an integer"),
    ({"tools": [WEATHER, {**WEATHER, "name": 5}]}, "tools[1].name", "a string", "an integer"),
    ({"text": "x"}, "text", "an object", "a string"),
    ({"text": {"format": "x"}}, "text.format", "an object", "a string"),
    ({"text": {"format": {**FORMAT, "name": 5}}}, "text.format.name", "a string", "an integer"),
    ({"text": {"format": {**FORMAT, "schema": []}}}, "text.format.schema", "an object", "an array"),
    ({"include": LOGPROBS[0]}, "include", "an array of strings", "a string"),
    ({"input": [{"type": "message", "role": 5, "content": "x"}]}, "input[0].role", "a string", "an integer"),
    ({"tools": [{**WEATHER, "name": None}]}, "tools[0].name", "a string", "null"),
]


@pytest.mark.parametrize(("body", "param", "expected", "got"), TYPES, ids=[f"{case[1]}-{case[3]}" for case in TYPES])
def test_refuses_another_type(fake_openai: FakeOpenAI, body: Json, param: str, expected: str, got: str) -> None:
    answer = post(fake_openai, **body)
    problem = f"Invalid type for '{param}': expected {expected}, but got {got} instead."
    assert (answer.status, answer.json) == (400, error(problem, param=param, code="invalid_type"))


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"tools": [{}]}, "tools[0].type"),
        ({"tools": [WEATHER, {"type": "function"}]}, "tools[1].name"),
        ({"tools": [{"type": "custom"}]}, "tools[0].name"),
        ({"text": {"format": {"type": "json_schema", "schema": {}}}}, "text.format.name"),
    ],
)
def test_refuses_what_lacks_a_parameter(fake_openai: FakeOpenAI, body: Json, param: str) -> None:
    answer = post(fake_openai, **body)
    problem = f"Missing required parameter: '{param}'."
    assert (answer.status, answer.json) == (400, error(problem, param=param, code="missing_required_parameter"))


@pytest.mark.parametrize("item", [{"role": "tool"}, {"type": "message", "role": "tool"}])
def test_refuses_a_strange_role(fake_openai: FakeOpenAI, item: Json) -> None:
    answer = post(fake_openai, input=[{"role": "user", "content": "Hi"}, {**item, "content": "Hi"}])
    problem = f"Invalid value: 'tool'. Supported values are: {ROLES}."
    assert (answer.status, answer.json) == (400, error(problem, param="input[1]", code="invalid_value"))


@pytest.mark.parametrize(
    ("value", "side", "bound"),
    [(-1, "below minimum", ">= 0"), (21, "above maximum", "<= 20"), (10**30, "above maximum", "<= 20")],
)
def test_refuses_a_number_out_of_range(fake_openai: FakeOpenAI, value: int, side: str, bound: str) -> None:
    answer = post(fake_openai, top_logprobs=value)
    problem = f"Invalid 'top_logprobs': integer {side} value. Expected a value {bound}, but got {value} instead."
    code = f"integer_{side.replace(' ', '_').replace('minimum', 'min').replace('maximum', 'max')}_value"
    assert (answer.status, answer.json) == (400, error(problem, param="top_logprobs", code=code))


@both_ways
@both_clients
def test_raises_in_the_client(fake_openai: FakeOpenAI, kind: str, stream: bool) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        create_response(fake_openai, kind, stream=stream, metadata=[])
    assert (caught.value.param, caught.value.code) == ("metadata", "invalid_type")
    assert len(fake_openai.requests) == 1


# What a field may be sent as: every JSON type, and the shapes in which items, tools and formats go wrong.
SIMPLE: list[Any] = [None, 5, "x", [], {}]
CONTENTS: list[Any] = [None, 5, [5], [{"text": 5}], {"text": "x"}]
FORMATS: list[Json] = [{"type": "json_schema"}, {**FORMAT, "schema": None}, {"type": "json_object"}, {"type": []}]
SCHEMAS: list[Any] = [5, "x", [], {"type": 5}, {"properties": 5}]
JUNK: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 1e300, "", "x", "é😀", [], {}),
    *([value] for value in SIMPLE),
    *({key: value} for key in ("type", "format", "name") for value in SIMPLE),
    *([{key: value}] for key in ("type", "role", "id", "name", "content") for value in SIMPLE),
    *({"format": format_} for format_ in FORMATS),
    *([{"role": "user", "content": content}] for content in CONTENTS),
    *([{"type": "function_call_output", "output": content}] for content in CONTENTS),
    *([{"type": "function_call", "name": value, "arguments": value}] for value in SIMPLE),
    *([{**WEATHER, "parameters": schema}] for schema in SCHEMAS),
    [{"type": "custom", "name": ""}],
    {"include_obfuscation": 5},
]
FIELDS = [
    *("model", "input", "stream", "store", "background", "metadata", "reasoning", "previous_response_id", "tools"),
    *("instructions", "tool_choice", "text", "include", "top_logprobs", "stream_options", "service_tier"),
    *("temperature", "conversation"),
]


@pytest.mark.fake_openai(unscripted="echo", validation="off")
@pytest.mark.parametrize("name", FIELDS)
def test_answers_whatever_a_field_is(fake_openai: FakeOpenAI, name: str) -> None:
    others: list[Json] = [{"stream": True, "include": LOGPROBS}, {"tools": TOOLS, "tool_choice": "required"}]
    for value in JUNK:
        for other in others:
            answer = post(fake_openai, **{**other, name: value})
            assert answer.status in (200, 400, 404), (value, other, answer.body)
            if answer.status != 200:
                assert list(answer.json) == ["error"]
                assert list(answer.json["error"]) == ["message", "type", "param", "code"]
                assert answer.json["error"]["type"] == "invalid_request_error"


USER = {"role": "user", "content": "Hi"}


@pytest.mark.parametrize(
    ("body", "field", "expected"),
    [
        ({}, "text", "Hi"),
        ({"input": [USER, {"role": "user", "content": [{"type": "input_text", "text": "Bye"}]}]}, "text", "Bye"),
        ({"input": [USER, message(text("Hello"))]}, "text", "Hi"),
        ({"input": [message(text("Hello"))]}, "text", ""),
        ({}, "messages", [USER]),
        ({"input": [USER, reasoning("Hm."), message()]}, "messages", [USER, reasoning("Hm."), message()]),
        ({}, "system", ""),
        ({"instructions": "Be kind."}, "system", "Be kind."),
        (
            {
                "instructions": "A",
                "input": [{"role": "system", "content": "B"}, {"role": "developer", "content": "C"}, USER],
            },
            "system",
            "A\nB\nC",
        ),
        ({"tools": [*TOOLS, {"type": "web_search"}]}, "tool_names", ["get_weather", "shell", "web_search"]),
        ({"tools": TOOLS}, "tools", TOOLS),
        ({}, "tool_names", []),
        ({}, "endpoint", "responses"),
        ({}, "path", "/v1/responses"),
        ({}, "model", "gpt-4o"),
        ({}, "stream", False),
        ({"stream": True}, "stream", True),
        ({"temperature": None}, "json", {**NAMED, "temperature": None}),
    ],
)
def test_records_what_was_asked(fake_openai: FakeOpenAI, body: Json, field: str, expected: Any) -> None:
    fake_openai.script("Hello!")
    post(fake_openai, **body)
    assert getattr(fake_openai.requests.only, field) == expected


@pytest.mark.parametrize(
    ("field", "value", "message", "code"),
    [
        (
            "temperature",
            -1,
            "Invalid 'temperature': decimal below minimum value. Expected a value >= 0, but got -1 instead.",
            "decimal_below_min_value",
        ),
        (
            "top_p",
            1.5,
            "Invalid 'top_p': decimal above maximum value. Expected a value <= 1, but got 1.5 instead.",
            "decimal_above_max_value",
        ),
        (
            "temperature",
            10**400,
            "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got a number of over "
            "100 digits instead.",
            "decimal_above_max_value",
        ),
        (
            "temperature",
            "hot",
            "Invalid type for 'temperature': expected a decimal, but got a string instead.",
            "invalid_type",
        ),
    ],
)
def test_refuses_a_setting_out_of_range(
    fake_openai: FakeOpenAI, field: str, value: object, message: str, code: str
) -> None:
    refused = post(fake_openai, **{field: value})
    assert (refused.status, refused.json) == (400, error(message, param=field, code=code))
