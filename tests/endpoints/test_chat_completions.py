"""A blocking chat completion: its bytes, and what of it the reply and the request decide."""

from __future__ import annotations

import json
import re
import string
from dataclasses import dataclass
from typing import Any

import openai
import pytest
from pydantic import BaseModel

from pytest_fakeopenai import FakeOpenAI, Logprob, Refusal, Reply, ToolCall, VerdictError

from ._requests import HI, MODEL, PING, SNAPSHOT, both_clients, both_ways, call_method, chat, function_tool, send

ADD = function_tool("add")
SHELL = {"type": "custom", "custom": {"name": "shell"}}


def call(id_: str, name: str, arguments: str) -> dict[str, Any]:
    return {"id": id_, "type": "function", "function": {"name": name, "arguments": arguments}}


def assistant(content: str | None, *, refusal: str | None = None, **fields: Any) -> dict[str, Any]:
    """A message with its keys in the order of the wire."""
    return {"role": "assistant", "content": content, **fields, "refusal": refusal, "annotations": []}


def usage(prompt: int, completion: int) -> dict[str, Any]:
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


MESSAGES: dict[str, tuple[object, dict[str, Any], dict[str, Any], str]] = {
    "text": ('Grüße / "你好" 😀', {}, assistant('Grüße / "你好" 😀'), "stop"),
    "no text": (Reply(), {}, assistant(""), "stop"),
    "one call": (
        ToolCall("add", {"a": 1}, id="call_a"),
        {"tools": [ADD]},
        assistant(None, tool_calls=[call("call_a", "add", '{"a":1}')]),
        "tool_calls",
    ),
    "parallel calls": (
        Reply(ToolCall("add", {}, id="call_a"), ToolCall("add", "{oops", id="call_b")),
        {"tools": [ADD]},
        assistant(None, tool_calls=[call("call_a", "add", "{}"), call("call_b", "add", "{oops")]),
        "tool_calls",
    ),
    "text and a call": (
        Reply("Wait.", ToolCall("add", {}, id="call_a")),
        {"tools": [ADD]},
        assistant("Wait.", tool_calls=[call("call_a", "add", "{}")]),
        "tool_calls",
    ),
    "custom call": (
        ToolCall("shell", "ls -l", id="call_a"),
        {"tools": [SHELL]},
        assistant(None, tool_calls=[{"id": "call_a", "type": "custom", "custom": {"name": "shell", "input": "ls -l"}}]),
        "tool_calls",
    ),
    "refusal": (Refusal("No, sorry."), {}, assistant(None, refusal="No, sorry."), "stop"),
    "deprecated function": (
        ToolCall("add", {"a": 1}),
        {"functions": [{"name": "add"}]},
        assistant(None, function_call={"name": "add", "arguments": '{"a":1}'}),
        "function_call",
    ),
}


@pytest.mark.parametrize("case", MESSAGES)
def test_sends_the_bytes_that_the_api_sends(fake_openai: FakeOpenAI, case: str) -> None:
    reply, fields, message, finish_reason = MESSAGES[case]
    fake_openai.script(reply)
    answer = send(fake_openai, "POST", "/v1/chat/completions", {**PING, **fields})
    expected = {
        "id": answer.json["id"],
        "object": "chat.completion",
        "created": 1767225600,
        "model": SNAPSHOT,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason}],
        "usage": usage(*list(answer.json["usage"].values())[:2]),
        "service_tier": "default",
        "system_fingerprint": answer.json["system_fingerprint"],
    }
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.body.decode() == json.dumps(expected, indent=2, ensure_ascii=False) + "\n"
    assert re.fullmatch(r"fp_[0-9a-f]{10}", answer.json["system_fingerprint"])
    assert fake_openai.requests.only.response == expected


def test_spells_the_second_of_creation_in_the_id(fake_openai: FakeOpenAI) -> None:
    digits = string.digits + string.ascii_uppercase + string.ascii_lowercase
    completions = [chat(fake_openai) for _ in range(2)]
    assert [each.created for each in completions] == [1767225600, 1767225601]
    assert len({each.id for each in completions}) == 2
    for completion in completions:
        id_ = re.fullmatch(r"chatcmpl-([0-9A-Za-z]{5})[0-9A-Za-z]{24}", completion.id)
        assert id_ is not None
        spelled = sum(digits.index(digit) * 62**place for place, digit in enumerate(reversed(id_[1])))
        assert spelled == completion.created - 1576800000


def test_makes_ids_for_calls_that_have_none(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(ToolCall("add"), ToolCall("add")))
    ids = [each.id for each in chat(fake_openai, tools=[ADD]).choices[0].message.tool_calls]
    assert len(set(ids)) == 2
    assert [id_ for id_ in ids if not re.fullmatch(r"call_[0-9A-Za-z]{24}", id_)] == []


@both_ways
def test_sends_the_headers_of_the_api_and_those_of_the_reply(fake_openai: FakeOpenAI, stream: bool) -> None:
    fake_openai.script(Reply("Hi", headers={"X-RateLimit-Remaining-Requests": "41", "openai-version": "2030-01-01"}))
    headers = send(
        fake_openai, "POST", "/v1/chat/completions", {"model": MODEL, "messages": HI, "stream": stream}
    ).headers
    assert headers["x-ratelimit-remaining-requests"] == "41"
    assert headers["openai-version"] == "2030-01-01"
    assert headers["content-type"] == ("text/event-stream; charset=utf-8" if stream else "application/json")
    assert re.fullmatch(r"req_[0-9a-f]{32}", headers["x-request-id"])


@both_clients
@both_ways
def test_says_what_the_reply_says_of_itself(fake_openai: FakeOpenAI, kind: str, stream: bool) -> None:
    fake_openai.script(Reply("Hi", model="gpt-4o-2024-08-06", id="chatcmpl-mine", finish_reason="length"))
    answer = chat(fake_openai, kind, stream=stream)
    last = answer[-1] if stream else answer
    assert (last.model, last.id, last.choices[0].finish_reason) == ("gpt-4o-2024-08-06", "chatcmpl-mine", "length")


NAMED = {"type": "function", "function": {"name": "add"}}


@both_ways
@pytest.mark.parametrize(
    ("model", "fields", "reply", "expected"),
    [
        (MODEL, {}, "Hi", "stop"),
        (MODEL, {}, Refusal("No"), "stop"),
        (MODEL, {"tools": [ADD]}, ToolCall("add"), "tool_calls"),
        (MODEL, {"tools": [ADD], "tool_choice": "auto"}, ToolCall("add"), "tool_calls"),
        (MODEL, {"tools": [ADD], "tool_choice": "required"}, ToolCall("add"), "tool_calls"),
        (MODEL, {"tools": [ADD], "tool_choice": NAMED}, ToolCall("add"), "stop"),
        ("gpt-5", {"tools": [ADD], "tool_choice": NAMED}, ToolCall("add"), "tool_calls"),
        ("o3", {"tools": [ADD], "tool_choice": "required"}, ToolCall("add"), "tool_calls"),
        ("gpt-4", {"tools": [ADD], "tool_choice": "required"}, ToolCall("add"), "stop"),
        ("gpt-4-turbo", {"tools": [ADD], "tool_choice": "required"}, ToolCall("add"), "tool_calls"),
        (MODEL, {"functions": [{"name": "add"}]}, ToolCall("add"), "function_call"),
        (MODEL, {"functions": [{"name": "add"}], "function_call": "auto"}, ToolCall("add"), "function_call"),
        (MODEL, {"functions": [{"name": "add"}], "function_call": {"name": "add"}}, ToolCall("add"), "stop"),
        (MODEL, {}, Reply("Hi", finish_reason="content_filter"), "content_filter"),
        (MODEL, {"tools": [ADD]}, Reply(ToolCall("add"), finish_reason="length"), "length"),
    ],
)
def test_ends_for_the_reason_that_the_api_gives(
    fake_openai: FakeOpenAI, stream: bool, model: str, fields: Any, reply: object, expected: str
) -> None:
    fake_openai.script(reply)
    answer = chat(fake_openai, model=model, stream=stream, **fields)
    assert (answer[-1] if stream else answer).choices[0].finish_reason == expected


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({"prompt_tokens": 100}, {"prompt_tokens": 100, "total_tokens": 101}),
        (
            {"input_tokens": 100, "output_tokens": 7},
            {"prompt_tokens": 100, "completion_tokens": 7, "total_tokens": 107},
        ),
        ({"completion_tokens": 5, "total_tokens": 1}, {"completion_tokens": 5, "total_tokens": 1}),
        (
            {"prompt_tokens_details": {"cached_tokens": 4}},
            {"prompt_tokens_details": {"cached_tokens": 4, "audio_tokens": 0}},
        ),
        (
            {"output_tokens_details": {"reasoning_tokens": 9}},
            {"completion_tokens_details": {**usage(0, 0)["completion_tokens_details"], "reasoning_tokens": 9}},
        ),
    ],
)
@both_ways
def test_replaces_the_figures_that_the_reply_gives(
    fake_openai: FakeOpenAI, stream: bool, figures: dict[str, Any], expected: dict[str, Any]
) -> None:
    fake_openai.script(Reply("Hi", usage=figures))
    options: Any = {"stream_options": {"include_usage": True}} if stream else {}
    answer = chat(fake_openai, stream=stream, **options)
    assert (answer[-1] if stream else answer).usage.to_dict() == {**usage(8, 1), **expected}


@dataclass
class Point:
    x: int
    label: str


class Place(BaseModel):
    city: str
    visits: list[int] = []


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ({"city": "Zürich", "n": [1, None]}, '{"city":"Zürich","n":[1,null]}'),
        ([1, 2], "[1,2]"),
        (Point(1, "a"), '{"x":1,"label":"a"}'),
        (Place(city="Rome"), '{"city":"Rome","visits":[]}'),
    ],
    ids=["dict", "list", "dataclass", "model"],
)
def test_sends_a_value_as_its_json(fake_openai: FakeOpenAI, reply: object, text: str) -> None:
    fake_openai.script(reply)
    assert chat(fake_openai).choices[0].message.content == text


@both_clients
@both_ways
def test_says_the_same_in_every_choice(fake_openai: FakeOpenAI, kind: str, stream: bool) -> None:
    fake_openai.script("Hi there")
    answer = chat(fake_openai, kind, n=3, stream=stream)
    if stream:
        texts = ["", "", ""]
        for chunk in answer:
            texts[chunk.choices[0].index] += chunk.choices[0].delta.content or ""
    else:
        texts = [choice.message.content for choice in answer.choices]
    assert texts == ["Hi there"] * 3
    assert [choice["index"] for choice in fake_openai.requests.only.response["choices"]] == [0, 1, 2]


def test_gives_each_choice_its_own_reply(fake_openai: FakeOpenAI) -> None:
    replies = ["Yes", Refusal("No"), Reply(ToolCall("add"), finish_reason="length")]
    fake_openai.script(Reply(choices=replies, usage={"completion_tokens": 50}))
    completion = chat(fake_openai, n=3, tools=[ADD])
    assert [choice.message.content for choice in completion.choices] == ["Yes", None, None]
    assert [choice.message.refusal for choice in completion.choices] == [None, "No", None]
    assert [choice.finish_reason for choice in completion.choices] == ["stop", "stop", "length"]
    assert completion.usage.completion_tokens == 50


@pytest.mark.parametrize(
    ("reply", "fields", "complaint"),
    [
        (Reply(choices=["a", "b"]), {"n": 3}, "has 2 replies, but the request asks for n=3"),
        (Reply("Hi", logprobs=True), {}, "has logprobs, but the request does not ask for any"),
        (ToolCall("sub"), {"tools": [ADD]}, "calls a tool that the request does not offer (it offers 'add')"),
    ],
)
def test_refuses_a_reply_that_the_request_has_no_place_for(reply: object, fields: Any, complaint: str) -> None:
    with FakeOpenAI() as fake:
        fake.script(reply)
        with pytest.raises(openai.BadRequestError) as refused:
            chat(fake, **fields)
        assert refused.value.code == "unfit_reply"
        assert complaint in refused.value.message
        assert len(fake.requests) == 1
        with pytest.raises(VerdictError, match=re.escape(complaint)):
            fake.check()
        fake.reset()


def test_invents_logprobs_that_spell_the_text(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Grüße an alle 😀")
    (choice,) = chat(fake_openai, logprobs=True, top_logprobs=2).choices
    entries = choice.logprobs.content
    assert "".join(entry.token for entry in entries) == "Grüße an alle 😀"
    assert [bytes(entry.bytes).decode() for entry in entries] == [entry.token for entry in entries]
    for entry in entries:
        first, second = entry.top_logprobs
        assert (first.token, first.logprob, first.bytes) == (entry.token, entry.logprob, entry.bytes)
        assert second.token != first.token
        assert second.logprob < first.logprob <= 0
    assert choice.logprobs.refusal is None


@pytest.mark.parametrize("model", [MODEL, "gpt-5"])
def test_has_no_alternatives_unless_they_are_asked_for(fake_openai: FakeOpenAI, model: str) -> None:
    entries = chat(fake_openai, model=model, logprobs=True).choices[0].logprobs.content
    assert [(entry.token, entry.top_logprobs) for entry in entries] == [("Hi", [])]


@pytest.mark.parametrize(
    "logprobs",
    [
        [("Hi", -0.5), (" you", -0.25)],
        [Logprob("Hi", -0.5), Logprob(" you", -0.25)],
        [Logprob("Hi", -0.5, (("Hi", -0.5), ("Ho", -2.0))), (" you", -0.25)],
    ],
    ids=["pairs", "values", "alternatives"],
)
@both_ways
def test_sends_the_logprobs_that_the_reply_gives(fake_openai: FakeOpenAI, stream: bool, logprobs: Any) -> None:
    fake_openai.script(Reply("Hi", " you", logprobs=logprobs))
    chat(fake_openai, logprobs=True, stream=stream)
    alternatives = logprobs[0].top_logprobs if isinstance(logprobs[0], Logprob) else ()
    response = fake_openai.requests.only.response
    assert response["choices"][0]["logprobs"] == {
        "content": [
            {
                "token": "Hi",
                "logprob": -0.5,
                "bytes": [72, 105],
                "top_logprobs": [{"token": t, "logprob": p, "bytes": list(t.encode())} for t, p in alternatives],
            },
            {"token": " you", "logprob": -0.25, "bytes": [32, 121, 111, 117], "top_logprobs": []},
        ],
        "refusal": None,
    }


def test_sends_no_logprobs_where_the_reply_denies_them(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Hi", logprobs=False))
    assert chat(fake_openai, logprobs=True).choices[0].logprobs is None


@both_clients
def test_lets_the_client_parse_a_structured_reply(fake_openai: FakeOpenAI, kind: str) -> None:
    completions: Any = fake_openai.client.chat.completions
    parse = "chat.completions.parse" if hasattr(completions, "parse") else "beta.chat.completions.parse"
    fake_openai.script({"city": "Rome", "visits": [3]}, Refusal("No"))
    parsed, refused = (
        call_method(fake_openai, kind, parse, model=MODEL, messages=HI, response_format=Place).choices[0].message
        for _ in range(2)
    )
    assert parsed.parsed == Place(city="Rome", visits=[3])
    assert (refused.parsed, refused.refusal) == (None, "No")
