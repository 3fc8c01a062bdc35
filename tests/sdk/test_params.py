"""What the SDK's parameter types allow: read as shapes, checked by a compiled schema, worded from the shapes."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fakeopenai.sdk import params

from ..conformance.refusals import CHAT, COMPLETIONS, EMBEDDINGS, HI, RESPONSES, Json, call, request, result, tool
from ..families import check, violations

ENDPOINTS = {
    CHAT: "chat.completions",
    RESPONSES: "responses",
    COMPLETIONS: "completions",
    EMBEDDINGS: "embeddings",
}
every_endpoint = pytest.mark.parametrize("path", ENDPOINTS)
ECHOED: Json = {
    **call(),
    "refusal": None,
    "annotations": [],
    "audio": None,
    "function_call": None,
}
CUSTOM_CALL: Json = {"id": "call_b", "type": "custom", "custom": {"name": "run", "input": "1"}}
PICTURE: Json = {"type": "image_url", "image_url": {"url": "https://example.com/cat.png", "detail": "low"}}

ALLOWED: list[tuple[str, Json]] = [
    (CHAT, request(CHAT)),
    (CHAT, request(CHAT, stream=True, stream_options={"include_usage": True})),
    (
        CHAT,
        request(CHAT, stream=False, temperature=1, top_p=0.5, n=2, seed=7, user="Ann", stop=None, logit_bias={"5": 1}),
    ),
    (CHAT, request(CHAT, messages=[HI, ECHOED, result(), {"role": "assistant", "content": "3"}, HI])),
    (CHAT, request(CHAT, messages=[HI, {**ECHOED, "tool_calls": [*ECHOED["tool_calls"], CUSTOM_CALL]}, result()])),
    (CHAT, request(CHAT, messages=[{"role": "user", "content": [{"type": "text", "text": "What?"}, PICTURE]}])),
    (CHAT, request(CHAT, tools=[tool(CHAT), {"type": "custom", "custom": {"name": "run"}}], tool_choice="auto")),
    (
        CHAT,
        request(CHAT, safety_identifier="ann", prompt_cache_key="a", verbosity="low", store=True, metadata={"a": "b"}),
    ),
    (
        CHAT,
        request(CHAT, messages=[{"role": "developer", "content": "Be brief."}, {"role": "system", "content": ""}, HI]),
    ),
    (RESPONSES, request(RESPONSES)),
    (RESPONSES, request(RESPONSES, input=[HI, {"role": "assistant", "content": "Hello"}, {**HI, "type": "message"}])),
    (RESPONSES, request(RESPONSES, input=[{**HI, "content": [{"type": "input_text", "text": "Hi"}]}, {"id": "msg_1"}])),
    (
        RESPONSES,
        request(
            RESPONSES,
            input=[
                {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hello"}]},
                {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": None},
                {"type": "function_call", "call_id": "c", "name": "add", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "c", "output": "3"},
                {"type": "custom_tool_call", "call_id": "d", "name": "run", "input": "1"},
                {"type": "custom_tool_call_output", "call_id": "d", "output": "1"},
                {"type": "item_reference", "id": "msg_1"},
            ],
        ),
    ),
    (RESPONSES, request(RESPONSES, tools=[{"type": "function", "name": "add"}, {"type": "custom", "name": "run"}])),
    (
        RESPONSES,
        request(RESPONSES, tools=[{"type": "web_search"}, {"type": "file_search", "vector_store_ids": ["vs_1"]}]),
    ),
    (RESPONSES, request(RESPONSES, background=True, conversation="conv_1", max_tool_calls=3, prompt_cache_key="a")),
    (RESPONSES, request(RESPONSES, reasoning={"effort": "low", "summary": "auto"}, text={"verbosity": "low"})),
    (COMPLETIONS, request(COMPLETIONS, prompt=None)),
    (COMPLETIONS, request(COMPLETIONS, prompt=[[1, 2], [3]], best_of=2, echo=True, logprobs=5, suffix="!")),
    (EMBEDDINGS, request(EMBEDDINGS, input=[[1, 2], [3]], dimensions=256, encoding_format="base64")),
]


@pytest.mark.parametrize(("path", "body"), ALLOWED)
def test_allows_what_the_api_allows(path: str, body: Json) -> None:
    assert violations(ENDPOINTS[path], body) == []


def test_names_every_violation_in_the_order_of_the_document() -> None:
    body = request(
        CHAT, messages=[{"role": "user"}, {"role": "user", "content": [{"text": "Hi"}]}], temperature=9, n="2", top_k=1
    )

    problems = [(violation.error.param, violation.error.code) for violation in violations("chat.completions", body)]

    assert problems == [
        (None, None),  # what a front end says of top_k
        ("messages[0].content", "missing_required_parameter"),
        ("messages[1].content[0].type", "missing_required_parameter"),
        ("temperature", "decimal_above_max_value"),
        ("n", "invalid_type"),
    ]


@pytest.mark.parametrize(
    ("path", "changes", "grade"),
    [
        (CHAT, {"top_k": 1}, "known"),
        (CHAT, {"messages": [{"role": "bot", "content": "Hi"}]}, "known"),
        (CHAT, {"messages": [{**HI, "mood": "good"}]}, "ignored"),
        (CHAT, {"service_tier": "gold"}, "typed"),
        (RESPONSES, {"quality": "high"}, "known"),
        (RESPONSES, {"input": [{"type": "image"}]}, "known"),
        (RESPONSES, {"input": [{**HI, "mood": "good"}]}, "ignored"),
        (RESPONSES, {"text": {"mood": "good"}}, "typed"),
        (RESPONSES, {"input": [{"type": "web_search_call", "action": {"type": "search"}, "mood": "good"}]}, "ignored"),
        (RESPONSES, {"truncation": "never"}, "typed"),
    ],
)
def test_grades_what_it_finds(path: str, changes: Json, grade: str) -> None:
    grades = {violation.grade for violation in violations(ENDPOINTS[path], request(path, **changes))}
    assert grades == {grade}


JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def test_says_whether_the_sdk_is_of_the_newest_major() -> None:
    assert params.is_current() == (not openai.VERSION.startswith(("1.", "2.")))


def _mutated(draw: Any, value: Any) -> Any:
    """The value with something in it replaced, taken away or added."""
    choice = draw(st.integers(0, 3))
    if isinstance(value, dict) and value and choice:
        key = draw(st.sampled_from(sorted(value)))
        if choice == 1:
            return {name: inner for name, inner in value.items() if name != key}
        return {**value, key: _mutated(draw, value[key])}
    if isinstance(value, list) and value and choice:
        index = draw(st.integers(0, len(value) - 1))
        return [*value[:index], _mutated(draw, value[index]), *value[index + 1 :]]
    if isinstance(value, dict) and draw(st.booleans()):
        return {**value, draw(st.text(max_size=4)): draw(JSON)}
    return draw(JSON)


@st.composite
def bodies(draw: Any) -> tuple[str, Any]:
    """A path and a body that was good before it was changed."""
    path, body = draw(st.sampled_from(ALLOWED))
    for _ in range(draw(st.integers(1, 3))):
        body = _mutated(draw, body)
    return path, body


@given(bodies())
@settings(max_examples=400, deadline=None)
def test_words_a_violation_exactly_where_the_compiled_check_finds_one(path_and_body: tuple[str, Any]) -> None:
    path, body = path_and_body
    checked = check(ENDPOINTS[path])

    assert checked.fits(body) == (list(checked.shape.violations(body, "")) == [])
