"""Usage and tokens as they reach the client: the same in a body and in a stream, and on every surface."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai import Chunks, FakeOpenAI, Reasoning, Refusal, Reply, ToolCall

from ._requests import both_clients, both_ways, call_method, chat, function_tool, send
from .responses._requests import create_response, usage

Json = dict[str, Any]

with_tokenizer = pytest.mark.usefixtures("with_tokenizer")

WEATHER = {
    "description": "The weather in a city.",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string", "description": "The city"}, "days": {"type": "integer"}},
        "required": ["city"],
    },
}
WEATHER_TOOL = function_tool("get_weather", **WEATHER)
TOOL: Any = {"type": "function", "name": "get_weather", **WEATHER}
CITY = '{"city":"Paris"}'
PARIS = ToolCall("get_weather", CITY)
ROUND: Any = [
    {"role": "user", "content": "Hello"},
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "c", "type": "function", "function": {"name": "get_weather", "arguments": CITY}}],
    },
    {"role": "tool", "tool_call_id": "c", "content": "It is cold."},
]
HELLO: Any = [{"role": "user", "content": "Hello"}]
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}
FORMAT = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA}}

# A request, its answer, and the tokens of both.
CHATS: dict[str, tuple[Json, object, int, int]] = {
    "plain": ({}, "It is cold.", 8, 4),
    "reasoning": ({"model": "gpt-5"}, "It is cold.", 7, 13),
    "chunks": ({}, Chunks("It", " is", " cold."), 8, 4),
    "refusal": ({}, Refusal("It is cold."), 8, 5),
    "tools": ({"tools": [WEATHER_TOOL]}, "It is cold.", 52, 5),
    "call": ({"tools": [WEATHER_TOOL]}, PARIS, 52, 14),
    "parallel calls": ({"tools": [WEATHER_TOOL]}, Reply(PARIS, PARIS), 52, 34 + 10),
    "function": ({"functions": [WEATHER_TOOL["function"]]}, PARIS, 52, 14),
    "named": ({"tools": [WEATHER_TOOL], "tool_choice": function_tool("get_weather")}, PARIS, 61, 5),
    "round": ({"messages": ROUND, "tools": [WEATHER_TOOL]}, "It is cold.", 78, 5),
    "schema": ({"response_format": FORMAT}, '{"a":"b"}', 36, 5),
    "limit": ({"max_tokens": 3}, Reply("It is cold.", finish_reason="length"), 8, 3),
    "choices": ({"n": 2}, Reply(choices=["Hello", "It is cold."]), 8, 5),
}


@with_tokenizer
@both_ways
@both_clients
@pytest.mark.parametrize(("fields", "reply", "prompt", "completion"), CHATS.values(), ids=CHATS)
def test_bills_a_chat(
    fake_openai: FakeOpenAI, kind: str, stream: bool, fields: Json, reply: object, prompt: int, completion: int
) -> None:
    fake_openai.otherwise(reply)
    options = {"stream": True, "stream_options": {"include_usage": True}} if stream else {}

    answer = chat(fake_openai, kind, **{"messages": HELLO, **fields, **options})
    billed = (answer[-1] if stream else answer).usage

    assert (billed.prompt_tokens, billed.completion_tokens) == (prompt, completion)
    assert billed.total_tokens == prompt + completion
    assert billed.to_dict() == fake_openai.requests.only.response["usage"]


RESPONSES: dict[str, tuple[Json, object, Json]] = {
    "plain": ({}, "It is cold.", usage(8, 5)),
    "instructions": ({"instructions": "You are helpful."}, "It is cold.", usage(16, 5)),
    "call": ({"tools": [{**TOOL, "strict": False}]}, PARIS, usage(46, 15)),
    "made strict": ({"tools": [TOOL]}, PARIS, usage(46, 15)),
    "thought": ({"model": "gpt-5"}, Reply(Reasoning("Cold?"), "It is cold."), usage(7, 12, 0)),
    "thought exactly": ({"model": "gpt-5.2"}, Reply(Reasoning("Cold?"), "It is cold."), usage(7, 12, 2)),
    "limit": ({"max_output_tokens": 16}, Reply("It is cold.", finish_reason="length"), usage(8, 16)),
    "thinking at the limit": (
        {"model": "gpt-5", "max_output_tokens": 16},
        Reply(Reasoning("Cold?"), finish_reason="length"),
        usage(7, 16, 16),
    ),
    "round": (
        {
            "input": [
                *HELLO,
                {"type": "function_call", "call_id": "c", "name": "get_weather", "arguments": CITY},
                {"type": "reasoning", "id": "rs_1", "summary": []},
                {"type": "function_call", "call_id": "d", "name": "get_weather", "arguments": CITY},
                {"type": "function_call_output", "call_id": "c", "output": "It is cold."},
                {"type": "function_call_output", "call_id": "d", "output": "It is cold."},
            ]
        },
        "It is cold.",
        usage(8 + 2 * (7 + 2 + 5 + 4 + 2 + 4), 5),
    ),
}


@with_tokenizer
@both_ways
@both_clients
@pytest.mark.parametrize(("fields", "reply", "billed"), RESPONSES.values(), ids=RESPONSES)
def test_bills_a_response(
    fake_openai: FakeOpenAI, kind: str, stream: bool, fields: Json, reply: object, billed: Json
) -> None:
    fake_openai.otherwise(reply)
    body: Json = {"input": "Hello", **fields, **({"stream": True} if stream else {})}

    answer = create_response(fake_openai, kind, **body)
    response = answer[-1].response if stream else answer

    assert response.usage.to_dict() == billed
    assert fake_openai.requests.only.response["usage"] == billed


@with_tokenizer
def test_bills_other_texts_by_themselves(fake_openai: FakeOpenAI) -> None:
    fake_openai.otherwise("It is cold.")
    legacy = call_method(
        fake_openai, "sync", "completions.create", model="gpt-3.5-turbo-instruct", prompt=["Hello", "Hi"]
    )
    tokens = call_method(fake_openai, "sync", "completions.create", model="gpt-3.5-turbo-instruct", prompt=[1, 2, 3])
    vectors = call_method(fake_openai, "sync", "embeddings.create", model="text-embedding-3-small", input="It is cold.")

    assert [each.usage.prompt_tokens for each in (legacy, tokens, vectors)] == [2, 3, 4]
    assert [each.usage.completion_tokens for each in (legacy, tokens)] == [8, 4]


@pytest.mark.parametrize(
    ("model", "prompt", "completion"),
    [
        ("gpt-4o", ["cached_tokens", "audio_tokens"], []),
        ("gpt-5.6", ["cached_tokens", "cache_write_tokens", "audio_tokens"], []),
        (
            "gpt-audio",
            ["cached_tokens", "audio_tokens", "text_tokens", "image_tokens"],
            ["text_tokens"],
        ),
    ],
)
def test_details_what_the_model_details(
    fake_openai: FakeOpenAI, model: str, prompt: list[str], completion: list[str]
) -> None:
    body = {"model": model, "messages": HELLO}
    billed = send(fake_openai, "POST", "/v1/chat/completions", body).json["usage"]
    common = ["reasoning_tokens", "audio_tokens", "accepted_prediction_tokens", "rejected_prediction_tokens"]

    assert list(billed["prompt_tokens_details"]) == prompt
    assert list(billed["completion_tokens_details"]) == [*common, *completion]
    if completion:
        assert billed["prompt_tokens_details"]["text_tokens"] == billed["prompt_tokens"]
        assert billed["completion_tokens_details"]["text_tokens"] == billed["completion_tokens"]


@with_tokenizer
@both_clients
def test_streams_the_tokens_of_the_model(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.otherwise("안녕하세요")
    late, early = (chat(fake_openai, kind, model=model, stream=True) for model in ("gpt-4o", "gpt-4"))
    events = create_response(fake_openai, kind, stream=True)

    assert [chunk.choices[0].delta.content for chunk in late] == ["", "안", "녕하세요", None]
    assert [chunk.choices[0].delta.content for chunk in early] == ["", "안", "녕", "하세요", None]
    assert [event.delta for event in events if event.type == "response.output_text.delta"] == ["안", "녕하세요"]


@with_tokenizer
def test_gives_a_log_probability_to_each_token(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Unbelievable!")
    logprobs = chat(fake_openai, logprobs=True).choices[0].logprobs.content

    assert [entry.token for entry in logprobs] == ["Un", "bel", "ievable", "!"]
