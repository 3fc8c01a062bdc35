"""Responses in the background: polled, streamed, left and resumed."""

from __future__ import annotations

import openai
import pytest

from pytest_fakeopenai import (
    ApiError,
    Chunks,
    Delay,
    Disconnect,
    FakeOpenAI,
    Garbage,
    Pace,
    RateLimit,
    Reply,
    Timeout,
)

from .._requests import both_clients, both_ways, call_method
from ._background import ENDED, SPEAKING, STARTED, Listener, hang_up_after, queue
from ._requests import (
    PARIS,
    PARIS_JSON,
    TOOLS,
    anonymous,
    create_response,
    events,
    function_call,
    get,
    message,
    post,
    text,
    types,
)

# Texts and figures are those of words; tokens have tests of their own.
pytestmark = pytest.mark.usefixtures("without_tokenizer")


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
