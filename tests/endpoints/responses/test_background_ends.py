"""How responses in the background end: cancelled, deleted, failed, and with their test."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from openai.resources.responses import Responses

from pytest_fakeopenai import (
    FakeOpenAI,
    Pace,
    Reasoning,
    Refusal,
    Reply,
    ToolCall,
    VerdictError,
)
from pytest_fakeopenai.endpoints.responses.builder import ResponseObjectBuilder
from pytest_fakeopenai.endpoints.responses.summing import output_so_far
from pytest_fakeopenai.fake_server import FakeOpenAIServer

from .._requests import both_clients, call_method, error, send
from ._background import SPEAKING, Listener, cancel, hang_up_after, queue
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
    reasoning,
    refusal,
    text,
    types,
)

# Texts and figures are those of words; tokens have tests of their own.
pytestmark = pytest.mark.usefixtures("without_tokenizer")


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


def test_records_as_its_own_failure_what_it_cannot_make(
    fake_openai: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
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
