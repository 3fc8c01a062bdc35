"""Responses that are kept: retrieved, replayed, deleted, listed and continued."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import openai
import pytest
from openai.types.responses import ResponseStreamEvent

from pytest_fakeopenai import ApiError, Disconnect, FakeOpenAI, Reasoning, Refusal, Reply, ServerError, ToolCall

from .._requests import Answer, both_clients, both_ways, call_method, error, send
from ._requests import PARIS, SHELL, TOOLS, Json, create_response, events, get, post, types

# Texts and figures are those of words; tokens have tests of their own.
pytestmark = pytest.mark.usefixtures("without_tokenizer")


def missing(id_: str) -> Json:
    return error(f"Response with id '{id_}' not found.")


def cancel(fake: FakeOpenAI, id_: str) -> Answer:
    return send(fake, "POST", f"/v1/responses/{id_}/cancel")


# Retrieving


def test_retrieves_the_very_bytes_that_were_answered(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(Reasoning("Hm."), "Olá 😀", PARIS))
    created = post(fake_openai, tools=TOOLS)
    retrieved = get(fake_openai, created.json["id"])
    assert (retrieved.status, retrieved.headers["content-type"]) == (200, "application/json")
    assert retrieved.body == created.body


def test_retrieves_what_a_stream_ended_with(fake_openai: FakeOpenAI) -> None:
    *_, completed = events(post(fake_openai, stream=True))
    retrieved = get(fake_openai, completed["response"]["id"]).json
    assert retrieved == {**completed["response"], "billing": {"payer": "developer"}}
    assert list(retrieved)[:6] == ["id", "object", "created_at", "status", "background", "billing"]


def test_retrieves_a_response_that_failed(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Hel", ApiError(500, "Oh")))
    *_, failed = events(post(fake_openai, stream=True))
    assert failed["type"] == "response.failed"
    assert get(fake_openai, failed["response"]["id"]).json == failed["response"]


@both_clients
def test_retrieves_and_deletes_through_the_client(fake_openai: FakeOpenAI, kind: str) -> None:
    created = create_response(fake_openai, kind)
    assert call_method(fake_openai, kind, "responses.retrieve", created.id) == created
    call_method(fake_openai, kind, "responses.delete", created.id)
    with pytest.raises(openai.NotFoundError) as caught:
        call_method(fake_openai, kind, "responses.retrieve", created.id)
    assert {"error": caught.value.body} == missing(created.id)


# Replaying

REPLAYED = (Reasoning("Hm."), "One two", Refusal("no"), PARIS)


@pytest.mark.parametrize("background", [False, True])
def test_replays_a_stream_as_it_was(fake_openai: FakeOpenAI, background: bool) -> None:
    fake_openai.script(Reply(*REPLAYED))
    original = post(fake_openai, stream=True, tools=TOOLS, background=background)
    replay = get(fake_openai, f"{events(original)[0]['response']['id']}?stream=true")
    assert (replay.status, replay.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert replay.body == original.body
    assert fake_openai.requests.last.events == events(original)


@pytest.mark.parametrize("after", [-1, 0, 3, 1000])
def test_replays_what_follows_an_event(fake_openai: FakeOpenAI, after: int) -> None:
    fake_openai.script("Hello!")
    original = events(post(fake_openai, stream=True))
    replay = events(get(fake_openai, f"{original[0]['response']['id']}?stream=true&starting_after={after}"))
    assert replay == original[after + 1 :]


@pytest.mark.parametrize("after", ["x", "", "1.5", "--1", "9" * 19])
def test_refuses_to_replay_from_nowhere(fake_openai: FakeOpenAI, after: str) -> None:
    id_ = post(fake_openai).json["id"]
    answer = get(fake_openai, f"{id_}?stream=true&starting_after={after}")
    text_ = "Invalid type for 'starting_after': expected an integer, but got a string instead."
    assert (answer.status, answer.json) == (400, error(text_, param="starting_after", code="invalid_type"))


@pytest.mark.parametrize(("query", "padded"), [("", True), ("&include_obfuscation=false", False)])
def test_replays_with_padding_or_without(fake_openai: FakeOpenAI, query: str, padded: bool) -> None:
    fake_openai.script("Hello!")
    original = events(post(fake_openai, stream=True))
    replay = events(get(fake_openai, f"{original[0]['response']['id']}?stream=true{query}"))
    assert [("obfuscation" in event) for event in replay if "delta" in event] == [padded]
    assert [{**event, "obfuscation": ""} for event in replay] == [{**event, "obfuscation": ""} for event in original]


REPLIES = (Reply(*REPLAYED), Reply("One", finish_reason="length"), Reply(ToolCall("shell", "ls", unchecked=True)))


@pytest.mark.parametrize("reply", REPLIES, ids=repr)
def test_replays_a_response_that_was_not_streamed_as_if_it_had_been(fake_openai: FakeOpenAI, reply: Reply) -> None:
    fake_openai.script(reply, reply)
    created = post(fake_openai, tools=[*TOOLS, SHELL]).json
    replay = events(get(fake_openai, f"{created['id']}?stream=true"))
    streamed = events(
        post(fake_openai, tools=[*TOOLS, SHELL], stream=True, stream_options={"include_obfuscation": False})
    )
    assert merged(replay) == merged(streamed)
    replayed = replay[-1]["response"]
    assert {**replayed, "billing": created["billing"]} == created


def merged(stream: list[Any]) -> list[str]:
    """The types of events, of several deltas in a row one."""
    kinds = types(stream)
    return [kind for index, kind in enumerate(kinds) if not index or kind != kinds[index - 1]]


def test_replays_a_response_that_was_not_streamed(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("One two")
    created = post(fake_openai).json
    replay = events(get(fake_openai, f"{created['id']}?stream=true"))
    assert types(replay) == [
        "created",
        "in_progress",
        "output_item.added",
        "content_part.added",
        "output_text.delta",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "completed",
    ]
    assert {**replay[-1]["response"], "billing": {"payer": "developer"}} == created


@both_clients
def test_replays_through_the_client(fake_openai: FakeOpenAI, kind: str) -> None:
    first, *others = create_response(fake_openai, kind, stream=True)
    fields: Any = {"cast_to": object, "options": {"params": {"stream": "true", "starting_after": 0}}, "stream": True}
    path = f"/responses/{first.response.id}"

    async def replay() -> list[Any]:
        kind_of_stream: Any = openai.AsyncStream[ResponseStreamEvent]
        return [event async for event in await fake_openai.async_client.get(path, **fields, stream_cls=kind_of_stream)]

    if kind == "sync":
        kind_of_stream: Any = openai.Stream[ResponseStreamEvent]
        replayed = list(fake_openai.client.get(path, **fields, stream_cls=kind_of_stream))
    else:
        replayed = asyncio.run(replay())
    assert replayed == others


# Not kept


@both_ways
def test_keeps_nothing_that_is_not_to_be_stored(fake_openai: FakeOpenAI, stream: bool) -> None:
    answer = post(fake_openai, store=False, stream=stream)
    id_ = events(answer)[0]["response"]["id"] if stream else answer.json["id"]
    for path in (id_, f"{id_}?stream=true", f"{id_}/input_items"):
        gone = get(fake_openai, path)
        assert (gone.status, gone.json) == (404, missing(id_))


@both_ways
def test_keeps_nothing_of_a_response_that_was_cut(fake_openai: FakeOpenAI, stream: bool) -> None:
    fake_openai.script(Reply("Hel", Disconnect(), id="resp_cut"))
    post(fake_openai, stream=stream)
    assert get(fake_openai, "resp_cut").status == 404


def test_deletes_a_response(fake_openai: FakeOpenAI) -> None:
    id_ = post(fake_openai).json["id"]
    deleted = send(fake_openai, "DELETE", f"/v1/responses/{id_}")
    assert deleted.status == 200
    assert json.dumps(deleted.json) == json.dumps({"id": id_, "object": "response.deleted", "deleted": True})
    for path in (id_, f"{id_}?stream=true", f"{id_}/input_items"):
        assert get(fake_openai, path).json == missing(id_)
    again = send(fake_openai, "DELETE", f"/v1/responses/{id_}")
    assert (again.status, again.json) == (404, missing(id_))


@pytest.mark.parametrize(
    ("method", "tail"),
    [("GET", ""), ("GET", "?stream=true"), ("DELETE", ""), ("POST", "/cancel"), ("GET", "/input_items")],
)
def test_knows_nothing_of_a_strange_id(fake_openai: FakeOpenAI, method: str, tail: str) -> None:
    answer = send(fake_openai, method, f"/v1/responses/resp_é{tail}".replace("é", "%C3%A9"))
    assert (answer.status, answer.json) == (404, missing("resp_é"))


def test_forgets_with_the_rest(fake_openai: FakeOpenAI) -> None:
    id_ = post(fake_openai).json["id"]
    fake_openai.reset()
    assert get(fake_openai, id_).status == 404


def test_refuses_to_cancel_what_is_not_in_the_background(fake_openai: FakeOpenAI) -> None:
    answer = cancel(fake_openai, post(fake_openai).json["id"])
    assert (answer.status, answer.json) == (400, error("Cannot cancel a synchronous response."))


def test_lets_a_rule_answer_for_a_replay(fake_openai: FakeOpenAI) -> None:
    response_id = post(fake_openai).json["id"]
    fake_openai.when(endpoint="responses.retrieve").script(ServerError())
    assert get(fake_openai, f"{response_id}?stream=true").status == 500
    assert get(fake_openai, f"{response_id}?stream=true").status == 200
