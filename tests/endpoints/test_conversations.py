"""Conversations: what they apply_control, page by page, and what responses read from them and add to them."""

from __future__ import annotations

import asyncio
import re
import threading
from typing import Any

import openai
import pytest

from pytest_fakeopenai import ApiError, Chunks, Disconnect, FakeOpenAI, RateLimit, Reasoning, Reply, ToolCall

from ..conformance.folding import connect
from ._requests import both_clients, both_ways, call_method, error, send
from .responses._requests import PARIS, TOOLS, Json, anonymous, create_response, events, get, message, post, text

pytestmark = pytest.mark.skipif(not hasattr(openai.OpenAI, "conversations"), reason="this SDK knows no conversations")

HELLO: Json = {"role": "user", "content": "Hello!"}
CALL: Json = {"type": "function_call", "call_id": "c", "name": "get_weather", "arguments": "{}"}
LOCKED = error(
    "Another process is currently operating on this conversation. Please retry in a few seconds.",
    param="conversation",
    code="conversation_locked",
)


def create(fake: FakeOpenAI, *items: Json) -> str:
    """The id of a conversation."""
    key: str = send(fake, "POST", "/v1/conversations", {"items": list(items)}).json["id"]
    return key


def user_message(*texts: str, id: str = "msg_1") -> Json:
    """A message of the user as it is kept."""
    content = [{"type": "input_text", "text": each} for each in texts]
    return {"id": id, "type": "message", "status": "completed", "content": content, "role": "user"}


def kept(fake: FakeOpenAI, key: str, query: str = "?order=asc") -> list[Json]:
    """The items of a conversation, oldest first."""
    listed: list[Json] = send(fake, "GET", f"/v1/conversations/{key}/items{query}").json["data"]
    return listed


def texts(fake: FakeOpenAI, key: str) -> list[str]:
    """What the messages of a conversation say, oldest first."""
    return [item["content"][0]["text"] for item in kept(fake, key)]


# The conversation


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


@pytest.mark.parametrize("validation", ["known", "off"])
def test_wants_items_to_add(validation: Any) -> None:
    with FakeOpenAI(validation=validation) as fake:
        answer = send(fake, "POST", f"/v1/conversations/{create(fake)}/items", {})
    expected = error("Missing required parameter: 'items'.", param="items", code="missing_required_parameter")
    assert (answer.status, answer.json) == (400, expected)


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
    assert post(fake_openai, conversation=value).status in (400, 404)


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
    fake_openai.when(endpoint="conversations.create").script(RateLimit(), {"id": "conv_mine", "object": "conversation"})
    assert call_method(fake_openai, kind, "conversations.create").id == "conv_mine"


# Responses


@pytest.mark.parametrize("form", ["{}", {"id": "{}"}])
@both_ways
@both_clients
def test_is_read_and_continued_by_a_response(fake_openai: FakeOpenAI, kind: str, stream: bool, form: Any) -> None:
    key = create(fake_openai, {"role": "developer", "content": "Be brief."}, HELLO)
    fake_openai.when(system="brief", text="weather").script(Reply(Reasoning("Hm."), "Cold."))
    named = key if isinstance(form, str) else {"id": key}
    create_response(fake_openai, kind, input="The weather?", conversation=named, stream=stream)
    response = fake_openai.requests.last.response
    assert response["conversation"] == {"id": key}
    _, hello, question, *output = kept(fake_openai, key)
    assert anonymous([hello, question]) == [user_message("Hello!"), user_message("The weather?", id="msg_2")]
    assert output == response["output"]
    assert get(fake_openai, f"{response['id']}/input_items").json["data"][0] == question


def test_counts_what_it_held_before(fake_openai: FakeOpenAI) -> None:
    alone = post(fake_openai, input="Hi").json["usage"]["input_tokens"]
    key = create(fake_openai)
    figures = [post(fake_openai, input="Hi", conversation=key).json["usage"]["input_tokens"] for _ in range(3)]
    assert figures[0] == alone
    assert figures[0] < figures[1] < figures[2]


def test_goes_on_over_three_turns_with_tools(fake_openai: FakeOpenAI) -> None:
    """An assistant that keeps nothing but the id of its conversation."""
    fake_openai.when(text="Rome?", tool_result="21").script("Warm in Rome.")
    fake_openai.when(text="Paris?", tool_result="9").script("Cold in Paris.")
    fake_openai.when(text="Paris?", tool="get_weather").script(PARIS)
    fake_openai.when(text="Rome?", tool="get_weather").script(Reply(Reasoning("Hm."), ToolCall("get_weather", "{}")))
    fake_openai.when(text="Which").script("Rome.")
    client = fake_openai.client
    key = client.conversations.create().id

    def ask(*input: Any) -> Any:
        return client.responses.create(model="gpt-4o", input=list(input), conversation=key, tools=TOOLS)

    for city, degrees in (("Paris", "9"), ("Rome", "21")):
        call = ask({"role": "user", "content": f"{city}?"}).output[-1]
        response = ask({"type": "function_call_output", "call_id": call.call_id, "output": degrees})
        assert city in response.output_text
    assert ask({"role": "user", "content": "Which is warmer?"}).output_text == "Rome."
    kinds = [item["type"] for item in kept(fake_openai, key)]
    round_ = ["message", "function_call", "function_call_output", "message"]
    assert kinds == [*round_, "message", "reasoning", *round_[1:], "message", "message"]


def test_wants_the_outputs_of_the_calls_that_it_holds(fake_openai: FakeOpenAI) -> None:
    key = create(fake_openai, CALL)
    answer = post(fake_openai, conversation=key)
    assert (answer.status, answer.json) == (400, error("No tool output found for function call c.", param="input"))
    assert post(fake_openai, input="Hi").status == 200


def test_finds_an_item_that_a_response_refers_to(fake_openai: FakeOpenAI) -> None:
    create(fake_openai, HELLO)
    key = create(fake_openai, {"role": "user", "content": "The secret?"})
    (item,) = kept(fake_openai, key)
    fake_openai.when(text="secret").always("Hush.")
    referred = [{"type": "item_reference", "id": item["id"]}]
    assert create_response(fake_openai, input=referred, conversation=key).output_text == "Hush."
    assert texts(fake_openai, key) == ["The secret?", "Hush."]


def test_finds_an_item_of_a_response(fake_openai: FakeOpenAI) -> None:
    item = post(fake_openai, input="The secret?").json["output"][0]
    key = create(fake_openai)
    assert post(fake_openai, conversation=key, input=[{"type": "item_reference", "id": item["id"]}]).status == 200
    answer = post(fake_openai, conversation=key, input=[{"type": "item_reference", "id": "msg_x"}])
    assert (answer.status, answer.json["error"]["param"]) == (404, "input")


def test_can_be_left_for_a_chain(fake_openai: FakeOpenAI) -> None:
    key = create(fake_openai, HELLO)
    first = post(fake_openai, conversation=key, input="one").json["id"]
    second = post(fake_openai, previous_response_id=first, input="two").json
    listed = get(fake_openai, f"{second['id']}/input_items?order=asc").json["data"]
    assert [item["content"][0]["text"] for item in listed] == ["Hello!", "one", "one", "two"]
    assert len(kept(fake_openai, key)) == 3


@pytest.mark.parametrize("fields", [{"store": False}, {"max_output_tokens": 16}])
def test_is_continued_by_what_is_not_stored_or_was_too_long(fake_openai: FakeOpenAI, fields: Json) -> None:
    fake_openai.script(Reply("Hel", finish_reason="length" if "max_output_tokens" in fields else None))
    key = create(fake_openai)
    post(fake_openai, conversation=key, **fields)
    assert texts(fake_openai, key) == ["Hi", "Hel"]


def test_is_continued_by_a_response_of_the_sdk(fake_openai: FakeOpenAI) -> None:
    response = create_response(fake_openai)
    response.output.append(openai.types.responses.ResponseFunctionToolCall(type="function_call", **CALL_FIELDS))
    fake_openai.script(response)
    key = create(fake_openai)
    assert post(fake_openai, conversation=key).status == 200
    _, answer, called = kept(fake_openai, key)
    assert (answer["id"], called["call_id"]) == (response.output[0].id, "c")
    assert called["id"].startswith("item_")


CALL_FIELDS: Any = {name: CALL[name] for name in ("call_id", "name", "arguments")}


@pytest.mark.parametrize(
    ("parts", "stream"),
    [
        ((ApiError(400, "No"),), False),
        (("Hel", ApiError(400, "No")), False),
        (("Hel", ApiError(400, "No")), True),
        (("Hel", Disconnect()), False),
        (("Hel", Disconnect()), True),
    ],
)
def test_is_not_continued_by_what_failed_or_was_cut(fake_openai: FakeOpenAI, parts: Any, stream: bool) -> None:
    key = create(fake_openai, HELLO)
    fake_openai.script(Reply(*parts), "Hello!")
    post(fake_openai, conversation=key, stream=stream)
    assert texts(fake_openai, key) == ["Hello!"]
    assert post(fake_openai, conversation=key).status == 200


def test_is_not_continued_by_what_nobody_waited_for(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply(Chunks("Hel"), gate, "lo"), "Hello!")
    key = create(fake_openai)
    body: Any = {"model": "gpt-4o", "input": "Hi", "stream": True, "extra_body": {"conversation": key}}
    with fake_openai.client.responses.create(**body) as stream:
        next(stream)
        gate.wait_reached()
    left = fake_openai.requests.last
    answers = (post(fake_openai, conversation=key) for _ in range(100_000))
    assert next(answer for answer in answers if answer.status == 200).json["status"] == "completed"
    assert left.disconnected
    assert texts(fake_openai, key) == ["Hi", "Hello!"]


def test_stays_deleted(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply("Hel", gate))
    key = create(fake_openai)
    id_ = post(fake_openai, conversation=key, background=True).json["id"]
    gate.wait_reached()
    send(fake_openai, "DELETE", f"/v1/conversations/{key}")
    gate.open()
    assert get(fake_openai, id_).json["status"] == "completed"
    assert send(fake_openai, "GET", f"/v1/conversations/{key}").status == 404


@both_clients
def test_refuses_a_response_with_two_pasts(fake_openai: FakeOpenAI, kind: str) -> None:
    previous = create_response(fake_openai).id
    with pytest.raises(openai.BadRequestError, match="Mutually exclusive parameters") as caught:
        create_response(fake_openai, kind, previous_response_id=previous, conversation=create(fake_openai))
    assert caught.value.code == "mutually_exclusive_parameters"


@pytest.mark.parametrize("conversation", ["conv_x", {"id": "conv_x"}])
def test_refuses_a_response_to_an_unknown_conversation(fake_openai: FakeOpenAI, conversation: Any) -> None:
    answer = post(fake_openai, conversation=conversation)
    assert (answer.status, answer.json) == (404, error("Conversation with id 'conv_x' not found."))


@pytest.mark.fake_openai(validation="off")
@pytest.mark.parametrize(
    ("conversation", "param", "code"),
    [
        (5, "conversation", "invalid_type"),
        ({"id": 5}, "conversation.id", "invalid_type"),
        ({}, "conversation.id", "missing_required_parameter"),
    ],
)
def test_refuses_what_names_no_conversation(fake_openai: FakeOpenAI, conversation: Any, param: str, code: str) -> None:
    answer = post(fake_openai, conversation=conversation)
    assert (answer.status, answer.json["error"]["param"], answer.json["error"]["code"]) == (400, param, code)


# One at a time


@pytest.mark.parametrize("background", [False, True])
def test_is_locked_while_a_response_is_made(fake_openai: FakeOpenAI, background: bool) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply("Hel", gate, "lo"), "Elsewhere", "Bye!")
    key = create(fake_openai)
    body: Any = {"conversation": key, "background": background, "input": "one"}
    first = threading.Thread(target=post, args=(fake_openai,), kwargs=body)
    first.start()
    gate.wait_reached()
    answer = post(fake_openai, conversation=key, input="two")
    assert (answer.status, answer.json) == (400, LOCKED)
    assert post(fake_openai, input="two", conversation=create(fake_openai)).status == 200
    assert send(fake_openai, "GET", f"/v1/conversations/{key}/items").json["data"] == []
    gate.open()
    first.join(10)
    get(fake_openai, fake_openai.requests.where(text="one").only.response["id"])
    assert post(fake_openai, conversation=key, input="three").status == 200
    assert texts(fake_openai, key) == ["one", "Hello", "three", "Bye!"]


@pytest.mark.fake_openai(validation="off")
def test_is_not_locked_where_nothing_is_refused(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply("Hel", gate), "Bye!")
    key = create(fake_openai)
    post(fake_openai, conversation=key, background=True)
    assert post(fake_openai, conversation=key).status == 200
    gate.open()


@both_ways
def test_is_free_again_once_a_response_is_cancelled(fake_openai: FakeOpenAI, stream: bool) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply("Hel", gate, "lo"), "Bye!")
    key = create(fake_openai)
    id_ = post(fake_openai, conversation=key, background=True).json["id"]
    gate.wait_reached()
    assert send(fake_openai, "POST", f"/v1/responses/{id_}/cancel").json["status"] == "cancelled"
    answer = post(fake_openai, conversation=key, input="And now?", stream=stream)
    assert answer.status == 200
    assert texts(fake_openai, key) == ["And now?", "Bye!"]


def test_is_free_again_after_a_refusal(fake_openai: FakeOpenAI) -> None:
    key = create(fake_openai, HELLO)
    stray = {"type": "function_call_output", "call_id": "x", "output": "cold"}
    assert post(fake_openai, conversation=key, input=[stray]).status == 400
    answer = post(fake_openai, conversation=key, stream=True)
    assert events(answer)[-1]["type"] == "response.completed"
