"""When a response reaches the client, and what becomes of one that is cut, spoilt or never sent."""

from __future__ import annotations

import threading
from typing import Any

import openai
import pytest

from pytest_fakeopenai import Chunks, Delay, Disconnect, FakeOpenAI, Garbage, Pace, Reply, Timeout

from .._requests import both_clients, both_ways
from ._requests import create_response, events, message, post, text, types

STARTED = ["created", "in_progress", "output_item.added", "content_part.added", "output_text.delta"]
ENDED = ["output_text.done", "content_part.done", "output_item.done", "completed"]


def test_cuts_the_stream_where_the_reply_says(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Hel", Disconnect(), "lo"))
    answer = post(fake_openai, stream=True)
    assert (answer.status, answer.complete) == (200, False)
    assert types(events(answer)) == STARTED


def test_cuts_a_blocking_response_in_half(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Hel", Disconnect(), "lo"))
    answer = post(fake_openai)
    assert (answer.status, answer.complete) == (200, False)
    assert len(answer.body) == int(answer.headers["content-length"]) // 2
    assert answer.body.startswith(b'{\n  "id": "resp_')


@both_ways
def test_says_nothing_before_a_cut_at_the_start(fake_openai: FakeOpenAI, stream: bool) -> None:
    fake_openai.script(Disconnect())
    with pytest.raises(ConnectionResetError):
        post(fake_openai, stream=stream)
    assert fake_openai.requests.only.status is None


@both_ways
@both_clients
def test_is_asked_again_after_a_cut_at_the_start(fake_openai: FakeOpenAI, kind: str, stream: bool) -> None:
    fake_openai.script(Disconnect(), "Hello!")
    create_response(fake_openai, kind, stream=stream)
    assert [request.status for request in fake_openai.requests] == [None, 200]
    assert fake_openai.requests.last.response["output"][0]["content"] == [text("Hello!")]


def test_puts_garbage_between_the_events(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Hel", Garbage("data: {oops\n\n"), "lo"))
    before, after = post(fake_openai, stream=True).body.split(b"data: {oops\n\n")
    assert before.count(b"\n\n") == len(STARTED)
    assert after.startswith(b"event: response.output_text.delta\n")


def test_sends_garbage_in_place_of_the_body(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Hel", Garbage("<html>"), Garbage(b"\xff")))
    assert post(fake_openai).body == b"<html>\xff"


@both_ways
@both_clients
def test_keeps_the_client_waiting(fake_openai: FakeOpenAI, kind: str, stream: bool) -> None:
    fake_openai.script(Timeout())
    with pytest.raises(openai.APITimeoutError):
        create_response(fake_openai, kind, stream=stream, timeout=0.5, retries=0)
    assert len(fake_openai.requests) == 1


class Reader(threading.Thread):
    """Reads a response in the background, and notes when its first delta has come."""

    def __init__(self, fake: FakeOpenAI) -> None:
        super().__init__(daemon=True)
        self._fake = fake
        self.seen: list[Any] = []
        self.delta = threading.Event()

    def run(self) -> None:
        for event in self._fake.client.responses.create(model="gpt-4o", input="Hi", stream=True):
            self.seen.append(event.to_dict())
            if event.type == "response.output_text.delta":
                self.delta.set()


def test_streams_what_comes_before_a_gate(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply(Chunks("Hel"), gate, Chunks("lo")))
    reader = Reader(fake_openai)
    reader.start()
    gate.wait_reached()
    assert reader.delta.wait(10)
    assert types(reader.seen) == STARTED
    assert fake_openai.requests.only.duration is None
    gate.open()
    reader.join(10)
    assert types(reader.seen) == [*STARTED, "output_text.delta", *ENDED]


def test_holds_a_blocking_response_at_a_gate(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply("Hel", gate, "lo"))
    answers: list[Any] = []
    reader = threading.Thread(target=lambda: answers.append(post(fake_openai)), daemon=True)
    reader.start()
    gate.wait_reached()
    assert fake_openai.requests.only.status is None
    gate.open()
    reader.join(10)
    (answer,) = answers
    (item,) = answer.json["output"]
    assert item == message(text("Hello"), id=item["id"])


@pytest.mark.parametrize(
    ("reply", "stream", "least"),
    [
        pytest.param(Reply("a", Delay(0.02), "b"), True, 0.02, id="delay, streamed"),
        pytest.param(Reply(Delay(0.01), "a", Delay(0.01), "b"), False, 0.02, id="delays, blocking"),
        pytest.param(Reply("a b c", pace=Pace(first=0.01, between=0.01)), True, 0.03, id="pace, streamed"),
        pytest.param(Reply("a b c", pace=Pace(first=0.01, between=3600)), False, 0.01, id="pace, blocking"),
    ],
)
def test_takes_its_time(fake_openai: FakeOpenAI, reply: Reply, stream: bool, least: float) -> None:
    fake_openai.script(reply)
    assert post(fake_openai, stream=stream).status == 200
    duration = fake_openai.requests.only.duration
    assert duration is not None
    assert least <= duration < 3600
    (item,) = fake_openai.requests.only.response["output"]
    assert item["content"] == [text(reply.text)]


def test_paces_deltas_and_nothing_else(fake_openai: FakeOpenAI) -> None:
    fake_openai.pace = Pace(between=3600)
    fake_openai.script("One")
    assert types(events(post(fake_openai, stream=True))) == [*STARTED, *ENDED]


def test_goes_on_for_others_while_one_waits(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.when(text="wait").script(Reply(gate, "Late"))
    fake_openai.when(text="now").script("Early")
    late: list[Any] = []
    waiting = threading.Thread(target=lambda: late.append(create_response(fake_openai, input="wait")), daemon=True)
    waiting.start()
    gate.wait_reached()
    assert create_response(fake_openai, input="now").output_text == "Early"
    assert late == []
    gate.open()
    waiting.join(10)
    assert [response.output_text for response in late] == ["Late"]
