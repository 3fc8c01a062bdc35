"""Answers that end early as if they were complete."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_fakeopenai import FakeOpenAI, Reply, Truncate

from ._requests import PING, both_clients, chat, send

RESPONSE: Any = {"model": "gpt-4o", "input": "Hi"}


@both_clients
def test_ends_a_stream_without_its_end(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script(Reply("Hello", Truncate(), "never"))
    chunks = chat(fake_openai, kind, stream=True)

    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "Hello"
    assert {chunk.choices[0].finish_reason for chunk in chunks} == {None}
    request = fake_openai.requests.only
    assert (request.status, request.disconnected, request.duration is not None) == (200, False, True)


@pytest.mark.parametrize("path", ["chat/completions", "responses"])
def test_ends_the_bytes_of_a_stream_cleanly(fake_openai: FakeOpenAI, path: str) -> None:
    fake_openai.script(Reply("Hello", Truncate()))
    answer = send(fake_openai, "POST", f"/v1/{path}", {**(RESPONSE if path == "responses" else PING), "stream": True})

    assert (answer.status, answer.complete) == (200, True)
    assert b"[DONE]" not in answer.body
    assert b"response.completed" not in answer.body
    assert b"Hello" in answer.body
    assert answer.body.endswith(b"\n\n")


@pytest.mark.parametrize("path", ["chat/completions", "responses"])
def test_sends_half_of_a_body(fake_openai: FakeOpenAI, path: str) -> None:
    fake_openai.script(Reply("Hello", Truncate()))
    answer = send(fake_openai, "POST", f"/v1/{path}", RESPONSE if path == "responses" else PING)

    assert (answer.status, answer.complete) == (200, True)
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.body.startswith(b"{")
    with pytest.raises(ValueError, match="line"):
        json.loads(answer.body)
    assert fake_openai.requests.only.response == answer.body


@pytest.mark.parametrize("stream", [False, True], ids=["blocking", "streamed"])
def test_sends_nothing_where_nothing_came_before(fake_openai: FakeOpenAI, stream: bool) -> None:
    fake_openai.script(Truncate())
    answer = send(fake_openai, "POST", "/v1/chat/completions", {**PING, "stream": stream})

    assert (answer.status, answer.body, answer.complete) == (200, b"", True)


def test_truncates_what_a_rule_says_for_an_endpoint(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(endpoint="models.list").script(Reply({"object": "list"}, Truncate()))
    answer = send(fake_openai, "GET", "/v1/models")

    assert (answer.status, answer.body) == (200, b'{"object')


def test_goes_on_in_the_background(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Hel", Truncate(), "lo"))
    events = list(fake_openai.client.responses.create(**RESPONSE, extra_body={"background": True}, stream=True))

    assert events[-1].type == "response.output_text.delta"
    created: Any = events[0].to_dict()
    assert fake_openai.client.responses.retrieve(created["response"]["id"]).output_text == "Hello"


def test_is_a_part_like_any_other(fake_openai: FakeOpenAI) -> None:
    assert repr(Truncate()) == "Truncate()"
    assert Truncate() == Truncate()
    fake_openai.script(lambda request: (part for part in ("Hel", Truncate(), "lo")))

    events = list(fake_openai.client.responses.create(**RESPONSE, stream=True))

    assert events[-1].type == "response.output_text.delta"
