"""Objects of the official SDK as script entries: sent as they are, or refused with the reason."""

from __future__ import annotations

import json
import re
from typing import Any

import openai
import pydantic
import pytest
from openai.types import Completion
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from pytest_fakeopenai import Delay, FakeOpenAI, Pace, Reply, VerdictError

from ..conformance.folding import fold_chunks, plain
from ..verdicts import verdict_of
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
        assert [entry.logprob for each in logprobs if each for entry in each.content] == [-0.5, -0.25]


CITED = {"type": "url_citation", "url_citation": {"start_index": 0, "end_index": 2, "title": "T", "url": "https://a.b"}}
TOKENS: list[dict[str, Any]] = [
    {"token": token, "logprob": -0.5, "bytes": None, "top_logprobs": []} for token in ("H", "ä")
]
# Messages as servers send them that are not OpenAI's, or newer than the client.
MESSAGES: dict[str, dict[str, Any]] = {
    "reasoning": {"reasoning_content": "Let me think. 考える", "content": "Hä"},
    "reasoning alone": {"content": None, "reasoning": "Hm.", "reasoning_details": [{"type": "summary", "text": "Hm."}]},
    "annotations": {"content": "Hä", "refusal": None, "annotations": [CITED, CITED]},
    "unknown fields": {
        "content": "",
        "score": 0.5,
        "flags": {"a": {"b": [1]}},
        "images": [{"url": "data:"}],
    },
    "unknown scalars": {"content": "Hä", "safe": True, "unsafe": False, "count": 3, "zero": 0},
    "audio": {"content": None, "audio": {"id": "audio_1", "data": "AAAA", "expires_at": 9, "transcript": "Hä"}},
    "a call with more": {
        "content": None,
        "tool_calls": [
            {
                "id": "call_a",
                "type": "function",
                "function": {"name": "f", "arguments": '{"a": 1}', "extra": 1},
                "more": [2],
            },
            {"id": "call_b", "type": "custom", "custom": {"name": "g", "input": "1 + 1"}},
            {"id": "call_c", "type": "unknown", "unknown": {"name": "h"}},
            {"id": "", "type": "function", "function": {"name": "f", "arguments": ""}},
        ],
    },
    "a function": {"content": "So.", "function_call": {"name": "f", "arguments": "{}"}},
    "empty lists": {"content": "Hä", "tool_calls": [], "annotations": []},
    "nothing": {"content": None},
}
FIELDS: dict[str, dict[str, Any]] = {
    "plain": {"finish_reason": "stop"},
    "another end": {"finish_reason": "end_turn"},
    "no end": {"finish_reason": ""},
    "more": {
        "finish_reason": "stop",
        "native_finish_reason": "STOP",
        "content_filter_results": {"hate": {"filtered": False}},
    },
    "logprobs": {"finish_reason": "stop", "logprobs": {"content": TOKENS, "refusal": None}},
    "other logprobs": {"finish_reason": "length", "logprobs": {"content": TOKENS[:1], "refusal": None}},
}
HEADS: dict[str, dict[str, Any]] = {
    "plain": {"system_fingerprint": "fp_1", "service_tier": "default"},
    "more": {"provider": {"name": "x"}, "citations": ["https://a.b"], "prompt_filter_results": [{"prompt_index": 0}]},
    "less": {"id": ""},
}


def completion(message: dict[str, Any], fields: dict[str, Any], head: dict[str, Any]) -> dict[str, Any]:
    choices = [{"index": 0, "message": {"role": "assistant", **message}, "logprobs": None, **fields}]
    return {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": choices, **head} | {
        "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3, "cost": 0.1}
    }


@both_clients
@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("fields", FIELDS)
@pytest.mark.parametrize("message", MESSAGES)
def test_streams_all_that_an_object_says(
    fake_openai: FakeOpenAI, kind: str, message: str, fields: str, head: str
) -> None:
    body = completion(MESSAGES[message], FIELDS[fields], HEADS[head])
    fake_openai.script(ChatCompletion.construct(**body), ChatCompletion.construct(**body))

    whole = chat(fake_openai, kind)
    chunks = chat(fake_openai, kind, stream=True, stream_options={"include_usage": True})

    folded = fold_chunks([plain(each) for each in chunks])
    for implied in {"refusal", "annotations"} - MESSAGES[message].keys():  # which a fold has in any case
        assert not folded["choices"][0]["message"].pop(implied)
    assert plain(whole) == body
    assert folded == body
    assert all(request.response == body for request in fake_openai.requests)


class Place(pydantic.BaseModel):
    """A structured answer."""

    city: str


@both_ways
def test_leaves_out_what_the_client_has_made_of_an_object(fake_openai: FakeOpenAI, stream: bool) -> None:
    fake_openai.script(Place(city="Oslo"))
    parse: Any = getattr(fake_openai.client.chat.completions, "parse", fake_openai.client.beta.chat.completions.parse)
    parsed = parse(**PING, response_format=Place)
    fake_openai.script(parsed)
    got = chat(fake_openai, stream=stream)

    assert parsed.choices[0].message.parsed == Place(city="Oslo")
    assert all("parsed" not in json.dumps(each.to_dict()) for each in (got if stream else [got]))


def test_streams_the_choices_of_an_object_in_turn(fake_openai: FakeOpenAI) -> None:
    texts = ["One two three", "Four", ""]
    choices = [
        {"index": index, "message": {"role": "assistant", "content": text}, "finish_reason": "stop", "odd": index}
        for index, text in enumerate(texts)
    ]
    fake_openai.script(
        Reply(Delay(0.001), ChatCompletion.construct(**{**BODY, "choices": choices}), headers={"x-a": "b"})
    )
    chunks = chat(fake_openai, stream=True, n=3, stream_options={"include_usage": True})

    folded = fold_chunks([plain(each) for each in chunks])["choices"]
    assert [choice["message"]["content"] for choice in folded] == texts
    assert [choice["odd"] for choice in folded] == [0, 1, 2]
    assert [each.choices[0].index for each in chunks[:6]] == [0, 0, 1, 1, 2, 2]


def test_streams_an_object_without_choices(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(ChatCompletion.construct(**{**BODY, "choices": []}))

    assert [each.choices for each in chat(fake_openai, stream=True)] == [[]]


@pytest.mark.parametrize(
    "choices", [5, [5], [{"index": 0}], [{"index": 0, "message": "Hi"}], [{"index": 0, "message": {"tool_calls": [5]}}]]
)
def test_refuses_an_object_that_cannot_be_streamed(fake_openai: FakeOpenAI, choices: Any) -> None:
    fake_openai.script(ChatCompletion.construct(**{**BODY, "choices": choices}))
    with pytest.raises(openai.BadRequestError, match="<ChatCompletion> cannot be streamed"):
        chat(fake_openai, stream=True)

    assert fake_openai.requests.only.events == []
    assert "<ChatCompletion> cannot be streamed" in str(verdict_of(fake_openai))


def test_stores_an_object_that_it_streams(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(ChatCompletion.construct(**BODY))
    chat(fake_openai, stream=True, store=True)

    assert fake_openai.client.chat.completions.retrieve("chatcmpl-recorded").choices[0].message.content == "Recördet"


def test_sends_an_object_at_the_pace_of_its_reply(fake_openai: FakeOpenAI) -> None:
    reply = Reply(ChatCompletion.construct(**BODY), headers={"x-a": "b"}, pace=Pace(first=0.05))
    fake_openai.script(reply)
    answer = send(fake_openai, "POST", "/v1/chat/completions", PING)

    assert (answer.json, answer.headers["x-a"]) == (BODY, "b")
    assert (fake_openai.requests.only.duration or 0) >= 0.05
