"""A streamed chat completion: which chunks come in which order, and their bytes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from pytest_fakeopenai import Chunks, FakeOpenAI, Logprob, Refusal, Reply, ToolCall

from ._requests import PING, SNAPSHOT, both_clients, chat, function_tool, send

# Texts and figures are those of words; tokens have tests of their own.
pytestmark = pytest.mark.usefixtures("without_tokenizer")

Json = dict[str, Any]
ADD = function_tool("add")
SHELL = {"type": "custom", "custom": {"name": "shell"}}
USAGE = {
    "prompt_tokens": 8,
    "completion_tokens": 5,
    "total_tokens": 13,
    "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
    "completion_tokens_details": {
        "reasoning_tokens": 0,
        "audio_tokens": 0,
        "accepted_prediction_tokens": 0,
        "rejected_prediction_tokens": 0,
    },
}
SILENT = {"role": "assistant", "content": None}
SAY = {"role": "assistant", "content": "", "refusal": None}


def choice(delta: Json, finish_reason: str | None = None, index: int = 0, logprobs: Json | None = None) -> Json:
    return {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": finish_reason}


def texts(*pieces: str) -> list[Json]:
    return [choice({"content": piece}) for piece in pieces]


def opening(index: int, id_: str, name: str) -> Json:
    return {"index": index, "id": id_, "type": "function", "function": {"name": name, "arguments": ""}}


def argument(index: int, piece: str) -> Json:
    return {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}


def token_logprobs(token: str, logprob: float, **alternatives: float) -> Json:
    def entry(text: str, value: float) -> Json:
        return {"token": text, "logprob": value, "bytes": list(text.encode())}

    top = [entry(text, value) for text, value in alternatives.items()]
    return {"content": [{**entry(token, logprob), "top_logprobs": top}], "refusal": None}


def chunk(id_: str, choices: Sequence[Json], **usage: Json | None) -> Json:
    """A chunk with its keys in the order of the wire."""
    return {
        "id": id_,
        "object": "chat.completion.chunk",
        "created": 1767225600,
        "model": SNAPSHOT,
        "service_tier": "default",
        "system_fingerprint": "fp_44709d6fcb",
        "choices": list(choices),
        **usage,
    }


STREAMS: dict[str, tuple[object, Json, list[Json]]] = {
    "text": ("Hi there, 你好", {}, [choice(SAY), *texts("Hi", " there,", " 你好"), choice({}, "stop")]),
    "chunks": (Chunks("H", "i the", "re"), {}, [choice(SAY), *texts("H", "i the", "re"), choice({}, "stop")]),
    "no text": (Reply(), {}, [choice(SAY), choice({}, "stop")]),
    "one call": (
        ToolCall("add", {"a": 1}, id="call_a"),
        {"tools": [ADD]},
        [
            choice(
                {"role": "assistant", "content": None, "tool_calls": [opening(0, "call_a", "add")], "refusal": None}
            ),
            *(choice(argument(0, piece)) for piece in ("{", '"a"', ":", "1", "}")),
            choice({}, "tool_calls"),
        ],
    ),
    "parallel calls": (
        Reply(ToolCall("add", {}, id="call_a"), ToolCall("add", '{"b": 2}', id="call_b")),
        {"tools": [ADD]},
        [
            choice(SILENT),
            choice({"tool_calls": [opening(0, "call_a", "add")]}),
            choice(argument(0, "{}")),
            choice({"tool_calls": [opening(1, "call_b", "add")]}),
            *(choice(argument(1, piece)) for piece in ('{"b"', ": 2", "}")),
            choice({}, "tool_calls"),
        ],
    ),
    "text and a call": (
        Reply("Wait.", ToolCall("add", "", id="call_a")),
        {"tools": [ADD]},
        [
            choice(SAY),
            choice({"content": "Wait."}),
            choice({"tool_calls": [opening(0, "call_a", "add")]}),
            choice({}, "tool_calls"),
        ],
    ),
    "named call": (
        ToolCall("add", "", id="call_a"),
        {"tools": [ADD], "tool_choice": {"type": "function", "function": {"name": "add"}}},
        [
            choice(
                {"role": "assistant", "content": None, "tool_calls": [opening(0, "call_a", "add")], "refusal": None}
            ),
            choice({}, "stop"),
        ],
    ),
    "custom call": (
        ToolCall("shell", "ls", id="call_a"),
        {"tools": [SHELL]},
        [
            choice(
                {
                    **SILENT,
                    "tool_calls": [
                        {"index": 0, "id": "call_a", "type": "custom", "custom": {"name": "shell", "input": ""}}
                    ],
                    "refusal": None,
                }
            ),
            choice({"tool_calls": [{"index": 0, "custom": {"input": "ls"}}]}),
            choice({}, "tool_calls"),
        ],
    ),
    "refusal": (
        Refusal("I'm sorry."),
        {},
        [
            choice({**SILENT, "refusal": ""}),
            choice({"refusal": "I'm"}),
            choice({"refusal": " sorry."}),
            choice({}, "stop"),
        ],
    ),
    "deprecated function": (
        ToolCall("add", '{"a"}'),
        {"functions": [{"name": "add"}]},
        [
            choice({**SILENT, "function_call": {"name": "add", "arguments": ""}, "refusal": None}),
            *(choice({"function_call": {"arguments": piece}}) for piece in ("{", '"a"', "}")),
            choice({}, "function_call"),
        ],
    ),
    "two choices": (
        Reply(choices=["a b c", "d e"]),
        {"n": 2},
        [
            choice(SAY, index=0),
            choice({"content": "a"}, index=0),
            choice(SAY, index=1),
            choice({"content": "d"}, index=1),
            choice({"content": " b"}, index=0),
            choice({"content": " e"}, index=1),
            choice({"content": " c"}, index=0),
            choice({}, "stop", index=1),
            choice({}, "stop", index=0),
        ],
    ),
    "logprobs": (
        Reply("Hi you", logprobs=[Logprob("Hi", -0.5, (("Hi", -0.5), ("Ho", -2.0))), (" you", -7.62939453125e-6)]),
        {"logprobs": True, "top_logprobs": 2},
        [
            choice(SAY, logprobs={"content": [], "refusal": None}),
            choice({"content": "Hi"}, logprobs=token_logprobs("Hi", -0.5, Hi=-0.5, Ho=-2.0)),
            choice({"content": " you"}, logprobs=token_logprobs(" you", -7.62939453125e-6)),
            choice({}, "stop"),
        ],
    ),
}


def bare(events: Sequence[Json]) -> list[Json]:
    return [{key: value for key, value in event.items() if key != "obfuscation"} for event in events]


@both_clients
@pytest.mark.parametrize("case", STREAMS)
def test_streams_the_chunks_in_the_order_of_the_api(fake_openai: FakeOpenAI, kind: str, case: str) -> None:
    reply, fields, choices = STREAMS[case]
    fake_openai.script(reply)
    chunks = chat(fake_openai, kind, stream=True, **fields)
    expected = [chunk(chunks[0].id, [each]) for each in choices]
    assert bare(fake_openai.requests.only.events) == expected
    assert [each.to_dict() for each in chunks] == fake_openai.requests.only.events


@pytest.mark.parametrize("case", STREAMS)
def test_sends_the_bytes_of_each_chunk(fake_openai: FakeOpenAI, case: str) -> None:
    reply, fields, choices = STREAMS[case]
    fake_openai.script(reply)
    body = {**PING, "stream": True, "stream_options": {"include_obfuscation": False}, **fields}
    answer = send(fake_openai, "POST", "/v1/chat/completions", body)
    chunks = [chunk(answer_id(answer.events), [each]) for each in choices]
    payloads = [json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in chunks]
    sent = answer.body.decode().replace("-7.62939453125e-6", "-7.62939453125e-06")  # Python writes two digits
    assert sent == "".join(f"data: {payload}\n\n" for payload in [*payloads, "[DONE]"])


def answer_id(events: Sequence[str]) -> str:
    id_: str = json.loads(events[0])["id"]
    return id_


def test_carries_the_usage_in_a_chunk_of_its_own(fake_openai: FakeOpenAI) -> None:
    reply, fields, choices = STREAMS["two choices"]
    fake_openai.script(reply)
    chunks = chat(fake_openai, stream=True, stream_options={"include_usage": True}, **fields)
    usage_chunk = chunk(chunks[0].id, [], usage=USAGE)
    expected = [*(chunk(chunks[0].id, [each], usage=None) for each in choices), usage_chunk]
    assert bare(fake_openai.requests.only.events) == expected


@pytest.mark.parametrize("stream_options", [None, {}, {"include_usage": False}])
def test_has_no_usage_unless_it_is_asked_for(fake_openai: FakeOpenAI, stream_options: Json | None) -> None:
    chunks = chat(fake_openai, stream=True, stream_options=stream_options)
    assert [each.choices[0].delta.content for each in chunks] == ["", "Hi", None]
    assert [key for event in fake_openai.requests.only.events for key in event if key == "usage"] == []


@pytest.mark.parametrize("text", ["", "a bc def ghij klmno", 'Ü 你好 😀 " \\ \x01 ok', "x" * 500])
@pytest.mark.parametrize("include_usage", [False, True])
def test_pads_each_chunk_to_a_multiple_of_sixteen_characters(
    fake_openai: FakeOpenAI, text: str, include_usage: bool
) -> None:
    fake_openai.script(Reply(text))
    body = {**PING, "stream": True, "stream_options": {"include_usage": include_usage}}
    *events, done = send(fake_openai, "POST", "/v1/chat/completions", body).events
    assert done == "[DONE]"
    paddings = [json.loads(event)["obfuscation"] for event in events]
    assert [len(event) % 16 for event in events] == [1] * len(events)
    assert [event.rpartition(",")[2] for event in events] == [f'"obfuscation":"{each}"}}' for each in paddings]
    assert max(map(len, paddings)) < 16
    assert "".join(paddings).isalnum()


@pytest.mark.parametrize("model", ["o3", "gpt-5"])
def test_leaves_out_logprobs_of_reasoning_models(fake_openai: FakeOpenAI, model: str) -> None:
    chat(fake_openai, model=model, stream=True)
    chat(fake_openai, model=model, stream=True, logprobs=True)
    without, requested = fake_openai.requests
    assert [list(event["choices"][0]) for event in without.events] == [["index", "delta", "finish_reason"]] * 3
    assert requested.events[0]["choices"][0]["logprobs"] == {"content": [], "refusal": None}
    assert {event["system_fingerprint"] for event in (*without.events, *requested.events)} == {None}


def fold(fake: FakeOpenAI, kind: str, request: Json) -> Any:
    """What the client's own accumulator makes of a stream."""

    async def fold_async() -> Any:
        async with chat_of(fake.async_client).stream(**request) as stream:
            return await stream.get_final_completion()

    if kind == "async":
        return asyncio.run(fold_async())
    with chat_of(fake.client).stream(**request) as stream:
        return stream.get_final_completion()


def chat_of(client: Any) -> Any:
    """The resource that has the accumulating helpers: older clients keep it under `beta`."""
    return client.chat.completions if hasattr(client.chat.completions, "stream") else client.beta.chat.completions


def plain(completion: Any) -> Json:
    """What a parsed and a plain completion have in common."""
    body: Json = completion.to_dict()
    for each in body["choices"]:
        message = each["message"]
        for called in message.get("tool_calls") or ():
            called.pop("index", None)
            called["function"].pop("parsed_arguments", None)
        kept = ("role", "content", "refusal", "tool_calls", "function_call")
        each["message"] = {key: message.get(key) for key in kept}
    return {"choices": body["choices"], "usage": body["usage"], "model": body["model"]}


# The accumulator knows functions only.
@both_clients
@pytest.mark.parametrize("case", [case for case in STREAMS if case != "custom call"])
def test_adds_up_to_the_blocking_body(fake_openai: FakeOpenAI, kind: str, case: str) -> None:
    reply, fields, _ = STREAMS[case]
    fake_openai.script(reply, reply)
    blocking = chat(fake_openai, **fields)
    request = {**PING, "stream_options": {"include_usage": True}, "extra_body": fields}
    final = fold(fake_openai, kind, request)
    assert plain(final) == plain(blocking)
    streamed, sent = (request.response for request in fake_openai.requests)
    assert {**streamed, "id": "", "created": 0} == {**sent, "id": "", "created": 0}
