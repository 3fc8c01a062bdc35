"""What goes wrong in a chat completion and when: errors, cuts, noise, silence, waits."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import openai
import pytest

from pytest_fakeopenai import (
    ApiError,
    Chunks,
    ContextLengthExceeded,
    Delay,
    Disconnect,
    FakeOpenAI,
    Garbage,
    InvalidKey,
    Overloaded,
    Pace,
    QuotaExceeded,
    RateLimit,
    Reply,
    ServerError,
    Timeout,
)

from ._requests import MODEL, PING, both_clients, both_ways, chat, send

STREAM = {**PING, "stream": True}
INVALID = "invalid_request_error"
NOW = {"retry-after-ms": "1", "retry-after": "0"}
FAULTS: list[tuple[ApiError, type[openai.APIStatusError], int, str, str | None, str | None, str, dict[str, str]]] = [
    (RateLimit(), openai.RateLimitError, 429, "requests", "rate_limit_exceeded", None, "Rate limit reached", NOW),
    (
        RateLimit(retry_after=2.5),
        openai.RateLimitError,
        429,
        "requests",
        "rate_limit_exceeded",
        None,
        "Please try again in 2.5s",
        {"retry-after-ms": "2500", "retry-after": "3"},
    ),
    (
        QuotaExceeded(),
        openai.RateLimitError,
        429,
        "insufficient_quota",
        "insufficient_quota",
        None,
        "You exceeded your current quota",
        {},
    ),
    (ServerError(), openai.InternalServerError, 500, "server_error", None, None, "The server had an error", NOW),
    (
        Overloaded(),
        openai.InternalServerError,
        503,
        "service_unavailable_error",
        None,
        None,
        "The engine is currently overloaded",
        NOW,
    ),
    (InvalidKey(), openai.AuthenticationError, 401, INVALID, "invalid_api_key", None, "Incorrect API key provided", {}),
    (
        ContextLengthExceeded(),
        openai.BadRequestError,
        400,
        INVALID,
        "context_length_exceeded",
        "messages",
        "This model's maximum context length is",
        {},
    ),
    (
        ApiError(404, "No {model} here", code="gone", param="x", headers={"X-Why": "gone"}),
        openai.NotFoundError,
        404,
        INVALID,
        "gone",
        "x",
        "No gpt-4o here",
        {"x-why": "gone"},
    ),
    (ApiError(403, "No", type="odd"), openai.PermissionDeniedError, 403, "odd", None, None, "No", {}),
    (ApiError(409, "Busy"), openai.ConflictError, 409, INVALID, None, None, "Busy", NOW),
    (ApiError(422, "Hm"), openai.UnprocessableEntityError, 422, INVALID, None, None, "Hm", {}),
]


@both_clients
@both_ways
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: repr(fault[0]))
def test_makes_the_client_raise_what_it_raises_for_the_api(
    fake_openai: FakeOpenAI, kind: str, stream: bool, fault: Any
) -> None:
    scripted, raised, status, type_, code, param, message, headers = fault
    fake_openai.script(scripted)
    with pytest.raises(raised) as caught:
        chat(fake_openai, kind, stream=stream, retries=0)
    error = caught.value
    assert (error.status_code, error.type, error.code, error.param) == (status, type_, code, param)
    assert message in error.message
    assert {name: error.response.headers[name] for name in headers} == headers
    charset = "; charset=utf-8" if status in (401, 404, 429) else ""
    assert error.response.headers["content-type"] == f"application/json{charset}"
    assert fake_openai.requests.only.status == status
    assert (fake_openai.requests.only.response, fake_openai.requests.only.events) == ({"error": error.body}, [])


@pytest.mark.parametrize(("status", "indent", "end"), [(404, 4, "\n"), (429, 4, "\n"), (400, 2, ""), (403, 2, "")])
def test_renders_an_error_in_the_layout_of_its_front_end(
    fake_openai: FakeOpenAI, status: int, indent: int, end: str
) -> None:
    fake_openai.script(ApiError(status, 'Nö "x"', code="gone"))
    answer = send(fake_openai, "POST", "/v1/chat/completions", STREAM)
    envelope = {"error": {"message": 'Nö "x"', "type": INVALID, "param": None, "code": "gone"}}
    assert answer.body.decode() == json.dumps(envelope, indent=indent, ensure_ascii=False) + end


@both_clients
@both_ways
def test_lets_the_client_try_again_at_once(fake_openai: FakeOpenAI, kind: str, stream: bool) -> None:
    fake_openai.script(RateLimit(), Overloaded(), "Hi")
    answer = chat(fake_openai, kind, stream=stream)
    assert (answer[1].choices[0].delta.content if stream else answer.choices[0].message.content) == "Hi"
    assert [(request.attempt, request.status) for request in fake_openai.requests] == [(0, 429), (1, 503), (2, 200)]


def test_answers_a_blocking_request_with_the_error_behind_its_text(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Half of it", ServerError()))
    with pytest.raises(openai.InternalServerError):
        chat(fake_openai, retries=0)


@both_clients
def test_ends_a_stream_with_the_error_behind_its_text(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script(Reply("Half of", ApiError(429, "Slow {model}", code="slow", type="tokens", param="p")))
    deltas, caught = listen(fake_openai, kind)
    assert deltas == ["", "Half", " of"]
    assert type(caught) is openai.APIError
    assert (caught.message, caught.type, caught.code, caught.param) == ("Slow gpt-4o", "tokens", "slow", "p")
    assert fake_openai.requests.only.status == 200
    assert fake_openai.requests.only.events[3:] == [{"error": caught.body}]


def test_sends_nothing_behind_the_error_of_a_stream(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Hi", ServerError(), "never"))
    answer = send(fake_openai, "POST", "/v1/chat/completions", STREAM)
    error = {"error": {"message": ServerError().message, "type": "server_error", "param": None, "code": None}}
    assert answer.complete
    assert answer.events[2:] == [json.dumps(error, separators=(",", ":"))]


@both_clients
@both_ways
def test_cuts_the_connection_before_anything_is_said(fake_openai: FakeOpenAI, kind: str, stream: bool) -> None:
    fake_openai.script(Disconnect(), "Hi")
    with pytest.raises(openai.APIConnectionError):
        chat(fake_openai, kind, stream=stream, retries=0)
    chat(fake_openai, kind, stream=stream)
    cut, retried = fake_openai.requests
    assert (cut.status, cut.events, cut.response, retried.status) == (None, [], None, 200)


@both_clients
def test_is_tried_again_after_a_cut(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script(Reply("Half", Disconnect()), "Hi")
    assert chat(fake_openai, kind).choices[0].message.content == "Hi"
    assert [(request.attempt, request.status) for request in fake_openai.requests] == [(0, 200), (1, 200)]


def test_cuts_a_blocking_body_in_half(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("What is said", Disconnect(), "and what is not"))
    answer = send(fake_openai, "POST", "/v1/chat/completions", PING)
    assert (answer.status, answer.complete) == (200, False)
    assert int(answer.headers["content-length"]) // 2 == len(answer.body)
    assert answer.body.startswith(b'{\n  "id": "chatcmpl-')


def test_cuts_a_stream_where_the_reply_says(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("What is", Disconnect(), "not said"))
    answer = send(fake_openai, "POST", "/v1/chat/completions", STREAM)
    assert (answer.status, answer.complete) == (200, False)
    deltas = [json.loads(event)["choices"][0]["delta"].get("content") for event in answer.events]
    assert deltas == ["", "What", " is"]
    assert [event["choices"][0]["delta"]["content"] for event in fake_openai.requests.only.events] == deltas


@both_clients
@pytest.mark.parametrize("end", [Disconnect(), Timeout(), Garbage("data: {oops\n\n")], ids=repr)
def test_hands_the_client_what_came_before_the_end(fake_openai: FakeOpenAI, kind: str, end: Any) -> None:
    fake_openai.script(Reply("What is", end))
    deltas, caught = listen(fake_openai, kind, timeout=1.0)
    assert deltas == ["", "What", " is"]
    assert isinstance(caught, ValueError) if isinstance(end, Garbage) else not isinstance(caught, ValueError)


@both_clients
@both_ways
def test_stays_silent_until_the_client_gives_up(fake_openai: FakeOpenAI, kind: str, stream: bool) -> None:
    fake_openai.script(Timeout())
    with pytest.raises(openai.APITimeoutError):
        chat(fake_openai, kind, stream=stream, timeout=0.5, retries=0)
    request = fake_openai.requests.only
    assert (request.status, request.response, request.events) == (None, None, [])


@pytest.mark.parametrize("data", ["<html>\nBad gateway", b"\xff\x00"])
def test_sends_garbage_in_place_of_a_blocking_body(fake_openai: FakeOpenAI, data: str | bytes) -> None:
    fake_openai.script(Reply("Hi", Garbage(data)), Garbage(data))
    expected = data if isinstance(data, bytes) else data.encode()
    assert [send(fake_openai, "POST", "/v1/chat/completions", PING).body for _ in range(2)] == [expected] * 2
    assert fake_openai.requests.last.status == 200


@both_clients
def test_lets_the_client_stumble_over_garbage(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script(Garbage("{oops"))
    with pytest.raises(ValueError, match="Expecting property name"):
        chat(fake_openai, kind)


def test_sends_garbage_in_its_place_in_a_stream(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(Garbage(": hello\n\n"), "a", Garbage("data: {oops\n\n"), " b"))
    body = send(fake_openai, "POST", "/v1/chat/completions", STREAM).body.decode()
    first, *between, done = body.removesuffix("\n\n").split("\n\n")
    assert (first, between[2], done) == (": hello", "data: {oops", "data: [DONE]")
    contents = [json.loads(event[6:])["choices"][0]["delta"].get("content") for event in between if event[-1] == "}"]
    assert contents == ["", "a", " b", None]


@both_clients
def test_holds_a_stream_at_a_gate(fake_openai: FakeOpenAI, kind: str) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply("Hel", gate, "lo"))

    def pass_gate() -> None:
        gate.wait_reached()
        assert len(fake_openai.requests.only.events) == 2
        gate.open()

    deltas, caught = listen(fake_openai, kind, at={"Hel": pass_gate})
    assert (deltas, caught) == (["", "Hel", "lo", None], None)


@both_clients
def test_holds_a_blocking_reply_at_a_gate(fake_openai: FakeOpenAI, kind: str) -> None:
    gate = fake_openai.gate()
    fake_openai.when(text="first").script(Reply("one", gate))
    fake_openai.when(text="second").script("two")

    async def both() -> list[str]:
        messages: Any = [[{"role": "user", "content": text}] for text in ("first", "second")]
        create = fake_openai.async_client.chat.completions.create
        held = asyncio.ensure_future(create(model=MODEL, messages=messages[0]))
        await asyncio.to_thread(gate.wait_reached)
        passing = await create(model=MODEL, messages=messages[1])
        assert not held.done()
        gate.open()
        return [each.choices[0].message.content or "" for each in (await held, passing)]

    assert asyncio.run(both()) == ["one", "two"]


@both_ways
def test_waits_for_as_long_as_the_reply_says(fake_openai: FakeOpenAI, stream: bool) -> None:
    fake_openai.script(Reply("Hi", Delay(0.03), " you"))
    answer = chat(fake_openai, stream=stream)
    texts = [chunk.choices[0].delta.content for chunk in answer] if stream else answer.choices[0].message.content
    assert texts == (["", "Hi", " you", None] if stream else "Hi you")
    assert (fake_openai.requests.only.duration or 0) >= 0.03


@pytest.mark.parametrize("everywhere", [False, True], ids=["of the reply", "of the fake"])
def test_spaces_the_pieces_of_a_stream(fake_openai: FakeOpenAI, everywhere: bool) -> None:
    pace = Pace(first=0.02, between=0.01)
    if everywhere:
        fake_openai.pace = pace
    fake_openai.script(Reply(Chunks("a", "b", "c", "d"), pace=None if everywhere else pace))
    assert [chunk.choices[0].delta.content for chunk in chat(fake_openai, stream=True)] == [
        "",
        "a",
        "b",
        "c",
        "d",
        None,
    ]
    assert (fake_openai.requests.only.duration or 0) >= 0.02 + 3 * 0.01


def test_spaces_nothing_in_a_blocking_reply(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("a b c", pace=Pace(first=0.02, between=60)))
    assert chat(fake_openai, timeout=20).choices[0].message.content == "a b c"
    assert (fake_openai.requests.only.duration or 0) >= 0.02


def listen(
    fake: FakeOpenAI, kind: str, *, timeout: float = 20.0, at: dict[str, Any] | None = None
) -> tuple[list[str | None], Any]:
    """The content of each chunk of a stream, and the exception that ended it; calls back behind some contents."""
    deltas: list[str | None] = []

    def hear(chunk: Any) -> None:
        deltas.append(chunk.choices[0].delta.content)
        (at or {}).get(deltas[-1] or "", lambda: None)()

    def listen_sync() -> None:
        chunks: Iterator[Any] = fake.client.chat.completions.create(timeout=timeout, **STREAM)
        for chunk in chunks:
            hear(chunk)

    async def listen_async() -> None:
        chunks: AsyncIterator[Any] = await fake.async_client.chat.completions.create(timeout=timeout, **STREAM)
        async for chunk in chunks:
            hear(chunk)

    try:
        if kind == "sync":
            listen_sync()
        else:
            asyncio.run(listen_async())
    except Exception as error:
        return deltas, error
    return deltas, None
