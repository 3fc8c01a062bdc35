"""Chat requests: what is refused in the API's words, and what an unscripted one is answered with."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_fakeopenai import FakeOpenAI, Reply

from ._requests import HI, MODEL, PING, both_clients, chat, error, function_tool, send

URL = "/v1/chat/completions"
NOT_JSON = (
    "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library "
    "correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble "
    "figuring out how to fix this, please contact us through our help center at help.openai.com.)"
)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"model": NaN}',
        json.dumps(PING).encode() + b"!",
    ],
    ids=["empty", "cut", "null", "list", "string", "no text", "deep", "NaN", "more"],
)
def test_refuses_what_is_no_json_object(fake_openai: FakeOpenAI, body: bytes) -> None:
    answer = send(fake_openai, "POST", URL, body)
    assert (answer.status, answer.json) == (400, error(NOT_JSON))
    assert (fake_openai.requests.only.body, fake_openai.requests.only.messages) == (body, [])


@pytest.mark.parametrize(
    ("body", "message", "param", "code"),
    [
        ({"messages": HI}, "you must provide a model parameter", None, None),
        ({"model": "", "messages": HI}, "you must provide a model parameter", None, None),
        ({"model": None}, "you must provide a model parameter", None, None),
        (
            {"model": MODEL},
            "Missing required parameter: 'messages'.",
            "messages",
            "missing_required_parameter",
        ),
        (
            {"model": MODEL, "messages": []},
            "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
            "messages",
            "empty_array",
        ),
        (
            {"model": MODEL, "messages": ["Hi"]},
            "Invalid type for 'messages[0]': expected an object, but got a string instead.",
            "messages[0]",
            "invalid_type",
        ),
        (
            {"model": MODEL, "messages": [*HI, {"role": "robot", "content": "Hi"}]},
            "Invalid value: 'robot'. "
            "Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.",
            "messages[1].role",
            "invalid_value",
        ),
        (
            {"model": MODEL, "messages": [{"content": "Hi"}]},
            "Missing required parameter: 'messages[0].role'.",
            "messages[0].role",
            "missing_required_parameter",
        ),
        (
            {**PING, "n": 0},
            "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead.",
            "n",
            "integer_below_min_value",
        ),
        (
            {**PING, "n": 129},
            "Invalid 'n': integer above maximum value. Expected a value <= 128, but got 129 instead.",
            "n",
            "integer_above_max_value",
        ),
        (
            {**PING, "tools": [{"type": "function", "function": {}}]},
            "Missing required parameter: 'tools[0].function.name'.",
            "tools[0].function.name",
            "missing_required_parameter",
        ),
        (
            {**PING, "response_format": {"type": "json_schema", "json_schema": {"schema": {}}}},
            "Missing required parameter: 'response_format.json_schema.name'.",
            "response_format.json_schema.name",
            "missing_required_parameter",
        ),
    ],
)
@pytest.mark.parametrize("stream", [None, True])
def test_refuses_a_bad_body_in_the_words_of_the_api(
    fake_openai: FakeOpenAI, stream: bool | None, body: Any, message: str, param: str | None, code: str | None
) -> None:
    answer = send(fake_openai, "POST", URL, {**body, "stream": stream})
    assert (answer.status, answer.json) == (400, error(message, param=param, code=code))
    charset = "; charset=utf-8" if "model parameter" in message else ""
    assert answer.headers["content-type"] == f"application/json{charset}"


OTHER_TYPES = {
    "a string": "5",
    "a boolean": True,
    "an integer": 5,
    "a decimal": 0.5,
    "an object": {"a": 1},
    "an array": ["a"],
}
TYPED: list[tuple[str, set[str], Any]] = [
    ("model", {"a string"}, lambda value: {"model": value}),
    ("stream", {"a boolean"}, lambda value: {"stream": value}),
    ("logprobs", {"a boolean"}, lambda value: {"logprobs": value}),
    ("metadata", {"an object"}, lambda value: {"metadata": value}),
    ("top_logprobs", {"an integer"}, lambda value: {"logprobs": True, "top_logprobs": value}),
    ("n", {"an integer"}, lambda value: {"n": value}),
    ("messages", {"an array"}, lambda value: {"messages": value}),
    ("tools", {"an array"}, lambda value: {"tools": value}),
    ("tools[0]", {"an object"}, lambda value: {"tools": [value]}),
    ("tools[0].type", {"a string"}, lambda value: {"tools": [{"type": value}]}),
    ("tools[0].function", {"an object"}, lambda value: {"tools": [{"type": "function", "function": value}]}),
    ("tools[0].function.name", {"a string"}, lambda value: {"tools": [function_tool(value)]}),
    ("tools[0].custom", {"an object"}, lambda value: {"tools": [{"type": "custom", "custom": value}]}),
    ("tools[0].custom.name", {"a string"}, lambda value: {"tools": [{"type": "custom", "custom": {"name": value}}]}),
    ("functions", {"an array"}, lambda value: {"functions": value}),
    ("functions[0].name", {"a string"}, lambda value: {"functions": [{"name": value}]}),
    ("response_format", {"an object"}, lambda value: {"response_format": value}),
    (
        "response_format.json_schema",
        {"an object"},
        lambda value: {"response_format": {"type": "json_schema", "json_schema": value}},
    ),
    (
        "response_format.json_schema.schema",
        {"an object"},
        lambda value: {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": value}}},
    ),
]


@pytest.mark.parametrize(("param", "right", "make"), TYPED, ids=[param for param, _, _ in TYPED])
def test_names_the_field_whose_type_is_wrong(fake_openai: FakeOpenAI, param: str, right: set[str], make: Any) -> None:
    for kind in OTHER_TYPES.keys() - right:
        answer = send(fake_openai, "POST", URL, {**PING, **make(OTHER_TYPES[kind])})
        problem = answer.json["error"]
        assert (answer.status, problem["param"], problem["code"], problem["type"]) == (
            400,
            param,
            "invalid_type",
            "invalid_request_error",
        )
        assert problem["message"].startswith(f"Invalid type for '{param}': expected ")
        assert problem["message"].endswith(f", but got {kind} instead.")


OPTIONS = ["tool_choice", "function_call", "stream_options", "service_tier", "store"]


@pytest.mark.fake_openai(validation="off")
@pytest.mark.parametrize("field", [*OPTIONS, "content", "tool_calls", "parameters"])
def test_never_fails_on_what_a_field_holds(fake_openai: FakeOpenAI, field: str) -> None:
    for value in (*OTHER_TYPES.values(), None, "", [], {}, -1, 1e300, {"type": 1}, {"type": "function"}):
        message = {"role": "user", "content": "Hi"} | ({field: value} if field in ("content", "tool_calls") else {})
        tool = function_tool("add", parameters=value if field == "parameters" else None)
        options = {field: value} if field in OPTIONS else {}
        answer = send(fake_openai, "POST", URL, {"model": MODEL, "messages": [message], "tools": [tool], **options})
        assert (value, answer.status) == (value, 200)
        assert answer.json["choices"][0]["message"]["role"] == "assistant"


ADD = function_tool("add", parameters={"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]})
SAY = function_tool(
    "say", parameters={"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
)
SHELL = {"type": "custom", "custom": {"name": "shell"}}
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "hot": {"type": "boolean"}},
    "required": ["city", "hot"],
    "additionalProperties": False,
}
FORMAT = {"type": "json_schema", "json_schema": {"name": "weather", "strict": True, "schema": SCHEMA}}


@both_clients
@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ([{"role": "user", "content": "Hi"}], "Hi"),
        ([{"role": "user", "content": "one"}, {"role": "assistant", "content": "two"}], "one"),
        (
            [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "What is "},
                        {"type": "image_url", "image_url": {"url": "data:image/png;base64,aW1n"}},
                        {"type": "text", "text": "this?"},
                    ],
                }
            ],
            "What is this?",
        ),
        ([{"role": "system", "content": "Be brief."}], "There is no user message to echo."),
    ],
    ids=["text", "last of the user", "parts", "no user"],
)
def test_echoes_the_last_user_text(fake_openai: FakeOpenAI, kind: str, messages: Any, expected: str) -> None:
    assert chat(fake_openai, kind, messages=messages).choices[0].message.content == expected


def test_echoes_an_object_that_fits_the_schema(fake_openai: FakeOpenAI) -> None:
    content = json.loads(chat(fake_openai, response_format=FORMAT).choices[0].message.content)
    assert {key: type(value) for key, value in content.items()} == {"city": str, "hot": bool}


@pytest.mark.parametrize(("text", "expected"), [("json!", {"text": "json!"}), ('{"json": 1}', {"json": 1})])
def test_echoes_an_object_in_json_mode(fake_openai: FakeOpenAI, text: str, expected: Any) -> None:
    completion = chat(
        fake_openai, messages=[{"role": "user", "content": text}], response_format={"type": "json_object"}
    )
    assert json.loads(completion.choices[0].message.content) == expected


@both_clients
@pytest.mark.parametrize(
    ("choice", "called"),
    [
        ("required", "add"),
        ({"type": "function", "function": {"name": "add"}}, "add"),
        ({"type": "function", "function": {"name": "say"}}, "say"),
        ({"type": "custom", "custom": {"name": "shell"}}, "shell"),
    ],
    ids=["required", "first", "second", "custom"],
)
def test_echoes_a_call_of_the_tool_demanded(fake_openai: FakeOpenAI, kind: str, choice: Any, called: str) -> None:
    chat(fake_openai, kind, tools=[ADD, SAY, SHELL], tool_choice=choice)
    (call,) = fake_openai.requests.only.response["choices"][0]["message"]["tool_calls"]
    function = call[call["type"]]
    assert function["name"] == called
    if called == "shell":
        assert function["input"] == "Hi"
    else:
        (argument,) = json.loads(function["arguments"]).items()
        assert (argument[0], type(argument[1])) == {"add": ("a", int), "say": ("text", str)}[called]


@pytest.mark.parametrize("choice", [{}, {"tool_choice": "auto"}, {"tool_choice": "none"}])
def test_echoes_text_where_no_tool_is_demanded(fake_openai: FakeOpenAI, choice: dict[str, str]) -> None:
    message = chat(fake_openai, tools=[ADD], **choice).choices[0].message
    assert (message.content, message.tool_calls) == ("Hi", None)


def test_echoes_text_once_the_tool_has_answered(fake_openai: FakeOpenAI) -> None:
    call = {"id": "call_a", "type": "function", "function": {"name": "add", "arguments": "{}"}}
    history: Any = [
        *HI,
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_a", "content": "3"},
    ]
    assert chat(fake_openai, messages=history, tools=[ADD], tool_choice="required").choices[0].message.content == "Hi"
    assert fake_openai.requests.only.tool_outputs == ["3"]


def test_echoes_a_demanded_function_of_the_deprecated_kind(fake_openai: FakeOpenAI) -> None:
    chat(fake_openai, functions=[ADD["function"]], function_call={"name": "add"})
    message = fake_openai.requests.only.response["choices"][0]["message"]
    assert message["function_call"]["name"] == "add"
    assert list(json.loads(message["function_call"]["arguments"])) == ["a"]


@both_clients
def test_records_what_was_asked(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script(Reply("Hello!"))
    messages: Any = [
        {"role": "system", "content": "Be brief."},
        {"role": "developer", "content": [{"type": "text", "text": "Be kind."}]},
        {"role": "user", "content": "Hi"},
    ]
    chat(fake_openai, kind, messages=messages, tools=[ADD, SHELL], extra_query={"a": "b"}, extra_headers={"X-A": "c"})
    request = fake_openai.requests.only
    assert (request.method, request.path, request.endpoint) == ("POST", URL, "chat.completions")
    assert (request.model, request.text, request.system) == (MODEL, "Hi", "Be brief.\nBe kind.")
    assert (request.messages, request.tools, request.tool_names) == (messages, [ADD, SHELL], ["add", "shell"])
    assert (request.query, request.headers["x-a"], request.stream) == ({"a": "b"}, "c", False)
    assert (request.reply, request.status, request.disconnected) == (Reply("Hello!"), 200, False)
    assert json.loads(request.body) == request.json == {"messages": messages, "model": MODEL, "tools": [ADD, SHELL]}
