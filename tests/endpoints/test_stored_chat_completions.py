"""Chat completions that a request asked to be kept: list, retrieve, update, messages, delete."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import openai
import pytest

from pytest_fakeopenai import Disconnect, FakeOpenAI, Reply, ServerError, ToolCall

from ._requests import MODEL, SNAPSHOT, both_clients, both_ways, call_method, chat, error, function_tool, send

URL = "/v1/chat/completions"


def keep(fake: FakeOpenAI, text: str, **more: Any) -> str:
    """The id of a stored completion."""
    id_: str = chat(fake, messages=[{"role": "user", "content": text}], store=True, **more).id
    return id_


def listed(fake: FakeOpenAI, query: str = "") -> Any:
    return send(fake, "GET", f"{URL}{query}").json


def missing(id_: str) -> dict[str, Any]:
    return error(f"Chat completion with id '{id_}' not found.")


@both_clients
@both_ways
def test_keeps_the_completion_with_the_settings_of_its_request(
    fake_openai: FakeOpenAI, kind: str, stream: bool
) -> None:
    tools: Any = [function_tool("add")]
    fake_openai.script(Reply("Wait.", ToolCall("add", {"a": 1}, id="call_a")))
    settings: Any = {"tools": tools, "tool_choice": "auto", "seed": 7, "temperature": 0.5, "user": "u"}
    completion = chat(fake_openai, kind, store=True, stream=stream, metadata={"k": "v"}, **settings)
    id_ = completion[0].id if stream else completion.id
    answer = send(fake_openai, "GET", f"{URL}/{id_}")
    kept = answer.json
    assert answer.headers["content-type"] == "application/json"
    assert call_method(fake_openai, kind, "chat.completions.retrieve", id_).to_dict() == kept
    assert kept["request_id"].startswith("req_")
    called = {"id": "call_a", "type": "function", "function": {"name": "add", "arguments": '{"a":1}'}}
    message = {"content": "Wait.", "role": "assistant", "tool_calls": [called], "function_call": None}
    expected = {
        "object": "chat.completion",
        "id": id_,
        "model": SNAPSHOT,
        "created": 1767225600,
        "request_id": kept["request_id"],
        "tool_choice": "auto",
        "usage": kept["usage"],
        "seed": 7,
        "top_p": 1.0,
        "temperature": 0.5,
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
        "system_fingerprint": "fp_44709d6fcb",
        "input_user": "u",
        "service_tier": "default",
        "tools": tools,
        "metadata": {"k": "v"},
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls", "logprobs": None}],
        "response_format": None,
    }
    assert json.dumps(kept) == json.dumps(expected)
    assert list(kept["usage"]) == ["prompt_tokens", "completion_tokens", "total_tokens"]


def test_names_the_request_that_made_it(fake_openai: FakeOpenAI) -> None:
    body = {"model": MODEL, "messages": [{"role": "user", "content": "Hi"}], "store": True}
    answer = send(fake_openai, "POST", URL, body)
    assert listed(fake_openai)["data"][0]["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("store", [None, False])
def test_keeps_nothing_unasked(fake_openai: FakeOpenAI, store: bool | None) -> None:
    id_ = chat(fake_openai, store=store).id
    assert listed(fake_openai) == {"object": "list", "data": [], "first_id": None, "last_id": None, "has_more": False}
    answer = send(fake_openai, "GET", f"{URL}/{id_}")
    assert (answer.status, answer.json) == (404, missing(id_))


@pytest.mark.parametrize("end", [Disconnect(), ServerError()], ids=repr)
@both_ways
def test_keeps_no_completion_that_came_to_a_bad_end(fake_openai: FakeOpenAI, stream: bool, end: Any) -> None:
    fake_openai.script(Reply("Half", end))
    body = {"model": MODEL, "messages": [{"role": "user", "content": "Hi"}], "store": True, "stream": stream}
    send(fake_openai, "POST", URL, body)
    assert listed(fake_openai)["data"] == []


@both_clients
def test_lists_the_oldest_first(fake_openai: FakeOpenAI, kind: str) -> None:
    ids = [keep(fake_openai, text) for text in "abc"]
    assert [each.id for each in call_method(fake_openai, kind, "chat.completions.list").data] == ids


@pytest.mark.parametrize(
    ("query", "expected", "more"),
    [
        ("", "abcde", False),
        ("?order=asc", "abcde", False),
        ("?order=desc", "edcba", False),
        ("?limit=2", "ab", True),
        ("?limit=5", "abcde", False),
        ("?limit=2&order=desc", "ed", True),
        ("?after={b}", "cde", False),
        ("?after={b}&limit=2", "cd", True),
        ("?after={b}&order=desc", "a", False),
        ("?after={e}", "", False),
        ("?model=o3", "bd", False),
        ("?model=gpt-9", "", False),
        ("?metadata[even]=yes", "bd", False),
        ("?metadata%5Bletter%5D=c", "c", False),
        ("?metadata[even]=yes&metadata[letter]=d", "d", False),
        ("?metadata[even]=yes&metadata[letter]=c", "", False),
        ("?metadata[even]=yes&limit=1", "b", True),
    ],
)
def test_lists_what_the_query_asks_for(fake_openai: FakeOpenAI, query: str, expected: str, more: bool) -> None:
    ids = {}
    for letter in "abcde":
        even = letter in "bd"
        metadata = {"letter": letter, **({"even": "yes"} if even else {})}
        ids[letter] = keep(fake_openai, letter, model="o3" if even else MODEL, metadata=metadata)
    page = listed(fake_openai, query.format(**ids))
    expected_ids = [ids[letter] for letter in expected]
    assert [each["id"] for each in page["data"]] == expected_ids
    assert (page["first_id"], page["last_id"]) == (
        (expected_ids[0], expected_ids[-1]) if expected_ids else (None, None)
    )
    assert (page["object"], page["has_more"]) == ("list", more)


@both_clients
def test_is_paged_through_by_the_client(fake_openai: FakeOpenAI, kind: str) -> None:
    ids = [keep(fake_openai, str(number), metadata={"n": "1"}) for number in range(5)]
    query: Any = {"limit": 2, "metadata": {"n": "1"}}

    async def every() -> list[str]:
        return [each.id async for each in fake_openai.async_client.chat.completions.list(**query)]

    if kind == "sync":
        completion_ids = [each.id for each in fake_openai.client.chat.completions.list(**query)]
    else:
        completion_ids = asyncio.run(every())
    assert completion_ids == ids
    queries = [request.query for request in fake_openai.requests.where(endpoint="chat.completions.list")]
    first = {"limit": "2", "metadata[n]": "1"}
    assert queries == [first, {**first, "after": ids[1]}, {**first, "after": ids[3]}]


@pytest.mark.parametrize(
    ("query", "param", "code"),
    [
        ("?limit=0", "limit", "integer_below_min_value"),
        ("?limit=101", "limit", "integer_above_max_value"),
        ("?limit=many", "limit", "invalid_type"),
        ("?order=up", "order", "invalid_value"),
        ("?after=chatcmpl-none", "after", None),
    ],
)
@pytest.mark.parametrize("of", ["completions", "messages"])
def test_refuses_an_odd_query(fake_openai: FakeOpenAI, of: str, query: str, param: str, code: str | None) -> None:
    path = URL if of == "completions" else f"{URL}/{keep(fake_openai, 'Hi')}/messages"
    answer = send(fake_openai, "GET", path + query)
    assert (answer.status, answer.json["error"]["param"], answer.json["error"]["code"]) == (400, param, code)


@both_clients
def test_changes_the_metadata(fake_openai: FakeOpenAI, kind: str) -> None:
    id_ = keep(fake_openai, "Hi", metadata={"a": "1"})
    before = listed(fake_openai)["data"][0]
    changed = call_method(fake_openai, kind, "chat.completions.update", id_, metadata={"b": "2"}).to_dict()
    assert changed == {**before, "metadata": {"b": "2"}}
    assert listed(fake_openai, "?metadata[b]=2")["data"] == [changed]
    assert listed(fake_openai, "?metadata[a]=1")["data"] == []


@pytest.mark.parametrize(
    ("body", "code"), [({}, "missing_required_parameter"), ({"metadata": "x"}, "invalid_type"), ([], None)]
)
def test_refuses_a_change_of_something_else(fake_openai: FakeOpenAI, body: Any, code: str | None) -> None:
    answer = send(fake_openai, "POST", f"{URL}/{keep(fake_openai, 'Hi')}", body)
    assert (answer.status, answer.json["error"]["code"]) == (400, code)


@both_clients
def test_lists_the_messages_of_its_request(fake_openai: FakeOpenAI, kind: str) -> None:
    parts = [{"type": "text", "text": "Look "}, {"type": "text", "text": "here"}]
    messages: Any = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": parts, "name": "ann"},
        {"role": "assistant", "content": None, "tool_calls": None},
    ]
    id_ = chat(fake_openai, kind, messages=messages, store=True).id
    whole = [{**part, "image_url": None, "input_audio": None, "file": None} for part in parts]
    expected: list[dict[str, Any]] = [
        {"id": f"{id_}-0", "role": "system", "content": "Be brief.", "name": None, "content_parts": None},
        {"id": f"{id_}-1", "role": "user", "content": "Look here", "name": "ann", "content_parts": whole},
        {"id": f"{id_}-2", "role": "assistant", "content": None, "name": None, "content_parts": None},
    ]
    page = listed(fake_openai, f"/{id_}/messages")
    assert page == {
        "object": "list",
        "data": expected,
        "first_id": f"{id_}-0",
        "last_id": f"{id_}-2",
        "has_more": False,
    }
    turned = listed(fake_openai, f"/{id_}/messages?order=desc&limit=1&after={id_}-2")
    assert (turned["data"], turned["has_more"]) == (expected[1:2], True)
    stored_messages = call_method(fake_openai, kind, "chat.completions.messages.list", id_).data
    assert [each.id for each in stored_messages] == [f"{id_}-{index}" for index in range(3)]


@both_clients
def test_forgets_what_is_deleted(fake_openai: FakeOpenAI, kind: str) -> None:
    first, second = keep(fake_openai, "a"), keep(fake_openai, "b")
    deleted = call_method(fake_openai, kind, "chat.completions.delete", first).to_dict()
    assert deleted == {"object": "chat.completion.deleted", "id": first, "deleted": True}
    assert [each["id"] for each in listed(fake_openai)["data"]] == [second]
    with pytest.raises(openai.NotFoundError) as caught:
        call_method(fake_openai, kind, "chat.completions.retrieve", first)
    assert {"error": caught.value.body} == missing(first)


@pytest.mark.parametrize(("method", "suffix"), [("GET", ""), ("POST", ""), ("DELETE", ""), ("GET", "/messages")])
def test_knows_no_other_completion(fake_openai: FakeOpenAI, method: str, suffix: str) -> None:
    body: object = {"metadata": {}} if method == "POST" else None
    answer = send(fake_openai, method, f"{URL}/chatcmpl-none{suffix}", body)
    assert (answer.status, answer.json) == (404, missing("chatcmpl-none"))


def test_forgets_everything_on_reset(fake_openai: FakeOpenAI) -> None:
    keep(fake_openai, "Hi")
    fake_openai.reset()
    assert listed(fake_openai)["data"] == []


@pytest.mark.fake_openai(assume_exists=True)
def test_lists_what_was_assumed(fake_openai: FakeOpenAI) -> None:
    assert send(fake_openai, "GET", f"{URL}/chatcmpl-x").json["id"] == "chatcmpl-x"
    assert [each["id"] for each in listed(fake_openai)["data"]] == ["chatcmpl-x"]
    assert listed(fake_openai, "?metadata[a]=b")["data"] == []
    assert listed(fake_openai, "?model=gpt-5")["data"] == []


def test_shows_every_kind_of_part_with_the_keys_of_all(fake_openai: FakeOpenAI) -> None:
    parts: list[dict[str, Any]] = [
        {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
        {"type": "image_url", "image_url": {"url": "https://example.com/a.png", "detail": "low"}},
        {"type": "file", "file": {"file_id": "file-1"}},
    ]
    id_ = chat(fake_openai, messages=[{"role": "user", "content": parts}], store=True).id
    (message,) = listed(fake_openai, f"/{id_}/messages")["data"]
    keys = ["type", "text", "image_url", "input_audio", "file"]
    assert [list(part) for part in message["content_parts"]] == [keys] * 3
    assert [part["image_url"] for part in message["content_parts"]] == [
        {"url": "https://example.com/a.png", "detail": None},
        {"url": "https://example.com/a.png", "detail": "low"},
        None,
    ]


def test_has_a_seed_where_its_request_had_none(fake_openai: FakeOpenAI) -> None:
    seeds = [send(fake_openai, "GET", f"{URL}/{keep(fake_openai, text)}").json["seed"] for text in "abcdefgh"]
    assert len(set(seeds)) == 8
    assert all(-(2**63) <= seed < 2**63 for seed in seeds)
    assert max(map(abs, seeds)) > 2**53
