"""Responses sent as a test writes them: nothing is added, by whatever endpoint, blocking or streamed."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

import openai
import pytest

import pytest_fakeopenai
from pytest_fakeopenai import ApiError, Delay, Disconnect, FakeOpenAI, RateLimit, RawResponse, Reply, Text, Timeout

from ..endpoints._requests import PING, both_clients, both_ways, chat, send

api: Any = pytest_fakeopenai
PAGE = "<html><h1>502 Bad Gateway</h1></html>"
HTML = {"content-type": "text/html"}
FRAMING = {"content-length", "transfer-encoding"}
STREAM = (
    b'data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"H\xc3\xa4"}}]}\n\n'
)


@both_ways
def test_sends_nothing_but_what_it_says(fake_openai: FakeOpenAI, stream: bool) -> None:
    fake_openai.script(RawResponse(502, PAGE, {**HTML, "CF-Ray": "é"}))
    answer = send(fake_openai, "POST", "/v1/chat/completions", {**PING, "stream": stream})

    assert (answer.status, answer.body) == (502, PAGE.encode())
    assert set(answer.headers) - FRAMING == {"content-type", "cf-ray"}
    request = fake_openai.requests.only
    assert (request.status, request.response, request.events) == (502, PAGE.encode(), [])
    assert isinstance(request.reply, RawResponse)


@both_clients
@both_ways
def test_is_retried_as_the_client_retries(fake_openai: FakeOpenAI, kind: str, stream: bool) -> None:
    page = RawResponse(502, PAGE, {**HTML, "retry-after-ms": 1})
    fake_openai.script(page, RateLimit(), page, "Hello!")

    chat(fake_openai, kind, stream=stream, retries=3)

    assert [request.status for request in fake_openai.requests] == [502, 429, 502, 200]
    assert [request.attempt for request in fake_openai.requests] == [0, 1, 2, 3]


def test_sends_the_error_of_another_vendor(fake_openai: FakeOpenAI) -> None:
    body = {"error": {"code": 429, "message": "slow", "metadata": {"provider": "x"}}}
    fake_openai.script(RawResponse(429, body))

    with pytest.raises(openai.RateLimitError) as caught:
        chat(fake_openai, retries=0)

    assert caught.value.body == body["error"]
    assert (caught.value.response.json(), fake_openai.requests.only.response) == (body, body)


def test_sends_a_recorded_stream_byte_for_byte(fake_openai: FakeOpenAI) -> None:
    half = STREAM.index(b"\xa4")
    fake_openai.script(
        RawResponse(
            200, [STREAM, b": keep-alive\r\n\r\n", STREAM[:half], Delay(0.01), STREAM[half:], "data: [DONE]\n\n"]
        )
    )
    chunks = chat(fake_openai, stream=True)

    assert [chunk.choices[0].delta.content for chunk in chunks] == ["Hä", "Hä"]
    sent = STREAM + b": keep-alive\r\n\r\n" + STREAM + b"data: [DONE]\n\n"
    assert fake_openai.requests.only.response == sent


@both_ways
def test_adds_no_end_to_a_stream(fake_openai: FakeOpenAI, stream: bool) -> None:
    fake_openai.script(RawResponse(200, STREAM, {"content-type": "text/event-stream"}))
    answer = send(fake_openai, "POST", "/v1/chat/completions", {**PING, "stream": stream})

    assert answer.body == STREAM


ENDPOINTS: list[tuple[str, str, str, Any]] = [
    (
        "chat.completions",
        "POST",
        "/v1/chat/completions",
        PING,
    ),
    ("responses", "POST", "/v1/responses", {"model": "m", "input": "a"}),
    ("completions", "POST", "/v1/completions", {"model": "m", "prompt": "a"}),
    ("embeddings", "POST", "/v1/embeddings", {"model": "text-embedding-3-small", "input": "a"}),
    ("models.list", "GET", "/v1/models", None),
    ("files.retrieve", "GET", "/v1/files/file-1", None),
    ("vector_stores.create", "POST", "/v1/vector_stores", {}),
]


@pytest.mark.parametrize(("endpoint", "method", "path", "body"), ENDPOINTS, ids=[each[0] for each in ENDPOINTS])
@pytest.mark.parametrize("source", ["rule", "callable"])
def test_is_sent_by_any_endpoint(
    fake_openai: FakeOpenAI, endpoint: str, method: str, path: str, body: Any, source: str
) -> None:
    response = RawResponse(418, [b"short ", "and ", {"stout": True}], {"x-pot": "tea"})
    fake_openai.when(endpoint=endpoint).script(response if source == "rule" else lambda request: response)
    answer = send(fake_openai, method, path, body)

    assert (answer.status, answer.body, answer.headers["x-pot"]) == (418, b'short and {"stout":true}', "tea")
    assert set(answer.headers) - FRAMING == {"x-pot"}
    assert fake_openai.requests.only.status == 418


@pytest.mark.parametrize(
    "response",
    [
        RawResponse(200, b'{"id": "c', end="cut"),
        RawResponse(200, [b'{"id": "c', Disconnect(), b"never"]),
        RawResponse(200, b'{"id": "c', {"content-length": 100}, end="cut"),
        RawResponse(200, b"", end="cut"),
    ],
    ids=["cut", "Disconnect", "cut within its length", "cut behind the head"],
)
def test_cuts_the_connection(fake_openai: FakeOpenAI, response: RawResponse) -> None:
    fake_openai.script(response)

    with pytest.raises(openai.APIConnectionError):
        chat(fake_openai, retries=0)

    request = fake_openai.requests.only
    assert (request.status, request.response) == (200, response.body.split(b"never")[0])


@pytest.mark.parametrize("response", [RawResponse(200, b"{", end="hang"), RawResponse(200, [b"{", Timeout()])])
def test_leaves_the_client_waiting(fake_openai: FakeOpenAI, response: RawResponse) -> None:
    fake_openai.script(response)

    with pytest.raises(openai.APITimeoutError):
        chat(fake_openai, retries=0, timeout=0.2)

    assert (fake_openai.requests.only.status, fake_openai.requests.only.response) == (200, b"{")


def test_waits_where_it_says_so(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    gate.open()
    fake_openai.script(RawResponse(200, [Delay(0.05), STREAM, gate, "data: [DONE]\n\n"]))
    began = time.monotonic()

    assert len(chat(fake_openai, stream=True)) == 1
    assert time.monotonic() - began >= 0.05
    assert gate.reached


@pytest.mark.parametrize("status", [200, 204, 299, 301, 304, 400, 599])
def test_sends_any_status(fake_openai: FakeOpenAI, status: int) -> None:
    fake_openai.when(endpoint="models.list").script(RawResponse(status))
    answer = send(fake_openai, "GET", "/v1/models")

    assert (answer.status, answer.body, fake_openai.requests.only.status) == (status, b"", status)
    assert send(fake_openai, "GET", "/v1/models").status == 200


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (b"\xff", b"\xff"),
        (bytearray(b"a"), b"a"),
        ("ä", "ä".encode()),
        ({"ä": [1, None]}, '{"ä":[1,null]}'.encode()),
        ([[1, 2]], b"[1,2]"),
        ([1, "a", None, True], b"1anulltrue"),
        (5, b"5"),
        (None, b"null"),
        ([], b""),
    ],
)
def test_takes_bytes_text_and_json(body: object, sent: bytes) -> None:
    assert RawResponse(200, body).body == sent


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: api.RawResponse(100), "RawResponse takes an HTTP status from 200 to 599, got 100"),
        (lambda: api.RawResponse("200"), "RawResponse takes an HTTP status from 200 to 599, got '200'"),
        (lambda: api.RawResponse(200, end="no"), "RawResponse(end=) is one of 'clean', 'cut', 'hang'; got 'no'"),
        (lambda: api.RawResponse(200, end=[]), "RawResponse(end=) is one of 'clean', 'cut', 'hang'; got []"),
        (lambda: api.RawResponse(200, Text("a")), "bytes, text or JSON, or a list of these"),
        (lambda: api.RawResponse(200, [ApiError(400, "m")]), "bytes, text or JSON, or a list of these"),
        (lambda: api.RawResponse(200, [Reply("a")]), "bytes, text or JSON, or a list of these"),
        (lambda: api.RawResponse(200, lambda: "a"), "bytes, text or JSON, or a list of these"),
        (lambda: api.RawResponse(200, {1, 2}), "cannot be sent as JSON"),
        (lambda: api.RawResponse(200, "\ud800"), "RawResponse takes text that can be sent as UTF-8"),
        (lambda: api.RawResponse(200, headers={"a": "→"}), "RawResponse(headers=) takes values of Latin-1"),
        (lambda: api.RawResponse(204, "a"), "a response with status 204 has no body, got b'a'"),
        (
            lambda: api.RawResponse(200, "ab", {"content-length": 3}),
            "content-length is '3', but the body has 2",
        ),
        (lambda: api.RawResponse(200, "ab", {"content-length": 1}, "cut"), "content-length is '1', but the body"),
        (lambda: api.RawResponse(200, "ab", {"content-length": "x"}), "the content-length is 'x', but the body"),
        (lambda: api.RawResponse(200, "a", {"transfer-encoding": "gzip"}), "no transfer-encoding but chunked"),
        (
            lambda: api.RawResponse(200, "a", {"transfer-encoding": "chunked", "content-length": 1}),
            "RawResponse takes content-length or transfer-encoding, not both",
        ),
        (lambda: api.Reply(RawResponse(200)), "RawResponse(200, '') is a whole answer and no part of one"),
        (lambda: api.Reply(choices=[RawResponse(200)]), "choices= takes plain replies"),
    ],
)
def test_raises_where_it_makes_no_response(make: Callable[[], object], message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        make()


@pytest.mark.parametrize(
    ("response", "shown"),
    [
        (RawResponse(502, "page", {"A": "b"}), "RawResponse(502, 'page', {'a': 'b'})"),
        (RawResponse(200, ["a", Delay(1)], end="cut"), "RawResponse(200, ['a', Delay(1), Disconnect()])"),
    ],
)
def test_is_shown_as_it_is_written(response: RawResponse, shown: str) -> None:
    assert repr(response) == shown


def test_is_equal_where_its_content_is() -> None:
    assert RawResponse(200, "a", {"A": "b"}) == RawResponse(200, b"a", {"a": "b"})
    assert RawResponse(200, "a") != RawResponse(200, "a", end="cut")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_answers_the_request_of_a_run(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(RawResponse(200, {"id": "run_mine", "object": "thread.run"}))
    client = fake_openai.client.beta
    fields: Any = {
        "thread_id": client.threads.create().id,
        "assistant_id": client.assistants.create(model="gpt-4o", instructions="Be brief.").id,
    }

    assert client.threads.runs.create(**fields).id == "run_mine"


def test_frames_the_body_as_its_headers_say(fake_openai: FakeOpenAI) -> None:
    body = json.dumps({"a": 1})
    for headers in ({}, {"content-length": len(body)}, {"transfer-encoding": "chunked"}):
        fake_openai.script(RawResponse(200, body, headers))
        answer = send(fake_openai, "POST", "/v1/responses", {"model": "m", "input": "a"})
        assert answer.body == body.encode()
        assert {name: answer.headers[name] for name in headers} == {name: str(value) for name, value in headers.items()}
