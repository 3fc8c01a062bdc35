"""Replies by value: shorthand, what is wrong with it, equality, and what a `Reply` says beside its parts."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import openai.types
import openai.types.chat
import openai.types.responses
import pydantic
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
    RecordedRequest,
    Refusal,
    Reply,
    ServerError,
    Text,
    Timeout,
    ToolCall,
)
from pytest_fakeopenai.replies.reply import Verbatim, as_part, as_reply
from pytest_fakeopenai.state.script import as_script_entry


@dataclasses.dataclass
class Place:
    """A dataclass of the application."""

    city: str
    tags: list[str] = dataclasses.field(default_factory=list)


class Weather(pydantic.BaseModel):
    """A pydantic model of the application."""

    temperature: float = pydantic.Field(alias="temp")
    unit: str = "C"


COMPLETION: dict[str, Any] = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "gpt-4o",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hi"}}],
}
CHUNK: dict[str, Any] = {
    "id": "chatcmpl-1",
    "object": "chat.completion.chunk",
    "created": 1,
    "model": "gpt-4o",
    "choices": [{"index": 0, "delta": {"content": "Hi"}}],
}
LEGACY: dict[str, Any] = {
    "id": "cmpl-1",
    "object": "text_completion",
    "created": 1,
    "model": "gpt-3.5-turbo-instruct",
    "choices": [{"index": 0, "finish_reason": "stop", "text": "Hi"}],
}
RESPONSE: dict[str, Any] = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1.0,
    "model": "gpt-4o",
    "output": [],
    "parallel_tool_calls": True,
    "tool_choice": "auto",
    "tools": [],
}
EVENT: dict[str, Any] = {
    "type": "response.output_text.delta",
    "content_index": 0,
    "delta": "Hi",
    "item_id": "msg_1",
    "output_index": 0,
}

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
    ("shorthand", "text"),
    [
        ("Hi", "Hi"),
        ("", ""),
        ({"a": [1, None, True], "ä": "😀"}, '{"a":[1,null,true],"ä":"😀"}'),
        ({}, "{}"),
        ([], "[]"),
        ([1, "two", {"three": 3}], '[1,"two",{"three":3}]'),
        (Place("Paris", ["big"]), '{"city":"Paris","tags":["big"]}'),
        (Weather(temp=21.5), '{"temp":21.5,"unit":"C"}'),
    ],
)
def test_takes_shorthand_for_text(shorthand: object, text: str) -> None:
    assert as_part(shorthand) == Text(text)
    assert as_script_entry(shorthand) == Reply(Text(text))


@pytest.mark.parametrize("part", PARTS, ids=repr)
def test_takes_a_part_as_it_is(part: Any) -> None:
    assert as_part(part) is part
    assert as_script_entry(part) == Reply(part)


def test_takes_a_reply_as_it_is() -> None:
    reply = Reply("Hi", model="gpt-5")

    assert as_script_entry(reply) is reply


def respond(request: RecordedRequest) -> str:
    return "Hi"


@pytest.mark.parametrize("responder", [respond, lambda request: "Hi", functools.partial(respond)])
def test_takes_a_callable_as_it_is(responder: Any) -> None:
    assert as_script_entry(responder) is responder


@pytest.mark.parametrize(
    ("sdk_object", "kind", "payload"),
    [
        (openai.types.chat.ChatCompletion.model_validate(COMPLETION), "ChatCompletion", COMPLETION),
        (openai.types.responses.Response.model_validate(RESPONSE), "Response", RESPONSE),
        (openai.types.Completion.model_validate(LEGACY), "Completion", LEGACY),
        ([openai.types.chat.ChatCompletionChunk.model_validate(CHUNK)], "chunks", [CHUNK]),
        ([openai.types.responses.ResponseTextDeltaEvent.model_construct(**EVENT)] * 2, "chunks", [EVENT, EVENT]),
    ],
    ids=["chat", "response", "completion", "chunks", "events"],
)
def test_sends_an_object_of_the_sdk_as_the_json_it_was_made_from(
    sdk_object: object, kind: str, payload: object
) -> None:
    assert as_reply(sdk_object) == Verbatim(kind, payload)


def test_knows_a_parsed_completion_as_a_completion() -> None:
    parsed = openai.types.chat.ParsedChatCompletion[Weather].model_validate(COMPLETION)

    assert as_reply(parsed) == Verbatim("ChatCompletion", COMPLETION)
    assert repr(as_reply(parsed)) == "<ChatCompletion>"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Text(5), "Text takes a string, got int: 5"),  # type: ignore[arg-type]  # wrong on purpose
        (lambda: Chunks("a", None), "Chunks takes a string, got NoneType: None"),  # type: ignore[arg-type]  # wrong on purpose
        (
            lambda: Chunks(["word"] * 1000),  # type: ignore[arg-type]  # wrong on purpose
            "Chunks takes a string, got list: ['word', 'word', 'word', 'word', 'word', 'word', ...]; "
            "the pieces of a list are Chunks(*pieces)",
        ),
        (lambda: Reasoning(b"a"), "Reasoning takes a string, got bytes: b'a'"),  # type: ignore[arg-type]  # wrong on purpose
        (lambda: FileSearch(5), "FileSearch takes a string, got int: 5"),  # type: ignore[arg-type]  # wrong on purpose
        (lambda: Refusal(["a"]), "Refusal takes a string, got list: ['a']"),  # type: ignore[arg-type]  # wrong on purpose
        (lambda: ToolCall(respond), "ToolCall(name) takes a string, got function"),  # type: ignore[arg-type]  # wrong on purpose
        (
            lambda: ToolCall("f", ["a"]),  # type: ignore[arg-type]  # wrong on purpose
            "ToolCall(arguments) takes a mapping or a string, got ['a']",
        ),
        (
            lambda: ToolCall("f", {"a": {1}}),
            "{'a': {1}} cannot be sent as JSON: Object of type set is not JSON serializable",
        ),
        (lambda: Garbage(5), "Garbage takes a string or bytes, got int: 5"),  # type: ignore[arg-type]  # wrong on purpose
        (lambda: Reply("a", pace=0.5), "pace= takes a Pace, got 0.5"),  # type: ignore[arg-type]  # wrong on purpose
        (lambda: Reply({"a": float("nan")}), "{'a': nan} cannot be sent as JSON: Out of range float values"),
        (lambda: Reply([object]), "cannot be sent as JSON: Object of type type is not JSON serializable"),
        (lambda: Reply(RateLimit), "got the class RateLimit; a reply takes an instance: RateLimit(…)"),
        (lambda: as_script_entry(Text), "got the class Text; a reply takes an instance: Text(…)"),
        (lambda: Reply(("a", "b")), "several parts make one reply as Reply(part, part, …); got ('a', 'b')"),
        (
            lambda: as_script_entry(["a", Delay(1)]),
            "several parts make one reply as Reply(part, part, …); got ['a', Delay(1)]",
        ),
        (lambda: Reply(Reply("a")), "several parts make one reply as Reply(part, part, …); got Reply(Text('a'))"),
        (lambda: as_script_entry(None), "Reply(…), a callable or an SDK object; got NoneType: None"),
        (
            lambda: as_script_entry(5),
            "a reply is made of str, dict, list, dataclass, pydantic model, parts such as Text",
        ),
        (lambda: as_script_entry(b"a"), "got bytes: b'a'"),
        (lambda: as_script_entry(Weather), "got ModelMetaclass: <class"),
        (lambda: as_script_entry(Place), "got type: <class"),
        (lambda: Reply(choices=[Reply(choices=["a"])]), "choices= takes plain replies, got Reply(choices="),
        (
            lambda: Reply(choices=[openai.types.chat.ChatCompletion.model_validate(COMPLETION)]),
            "choices= takes plain replies, got ChatCompletion(",
        ),
    ],
)
def test_raises_a_type_error_for_what_cannot_be_sent(make: Callable[[], object], message: str) -> None:
    with pytest.raises(TypeError, match=re.escape(message)):
        make()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Reply("a", finish_reason="done"),
            "finish_reason is one of stop, length, tool_calls, content_filter, function_call; got 'done'",
        ),
        (
            lambda: Reply("a", choices=["b"]),
            "Reply takes parts or choices=, not both: put the parts into the replies of choices",
        ),
        (
            lambda: Reply("Hello", logprobs=[("Hel", -0.1)]),
            "the tokens of logprobs= make 'Hel', but the reply's text is 'Hello'",
        ),
        (lambda: Reply(logprobs=[("a", -0.1)]), "the tokens of logprobs= make 'a', but the reply's text is ''"),
    ],
)
def test_raises_a_value_error_for_what_contradicts_itself(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        make()


def test_raises_where_the_reply_is_scripted(fake_openai: Any) -> None:
    with pytest.raises(TypeError, match="got NoneType: None"):
        fake_openai.script("fine", None)
    with pytest.raises(TypeError, match="got NoneType: None"):
        fake_openai.when().script(None)
    with pytest.raises(TypeError, match="got NoneType: None"):
        fake_openai.when().always(None)
    with pytest.raises(TypeError, match="got NoneType: None"):
        fake_openai.otherwise(None)

    assert fake_openai.client.responses.create(model="gpt-4o", input="nothing is scripted").output_text == (
        "nothing is scripted"
    )


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
