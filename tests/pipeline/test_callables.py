"""Scripted callables: what they may be and return, and how they run."""

from __future__ import annotations

import dataclasses
import functools
import json
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openai
import openai.types.chat
import openai.types.responses
import pydantic
import pytest

from pytest_fakeopenai import Chunks, Delay, FakeOpenAI, RateLimit, RecordedRequest, Reply, Text, ToolCall

from ..verdicts import verdict_of


def ask(fake: FakeOpenAI, text: str = "Hi", **options: Any) -> Any:
    return fake.client.responses.create(model="gpt-4o", input=text, **options)


def pieces(stream: Any) -> list[str]:
    return [event.delta for event in stream if event.type == "response.output_text.delta"]


# What may be a callable


def sync(request: RecordedRequest) -> str:
    return request.text.upper()


async def coroutine(request: RecordedRequest) -> str:
    return request.text.upper()


def generator(request: RecordedRequest) -> Iterator[object]:
    yield request.text[:2].upper()
    yield Text(request.text[2:].upper())


async def async_generator(request: RecordedRequest) -> AsyncIterator[object]:
    yield request.text[:2].upper()
    yield Text(request.text[2:].upper())


class Bot:
    """An object that is called."""

    def __call__(self, request: RecordedRequest) -> str:
        return request.text.upper()

    async def answer(self, request: RecordedRequest) -> str:
        return request.text.upper()


class AsyncBot:
    """An object that is called and awaited."""

    async def __call__(self, request: RecordedRequest) -> str:
        return request.text.upper()


class StreamingBot:
    """An object that is called for its parts."""

    async def __call__(self, request: RecordedRequest) -> AsyncIterator[str]:
        for letter in request.text:
            yield letter.upper()


def prefixed(prefix: str, request: RecordedRequest) -> str:
    return prefix + request.text.upper()


CALLABLES = [
    sync,
    coroutine,
    generator,
    async_generator,
    Bot(),
    Bot().answer,
    AsyncBot(),
    StreamingBot(),
    lambda request: request.text.upper(),
    lambda request: coroutine(request),
    lambda request: generator(request),
    lambda request: async_generator(request),
    functools.partial(prefixed, ""),
    functools.partial(coroutine),
]
IDS = [
    "function",
    "coroutine",
    "generator",
    "async generator",
    "object",
    "method",
    "async object",
    "async generator object",
    "lambda",
    "lambda of coroutine",
    "lambda of generator",
    "lambda of async generator",
    "partial",
    "partial of coroutine",
]


@pytest.mark.parametrize("responder", CALLABLES, ids=IDS)
def test_asks_any_kind_of_callable(fake_openai: FakeOpenAI, responder: Any) -> None:
    fake_openai.script(responder, responder)

    assert ask(fake_openai, "hello").output_text == "HELLO"
    assert "".join(pieces(ask(fake_openai, "hello", stream=True))) == "HELLO"


@pytest.mark.parametrize("place", ["script", "always", "otherwise"])
def test_asks_a_callable_wherever_it_stands(fake_openai: FakeOpenAI, place: str) -> None:
    places: dict[str, Any] = {
        "script": fake_openai.script,
        "always": lambda responder: fake_openai.when().always(responder),
        "otherwise": fake_openai.otherwise,
    }
    places[place](sync)

    assert ask(fake_openai, "hello").output_text == "HELLO"


def test_stands_in_for_an_endpoint(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(endpoint="models.retrieve").always(
        lambda request: {"id": request.path, "object": "model", "created": 1, "owned_by": "me"}
    )

    assert fake_openai.client.models.retrieve("gpt-9").id == "/v1/models/gpt-9"


# What it may return


class Weather(pydantic.BaseModel):
    """A pydantic model of the application."""

    city: str


@dataclasses.dataclass
class Place:
    """A dataclass of the application."""

    city: str


COMPLETION = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "gpt-4o",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hi"}}],
}


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("Hi", "Hi"),
        ({"a": 1}, '{"a":1}'),
        ([1, 2], "[1,2]"),
        (Place("Paris"), '{"city":"Paris"}'),
        (Weather(city="Paris"), '{"city":"Paris"}'),
        (Text("Hi"), "Hi"),
        (Chunks("H", "i"), "Hi"),
        (Reply("H", Delay(0), "i"), "Hi"),
        (openai.types.chat.ChatCompletion.model_validate(COMPLETION), "Hi"),
    ],
    ids=["str", "dict", "list", "dataclass", "model", "part", "chunks", "reply", "sdk"],
)
@pytest.mark.parametrize("asynchronous", [False, True])
def test_takes_every_shorthand_from_a_callable(
    fake_openai: FakeOpenAI, asynchronous: bool, reply: object, text: str
) -> None:
    async def later(request: RecordedRequest) -> object:
        return reply

    fake_openai.script(later if asynchronous else lambda request: reply)

    messages: Any = [{"role": "user", "content": "?"}]
    completion = fake_openai.client.chat.completions.create(model="gpt-4o", messages=messages)
    assert completion.choices[0].message.content == text


def test_notes_the_reply_that_a_callable_made(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(sync)

    ask(fake_openai, "hello")

    assert fake_openai.requests.only.reply == Reply("HELLO")


@pytest.mark.parametrize("returned", [None, 5, object, RateLimit, ("a", "b"), Reply], ids=repr)
def test_fails_the_test_when_a_callable_returns_what_is_no_reply(fake_openai: FakeOpenAI, returned: object) -> None:
    fake_openai.script(lambda request: returned)

    with pytest.raises(openai.BadRequestError) as caught:
        ask(fake_openai)

    assert caught.value.code == "callable_failed"
    verdict = verdict_of(fake_openai)
    assert str(verdict).startswith("The scripted callable <lambda> failed on request 1: TypeError: ")
    assert isinstance(verdict.__cause__, TypeError)


def test_fails_the_test_when_the_reply_of_a_callable_does_not_fit(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(lambda request: ToolCall("unknown"))

    with pytest.raises(openai.BadRequestError) as caught:
        ask(fake_openai)

    assert caught.value.code == "unfit_reply"
    assert "calls a tool that the request does not offer" in str(verdict_of(fake_openai))


# How it runs


def test_does_not_let_a_blocking_callable_hold_up_others(fake_openai: FakeOpenAI) -> None:
    began, go = threading.Event(), threading.Event()

    def blocking(request: RecordedRequest) -> str:
        began.set()
        assert go.wait(10)
        return "at last"

    fake_openai.when(text="slow").script(blocking)
    fake_openai.otherwise("at once")

    with ThreadPoolExecutor() as pool:
        slow = pool.submit(ask, fake_openai, "slow")
        assert began.wait(10)
        fast = ask(fake_openai, "fast").output_text
        waiting = not slow.done()
        go.set()

    assert (fast, waiting, slow.result().output_text) == ("at once", True, "at last")


def test_streams_the_parts_of_a_generator_as_they_are_made(fake_openai: FakeOpenAI) -> None:
    received = threading.Event()

    def live(request: RecordedRequest) -> Iterator[str]:
        yield "first part"
        assert received.wait(10)
        yield "second part"

    fake_openai.script(live)

    deltas = []
    for event in ask(fake_openai, stream=True):
        if event.type == "response.output_text.delta":
            deltas.append(event.delta)
            received.set()

    assert deltas == ["first part", "second part"]


def test_streams_the_parts_of_an_async_generator_as_they_are_made(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()

    async def live(request: RecordedRequest) -> AsyncIterator[object]:
        yield "first part"
        yield gate
        yield "second part"

    fake_openai.script(live)

    deltas = []
    for event in ask(fake_openai, stream=True):
        if event.type == "response.output_text.delta":
            deltas.append((event.delta, gate.reached))
            gate.wait_reached()
            gate.open()

    assert [text for text, _ in deltas] == ["first part", "second part"]
    assert deltas[1] == ("second part", True)


def test_stops_an_endless_generator_whose_client_has_hung_up(fake_openai: FakeOpenAI) -> None:
    async def endless(request: RecordedRequest) -> AsyncIterator[str]:
        while True:
            yield "on and on "

    fake_openai.when(text="endless").script(endless)
    fake_openai.otherwise("still here")
    stream = ask(fake_openai, "endless", stream=True)
    for _ in range(5):
        next(stream)
    stream.close()

    assert ask(fake_openai, "other").output_text == "still here"


@pytest.mark.parametrize("asynchronous", [False, True])
def test_may_ask_the_fake_itself(fake_openai: FakeOpenAI, asynchronous: bool) -> None:
    def nested(request: RecordedRequest) -> str:
        inner = fake_openai.client.responses.create(model="gpt-4o", input="inner")
        return f"outer, {inner.output_text}"

    async def async_nested(request: RecordedRequest) -> str:
        inner = await fake_openai.async_client.responses.create(model="gpt-4o", input="inner")
        return f"outer, {inner.output_text}"

    fake_openai.when(text="outer").script(async_nested if asynchronous else nested)
    fake_openai.when(text="inner").script(lambda request: "inner")

    assert ask(fake_openai, "outer").output_text == "outer, inner"
    assert [request.text for request in fake_openai.requests] == ["outer", "inner"]


def test_may_script_what_comes_next(fake_openai: FakeOpenAI) -> None:
    def first(request: RecordedRequest) -> str:
        fake_openai.script("second")
        return "first"

    fake_openai.script(first)

    assert [ask(fake_openai).output_text for _ in range(2)] == ["first", "second"]


def test_sees_the_request_as_the_test_does(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(lambda request: {"same": request is fake_openai.requests.only, "text": request.text})

    assert json.loads(ask(fake_openai, "Hi").output_text) == {"same": True, "text": "Hi"}
