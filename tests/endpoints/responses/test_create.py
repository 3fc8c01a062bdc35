"""A response that is not streamed: its object, its bytes, and what of the request it repeats."""

from __future__ import annotations

import json
import re
from typing import Any

import openai
import pytest

from pytest_fakeopenai import ApiError, Chunks, FakeOpenAI, RateLimit, Reasoning, Refusal, Reply, ToolCall

from .._speaking import both_clients, both_ways, error
from ._asking import (
    FIRST_SECOND,
    LOGPROBS,
    PARAMETERS,
    PARIS,
    PARIS_JSON,
    ROME,
    ROME_JSON,
    SHELL,
    TOOLS,
    WEATHER,
    Json,
    anonymous,
    custom_call,
    function_call,
    message,
    post,
    reasoning,
    refusal,
    respond,
    text,
    usage,
    wire,
)

PLAIN_REASONING = {"context": None, "effort": None, "summary": None}
REASONING = {"context": "current_turn", "effort": "medium", "mode": "standard", "summary": None}
NO_IMAGES = {"image_tokens": 0, "text_tokens": 0}


@pytest.mark.parametrize(
    ("model", "settings", "asked"), [("gpt-4o", PLAIN_REASONING, 8), ("gpt-5", REASONING, 7)], ids=["plain", "thinks"]
)
def test_answers_with_these_bytes(fake_openai: FakeOpenAI, model: str, settings: Json, asked: int) -> None:
    fake_openai.script("Olá 😀")
    answer = post(fake_openai, model=model)
    expected = {
        "id": answer.json["id"],
        "object": "response",
        "created_at": FIRST_SECOND,
        "status": "completed",
        "background": False,
        "billing": {"payer": "developer"},
        "completed_at": FIRST_SECOND,
        "error": None,
        "frequency_penalty": 0.0,
        "incomplete_details": None,
        "instructions": None,
        "max_output_tokens": None,
        "max_tool_calls": None,
        "model": model,
        "moderation": None,
        "output": [message(text("Olá 😀"), id=answer.json["output"][0]["id"])],
        "parallel_tool_calls": True,
        "presence_penalty": 0.0,
        "previous_response_id": None,
        "prompt_cache_key": None,
        "prompt_cache_retention": "in_memory",
        "reasoning": settings,
        "safety_identifier": None,
        "service_tier": "default",
        "store": True,
        "temperature": 1.0,
        "text": {"format": {"type": "text"}, "verbosity": "medium"},
        "tool_choice": "auto",
        "tool_usage": {
            "image_gen": {
                "input_tokens": 0,
                "input_tokens_details": NO_IMAGES,
                "output_tokens": 0,
                "output_tokens_details": NO_IMAGES,
                "total_tokens": 0,
            },
            "web_search": {"num_requests": 0},
        },
        "tools": [],
        "top_logprobs": 0,
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": usage(asked, 2),
        "user": None,
        "metadata": {},
    }
    assert answer.body == json.dumps(expected, indent=2).encode()
    assert rb"Ol\u00e1 \ud83d\ude00" in answer.body


def test_sends_the_headers_of_the_api(fake_openai: FakeOpenAI) -> None:
    answer = post(fake_openai)
    assert answer.status == 200
    assert re.fullmatch("req_[0-9a-f]{32}", answer.headers["x-request-id"])
    assert answer.headers == {
        "x-request-id": answer.headers["x-request-id"],
        "content-type": "application/json",
        "content-length": str(len(answer.body)),
        "openai-organization": "org-fakeopenai",
        "openai-processing-ms": "1",
        "openai-version": "2020-10-01",
    }


@both_clients
def test_is_the_clients_response(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script(Reply(Reasoning("Let me think."), "Hello!", ToolCall("get_weather", {"city": "Paris"})))
    response = respond(fake_openai, kind, model="gpt-5", tools=TOOLS)
    assert wire(response) == fake_openai.requests.only.response
    assert response.output_text == "Hello!"
    assert [item.type for item in response.output] == ["reasoning", "message", "function_call"]


# name, as sent, as repeated
ECHOED: list[tuple[str, Any, Any]] = [
    ("background", None, False),
    ("instructions", "Be brief.", "Be brief."),
    ("max_output_tokens", 64, 64),
    ("max_tool_calls", 3, 3),
    ("metadata", {"b": "1", "a": "2"}, {"b": "1", "a": "2"}),
    ("metadata", None, {}),
    ("parallel_tool_calls", False, False),
    ("prompt_cache_key", "key", "key"),
    ("prompt_cache_retention", "24h", "24h"),
    ("safety_identifier", "someone", "someone"),
    ("store", False, False),
    ("store", None, True),
    ("temperature", 0, 0.0),
    ("temperature", 1, 1.0),
    ("temperature", 0.2, 0.2),
    ("temperature", None, 1.0),
    ("top_p", 1, 1.0),
    ("top_p", 0.5, 0.5),
    ("top_logprobs", 5, 5),
    ("truncation", "auto", "auto"),
    ("user", "someone", "someone"),
    ("service_tier", "auto", "default"),
    ("service_tier", None, "default"),
    ("service_tier", "flex", "flex"),
    ("tool_choice", "none", "none"),
    ("tool_choice", {"type": "function", "name": "get_weather"}, {"type": "function", "name": "get_weather"}),
    ("conversation", "conv_1", {"id": "conv_1"}),
    ("conversation", {"id": "conv_1"}, {"id": "conv_1"}),
    ("prompt", {"id": "pmpt_1", "version": "2"}, {"id": "pmpt_1", "version": "2"}),
    ("text", {"verbosity": "low"}, {"format": {"type": "text"}, "verbosity": "low"}),
    ("text", {"format": {"type": "text"}}, {"format": {"type": "text"}, "verbosity": "medium"}),
]


@pytest.mark.parametrize(("name", "sent", "repeated"), ECHOED)
def test_repeats_a_setting(fake_openai: FakeOpenAI, name: str, sent: Any, repeated: Any) -> None:
    fake_openai.script("Hello!")
    said = post(fake_openai, tools=TOOLS, **{name: sent}).json
    assert json.dumps(said[name]) == json.dumps(repeated)
    head, rest = list(said)[:4], list(said)[4:]
    assert head == ["id", "object", "created_at", "status"]
    assert rest == [*sorted(key for key in rest if key != "metadata"), "metadata"]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("gpt-4o", {"context": None, "effort": "low", "summary": None}),
        ("o4-mini", {"context": "current_turn", "effort": "low", "mode": "standard", "summary": None}),
    ],
)
def test_completes_the_reasoning_settings(fake_openai: FakeOpenAI, model: str, expected: Json) -> None:
    assert post(fake_openai, model=model, reasoning={"effort": "low"}).json["reasoning"] == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("include", LOGPROBS),
        ("stream", False),
        ("stream_options", {"include_obfuscation": False}),
        ("context_management", [{"type": "compaction"}]),
        ("input", "Hello"),
        ("conversation", None),
        ("prompt", None),
    ],
)
def test_does_not_repeat(fake_openai: FakeOpenAI, name: str, value: Any) -> None:
    assert name not in post(fake_openai, **{name: value}).json


NESTED = {
    "type": "object",
    "properties": {
        "stops": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "null"}}}},
        "how": {"anyOf": [{"type": "object", "properties": {}}, {"$ref": "#/$defs/how"}]},
    },
    "required": ["how"],
    "additionalProperties": True,
    "$defs": {"how": {"type": "object", "properties": {"properties": {"type": "string"}}}},
}
STRICT_NESTED = {
    "type": "object",
    "properties": {
        "stops": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"a": {"type": "null"}},
                "additionalProperties": False,
                "required": ["a"],
            },
        },
        "how": {
            "anyOf": [
                {"type": "object", "properties": {}, "additionalProperties": False, "required": []},
                {"$ref": "#/$defs/how"},
            ]
        },
    },
    "required": ["stops", "how"],
    "additionalProperties": False,
    "$defs": {
        "how": {
            "type": "object",
            "properties": {"properties": {"type": "string"}},
            "additionalProperties": False,
            "required": ["properties"],
        }
    },
}
STRICT = {**PARAMETERS, "additionalProperties": False, "required": ["city"]}


@pytest.mark.parametrize(
    ("sent", "repeated"),
    [
        pytest.param({}, {"parameters": STRICT, "strict": True}, id="silent"),
        pytest.param({"strict": None}, {"parameters": STRICT, "strict": True}, id="null"),
        pytest.param({"strict": False}, {"parameters": PARAMETERS, "strict": False}, id="not strict"),
        pytest.param({"strict": True}, {"parameters": PARAMETERS, "strict": True}, id="strict"),
        pytest.param({"parameters": NESTED}, {"parameters": STRICT_NESTED, "strict": True}, id="nested"),
        pytest.param({"parameters": None}, {"parameters": None, "strict": True}, id="no parameters"),
        pytest.param(
            {"description": "Ask", "strict": False},
            {"description": "Ask", "parameters": PARAMETERS, "strict": False},
            id="described",
        ),
    ],
)
def test_repeats_functions_as_it_understands_them(fake_openai: FakeOpenAI, sent: Json, repeated: Json) -> None:
    (tool,) = post(fake_openai, tools=[{**WEATHER, **sent}]).json["tools"]
    expected = {"type": "function", "description": None, "name": "get_weather", "output_schema": None, **repeated}
    assert json.dumps(tool) == json.dumps(expected)


@pytest.mark.parametrize("tool", [SHELL, {"type": "code_interpreter", "container": {"type": "auto"}}])
def test_repeats_other_tools_as_sent(fake_openai: FakeOpenAI, tool: Json) -> None:
    assert post(fake_openai, tools=[tool]).json["tools"] == [tool]


@pytest.mark.parametrize(
    ("sent", "strict"), [({}, True), ({"strict": None}, True), ({"strict": False}, False), ({"strict": True}, True)]
)
def test_repeats_a_json_schema(fake_openai: FakeOpenAI, sent: Json, strict: bool) -> None:
    format_ = {"type": "json_schema", "name": "place", "schema": PARAMETERS, **sent}
    said = post(fake_openai, text={"format": format_}).json["text"]
    expected = {"type": "json_schema", "description": None, "name": "place", "schema": PARAMETERS, "strict": strict}
    assert json.dumps(said) == json.dumps({"format": expected, "verbosity": "medium"})


OUTPUTS: list[tuple[str, tuple[object, ...], list[Json]]] = [
    ("nothing", (), []),
    ("text", ("Hello!",), [message(text("Hello!"))]),
    ("no text", ("",), [message(text(""))]),
    ("chunks", (Chunks("Hel", "lo"), "!"), [message(text("Hello!"))]),
    ("call", (PARIS,), [function_call(PARIS_JSON)]),
    ("calls", (PARIS, ROME), [function_call(PARIS_JSON), function_call(ROME_JSON, 2)]),
    ("broken call", (ToolCall("get_weather", '{"city"'),), [function_call('{"city"')]),
    (
        "text around calls",
        ("One.", PARIS, "Two.", ROME, "Three."),
        [
            message(text("One.")),
            function_call(PARIS_JSON),
            message(text("Two."), id="msg_2"),
            function_call(ROME_JSON, 2),
            message(text("Three."), id="msg_3"),
        ],
    ),
    ("custom", (ToolCall("shell", "ls -l"),), [custom_call("ls -l")]),
    ("refusal", (Refusal("No."),), [message(refusal("No."))]),
    ("text and refusal", ("Well,", Refusal("no."), "Bye."), [message(text("Well,"), refusal("no."), text("Bye."))]),
    ("reasoning", (Reasoning("Hm."),), [reasoning("Hm.")]),
    ("summaries", (Reasoning("Hm."), Reasoning("Ah.")), [reasoning("Hm.", "Ah.")]),
    ("no summary", (Reasoning(""), "Yes."), [reasoning(), message(text("Yes."))]),
    (
        "reasoning twice",
        (Reasoning("Hm."), "Yes.", PARIS, Reasoning("Ah.")),
        [reasoning("Hm."), message(text("Yes.")), function_call(PARIS_JSON), reasoning("Ah.", id="rs_2")],
    ),
]


@pytest.mark.parametrize(("parts", "output"), [case[1:] for case in OUTPUTS], ids=[case[0] for case in OUTPUTS])
def test_says_each_part_as_an_item(fake_openai: FakeOpenAI, parts: tuple[object, ...], output: list[Json]) -> None:
    fake_openai.script(Reply(*parts))
    said = post(fake_openai, tools=TOOLS).json
    assert said["status"] == "completed"
    assert json.dumps(anonymous(said["output"])) == json.dumps(output)


def test_calls_a_tool_by_the_id_that_the_reply_gives(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(ToolCall("get_weather", {}, "call_mine"))
    (call,) = respond(fake_openai, tools=TOOLS).output
    assert call.call_id == "call_mine"


@pytest.mark.parametrize(
    ("finish_reason", "reason"), [("length", "max_output_tokens"), ("content_filter", "content_filter")]
)
def test_is_incomplete_where_the_reply_was_cut(fake_openai: FakeOpenAI, finish_reason: str, reason: str) -> None:
    fake_openai.script(Reply(PARIS, "Hel", finish_reason=finish_reason))
    said = post(fake_openai, tools=TOOLS).json
    assert (said["status"], said["incomplete_details"], said["completed_at"]) == (
        "incomplete",
        {"reason": reason},
        None,
    )
    assert [item["status"] for item in said["output"]] == ["completed", "incomplete"]
    assert said["usage"]["output_tokens"] > 0
    assert said["billing"] == {"payer": "developer"}


@pytest.mark.parametrize("finish_reason", ["stop", "tool_calls"])
def test_is_complete_for_other_finish_reasons(fake_openai: FakeOpenAI, finish_reason: str) -> None:
    fake_openai.script(Reply("Hello!", finish_reason=finish_reason))
    said = post(fake_openai).json
    assert (said["status"], said["incomplete_details"]) == ("completed", None)


@both_ways
@both_clients
def test_answers_an_error_as_its_status(fake_openai: FakeOpenAI, kind: str, stream: bool) -> None:
    fake_openai.script(ApiError(404, "No {model}", param="model", code="model_not_found"))
    with pytest.raises(openai.NotFoundError) as caught:
        respond(fake_openai, kind, stream=stream)
    assert {"error": caught.value.body} == error("No gpt-4o", param="model", code="model_not_found")
    assert caught.value.response.headers["content-type"] == "application/json"


def test_answers_an_error_after_text_as_its_status(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Hel", ApiError(403, "Stop")))
    answer = post(fake_openai)
    assert (answer.status, answer.json) == (403, error("Stop"))


@both_clients
def test_is_asked_again_after_a_rate_limit(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script(RateLimit(), "Hello!")
    assert respond(fake_openai, kind).output_text == "Hello!"
    assert [(request.status, request.attempt) for request in fake_openai.requests] == [(429, 0), (200, 1)]


def test_queues_a_response_in_the_background(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Hello!")
    said = post(fake_openai, background=True).json
    shown = ("status", "background", "output", "usage", "service_tier", "completed_at")
    assert {name: said[name] for name in shown} == {
        "status": "queued",
        "background": True,
        "output": [],
        "usage": None,
        "service_tier": "auto",
        "completed_at": None,
    }
    assert "billing" not in said
    assert said["id"][21:23] == "00"
