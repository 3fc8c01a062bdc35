"""What of a request a response repeats: settings with the defaults of the model's family, and tools normalised."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_fakeopenai import FakeOpenAI

from ._requests import LOGPROBS, PARAMETERS, SHELL, TOOLS, WEATHER, Json, post

# Older clients have no types for all that is asked here.

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
    ("prompt", {"id": "pmpt_1", "version": "2"}, {"id": "pmpt_1", "variables": {}, "version": "2"}),
    (
        "prompt",
        {"id": "pmpt_1", "variables": {"city": "Rome"}},
        {"id": "pmpt_1", "variables": {"city": "Rome"}, "version": None},
    ),
    ("prompt_cache_options", {"mode": "implicit"}, {"mode": "implicit"}),
    ("text", {"verbosity": "low"}, {"format": {"type": "text"}, "verbosity": "low"}),
    ("text", {"format": {"type": "text"}}, {"format": {"type": "text"}, "verbosity": "medium"}),
]


@pytest.mark.parametrize(("name", "sent", "repeated"), ECHOED)
def test_repeats_a_setting(fake_openai: FakeOpenAI, name: str, sent: Any, repeated: Any) -> None:
    fake_openai.script("Hello!")
    response = post(fake_openai, tools=TOOLS, **{name: sent}).json
    assert json.dumps(response[name]) == json.dumps(repeated)
    head, rest = list(response)[:4], list(response)[4:]
    assert head == ["id", "object", "created_at", "status"]
    assert rest == [*sorted(key for key in rest if key != "metadata"), "metadata"]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("gpt-4o", {"context": None, "effort": None, "summary": None}),
        ("o4-mini", {"context": "current_turn", "effort": "medium", "mode": "standard", "summary": None}),
        ("gpt-5.2", {"context": "current_turn", "effort": "none", "mode": "standard", "summary": None}),
        ("gpt-5.4", {"context": "current_turn", "effort": "none", "mode": "standard", "summary": None}),
        ("gpt-5.5", {"context": "current_turn", "effort": "medium", "mode": "standard", "summary": None}),
        ("gpt-5.6-terra", {"context": "all_turns", "effort": "medium", "mode": "standard", "summary": None}),
    ],
)
def test_knows_the_reasoning_of_each_family(fake_openai: FakeOpenAI, model: str, expected: Json) -> None:
    assert json.dumps(post(fake_openai, model=model).json["reasoning"]) == json.dumps(expected)


@pytest.mark.parametrize(
    ("requested", "completed"), [("auto", "detailed"), ("concise", "concise"), ("detailed", "detailed")]
)
def test_completes_the_reasoning_settings(fake_openai: FakeOpenAI, requested: str, completed: str) -> None:
    settings = post(fake_openai, model="o4-mini", reasoning={"effort": "low", "summary": requested}).json["reasoning"]
    assert settings == {"context": "current_turn", "effort": "low", "mode": "standard", "summary": completed}


@pytest.mark.parametrize(
    ("model", "top_p", "retention"),
    [
        ("gpt-4o", 1.0, "in_memory"),
        ("gpt-5", 1.0, "in_memory"),
        ("o3", 1.0, "in_memory"),
        ("gpt-5.2", 0.98, "24h"),
        ("gpt-5.4-2026-03-05", 0.98, "24h"),
        ("gpt-5.6-terra", 0.98, "24h"),
    ],
)
def test_samples_and_caches_as_the_family_does(
    fake_openai: FakeOpenAI, model: str, top_p: float, retention: str
) -> None:
    response = post(fake_openai, model=model).json
    assert (response["top_p"], response["prompt_cache_retention"]) == (top_p, retention)


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
        pytest.param({"parameters": STRICT, "strict": True}, {"parameters": STRICT, "strict": True}, id="strict"),
        pytest.param({"parameters": NESTED}, {"parameters": STRICT_NESTED, "strict": True}, id="nested"),
        pytest.param({"parameters": None}, {"parameters": None, "strict": True}, id="no parameters"),
        pytest.param(
            {"parameters": {}, "strict": False},
            {"parameters": {"type": "object", "properties": {}}, "strict": False},
            id="an empty schema",
        ),
        pytest.param(
            {"parameters": {}},
            {
                "parameters": {"type": "object", "properties": {}, "additionalProperties": False, "required": []},
                "strict": True,
            },
            id="an empty schema made strict",
        ),
        pytest.param(
            {"description": "", "strict": False}, {"parameters": PARAMETERS, "strict": False}, id="an empty description"
        ),
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


HERE = {"type": "approximate", "city": None, "country": "US", "region": None, "timezone": None}
GRAMMAR = {"type": "grammar", "syntax": "lark", "definition": "start: /a/"}
BUILT_IN: list[tuple[Json, Json]] = [
    (
        {"type": "web_search"},
        {
            "type": "web_search",
            "return_token_budget": "default",
            "search_content_types": ["text"],
            "search_context_size": "medium",
            "user_location": HERE,
        },
    ),
    (
        {
            "type": "web_search_preview",
            "user_location": {"type": "approximate", "city": "Oslo", "country": "NO"},
            "search_context_size": "low",
        },
        {
            "type": "web_search_preview",
            "search_context_size": "low",
            "user_location": {**HERE, "city": "Oslo", "country": "NO"},
        },
    ),
    (
        {"type": "file_search", "vector_store_ids": ["vs_1"], "max_num_results": 3},
        {
            "type": "file_search",
            "filters": None,
            "max_num_results": 3,
            "ranking_options": {"ranker": "auto", "score_threshold": 0.0},
            "vector_store_ids": ["vs_1"],
        },
    ),
    (
        {"type": "mcp", "server_label": "a", "server_url": "https://a.example", "authorization": "secret"},
        {
            "type": "mcp",
            "allowed_tools": None,
            "authorization": "<redacted>",
            "headers": None,
            "require_approval": "always",
            "server_description": None,
            "server_label": "a",
            "server_url": "https://a.example",
        },
    ),
    (
        {"type": "code_interpreter", "container": {"type": "auto"}},
        {"type": "code_interpreter", "container": {"type": "auto"}},
    ),
    (
        {
            "type": "mcp",
            "server_label": "a",
            "server_url": "https://a.example/secret/path",
            "headers": {"X-Key": "secret"},
        },
        {
            "type": "mcp",
            "allowed_tools": None,
            "headers": {"X-Key": "<redacted>"},
            "require_approval": "always",
            "server_description": None,
            "server_label": "a",
            "server_url": "https://a.example/<redacted>",
        },
    ),
    (
        {"type": "web_search", "external_web_access": True, "user_location": {"type": "approximate", "city": "Rome"}},
        {
            "type": "web_search",
            "return_token_budget": "default",
            "search_content_types": ["text"],
            "search_context_size": "medium",
            "user_location": {**HERE, "city": "Rome", "country": None},
        },
    ),
    (
        {"type": "image_generation", "partial_images": 0, "input_fidelity": None, "size": "1024x1024"},
        {
            "type": "image_generation",
            "background": "auto",
            "moderation": "auto",
            "n": 1,
            "output_compression": 100,
            "output_format": "png",
            "quality": "auto",
            "size": "1024x1024",
        },
    ),
    (
        {"type": "computer_use_preview", "environment": "browser", "display_width": 2, "display_height": 1},
        {"type": "computer_use_preview", "display_height": 1, "display_width": 2, "environment": "browser"},
    ),
    ({"type": "tool_search"}, {"type": "tool_search", "description": None, "parameters": None}),
    (
        {"type": "namespace", "name": "crm", "description": "Customers.", "tools": [WEATHER]},
        {
            "type": "namespace",
            "description": "Customers.",
            "name": "crm",
            "tools": [
                {
                    "type": "function",
                    "description": None,
                    "name": "get_weather",
                    "output_schema": None,
                    "parameters": STRICT,
                    "strict": True,
                }
            ],
        },
    ),
    (
        {**SHELL, "description": ""},
        {"type": "custom", "description": None, "format": {"type": "text"}, "name": "shell"},
    ),
    (SHELL, {"type": "custom", "description": None, "format": {"type": "text"}, "name": "shell"}),
    (
        {**SHELL, "description": "Runs.", "format": GRAMMAR},
        {
            "type": "custom",
            "description": "Runs.",
            "format": {"type": "grammar", "definition": "start: /a/", "syntax": "lark"},
            "name": "shell",
        },
    ),
]


@pytest.mark.fake_openai(assume_exists=True)
@pytest.mark.parametrize(("sent", "repeated"), BUILT_IN)
def test_repeats_other_tools_with_their_defaults(fake_openai: FakeOpenAI, sent: Json, repeated: Json) -> None:
    assert json.dumps(post(fake_openai, tools=[sent]).json["tools"]) == json.dumps([repeated])


@pytest.mark.parametrize(
    ("sent", "strict"), [({}, True), ({"strict": None}, True), ({"strict": False}, False), ({"strict": True}, True)]
)
def test_repeats_a_json_schema(fake_openai: FakeOpenAI, sent: Json, strict: bool) -> None:
    format_ = {"type": "json_schema", "name": "place", "schema": STRICT, **sent}
    settings = post(fake_openai, text={"format": format_}).json["text"]
    expected = {"type": "json_schema", "description": None, "name": "place", "schema": STRICT, "strict": strict}
    assert json.dumps(settings) == json.dumps({"format": expected, "verbosity": "medium"})


def test_repeats_a_json_schema_without_its_dialect(fake_openai: FakeOpenAI) -> None:
    schema = {"$schema": "http://json-schema.org/draft-07/schema#", **STRICT}
    format_ = {"type": "json_schema", "name": "place", "schema": schema}
    plain = {"type": "json_schema", "name": "place", "schema": STRICT}
    first, second = (post(fake_openai, text={"format": each}).json for each in (format_, plain))
    assert first["text"]["format"]["schema"] == STRICT
    assert first["usage"] == second["usage"]


@pytest.mark.parametrize(
    ("model", "sent", "repeated"),
    [
        ("gpt-5.6", {"context": "auto"}, {"context": "all_turns", "effort": "medium"}),
        ("gpt-5.4", {"context": "auto", "effort": None}, {"context": "current_turn", "effort": "none"}),
        ("o3", {"context": None, "summary": None}, {"context": "current_turn", "effort": "medium"}),
    ],
)
def test_resolves_what_reasoning_leaves_to_the_model(
    fake_openai: FakeOpenAI, model: str, sent: Json, repeated: Json
) -> None:
    settings = post(fake_openai, model=model, reasoning=sent).json["reasoning"]
    assert settings == {"mode": "standard", "summary": None, **repeated}


def function(name: str, **rest: Any) -> Json:
    """A function as it is sent, and, its keys apart from their order, repeated."""
    return {"type": "function", "name": name, "parameters": STRICT, "strict": True, **rest}


@pytest.mark.parametrize("item", ["tool_search_output", "additional_tools"])
def test_repeats_functions_that_were_loaded_as_namespaces(fake_openai: FakeOpenAI, item: str) -> None:
    search: Json = {"type": "tool_search"}
    later, always = function("later", defer_loading=True), function("always")
    loaded: Json = {"type": item, "role": "developer", "tools": [later]}
    if item == "tool_search_output":
        loaded = {"type": item, "call_id": "call_1", "execution": "client", "status": "completed", "tools": [later]}
    call = {"type": "tool_search_call", "call_id": "call_1", "execution": "client", "arguments": {}}
    items = [call, loaded] if item == "tool_search_output" else [loaded]

    before = post(fake_openai, model="gpt-5.4", tools=[search, later, always]).json["tools"]
    after = post(fake_openai, model="gpt-5.4", tools=[search, later, always], input=items).json["tools"]
    assert [tool.get("name", tool["type"]) for tool in before] == ["later", "always", "tool_search"]
    assert [tool.get("name", tool["type"]) for tool in after] == ["always", "tool_search", "later"]
    assert after[2] == {"type": "namespace", "name": "later", "tools": [before[0]]}


def test_repeats_what_was_loaded_in_an_earlier_response(fake_openai: FakeOpenAI) -> None:
    tools = [{"type": "tool_search"}, function("later", defer_loading=True)]
    items = [{"type": "additional_tools", "role": "developer", "tools": tools[1:]}, {"role": "user", "content": "Hi"}]
    first = post(fake_openai, model="gpt-5.4", tools=tools, input=items).json["id"]
    second = post(fake_openai, model="gpt-5.4", tools=tools, input="And?", previous_response_id=first).json
    assert [tool["type"] for tool in second["tools"]] == ["tool_search", "namespace"]
