"""The contracts read any JSON whatever: of what they cannot read they say nothing."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fakeopenai.replies.faults import ApiError
from tests.properties import unhurried

from . import test_chat, test_chat_accepted, test_responses
from ._calls import CONTRACTS, call

MODELS = ["gpt-4o", "gpt-4", "gpt-5", "gpt-5.4", "o1-mini", "gpt-3.5-turbo-instruct", "text-embedding-ada-002", "mine"]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**50, max_value=10**60)
    | st.floats(allow_nan=False)
    | st.sampled_from(
        ["", "data:", "json", "object", "function", "tool", "user", "assistant", "reasoning", "auto", "x" * 300]
    )
    | st.text(max_size=5)
)
KEYS = st.sampled_from(
    [
        "messages",
        "input",
        "tools",
        "functions",
        "model",
        "role",
        "content",
        "type",
        "text",
        "image_url",
        "url",
        "file",
        "file_data",
        "input_audio",
        "name",
        "tool_calls",
        "tool_call_id",
        "call_id",
        "id",
        "output",
        "function",
        "custom",
        "parameters",
        "strict",
        "schema",
        "json_schema",
        "response_format",
        "format",
        "properties",
        "required",
        "items",
        "anyOf",
        "$defs",
        "additionalProperties",
        "metadata",
        "stop",
        "tool_choice",
        "parallel_tool_calls",
        "stream_options",
        "top_logprobs",
        "reasoning_effort",
        "reasoning",
        "effort",
        "temperature",
        "max_tokens",
        "web_search_options",
        "prompt",
        "previous_response_id",
        "conversation",
        "instructions",
        "truncation",
        "dimensions",
    ]
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=3), inner, max_size=5)
)
BODIES = st.dictionaries(KEYS, VALUES, max_size=8)
thorough = settings(unhurried, max_examples=200)
ENDPOINTS = st.sampled_from(sorted(CONTRACTS))

VALID = [
    *(body for body, _ in test_chat.REFUSED.values()),
    *test_chat_accepted.ACCEPTED.values(),
    *(body for body, _ in test_responses.REFUSED.values()),
    *test_responses.ACCEPTED.values(),
]
SMALL = [body for body in VALID if len(str(body)) < 5_000]


@thorough
@given(
    endpoint=ENDPOINTS,
    body=BODIES,
    model=st.sampled_from(MODELS),
    history=st.lists(st.dictionaries(KEYS, VALUES, max_size=4), max_size=2),
)
def test_reads_any_body(endpoint: str, body: Any, model: str, history: Any) -> None:
    errors = list(CONTRACTS[endpoint].call_errors(call(endpoint, {**body, "model": model}, history=history)))

    assert all(type(each) is ApiError and each.body(model)["message"] for each in errors)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every place inside a value: the container, and the key or index."""
    keys: Any = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [(value, key) for key in keys] + [place for key in keys for place in places(value[key])]


@thorough
@given(endpoint=ENDPOINTS, body=st.sampled_from(SMALL), model=st.sampled_from(MODELS), data=st.data())
def test_reads_what_was_valid_once(endpoint: str, body: Any, model: str, data: st.DataObject) -> None:
    changed = copy.deepcopy(body)
    container, key = data.draw(st.sampled_from(places(changed)))
    container[key] = data.draw(VALUES)
    errors = list(CONTRACTS[endpoint].call_errors(call(endpoint, {**changed, "model": model})))

    assert all(type(each) is ApiError and each.body(model)["message"] for each in errors)
