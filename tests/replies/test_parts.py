"""Parts and replies by value: arguments, equality, what cannot be changed, how they are shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import pytest

from pytest_fakeopenai import (
    ApiError,
    Chunks,
    Delay,
    Disconnect,
    FileSearch,
    Garbage,
    Gate,
    Logprob,
    Pace,
    RateLimit,
    Reasoning,
    Refusal,
    Reply,
    ServerError,
    Text,
    Timeout,
    ToolCall,
)

PARTS = [
    Text("Hi"),
    Chunks("H", "i"),
    ToolCall("f", {"a": 1}),
    Reasoning("Hm"),
    Refusal("No"),
    FileSearch("Hm"),
    Delay(1),
    Gate(1),
    Disconnect(),
    Garbage("x"),
    Timeout(),
    RateLimit(),
    ApiError(404, "gone"),
]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"city": "Zürich", "days": 3}, '{"city":"Zürich","days":3}'),
        ({}, "{}"),
        (MappingProxyType({"a": 1}), '{"a":1}'),
        ('{"broken": ', '{"broken": '),
        ("", ""),
    ],
)
def test_sends_arguments_as_json_and_strings_verbatim(arguments: Mapping[str, Any] | str, text: str) -> None:
    assert ToolCall("f", arguments).arguments_text == text


def test_calls_a_tool_without_arguments_with_an_empty_object() -> None:
    assert ToolCall("f") == ToolCall("f", {})
    assert ToolCall("f").arguments_text == "{}"


def test_sends_the_arguments_as_they_were_when_the_call_was_scripted() -> None:
    arguments = {"cities": ["Paris"]}
    call = ToolCall("f", arguments)

    arguments["cities"].append("Rome")

    assert call.arguments_text == '{"cities":["Paris"]}'


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        (Text("a"), Text("a"), Text("b")),
        (Text("a"), Text("a"), Text("a", unchecked=True)),
        (Text("a"), Text("a"), Chunks("a")),
        (Chunks("a", "b"), Chunks("a", "b"), Chunks("ab")),
        (ToolCall("f", {"a": 1, "b": 2}), ToolCall("f", {"b": 2, "a": 1}), ToolCall("f", {"a": 1})),
        (ToolCall("f", id="call_1"), ToolCall("f", id="call_1"), ToolCall("f")),
        (Reasoning("a"), Reasoning("a"), Refusal("a")),
        (Delay(1), Delay(1.0), Delay(2)),
        (Garbage("a"), Garbage("a"), Garbage(b"a")),
        (Disconnect(), Disconnect(), Timeout()),
        (RateLimit(), RateLimit(), RateLimit(retry_after=2)),
        (ApiError(500, "a"), ApiError(500, "a"), ApiError(500, "a", code="b")),
        (ServerError(), ServerError(), ApiError(500, ServerError().message)),
        (Logprob("a", -1.0), Logprob("a", -1.0), Logprob("a", -1.0, (("b", -2.0),))),
        (Reply("a", ServerError()), Reply(Text("a"), ServerError()), Reply("a")),
        (Reply("a", headers={"X-A": "1"}), Reply("a", headers={"x-a": "1"}), Reply("a")),
        (Reply(choices=["a", "b"]), Reply(choices=[Reply("a"), "b"]), Reply(choices=["b", "a"])),
    ],
    ids=repr,
)
def test_is_equal_when_its_content_is(one: object, same: object, other: object) -> None:
    assert one == same
    assert one != other


def test_keeps_gates_apart() -> None:
    assert Gate(1) != Gate(1)


@pytest.mark.parametrize("value", [*(p for p in PARTS if not isinstance(p, (Gate, ApiError))), Reply("a")], ids=repr)
def test_cannot_be_changed(value: Any) -> None:
    for field in dataclasses.fields(value):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, field.name, "other")
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.anything = 1


def test_keeps_what_it_was_given_when_that_changes_later() -> None:
    usage, headers, choices = {"prompt_tokens": 1}, {"X-Trace": "1"}, ["a"]
    reply = Reply(usage=usage, headers=headers, choices=choices)

    usage["prompt_tokens"], headers["X-Trace"] = 2, "2"
    choices.append("b")

    assert reply == Reply(usage={"prompt_tokens": 1}, headers={"x-trace": "1"}, choices=["a"])


def test_puts_the_text_parts_together() -> None:
    reply = Reply(Reasoning("hm"), "Hel", Delay(1), Chunks("l", "o"), ToolCall("f"))

    assert reply.text == "Hello"
    assert Chunks("Hel", "lo").text == "Hello"


def test_names_its_first_error() -> None:
    assert Reply("a", RateLimit(), ServerError()).failure == RateLimit()
    assert Reply("a", Disconnect()).failure is None


@pytest.mark.parametrize(
    ("logprobs", "kept"),
    [
        (None, None),
        (True, True),
        (False, False),
        ([("He", -0.5), Logprob("llo", -1, (("y", -2),))], (Logprob("He", -0.5), Logprob("llo", -1, (("y", -2),)))),
        ([("Hello", -0.5, (("Bye", -1.5),))], (Logprob("Hello", -0.5, (("Bye", -1.5),)),)),
    ],
)
def test_takes_log_probabilities_as_pairs(logprobs: Any, kept: object) -> None:
    assert Reply("Hel", "lo", logprobs=logprobs).logprobs == kept


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Text("a'b"), """Text("a'b")"""),
        (Chunks("a", "b"), "Chunks('a', 'b')"),
        (ToolCall("f", {"a": 1}), "ToolCall('f', {'a': 1})"),
        (Reasoning(""), "Reasoning('')"),
        (Refusal("No"), "Refusal('No')"),
        (FileSearch(), "FileSearch()"),
        (FileSearch("a'b"), """FileSearch("a'b")"""),
        (Delay(0.5), "Delay(0.5)"),
        (Garbage(b"a"), "Garbage(b'a')"),
        (Disconnect(), "Disconnect()"),
        (Timeout(), "Timeout()"),
        (Reply(), "Reply()"),
        (Reply("a", Delay(1)), "Reply(Text('a'), Delay(1))"),
        (
            Reply("a", finish_reason="length", usage={"total_tokens": 3}, headers={"X-A": "1"}, pace=Pace(1)),
            "Reply(Text('a'), finish_reason='length', usage={'total_tokens': 3}, headers={'x-a': '1'}, "
            "pace=Pace(first=1, between=0.0))",
        ),
        (Reply("a", logprobs=False, model="m", id="i"), "Reply(Text('a'), model='m', id='i', logprobs=False)"),
        (Reply(choices=["a"]), "Reply(choices=(Reply(Text('a')),))"),
    ],
)
def test_is_shown_as_it_is_written(value: object, shown: str) -> None:
    assert repr(value) == shown


@pytest.mark.parametrize(
    "make",
    [
        lambda: Text("\ud800"),
        lambda: Chunks("a", "\ud800"),
        lambda: ToolCall("f", "\ud800"),
        lambda: ToolCall("f", {"a": "\ud800"}),
        lambda: Reply({"a": "\ud800"}),
    ],
)
def test_raises_at_once_for_text_that_no_client_could_be_sent(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="lone surrogate"):
        make()
