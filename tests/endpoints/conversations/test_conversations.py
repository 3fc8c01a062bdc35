"""Conversations: what they hold, page by page, and what they refuse."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI, RateLimit, Reply

from ...conformance.folding import connect
from .._requests import both_clients, call_method, error, send
from ..responses._requests import Json, anonymous, message, post, text
from ._items import CALL, HELLO, create, kept, needs_conversations, texts, user_message

pytestmark = needs_conversations


@pytest.mark.parametrize(
    ("body", "metadata"), [({}, {}), ({"metadata": None, "items": None}, {}), ({"metadata": {"a": "b"}}, {"a": "b"})]
)
def test_has_an_id_a_time_and_metadata(fake_openai: FakeOpenAI, body: Json, metadata: Json) -> None:
    created = send(fake_openai, "POST", "/v1/conversations", body).json
    assert re.fullmatch("conv_[0-9a-f]{48}", created["id"])
    expected = {
        "id": created["id"],
        "object": "conversation",
        "created_at": created["created_at"],
        "metadata": metadata,
    }
    assert list(created.items()) == list(expected.items())
    assert kept(fake_openai, created["id"]) == []


@both_clients
def test_is_updated_and_deleted_through_the_client(fake_openai: FakeOpenAI, kind: str) -> None:
    created = call_method(fake_openai, kind, "conversations.create", metadata={"a": "b"})
    updated = call_method(fake_openai, kind, "conversations.update", created.id, metadata={"c": "d"})
    assert (updated.metadata, updated.created_at) == ({"c": "d"}, created.created_at)
    assert call_method(fake_openai, kind, "conversations.retrieve", created.id) == updated
    gone = call_method(fake_openai, kind, "conversations.delete", created.id)
    assert gone.to_dict() == {"id": created.id, "object": "conversation.deleted", "deleted": True}
    with pytest.raises(openai.NotFoundError) as caught:
        call_method(fake_openai, kind, "conversations.retrieve", created.id)
    assert {"error": caught.value.body} == error(f"Conversation with id '{created.id}' not found.")


def test_passes_a_client_that_holds_answers_against_the_types(fake_openai: FakeOpenAI) -> None:
    client: Any = connect(fake_openai, "strict")
    key = client.conversations.create(items=[HELLO]).id
    client.conversations.update(key, metadata={"a": "b"})
    added = client.conversations.items.create(key, items=[CALL, {"role": "assistant", "content": "Yes."}])
    kinds = [item.type for item in client.conversations.items.list(key, limit=2)]
    assert kinds == ["message", "function_call", "message"]
    assert client.conversations.items.retrieve(added.data[0].id, conversation_id=key).name == "get_weather"
    client.responses.create(model="gpt-4o", input="Hi", conversation=client.conversations.create().id)
    client.conversations.items.delete(added.data[0].id, conversation_id=key)
    client.conversations.delete(key)
    assert {request.status for request in fake_openai.requests} == {200}


# Its items


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (HELLO, user_message("Hello!")),
        ({"role": "user", "content": [{"type": "input_text", "text": "Hi"}]}, user_message("Hi")),
        ({"role": "assistant", "content": "Yes."}, message(text("Yes."))),
        (CALL, {"id": "fc_1", "status": "completed", **CALL}),
        (
            {"type": "function_call_output", "call_id": "c", "output": "cold"},
            {"id": "fco_1", "type": "function_call_output", "status": "completed", "call_id": "c", "output": "cold"},
        ),
    ],
)
def test_gives_items_an_id_and_parts(fake_openai: FakeOpenAI, sent: Json, expected: Json) -> None:
    key = create(fake_openai, sent)
    (item,) = kept(fake_openai, key)
    assert anonymous(item) == expected
    assert send(fake_openai, "GET", f"/v1/conversations/{key}/items/{item['id']}").json == item


@both_clients
def test_answers_added_items_as_a_list(fake_openai: FakeOpenAI, kind: str) -> None:
    key = create(fake_openai, HELLO)
    added = call_method(fake_openai, kind, "conversations.items.create", key, items=[CALL, HELLO])
    assert (added.object, added.has_more) == ("list", False)
    assert [added.first_id, added.last_id] == [item.id for item in added.data]
    assert [item["id"] for item in kept(fake_openai, key)][1:] == [item.id for item in added.data]


@pytest.mark.parametrize(("order", "expected"), [("asc", "abcde"), ("desc", "edcba"), (None, "edcba")])
@both_clients
def test_lists_every_page_through_the_client(
    fake_openai: FakeOpenAI, kind: str, order: str | None, expected: str
) -> None:
    key = create(fake_openai, *({"role": "user", "content": letter} for letter in "abcde"))
    query: Any = {"limit": 2, "include": ["message.output_text.logprobs"], **({"order": order} if order else {})}

    async def read() -> list[Any]:
        return [item async for item in fake_openai.async_client.conversations.items.list(key, **query)]

    if kind == "sync":
        listed: list[Any] = list(fake_openai.client.conversations.items.list(key, **query))
    else:
        listed = asyncio.run(read())
    assert "".join(item.content[0].text for item in listed) == expected
    *_, before_last, last = fake_openai.requests
    assert last.query["after"] == before_last.response["last_id"]
    assert len(fake_openai.requests) == 4


def test_lists_nothing_in_an_envelope(fake_openai: FakeOpenAI) -> None:
    page = send(fake_openai, "GET", f"/v1/conversations/{create(fake_openai)}/items").json
    assert page == {"object": "list", "data": [], "first_id": None, "last_id": None, "has_more": False}


@both_clients
def test_answers_the_conversation_when_an_item_is_deleted(fake_openai: FakeOpenAI, kind: str) -> None:
    key = create(fake_openai, HELLO, CALL)
    message_id, call_id = (item["id"] for item in kept(fake_openai, key))
    left = call_method(fake_openai, kind, "conversations.items.delete", message_id, conversation_id=key)
    assert left == call_method(fake_openai, kind, "conversations.retrieve", key)
    assert [item["id"] for item in kept(fake_openai, key)] == [call_id]
    with pytest.raises(openai.NotFoundError) as caught:
        call_method(fake_openai, kind, "conversations.items.delete", message_id, conversation_id=key)
    assert {"error": caught.value.body} == error(f"Item with id '{message_id}' not found.")


# Refused

MANY = [HELLO] * 21
TOO_MANY = error(
    "Invalid 'items': array too long. Expected an array with maximum length 20, but got an array with length 21 "
    "instead.",
    param="items",
    code="array_above_max_length",
)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param({"items": MANY}, TOO_MANY, id="too many"),
        pytest.param(
            {"items": [{"role": "tool", "content": "x"}]},
            error(
                "Invalid value: 'tool'. Supported values are: 'assistant', 'system', 'developer', and 'user'.",
                param="items[0]",
                code="invalid_value",
            ),
            id="role",
        ),
        pytest.param(
            {"items": "Hi"},
            error(
                "Invalid type for 'items': expected an array of objects, but got a string instead.",
                param="items",
                code="invalid_type",
            ),
            id="no list",
        ),
    ],
)
@pytest.mark.parametrize("path", ["", "/{}/items"])
def test_refuses_items(fake_openai: FakeOpenAI, path: str, body: Json, expected: Json) -> None:
    answer = send(fake_openai, "POST", f"/v1/conversations{path.format(create(fake_openai))}", body)
    assert (answer.status, answer.json) == (400, expected)


def test_wants_items_to_add(fake_openai: FakeOpenAI) -> None:
    answer = send(fake_openai, "POST", f"/v1/conversations/{create(fake_openai)}/items", {})
    expected = error("Missing required parameter: 'items'.", param="items", code="missing_required_parameter")
    assert (answer.status, answer.json) == (400, expected)


@pytest.mark.fake_openai(validation="off")
def test_adds_nothing_where_nothing_is_validated(fake_openai: FakeOpenAI) -> None:
    answer = send(fake_openai, "POST", f"/v1/conversations/{create(fake_openai)}/items", {})
    assert (answer.status, answer.json["data"]) == (200, [])


def test_refuses_metadata_that_is_too_much(fake_openai: FakeOpenAI) -> None:
    answer = send(fake_openai, "POST", "/v1/conversations", {"metadata": {str(n): "" for n in range(17)}})
    assert (answer.status, answer.json["error"]["code"]) == (400, "object_above_max_properties")


JUNK: list[Any] = [5, "", True, {}, [5], [{}], [{"type": 5}], [{"type": "x"}], [{"content": {}}], {"a": {}}, [[]]]


@pytest.mark.fake_openai(validation="off")
@pytest.mark.parametrize("value", JUNK)
def test_answers_whatever_a_field_is(fake_openai: FakeOpenAI, value: Any) -> None:
    key = create(fake_openai)
    for path in ("/v1/conversations", f"/v1/conversations/{key}/items"):
        for name in ("items", "metadata"):
            answer = send(fake_openai, "POST", path, {"items": [], name: value})
            assert answer.status in (200, 400)
    assert post(fake_openai, conversation=key).status == 200
    assert post(fake_openai, conversation=value).status in (200, 404)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("POST", "", {"metadata": {}}),
        ("DELETE", "", None),
        ("GET", "/items", None),
        ("POST", "/items", {"items": []}),
        ("GET", "/items/msg_1", None),
        ("DELETE", "/items/msg_1", None),
    ],
)
def test_knows_nothing_of_a_strange_id(fake_openai: FakeOpenAI, method: str, path: str, body: Any) -> None:
    answer = send(fake_openai, method, f"/v1/conversations/conv_x{path}", body)
    assert (answer.status, answer.json) == (404, error("Conversation with id 'conv_x' not found."))


def test_knows_nothing_of_a_strange_item(fake_openai: FakeOpenAI) -> None:
    answer = send(fake_openai, "GET", f"/v1/conversations/{create(fake_openai)}/items/msg_x")
    assert (answer.status, answer.json) == (404, error("Item with id 'msg_x' not found."))


@pytest.mark.fake_openai(assume_exists=True)
def test_has_whatever_conversation_is_assumed_to_exist(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Hello!", "Bye!")
    for word in ("Hi", "Ho"):
        assert post(fake_openai, conversation="conv_live", input=word).json["conversation"] == {"id": "conv_live"}
    assert texts(fake_openai, "conv_live") == ["Hi", "Hello!", "Ho", "Bye!"]
    assert send(fake_openai, "GET", "/v1/conversations/conv_live").json["id"] == "conv_live"


@both_clients
def test_lets_a_rule_answer(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.when(endpoint="conversations.create").script(
        RateLimit(), Reply({"id": "conv_mine", "object": "conversation"}, unchecked=True)
    )
    assert call_method(fake_openai, kind, "conversations.create").id == "conv_mine"
