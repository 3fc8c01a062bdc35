"""What a model does not take, and where it is not served."""

from __future__ import annotations

from typing import Any

import pytest

from ._calls import WireError, refusals, strict_object

NOT_CHAT = (
    404,
    "This is not a chat model and thus not supported in the v1/chat/completions endpoint. "
    "Did you mean to use v1/completions?",
    "model",
    None,
)
ONLY_RESPONSES = (404, "This model is only supported in v1/responses and not in v1/chat/completions.", "model", None)
ONLY_CHAT = (
    404,
    "This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?",
    "model",
    None,
)
NO_EMBEDDINGS = (403, "You are not allowed to generate embeddings from this model", None, None)
MAX_TOKENS = (
    400,
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    "max_tokens",
    "unsupported_parameter",
)
STOP = (400, "Unsupported parameter: 'stop' is not supported with this model.", "stop", "unsupported_parameter")
HOT = (400, "Unsupported parameter: 'temperature' is not supported with this model.", "temperature", None)
SCHEMA: Any = {"type": "json_schema", "json_schema": {"name": "N", "schema": strict_object()}}
NO_SCHEMA = (
    400,
    "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model. Learn more about "
    "supported models at the Structured Outputs guide: https://platform.openai.com/docs/guides/structured-outputs",
    None,
    None,
)
NO_EFFORT = (400, "Unrecognized request argument supplied: reasoning_effort", None, None)
NO_SEARCH = (400, "Web search options not supported with this model.", "web_search_options", None)
NO_EFFORT_IN_RESPONSES = (
    400,
    "Unsupported parameter: 'reasoning.effort' is not supported with this model.",
    "reasoning.effort",
    "unsupported_parameter",
)
FIXED = (400, "This model does not support specifying dimensions.", None, None)
HI: Any = [{"role": "user", "content": "Hi"}]


def warm(shown: str) -> WireError:
    """The refusal of a temperature in chat."""
    message = (
        f"Unsupported value: 'temperature' does not support {shown} with this model. "
        "Only the default (1) value is supported."
    )
    return 400, message, "temperature", "unsupported_value"


def effort(path: str, value: str, supported: str) -> WireError:
    """The refusal of an effort."""
    message = (
        f"Unsupported value: '{path}' does not support '{value}' with this model. Supported values are: {supported}."
    )
    return 400, message, path, "unsupported_value"


def too_many(max_tokens: int, most: int) -> WireError:
    """The refusal of a completion that is too long."""
    message = (
        f"max_tokens is too large: {max_tokens}. This model supports at most {most} completion tokens, "
        f"whereas you provided {max_tokens}."
    )
    return 400, message, "max_tokens", None


def instructed(role: str) -> WireError:
    """The refusal of a role."""
    message = f"Unsupported value: 'messages[0].role' does not support '{role}' with this model."
    return 400, message, "messages[0].role", "unsupported_value"


@pytest.mark.parametrize(
    ("model", "fields", "refusal"),
    [
        ("gpt-3.5-turbo-instruct", {}, NOT_CHAT),
        ("davinci-002", {}, NOT_CHAT),
        ("text-embedding-3-small", {}, NOT_CHAT),
        ("o1-pro", {}, ONLY_RESPONSES),
        ("gpt-5-pro-2025-10-06", {}, ONLY_RESPONSES),
        ("o4-mini-deep-research", {}, ONLY_RESPONSES),
        ("gpt-5", {"max_tokens": 10}, MAX_TOKENS),
        ("o1", {"max_tokens": 10}, MAX_TOKENS),
        ("ft:o4-mini:me", {"max_tokens": 10}, MAX_TOKENS),
        ("gpt-5.4", {"max_tokens": 10}, MAX_TOKENS),
        ("o3", {"stop": "END"}, STOP),
        ("o4-mini-2025-04-16", {"stop": ["END"]}, STOP),
        ("gpt-5-mini", {"stop": "END"}, STOP),
        ("gpt-5.2", {"stop": "END"}, STOP),
        ("o3-mini", {"temperature": 0.2}, warm("0.2")),
        ("gpt-5", {"temperature": 0}, warm("0")),
        ("gpt-5", {"temperature": 0.0}, warm("0.0")),
        ("gpt-5.4", {"temperature": 0.7, "reasoning_effort": "high"}, warm("0.7")),
        ("gpt-5.6", {"temperature": 2}, warm("2")),
        (
            "gpt-5",
            {"reasoning_effort": "none"},
            effort("reasoning_effort", "none", "'minimal', 'low', 'medium', and 'high'"),
        ),
        ("o3", {"reasoning_effort": "minimal"}, effort("reasoning_effort", "minimal", "'low', 'medium', and 'high'")),
        (
            "gpt-5.1",
            {"reasoning_effort": "minimal"},
            effort("reasoning_effort", "minimal", "'none', 'low', 'medium', and 'high'"),
        ),
        ("gpt-4o", {"reasoning_effort": "low"}, NO_EFFORT),
        ("gpt-5-chat-latest", {"reasoning_effort": "low"}, NO_EFFORT),
        ("gpt-4o", {"web_search_options": {}}, NO_SEARCH),
        ("gpt-5", {"web_search_options": {}}, NO_SEARCH),
        ("gpt-3.5-turbo", {"max_tokens": 8192}, too_many(8192, 4096)),
        ("gpt-4-1106-preview", {"max_tokens": 8192}, too_many(8192, 4096)),
        ("gpt-4o-mini", {"max_tokens": 16_385}, too_many(16_385, 16_384)),
        ("gpt-4", {"response_format": SCHEMA}, NO_SCHEMA),
        ("gpt-4-turbo", {"response_format": SCHEMA}, NO_SCHEMA),
        ("gpt-3.5-turbo-0125", {"response_format": SCHEMA}, NO_SCHEMA),
        ("o1-mini", {"messages": [{"role": "system", "content": "Hi"}]}, instructed("system")),
        ("o1-preview", {"messages": [{"role": "developer", "content": "Hi"}]}, instructed("developer")),
    ],
)
def test_refuses_in_chat(model: str, fields: Any, refusal: WireError) -> None:
    assert refusals("chat.completions", {"model": model, "messages": HI, **fields}) == [refusal]


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        ("o3", {"temperature": 1}),
        ("o1", {"temperature": 1.0, "max_completion_tokens": 50_000}),
        ("gpt-5", {"temperature": 1, "reasoning_effort": "minimal"}),
        ("gpt-5.1", {"temperature": 0.2, "reasoning_effort": "none"}),
        ("gpt-5.2", {"temperature": 0, "reasoning_effort": "none"}),
        ("gpt-5.4", {"temperature": 0.7}),
        ("gpt-5.5", {"temperature": 0.7, "reasoning_effort": "none", "stop": "END"}),
        ("gpt-5.6", {"reasoning_effort": "max", "stop": ["END"]}),
        ("gpt-5.1-codex-max", {"reasoning_effort": "xhigh"}),
        ("o3-mini", {"stop": "END", "reasoning_effort": "low"}),
        ("o1", {"stop": "END"}),
        ("gpt-5", {"max_tokens": None, "stop": None, "temperature": None, "reasoning_effort": None}),
        ("o1", {"messages": [{"role": "developer", "content": "Hi"}]}),
        ("gpt-3.5-turbo", {"messages": [{"role": "developer", "content": "Hi"}]}),
        ("gpt-4o", {"temperature": 0.2, "stop": "END", "max_tokens": 16_384}),
        ("gpt-5-chat-latest", {"temperature": 0.2, "max_tokens": 100}),
        ("gpt-4-32k", {"max_tokens": 20_000}),
        ("gpt-4o-search-preview", {"web_search_options": {}}),
        ("gpt-5-search-api", {"web_search_options": {"search_context_size": "low"}}),
        (
            "gpt-4o-audio-preview",
            {"messages": [{"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}]},
        ),
        (
            "gpt-5.2",
            {
                "messages": [
                    {"role": "system", "content": [{"type": "image_url", "image_url": {"url": "https://a.example"}}]}
                ]
            },
        ),
        ("gpt-4o-2024-08-06", {"response_format": SCHEMA}),
        ("ft:gpt-4o-mini:me", {"response_format": SCHEMA}),
        ("gpt-4", {"response_format": {"type": "json_object"}, "messages": [{"role": "user", "content": "json"}]}),
        ("my-own", {"reasoning_effort": "odd", "max_tokens": 10**9, "web_search_options": {}}),
        ("gpt-9", {"reasoning_effort": "odd", "max_tokens": 10**9, "temperature": 0, "stop": "END"}),
        ("", {"max_tokens": 1}),
    ],
)
def test_accepts_in_chat(model: str, fields: Any) -> None:
    assert refusals("chat.completions", {"model": model, "messages": HI, **fields}) == []


@pytest.mark.parametrize(
    ("model", "fields", "refusal"),
    [
        ("o3", {"temperature": 0.2}, HOT),
        ("gpt-5.4", {"temperature": 0.2, "reasoning": {"effort": "low"}}, HOT),
        ("gpt-4o", {"reasoning": {"effort": "low"}}, NO_EFFORT_IN_RESPONSES),
        (
            "gpt-5",
            {"reasoning": {"effort": "none"}},
            effort("reasoning.effort", "none", "'minimal', 'low', 'medium', and 'high'"),
        ),
        ("gpt-5-pro", {"reasoning": {"effort": "low"}}, effort("reasoning.effort", "low", "'high'")),
    ],
)
def test_refuses_in_responses(model: str, fields: Any, refusal: WireError) -> None:
    assert refusals("responses", {"model": model, "input": "Hi", **fields}) == [refusal]


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        ("gpt-4o", {"temperature": 0.2}),
        ("gpt-4o", {"reasoning": {"effort": None}}),
        ("gpt-4o", {"reasoning": None}),
        ("o3", {"temperature": 1, "reasoning": {"effort": "high", "summary": "auto"}}),
        ("gpt-5.2", {"temperature": 0.2}),
        ("gpt-5.4", {"temperature": 0.2, "reasoning": {"effort": "none"}}),
        ("o1-pro", {}),
        ("o3-deep-research", {"reasoning": {"summary": "auto"}}),
        ("my-own", {"temperature": 0.2, "reasoning": {"effort": "low"}}),
        ("gpt-9", {"temperature": 0.2, "reasoning": {"effort": "none"}}),
    ],
)
def test_accepts_in_responses(model: str, fields: Any) -> None:
    assert refusals("responses", {"model": model, "input": "Hi", **fields}) == []


@pytest.mark.parametrize(
    ("endpoint", "body", "refusal"),
    [
        ("completions", {"model": "gpt-4o", "prompt": "Hi"}, ONLY_CHAT),
        ("completions", {"model": "o1-pro", "prompt": "Hi"}, ONLY_CHAT),
        ("embeddings", {"model": "gpt-3.5-turbo", "input": "Hi"}, NO_EMBEDDINGS),
        ("embeddings", {"model": "text-embedding-ada-002", "input": "Hi", "dimensions": 256}, FIXED),
    ],
)
def test_refuses_elsewhere(endpoint: str, body: Any, refusal: WireError) -> None:
    assert refusals(endpoint, body) == [refusal]


@pytest.mark.parametrize(
    ("endpoint", "body"),
    [
        ("completions", {"model": "gpt-3.5-turbo-instruct", "prompt": "Hi", "max_tokens": 2_000}),
        ("completions", {"model": "davinci-002", "prompt": ["Hi", "Ho"]}),
        ("completions", {"model": "my-own", "prompt": "Hi"}),
        ("completions", {"model": "gpt-9", "prompt": "Hi"}),
        ("embeddings", {"model": "text-embedding-3-small", "input": "Hi", "dimensions": 256}),
        ("embeddings", {"model": "text-embedding-ada-002", "input": "Hi", "dimensions": None}),
        ("embeddings", {"model": "my-own", "input": "Hi", "dimensions": 256}),
    ],
)
def test_accepts_elsewhere(endpoint: str, body: Any) -> None:
    assert refusals(endpoint, body) == []
