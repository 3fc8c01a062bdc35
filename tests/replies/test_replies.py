"""What may be a reply: shorthand, objects of the SDK, and what is wrong with the rest."""

from __future__ import annotations

import dataclasses
import functools
import json
import re
from collections.abc import Callable
from typing import Any

import openai.types
import openai.types.chat
import openai.types.responses
import pydantic
import pytest

from pytest_fakeopenai import (
    Chunks,
    Delay,
    FileSearch,
    Garbage,
    RateLimit,
    Reasoning,
    RecordedRequest,
    Refusal,
    Reply,
    Text,
    ToolCall,
)
from pytest_fakeopenai.replies.parts import StreamEvent, Verbatim
from pytest_fakeopenai.replies.reply import as_part, as_reply
from pytest_fakeopenai.state.script import as_script_entry

from .test_parts import PARTS


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
    ],
    ids=["chat", "response", "completion"],
)
def test_sends_an_object_of_the_sdk_as_the_json_it_was_made_from(
    sdk_object: object, kind: str, payload: object
) -> None:
    assert as_reply(sdk_object) == Reply(Verbatim(kind, payload))


SDK_CHUNK = openai.types.chat.ChatCompletionChunk.model_validate(CHUNK)
SDK_EVENT = openai.types.responses.ResponseTextDeltaEvent.model_construct(**EVENT)
SDK_LEGACY = openai.types.Completion.model_validate(LEGACY)


@pytest.mark.parametrize(
    ("value", "event"),
    [
        (SDK_CHUNK, StreamEvent("ChatCompletionChunk", CHUNK)),
        (CHUNK, StreamEvent("chat.completion.chunk", CHUNK)),
        (SDK_EVENT, StreamEvent("ResponseTextDeltaEvent", EVENT)),
        (EVENT, StreamEvent("response.output_text.delta", EVENT)),
        (
            {"type": "error", "message": "m", "sequence_number": 3},
            StreamEvent("error", {"type": "error", "message": "m", "sequence_number": 3}),
        ),
    ],
    ids=["chunk", "dict chunk", "event", "dict event", "dict error"],
)
def test_takes_an_event_of_a_stream_wherever_a_part_may_stand(value: Any, event: StreamEvent) -> None:
    assert as_part(value) == event
    assert as_reply(value) == as_reply([value]) == Reply(event)
    assert as_reply([value, value]) == Reply(value, value) == Reply(event, event)
    assert as_reply([value, Delay(1), "a", value]) == Reply(event, Delay(1), "a", event)
    assert Reply("a", Delay(1), value).parts == (Text("a"), Delay(1), event)


def test_takes_several_legacy_completions_for_chunks() -> None:
    event = StreamEvent("Completion", LEGACY)

    assert as_reply([SDK_LEGACY, SDK_LEGACY]) == Reply(SDK_LEGACY, Delay(1), SDK_LEGACY).with_content([event] * 2, None)
    assert as_reply(SDK_LEGACY) == as_reply([SDK_LEGACY]) == Reply(Verbatim("Completion", LEGACY))


@pytest.mark.parametrize(
    "value",
    [
        {"type": "error", "message": "m"},
        {"type": "response", "text": "a"},
        {"type": "response.", "text": "a"},
        {"type": 5, "object": 5},
        {"object": "chat.completion"},
    ],
)
def test_takes_any_other_dict_for_text(value: dict[str, Any]) -> None:
    assert as_reply(value) == Reply(Text(json.dumps(value, separators=(",", ":"))))


@pytest.mark.parametrize("keyword", ["finish_reason", "usage", "model", "id", "logprobs"])
def test_lets_a_whole_answer_say_all_by_itself(keyword: str) -> None:
    values: dict[str, Any] = {"usage": {"input_tokens": 1}, "logprobs": True}
    completion = openai.types.chat.ChatCompletion.model_validate(COMPLETION)

    with pytest.raises(ValueError, match=f"^<ChatCompletion> is a whole answer, .* what {keyword}= would say$"):
        Reply(completion, **{keyword: values.get(keyword, "stop")})
    with pytest.raises(TypeError, match="<ChatCompletion> is a whole answer, beside which a reply says nothing"):
        Reply("Hi", completion)
    with pytest.raises(TypeError, match="choices= takes plain replies"):
        Reply(choices=[completion])
    assert Reply(Delay(1), completion, headers={"x-a": "b"}).parts[1] == Verbatim("ChatCompletion", COMPLETION)


def test_knows_a_parsed_completion_as_a_completion() -> None:
    parsed = openai.types.chat.ParsedChatCompletion[Weather].model_validate(COMPLETION)

    assert as_reply(parsed) == Reply(Verbatim("ChatCompletion", COMPLETION))
    assert repr(as_reply(parsed)) == "Reply(<ChatCompletion>)"


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
            "finish_reason is one of stop, length, tool_calls, content_filter, function_call; got 'done'; "
            "any other goes with Reply(…, unchecked=True)",
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


@pytest.mark.fake_openai(unused="allow")  # its rules are never given a reply
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
