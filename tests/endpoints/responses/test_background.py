"""Responses in the background: polled, followed, left and resumed, cancelled, and made whether or not anybody waits."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import urllib.parse
from collections.abc import AsyncIterator, Iterator
from typing import Any

import openai
import pytest
from openai.resources.responses import Responses

from pytest_fakeopenai import (
    ApiError,
    Chunks,
    Delay,
    Disconnect,
    FakeOpenAI,
    Garbage,
    Pace,
    RateLimit,
    Reasoning,
    Refusal,
    Reply,
    Timeout,
    ToolCall,
    VerdictError,
)
from pytest_fakeopenai.endpoints.responses.builder import ResponseObjectBuilder
from pytest_fakeopenai.endpoints.responses.replay import output_so_far
from pytest_fakeopenai.fake_server import FakeOpenAIServer

from ... import plain
from .._requests import Answer, both_clients, both_ways, call_method, error, send
from ._requests import (
    PARIS,
    PARIS_JSON,
    TOOLS,
    Json,
    anonymous,
    create_response,
    custom_call,
    events,
    function_call,
    get,
    message,
    post,
    reasoning,
    refusal,
    text,
    types,
)

# Texts and figures are those of words; tokens have tests of their own.
pytestmark = pytest.mark.usefixtures("without_tokenizer")

STARTED = ["created", "queued", "in_progress"]
SPEAKING = [*STARTED, "output_item.added", "content_part.added", "output_text.delta"]
ENDED = ["output_text.done", "content_part.done", "output_item.done", "completed"]


def queue(fake: FakeOpenAI, **body: Any) -> Json:
    """A response that is begun in the background."""
    queued: Json = post(fake, background=True, **body).json
    assert (queued["status"], queued["output"]) == ("queued", [])
    return queued


def cancel(fake: FakeOpenAI, id_: str) -> Answer:
    return send(fake, "POST", f"/v1/responses/{id_}/cancel")


class Listener:
    """A stream over a plain connection that has begun, and goes on beside the test."""

    def __init__(self, fake: FakeOpenAI, path: str) -> None:
        root = urllib.parse.urlsplit(fake.base_url)
        self._connection = plain.connection(fake.base_url)
        headers = {"authorization": f"Bearer {fake.api_key}"}
        self._connection.request("GET", f"{root.path}/responses/{path}", headers=headers)
        self._answer = self._connection.getresponse()

    def events(self) -> list[Json]:
        """What came, once the stream has ended."""
        with contextlib.closing(self._connection):
            return events(Answer(self._answer.status, {}, self._answer.read()))


# Polled


def test_has_finished_by_the_time_it_is_retrieved(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Hello!", PARIS))
    queued = queue(fake_openai, tools=TOOLS)
    retrieved = get(fake_openai, queued["id"]).json
    finished = {
        "status": "completed",
        "billing": {"payer": "developer"},
        "completed_at": queued["created_at"],
        "service_tier": "default",
    }
    assert {**queued, **finished} == {**retrieved, "output": [], "usage": None}
    assert anonymous(retrieved["output"]) == [message(text("Hello!")), function_call(PARIS_JSON)]
    assert retrieved["usage"]["output_tokens"] > 0
    assert get(fake_openai, queued["id"]).json == retrieved


@both_clients
def test_is_polled_through_the_client(fake_openai: FakeOpenAI, kind: str) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply("Hel", gate, "lo"))
    polled = [create_response(fake_openai, kind, background=True)]
    gate.wait_reached()
    for _ in range(2):
        polled.append(call_method(fake_openai, kind, "responses.retrieve", polled[0].id))
    gate.open()
    polled.append(call_method(fake_openai, kind, "responses.retrieve", polled[0].id))
    assert [each.status for each in polled] == ["queued", "in_progress", "in_progress", "completed"]
    assert [each.output_text for each in polled] == ["", "", "", "Hello"]


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(Delay(3600), "Hi"), id="delay"),
        pytest.param(Reply("Hi", Delay(3600)), id="delay at the end"),
        pytest.param(Reply("Hi", pace=Pace(first=3600)), id="pace"),
        pytest.param(Reply("Hi", Timeout()), id="timeout"),
    ],
)
def test_is_in_progress_while_its_reply_waits(fake_openai: FakeOpenAI, reply: Reply) -> None:
    fake_openai.script(reply)
    queued = queue(fake_openai)
    assert get(fake_openai, queued["id"]).json == {**queued, "status": "in_progress"}


def test_takes_no_longer_than_its_delays(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(Delay(0.01), "a b", pace=Pace(first=0.01, between=3600)))
    queued = queue(fake_openai)
    replay = Listener(fake_openai, f"{queued['id']}?stream=true").events()
    assert replay[-1]["response"]["output"][0]["content"] == [text("a b")]


@both_ways
def test_fails_where_its_reply_does(fake_openai: FakeOpenAI, stream: bool) -> None:
    gate = fake_openai.gate()
    gate.open()
    fake_openai.script(Reply(gate, ApiError(500, "Oh", code="broken")))
    answer = post(fake_openai, background=True, stream=stream)
    id_ = events(answer)[0]["response"]["id"] if stream else answer.json["id"]
    failed = get(fake_openai, id_).json
    assert (failed["status"], failed["error"], failed["output"]) == ("failed", {"code": "broken", "message": "Oh"}, [])
    assert types(events(get(fake_openai, f"{id_}?stream=true"))) == [*STARTED, "error", "failed"]


def test_is_incomplete_where_its_reply_is(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Hel", finish_reason="length"))
    response = get(fake_openai, queue(fake_openai)["id"]).json
    assert (response["status"], response["incomplete_details"]) == ("incomplete", {"reason": "max_output_tokens"})
    assert anonymous(response["output"]) == [message(text("Hel"), status="incomplete")]


# What its request gets


@both_ways
@both_clients
def test_is_asked_for_again_after_an_error_at_the_start(fake_openai: FakeOpenAI, kind: str, stream: bool) -> None:
    fake_openai.script(RateLimit(), Disconnect(), "Hello!")
    create_response(fake_openai, kind, background=True, stream=stream)
    assert [request.status for request in fake_openai.requests] == [429, None, 200]


@both_ways
def test_keeps_the_client_waiting(fake_openai: FakeOpenAI, stream: bool) -> None:
    fake_openai.script(Timeout())
    with pytest.raises(openai.APITimeoutError):
        create_response(fake_openai, background=True, stream=stream, timeout=0.5, retries=0)


def test_sends_garbage_in_place_of_the_queued_response(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(Garbage("<html>"), "Hello!", id="resp_mine"))
    assert post(fake_openai, background=True).body == b"<html>"
    assert get(fake_openai, "resp_mine").json["status"] == "completed"


def test_may_say_nothing(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply())
    response = get(fake_openai, queue(fake_openai)["id"]).json
    assert (response["status"], response["output"]) == ("completed", [])


def test_goes_on_though_its_connection_would_not(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Hel", Disconnect(), Garbage("<html>"), "lo"))
    response = get(fake_openai, queue(fake_openai)["id"]).json
    assert anonymous(response["output"]) == [message(text("Hello"))]


def test_keeps_nothing_that_is_not_to_be_stored(fake_openai: FakeOpenAI) -> None:
    assert get(fake_openai, queue(fake_openai, store=False)["id"]).status == 404


# Streamed


def test_streams_what_comes_before_a_gate(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply(Chunks("Hel"), gate, Chunks("lo")))
    seen = []
    for event in fake_openai.client.responses.create(
        model="gpt-4o", input="Hi", stream=True, extra_body={"background": True}
    ):
        seen.append(event.to_dict(warnings=False))
        if len(seen) == len(SPEAKING):
            gate.open()
    assert types(seen) == [*SPEAKING, "output_text.delta", *ENDED]
    assert fake_openai.requests.only.events == seen
    assert fake_openai.requests.only.response["status"] == "completed"


def test_waits_between_the_pieces(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("a b c", pace=Pace(between=0.01)))
    assert types(events(post(fake_openai, background=True, stream=True)))[-1] == "completed"
    duration = fake_openai.requests.only.duration
    assert duration is not None
    assert duration >= 0.02


@both_clients
def test_is_left_and_resumed_where_it_was(fake_openai: FakeOpenAI, kind: str) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply(Chunks("Hel"), gate, Chunks("lo")))
    seen = hang_up_after(fake_openai, kind, len(SPEAKING))
    id_ = seen[0]["response"]["id"]
    listener = Listener(fake_openai, f"{id_}?stream=true&starting_after={seen[-1]['sequence_number']}")
    assert get(fake_openai, id_).json["status"] == "in_progress"
    gate.open()
    rest = listener.events()
    assert types(seen + rest) == [*SPEAKING, "output_text.delta", *ENDED]
    assert [event["sequence_number"] for event in seen + rest] == list(range(11))
    assert anonymous(get(fake_openai, id_).json["output"]) == [message(text("Hello"))]


def hang_up_after(fake: FakeOpenAI, kind: str, count: int) -> list[Json]:
    """The first events of a stream, whose client then goes away."""
    fields: Any = {"model": "gpt-4o", "input": "Hi", "stream": True, "extra_body": {"background": True}}

    async def read() -> list[Json]:
        async with await fake.async_client.responses.create(**fields) as stream:
            return [(await anext(stream)).to_dict(warnings=False) for _ in range(count)]

    if kind == "async":
        return asyncio.run(read())
    with fake.client.responses.create(**fields) as stream:
        return [next(stream).to_dict(warnings=False) for _ in range(count)]


def test_is_resumed_after_its_connection_was_cut(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(Chunks("Hel"), Disconnect(), Chunks("lo")))
    cut = post(fake_openai, background=True, stream=True)
    assert not cut.complete
    first = events(cut)
    id_ = first[0]["response"]["id"]
    rest = events(get(fake_openai, f"{id_}?stream=true&starting_after={first[-1]['sequence_number']}"))
    assert types(first + rest) == [*SPEAKING, "output_text.delta", *ENDED]
    assert events(get(fake_openai, f"{id_}?stream=true")) == first + rest


def test_spoils_the_stream_that_it_began_with_and_no_other(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(Garbage("data: {a\n\n"), Chunks("Hel"), Garbage("data: {b\n\n"), Chunks("lo")))
    spoilt = post(fake_openai, background=True, stream=True).body
    before, first, second = spoilt.replace(b"data: {b", b"data: {a").split(b"data: {a\n\n")
    assert before == b""
    assert first.count(b"\n\n") == len(SPEAKING)
    id_ = fake_openai.requests.only.response["id"]
    assert get(fake_openai, f"{id_}?stream=true").body == first + second


def test_is_followed_without_padding(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply("Hel", gate))
    queued = queue(fake_openai)
    listener = Listener(fake_openai, f"{queued['id']}?stream=true&include_obfuscation=false")
    gate.wait_reached()
    gate.open()
    stream = listener.events()
    assert types(stream) == [*SPEAKING, *ENDED]
    assert not any("obfuscation" in event for event in stream)
    assert fake_openai.requests.last.events == stream


def test_replays_a_response_that_was_made_in_the_background(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Hello!")
    replay = events(get(fake_openai, f"{queue(fake_openai)['id']}?stream=true"))
    assert types(replay) == [*SPEAKING, *ENDED]
    assert anonymous(replay[-1]["response"]["output"]) == [message(text("Hello!"))]


# Cancelled


@pytest.mark.parametrize(
    ("parts", "output"),
    [
        ((), []),
        (("One ", "two"), [message(text("One two"), status="incomplete")]),
        ((Refusal("no"),), [message(refusal("no"), status="incomplete")]),
        ((Reasoning("Hm."),), [reasoning("Hm.")]),
        (("One", PARIS), [message(text("One")), function_call(PARIS_JSON, status="incomplete")]),
        ((ToolCall("shell", "ls"),), [custom_call("ls", status="incomplete")]),
    ],
)
def test_stops_where_it_has_come_to(fake_openai: FakeOpenAI, parts: Any, output: list[Json]) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply(*parts, gate, "never"))
    queued = queue(fake_openai, tools=TOOLS)
    gate.wait_reached()
    cancelled = cancel(fake_openai, queued["id"])
    assert cancelled.status == 200
    assert anonymous(cancelled.json["output"]) == output
    assert {**cancelled.json, "output": []} == {**queued, "status": "cancelled"}
    gate.open()
    for again in (cancel(fake_openai, queued["id"]), get(fake_openai, queued["id"])):
        assert json.dumps(again.json) == json.dumps(cancelled.json)


def test_stops_between_two_pieces(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("One two", pace=Pace(between=3600)))
    (created, *_, delta) = hang_up_after(fake_openai, "sync", len(SPEAKING))
    id_ = created["response"]["id"]
    assert anonymous(cancel(fake_openai, id_).json["output"]) == [message(text("One"), status="incomplete")]
    assert events(get(fake_openai, f"{id_}?stream=true"))[-1] == delta


@pytest.mark.skipif(not hasattr(Responses, "cancel"), reason="this SDK cancels nothing")
@both_clients
def test_is_cancelled_through_the_client(fake_openai: FakeOpenAI, kind: str) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply("Hel", gate, "lo"))
    queued = create_response(fake_openai, kind, background=True)
    listener = Listener(fake_openai, f"{queued.id}?stream=true")
    gate.wait_reached()
    call_method(fake_openai, kind, "responses.cancel", queued.id)
    assert types(listener.events()) == SPEAKING
    assert get(fake_openai, queued.id).json["status"] == "cancelled"


def test_knows_what_was_cited_before_it_stopped() -> None:
    where, cited = {"output_index": 0, "content_index": 0}, {"type": "file_citation", "file_id": "file-1"}
    output = output_so_far(
        [
            {"type": "response.output_item.added", **where, "item": message(status="in_progress")},
            {"type": "response.content_part.added", **where, "part": text("")},
            {"type": "response.output_text.annotation.added", **where, "annotation": cited},
        ]
    )
    assert output == [message({**text(""), "annotations": [cited]}, status="incomplete")]


@pytest.mark.fake_openai(assume_exists=True)
def test_cancels_what_is_assumed_to_exist(fake_openai: FakeOpenAI) -> None:
    assert cancel(fake_openai, "resp_live").json["status"] == "cancelled"


def test_leaves_a_finished_response_as_it_is_when_cancelled(fake_openai: FakeOpenAI) -> None:
    id_ = queue(fake_openai)["id"]
    finished = get(fake_openai, id_).json
    assert finished["status"] == "completed"
    assert cancel(fake_openai, id_).json == finished


def test_is_made_no_further_once_it_is_deleted(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply("Hel", gate, "lo"))
    id_ = queue(fake_openai)["id"]
    listener = Listener(fake_openai, f"{id_}?stream=true")
    gate.wait_reached()
    assert send(fake_openai, "DELETE", f"/v1/responses/{id_}").json["deleted"] is True
    gate.open()
    assert types(listener.events()) == SPEAKING
    assert get(fake_openai, id_).json == error(f"Response with id '{id_}' not found.")


# Made by a callable


@pytest.mark.parametrize("asynchronous", [False, True])
def test_is_made_as_a_generator_goes(fake_openai: FakeOpenAI, asynchronous: bool) -> None:
    gate = fake_openai.gate()

    def parts(request: object) -> Iterator[object]:
        yield from ("Hel", gate, "lo")

    async def async_parts(request: object) -> AsyncIterator[object]:
        for part in ("Hel", gate, "lo"):
            yield part

    fake_openai.script(async_parts if asynchronous else parts)
    id_ = queue(fake_openai)["id"]
    gate.wait_reached()
    assert get(fake_openai, id_).json["status"] == "in_progress"
    gate.open()
    assert anonymous(get(fake_openai, id_).json["output"]) == [message(text("Hello"))]


def failing(request: object) -> Iterator[object]:
    yield "Hel"
    raise LookupError("lost")


def test_fails_where_a_generator_does(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(failing)
    failed = get(fake_openai, queue(fake_openai)["id"]).json
    assert (failed["status"], failed["error"]["code"]) == ("failed", "callable_failed")
    with pytest.raises(VerdictError, match="LookupError: lost"):
        fake_openai.check()
    fake_openai.reset()


def test_fails_at_a_gate_that_nobody_opens(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Hel", fake_openai.gate(timeout=0.01)))
    stream = Listener(fake_openai, f"{queue(fake_openai)['id']}?stream=true").events()
    assert (stream[-1]["type"], stream[-1]["response"]["error"]["code"]) == ("response.failed", "gate_never_opened")
    with pytest.raises(VerdictError, match="at a gate that nobody opened"):
        fake_openai.check()
    fake_openai.reset()


def test_blames_itself_for_what_it_cannot_make(fake_openai: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> Iterator[Json]:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(ResponseObjectBuilder, "add", broken)
    failed = get(fake_openai, queue(fake_openai)["id"]).json
    assert (failed["status"], failed["error"]["code"]) == ("failed", "server_error")
    with pytest.raises(VerdictError, match="fake_openai failed on request 1: ZeroDivisionError: oh"):
        fake_openai.check()
    fake_openai.reset()


# The end of the test


def test_is_cut_at_the_end_of_its_test(fake_openai_server: FakeOpenAIServer) -> None:
    begun, ended = threading.Event(), threading.Event()

    async def parts(request: object) -> AsyncIterator[object]:
        try:
            yield "Hel"
            begun.set()
            await asyncio.Event().wait()
        finally:
            ended.set()

    with fake_openai_server.open() as fake:
        fake.script(parts)
        queue(fake)
        assert begun.wait(10)
        assert not ended.is_set()
    assert ended.wait(10)


def test_is_forgotten_with_the_rest(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply("Hel", gate, "lo"))
    id_ = queue(fake_openai)["id"]
    gate.wait_reached()
    fake_openai.reset()
    gate.open()
    assert get(fake_openai, id_).status == 404
