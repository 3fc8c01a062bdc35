"""Conversations: what responses read from them and add to them."""

from __future__ import annotations

import threading
from typing import Any

import openai
import pytest

from pytest_fakeopenai import ApiError, Chunks, Disconnect, FakeOpenAI, Reasoning, Reply, ToolCall

from .._requests import both_clients, both_ways, error, send
from ..responses._requests import PARIS, TOOLS, Json, anonymous, create_response, events, get, post
from ._items import CALL, HELLO, create, kept, needs_conversations, texts, user_message

pytestmark = needs_conversations

LOCKED = error(
    "Another process is currently operating on this conversation. Please retry in a few seconds.",
    param="conversation",
    code="conversation_locked",
)


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
