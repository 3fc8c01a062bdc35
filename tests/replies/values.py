"""Arguments of the public interface that may be anything: right ones, near misses, and what belongs nowhere."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

import pytest_fakeopenai
from pytest_fakeopenai import Disconnect, Truncate

Make = Callable[[], Any]
Strategy = st.SearchStrategy[Any]

api: Any = pytest_fakeopenai

TEXTS = st.sampled_from(
    ["", "a", "Hi", "→", "\ud800", "a\r\nb: c", "\x00", "{model}", " ", "é", "stop", "end_turn", "word " * 500]
)
NUMBERS = st.sampled_from(
    [0, 1, -1, 2, 200, 204, 404, 429, 500, 599, 600, 10**400, 0.001, -0.5, math.nan, math.inf, 1e300]
)
ODD = st.sampled_from([None, True, False, b"", b"\xff", object(), int, {1, 2}, ("a", 1.0), (), 1j, range(2)])
NAMES = st.sampled_from(
    [
        *("x-note", "Retry-After", "retry-after-ms", "content-length", "transfer-encoding", "content-type", "", "a b"),
        *("prompt_tokens", "input_tokens", "output_tokens_details", "bogus", "type", "object", "id", "choices", "é"),
    ]
)
SCALARS = TEXTS | NUMBERS | ODD
ANYTHING: Strategy = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3) | st.tuples(inner, inner),
    max_leaves=4,
)
HEADERS = st.dictionaries(NAMES, SCALARS, max_size=2)
EVENTS = st.fixed_dictionaries(
    {"object": st.just("chat.completion.chunk") | TEXTS},
    optional={"choices": ANYTHING, "usage": ANYTHING, "id": ANYTHING, "type": st.just("response.completed") | TEXTS},
)
COMPLETIONS = st.fixed_dictionaries(
    {"id": ANYTHING, "object": st.just("chat.completion"), "choices": ANYTHING | st.lists(EVENTS, max_size=2)},
    optional={"usage": ANYTHING, "model": ANYTHING, "created": ANYTHING},
)


def making(name: str, *args: Strategy, **options: Strategy) -> st.SearchStrategy[Make]:
    """What makes a thing of this name, of these arguments and some of these keywords."""
    arguments = st.tuples(st.tuples(*args), st.fixed_dictionaries({}, optional=options))
    return arguments.map(lambda each: lambda: getattr(api, name)(*each[0], **each[1]))


def constructed(name: str, fields: Strategy) -> st.SearchStrategy[Make]:
    """What makes an object of the SDK, without looking at its fields."""
    from openai.types import chat, responses

    classes: Any = {"ChatCompletion": chat.ChatCompletion, "Response": responses.Response}
    return fields.map(lambda each: lambda: classes[name].construct(**each))


PARTS = st.one_of(
    making("Text", ANYTHING, unchecked=ANYTHING),
    making("Chunks", ANYTHING, TEXTS, unchecked=ANYTHING),
    making("ToolCall", ANYTHING, ANYTHING, id=ANYTHING, unchecked=st.just(True) | ANYTHING),
    making("ToolCall", TEXTS, st.dictionaries(NAMES, ANYTHING), id=TEXTS, unchecked=st.just(True)),
    making("Structured", ANYTHING, unchecked=ANYTHING),
    making("Reasoning", TEXTS, chat_field=ANYTHING),
    making("Refusal", ANYTHING),
    making("FileSearch", ANYTHING),
    making("Garbage", ANYTHING),
    making("Logprob", ANYTHING, ANYTHING, ANYTHING),
    making("RateLimit", ANYTHING),
    making("Delay", st.sampled_from([0, 0.001, -1, "1", None, math.nan, 10**400])),
    making("Pace", st.sampled_from([0, 0.001, -1, "1", math.inf]), ANYTHING),
    making("ApiError", ANYTHING, ANYTHING, type=ANYTHING, code=ANYTHING, param=ANYTHING, headers=ANYTHING),
    making("ApiError", st.sampled_from([400, 404, 429, 500]), TEXTS, headers=HEADERS, extra=ANYTHING, code=TEXTS),
    st.sampled_from([Truncate, Disconnect]),
    ANYTHING.map(lambda value: lambda: value),
    EVENTS.map(lambda value: lambda: value),
    constructed("ChatCompletion", COMPLETIONS),
    constructed("Response", st.dictionaries(st.sampled_from(["id", "output", "status", "usage", "error"]), ANYTHING)),
)


_KEYWORDS = ("finish_reason", "usage", "model", "id", "logprobs", "headers", "pace", "unchecked")


def _of(name: str, parts: st.SearchStrategy[list[Make]], **options: Strategy) -> st.SearchStrategy[Make]:
    arguments = st.tuples(parts, st.fixed_dictionaries({}, optional=options))
    return arguments.map(lambda each: lambda: getattr(api, name)(*[make() for make in each[0]], **each[1]))


def _with_choices(each: tuple[list[Make], dict[str, Any]]) -> Make:
    return lambda: api.Reply(choices=[make() for make in each[0]], **each[1])


REPLIES = st.one_of(
    PARTS,
    _of(
        "Reply",
        st.lists(PARTS, max_size=2),
        **dict.fromkeys(
            ("finish_reason", "usage", "model", "id", "logprobs", "headers", "pace", "unchecked"), ANYTHING
        ),
    ),
    _of(
        "Reply",
        st.lists(PARTS, max_size=3),
        finish_reason=TEXTS,
        usage=st.dictionaries(NAMES, ANYTHING, max_size=2),
        model=TEXTS,
        id=TEXTS,
        logprobs=st.booleans(),
        headers=HEADERS,
        unchecked=st.just(True),
    ),
    st.tuples(
        st.lists(PARTS, max_size=3),
        st.fixed_dictionaries({}, optional={"unchecked": st.booleans(), "finish_reason": TEXTS}),
    ).map(_with_choices),
    making("RawResponse", ANYTHING, ANYTHING, headers=ANYTHING, end=ANYTHING),
    making("RawResponse", st.sampled_from([200, 204, 400, 502]), ANYTHING, headers=HEADERS, end=st.just("cut")),
)
CONDITIONS = st.dictionaries(
    st.sampled_from(
        ["model", "text", "system", "tool", "tool_result", "endpoint", "header", "body", "matches", "bogus"]
    ),
    ANYTHING | st.sampled_from(["chat.completions", "responses", "gpt-4o", "Hi"]),
    max_size=2,
)
