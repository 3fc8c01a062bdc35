"""Events of a stream that are there already: objects of the SDK, or dicts, wherever a part may stand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import openai
import pytest
from openai.types import Completion
from openai.types.chat import ChatCompletionChunk
from openai.types.responses import ResponseTextDeltaEvent

from pytest_fakeopenai import Delay, FakeOpenAI, Pace, Reply, ServerError, ToolCall

from ..conformance.folding import fold_with_state
from ..verdicts import verdict_of
from ._requests import PING, both_clients, chat, send

Json = dict[str, Any]
WITH_USAGE: Json = {"stream": True, "stream_options": {"include_usage": True}}


def chunk(delta: Json, finish_reason: str | None = None, **fields: Any) -> Json:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice], **fields}


BEGIN, END = chunk({"role": "assistant", "content": ""}), chunk({}, "stop")
HEL, LO = chunk({"content": "Hel"}), chunk({"content": "lo"})
ALL = [BEGIN, HEL, LO, END]


def as_objects(chunks: list[Json]) -> list[Any]:
    return [ChatCompletionChunk.model_validate(each) for each in chunks]


def as_dicts(chunks: list[Json]) -> list[Any]:
    return chunks


KINDS = pytest.mark.parametrize("make", [as_objects, as_dicts], ids=["objects", "dicts"])


def plain(chunks: list[Any]) -> list[Json]:
    return [{key: value for key, value in each.to_dict().items() if key != "obfuscation"} for each in chunks]


def content(chunks: list[Any]) -> str:
    return "".join(each.choices[0].delta.content or "" for each in chunks if each.choices)


def sequence(events: list[Any]) -> Any:
    return events


def reply(events: list[Any]) -> Any:
    return Reply(*events)


def paced(events: list[Any]) -> Any:
    return Reply(events[0], Delay(0.001), *events[1:], pace=Pace(between=0.001))


def generator(events: list[Any]) -> Any:
    def generate(request: object) -> Iterator[object]:
        for each in events:
            yield each
            yield Delay(0.001)

    return generate


def async_generator(events: list[Any]) -> Any:
    async def generate(request: object) -> AsyncIterator[object]:
        for each in events:
            yield each

    return generate


def callable_(events: list[Any]) -> Any:
    return lambda request: events


WAYS = pytest.mark.parametrize("script", [sequence, reply, paced, generator, async_generator, callable_])


@KINDS
@WAYS
@both_clients
def test_sends_chunks_as_they_are(
    fake_openai: FakeOpenAI, kind: str, script: Callable[..., Any], make: Callable[..., Any]
) -> None:
    fake_openai.script(script(make(ALL)))

    assert [each.to_dict() for each in chat(fake_openai, kind, stream=True)] == ALL
    assert fake_openai.requests.only.events == ALL


@KINDS
@WAYS
def test_ends_chunks_as_a_stream_ends(
    fake_openai: FakeOpenAI, script: Callable[..., Any], make: Callable[..., Any]
) -> None:
    fake_openai.script(script(make(ALL)))

    answer = send(fake_openai, "POST", "/v1/chat/completions", {**PING, **WITH_USAGE})

    assert answer.events[-1] == "[DONE]"
    assert len(answer.events) == len(ALL) + 1


@KINDS
@pytest.mark.parametrize(
    "mixed",
    [
        lambda hel, lo, end: Reply(hel, "lo"),
        lambda hel, lo, end: Reply("Hel", lo),
        lambda hel, lo, end: Reply("H", "e", "l", Delay(0.001), lo, end),
        lambda hel, lo, end: Reply(hel, Delay(0.001), "l", "o"),
    ],
)
def test_mixes_chunks_and_parts(fake_openai: FakeOpenAI, mixed: Callable[..., Any], make: Callable[..., Any]) -> None:
    fake_openai.script(mixed(*make([HEL, LO, END])))

    chunks = chat(fake_openai, **WITH_USAGE)

    assert content(chunks) == "Hello"
    assert [each.choices[0].finish_reason for each in chunks if each.choices].count("stop") == 1
    assert chunks[-1].usage is not None


@KINDS
def test_begins_a_message_once(fake_openai: FakeOpenAI, make: Callable[..., Any]) -> None:
    begin, hel = make([BEGIN, HEL])
    fake_openai.script(Reply(begin, hel, "lo", ToolCall("f", unchecked=True)))

    chunks = chat(fake_openai, stream=True)

    message = fold_with_state(chunks)["choices"][0]["message"]
    assert (message["role"], message["content"]) == ("assistant", "Hello")
    assert message["tool_calls"][0]["function"]["name"] == "f"


def test_sends_a_usage_on_every_chunk(fake_openai: FakeOpenAI) -> None:
    usages = [{"prompt_tokens": 1, "completion_tokens": number, "total_tokens": 1 + number} for number in range(3)]
    fake_openai.script([chunk({"content": "a"}, usage=usage) for usage in usages])

    assert [each.usage.to_dict() for each in chat(fake_openai, **WITH_USAGE)] == usages


def test_says_what_it_can_of_an_error_behind_chunks(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(HEL, ServerError()))

    with pytest.raises(openai.APIError, match="The server had an error"):
        chat(fake_openai, stream=True)


def test_plays_chunks_of_any_choice_once(fake_openai: FakeOpenAI) -> None:
    chunks = [{**HEL, "choices": [{"index": index, "delta": {"content": "a"}}]} for index in (0, 1, 7)]
    fake_openai.script(chunks)

    assert [each.to_dict() for each in chat(fake_openai, stream=True, n=2)] == chunks


@pytest.mark.parametrize("odd", [{"choices": 5}, {"choices": [5]}, {"choices": [{"index": "a"}]}, {"choices": None}])
def test_sends_chunks_of_any_form(fake_openai: FakeOpenAI, odd: Json) -> None:
    fake_openai.script(Reply("Hi", {"object": "chat.completion.chunk", **odd}))

    answer = send(fake_openai, "POST", "/v1/chat/completions", {**PING, "stream": True})

    assert (answer.status, answer.events[-1]) == (200, "[DONE]")


@KINDS
@WAYS
def test_refuses_chunks_where_no_stream_was_asked_for(
    fake_openai: FakeOpenAI, script: Callable[..., Any], make: Callable[..., Any]
) -> None:
    fake_openai.script(script(make(ALL)))

    with pytest.raises(openai.BadRequestError, match="which needs stream=True"):
        chat(fake_openai)

    assert "cannot answer this request to chat.completions, which needs stream=True" in str(verdict_of(fake_openai))


def test_refuses_events_of_another_endpoint(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(HEL)

    with pytest.raises(openai.BadRequestError, match="cannot answer this request to responses, which needs a Response"):
        fake_openai.client.responses.create(model="gpt-4o", input="Hi", stream=True)

    assert "<chat.completion.chunk>" in str(verdict_of(fake_openai))


# Responses


def delta(text: str, number: int) -> Json:
    where = {"item_id": "msg_1", "output_index": 0, "content_index": 0, "logprobs": []}
    return {"type": "response.output_text.delta", "delta": text, "sequence_number": number, **where}


def test_mixes_events_and_parts(fake_openai: FakeOpenAI) -> None:
    lo = ResponseTextDeltaEvent.construct(**delta("lo", 40))
    fake_openai.script(Reply("Hel", Delay(0.001), lo, {**delta("!", 41), "odd": 1}))

    events = list(fake_openai.client.responses.create(model="gpt-4o", input="Hi", stream=True))

    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == "Hello!"
    numbers = [event.sequence_number for event in events]
    assert numbers == sorted(set(numbers))
    assert events[-1].type == "response.completed"
    assert {**delta("!", 41), "odd": 1} in fake_openai.requests.only.events


def test_ends_where_events_end(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Hello!")
    recorded = [event.to_dict() for event in fake_openai.client.responses.create(model="m", input="Hi", stream=True)]
    fake_openai.script(Reply(*recorded[:-1], Delay(0.001), recorded[-1]), Reply("Before. ", recorded[-1]))

    events = list(fake_openai.client.responses.create(model="m", input="Hi", stream=True))
    mixed = list(fake_openai.client.responses.create(model="m", input="Hi", stream=True))

    assert [event.to_dict() for event in events] == recorded
    assert [event.type for event in mixed].count("response.completed") == 1
    key: Any = recorded[-1]["response"]
    assert fake_openai.client.responses.retrieve(key["id"]).output_text == "Hello!"


def test_ends_a_response_in_the_background_where_events_end_it(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Hello!")
    *_, ended = [event.to_dict() for event in fake_openai.client.responses.create(model="m", input="Hi", stream=True)]
    fake_openai.script(Reply(delta("Hello!", 5), ended))

    events = list(
        fake_openai.client.responses.create(model="m", input="Hi", stream=True, extra_body={"background": True})
    )

    assert [event.type for event in events].count("response.completed") == 1
    created: Any = events[0].to_dict()
    retrieved = fake_openai.client.responses.retrieve(created["response"]["id"])
    assert (retrieved.status, retrieved.output_text) == ("completed", "Hello!")


# Legacy completions


def legacy(text: str, finish_reason: str | None = None) -> Json:
    choice = {"index": 0, "text": text, "finish_reason": finish_reason, "logprobs": None}
    return {"id": "cmpl-1", "object": "text_completion", "created": 1, "model": "m", "choices": [choice]}


@pytest.mark.parametrize("script", [sequence, reply, generator, async_generator])
def test_sends_legacy_chunks_as_they_are(fake_openai: FakeOpenAI, script: Callable[..., Any]) -> None:
    chunks = [legacy("Hel"), legacy("lo", "stop")]
    fake_openai.script(script([Completion.construct(**each) for each in chunks]))

    streamed = fake_openai.client.completions.create(model="gpt-3.5-turbo-instruct", prompt="Hi", stream=True)

    assert [each.to_dict() for each in streamed] == chunks


def test_mixes_legacy_chunks_and_parts(fake_openai: FakeOpenAI) -> None:
    def generate(request: object) -> Iterator[object]:
        yield "Hel"
        yield Completion.construct(**legacy("lo", "stop"))

    fake_openai.script(generate)
    streamed = fake_openai.client.completions.create(model="gpt-3.5-turbo-instruct", prompt="Hi", stream=True)

    choices = [each.choices[0] for each in streamed]
    assert "".join(choice.text for choice in choices) == "Hello"
    assert [choice.finish_reason for choice in choices].count("stop") == 1


def test_refuses_a_whole_answer_that_a_generator_yields(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Hi")
    completion = chat(fake_openai)

    def generate(request: object) -> Iterator[object]:
        yield completion

    fake_openai.script(generate)
    with pytest.raises(openai.BadRequestError, match="is a whole answer; return it instead of yielding it"):
        chat(fake_openai)

    assert "<ChatCompletion> is a whole answer" in str(verdict_of(fake_openai))
