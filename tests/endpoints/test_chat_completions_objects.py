"""Objects of the official SDK as script entries: sent as they are, or refused with the reason."""

from __future__ import annotations

import json
import re
from typing import Any

import openai
import pytest
from openai.types import Completion
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from pytest_fakeopenai import FakeOpenAI, Reply, VerdictError

from ._requests import MODEL, PING, both_clients, both_ways, chat, function_tool, send

ADD = function_tool("add")
BODY: dict[str, Any] = {
    "id": "chatcmpl-recorded",
    "object": "chat.completion",
    "created": 1700000000,
    "model": "gpt-4o-2024-08-06",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "Recördet", "refusal": None},
            "finish_reason": "stop",
            "logprobs": None,
        }
    ],
    "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3},
    "provider": {"name": "another"},
}
CALLS = {
    **BODY,
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {"id": "call_a", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}},
                    {"id": "call_b", "type": "function", "function": {"name": "unoffered", "arguments": ""}},
                ],
            },
            "finish_reason": "tool_calls",
            "logprobs": None,
        }
    ],
}
REFUSED = {
    **BODY,
    "choices": [
        {"index": 0, "message": {"role": "assistant", "content": None, "refusal": "No"}, "finish_reason": "stop"}
    ],
}


def chunk(delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice], "odd": 1}


CHUNKS = [chunk({"role": "assistant", "content": ""}), chunk({"content": "Hällo"}), chunk({}, "stop")]


@pytest.mark.parametrize("body", [BODY, CALLS, REFUSED], ids=["text", "calls", "refusal"])
def test_sends_a_completion_as_it_is(fake_openai: FakeOpenAI, body: dict[str, Any]) -> None:
    fake_openai.script(ChatCompletion.model_validate(body))
    answer = send(fake_openai, "POST", "/v1/chat/completions", PING)
    assert answer.json == body
    assert answer.body.decode() == json.dumps(answer.json, indent=2, ensure_ascii=False) + "\n"
    assert fake_openai.requests.only.response == body


@both_clients
@pytest.mark.parametrize("body", [BODY, CALLS, REFUSED], ids=["text", "calls", "refusal"])
def test_streams_what_a_completion_says(fake_openai: FakeOpenAI, kind: str, body: dict[str, Any]) -> None:
    fake_openai.script(ChatCompletion.model_validate(body))
    chunks = chat(fake_openai, kind, stream=True, stream_options={"include_usage": True}, tools=[ADD])
    assert {(each.id, each.model) for each in chunks} == {("chatcmpl-recorded", "gpt-4o-2024-08-06")}
    assert chunks[-1].usage.total_tokens == 3
    (choice,) = fake_openai.requests.only.response["choices"]
    (expected,) = body["choices"]
    assert {key: choice["message"].get(key) for key in expected["message"]} == expected["message"]
    assert choice["finish_reason"] == expected["finish_reason"] == chunks[-2].choices[0].finish_reason


@both_clients
def test_streams_chunks_as_they_are(fake_openai: FakeOpenAI, kind: str) -> None:
    chunks = [ChatCompletionChunk.model_validate(each) for each in CHUNKS]
    fake_openai.script(chunks, chunks)
    assert [each.to_dict() for each in chat(fake_openai, kind, stream=True)] == CHUNKS
    answer = send(fake_openai, "POST", "/v1/chat/completions", {**PING, "stream": True})
    assert [json.loads(event) for event in answer.events[:-1]] == CHUNKS
    assert answer.events[-1] == "[DONE]"
    assert [request.events for request in fake_openai.requests] == [CHUNKS, CHUNKS]


@both_ways
@pytest.mark.parametrize(
    ("entry", "works", "needs"),
    [
        ([ChatCompletionChunk.model_validate(CHUNKS[0])], True, "stream=True"),
        (
            Completion.model_validate(
                {"id": "c", "object": "text_completion", "created": 1, "model": MODEL, "choices": []}
            ),
            None,
            "a ChatCompletion",
        ),
    ],
    ids=["chunks", "Completion"],
)
def test_refuses_an_object_of_another_kind(entry: Any, works: bool | None, needs: str, stream: bool) -> None:
    with FakeOpenAI() as fake:
        fake.script(entry)
        if works is stream:
            assert len(chat(fake, stream=True)) == 1
            return
        with pytest.raises(openai.BadRequestError) as refused:
            chat(fake, stream=stream)
        complaint = f"cannot answer this request to chat.completions, which needs {needs}"
        assert (refused.value.code, complaint in refused.value.message) == ("unfit_reply", True)
        with pytest.raises(VerdictError, match=re.escape(complaint)):
            fake.check()
        fake.reset()


def test_streams_as_many_choices_as_an_object_has(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(ChatCompletion.model_validate(BODY))
    assert {choice.index for each in chat(fake_openai, stream=True, n=2) for choice in each.choices} == {0}


def test_takes_an_object_from_a_callable(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(lambda request: ChatCompletion.model_validate({**BODY, "model": request.model}))
    completion = chat(fake_openai, model="o3")
    assert (completion.model, completion.choices[0].message.content) == ("o3", "Recördet")


@both_clients
def test_streams_the_log_probabilities_of_a_completion(fake_openai: FakeOpenAI, kind: str) -> None:
    with FakeOpenAI() as other:
        other.script(Reply("Hi you", logprobs=[("Hi", -0.5), (" you", -0.25)]))
        completion = chat(other, logprobs=True)
    fake_openai.script(completion, completion)
    for requested in (True, False):
        chunks = chat(fake_openai, kind, stream=True, logprobs=requested)
        logprobs = [chunk.choices[0].logprobs for chunk in chunks if chunk.choices[0].delta.content]
        got = [entry.logprob for each in logprobs if each for entry in each.content]
        assert got == ([-0.5, -0.25] if requested else [])
