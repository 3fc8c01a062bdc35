"""What a response was made from: its input items, and the responses that it continues."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI, Reasoning, Reply, ToolCall

from .._requests import both_clients, error, send
from ._requests import (
    PARIS,
    TOOLS,
    Json,
    anonymous,
    create_response,
    function_call,
    get,
    message,
    post,
    reasoning,
    text,
    wire,
)

CALL = {"type": "function_call", "call_id": "c", "name": "get_weather", "arguments": "{}"}
OUTPUT = {"type": "function_call_output", "call_id": "c", "output": "cold"}
SHELL_CALL = {"type": "custom_tool_call", "call_id": "c", "name": "shell", "input": "weather"}
SHELLED: Json = {"type": "custom_tool_call", "input": "ls"}
PRINTED: Json = {"type": "custom_tool_call_output"}
IN_PARIS = ToolCall("get_weather", {"city": "Paris"}, id="c")
IN_ROME = ToolCall("get_weather", {"city": "Rome"}, id="c")
THREE: Any = [{"role": "user", "content": word} for word in ("one", "two", "three")]


def user_message(*content: Json, id: str = "msg_1", role: str = "user") -> Json:
    """A message as it is listed."""
    return {"id": id, "type": "message", "status": "completed", "content": list(content), "role": role}


def input_text(what: str) -> Json:
    return {"type": "input_text", "text": what}


def listed(fake: FakeOpenAI, id_: str, query: str = "") -> Any:
    return get(fake, f"{id_}/input_items{query}").json


def test_lists_a_string_as_one_message(fake_openai: FakeOpenAI) -> None:
    id_ = post(fake_openai).json["id"]
    page = listed(fake_openai, id_)
    assert list(page) == ["object", "data", "first_id", "last_id", "has_more"]
    (item,) = page["data"]
    assert re.fullmatch("msg_[0-9a-f]{50}", item["id"])
    assert item["id"][4:20] == id_[5:21]
    assert page == {
        "object": "list",
        "data": [user_message(input_text("Hi"), id=item["id"])],
        "first_id": item["id"],
        "last_id": item["id"],
        "has_more": False,
    }
    assert listed(fake_openai, id_) == page


IMAGE = {"type": "input_image", "image_url": "data:image/png;base64,aQ==", "detail": "auto"}


@pytest.mark.fake_openai(validation="off")  # calls without results, and results without calls
@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"role": "developer", "content": "Be brief."}, user_message(input_text("Be brief."), role="developer")),
        ({"role": "user", "content": [input_text("Look"), IMAGE]}, user_message(input_text("Look"), IMAGE)),
        ({"role": "assistant", "content": "Yes."}, user_message(text("Yes."), role="assistant")),
        (
            {"type": "message", "id": "msg_mine", "role": "user", "content": "Hi"},
            user_message(input_text("Hi"), id="msg_mine"),
        ),
        (CALL, {"id": "fc_1", "status": "completed", **CALL}),
        ({**CALL, "id": None, "status": None}, {"id": "fc_1", "status": "completed", **CALL}),
        ({**OUTPUT, "status": "incomplete"}, {"id": "fco_1", "status": "incomplete", **OUTPUT}),
        (OUTPUT, {"id": "fco_1", "status": "completed", **OUTPUT}),
        (SHELLED, {"id": "ctc_1", "status": "completed", **SHELLED}),
        (PRINTED, {"id": "ctco_1", "status": "completed", **PRINTED}),
        (reasoning("Hm.", id="rs_mine"), reasoning("Hm.", id="rs_mine")),
    ],
)
def test_lists_an_item(fake_openai: FakeOpenAI, sent: Json, expected: Json) -> None:
    (item,) = listed(fake_openai, post(fake_openai, input=[sent]).json["id"])["data"]
    assert anonymous(item) == expected


def test_lists_nothing_of_an_empty_input(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Hello!")
    id_ = post(fake_openai, input=[]).json["id"]
    assert listed(fake_openai, id_) == {
        "object": "list",
        "data": [],
        "first_id": None,
        "last_id": None,
        "has_more": False,
    }


@pytest.mark.parametrize(
    ("query", "expected", "more"),
    [
        ("", ["three", "two", "one"], False),
        ("?order=desc", ["three", "two", "one"], False),
        ("?order=asc", ["one", "two", "three"], False),
        ("?limit=2", ["three", "two"], True),
        ("?limit=3", ["three", "two", "one"], False),
        ("?order=asc&limit=1", ["one"], True),
        ("?order=asc&after=TWO", ["three"], False),
        ("?after=TWO", ["one"], False),
        ("?after=TWO&limit=1", ["one"], False),
        ("?after=ONE", [], False),
    ],
)
def test_lists_page_by_page(fake_openai: FakeOpenAI, query: str, expected: list[str], more: bool) -> None:
    id_ = post(fake_openai, input=THREE).json["id"]
    three, two, one = (item["id"] for item in listed(fake_openai, id_)["data"])
    page = listed(fake_openai, id_, query.replace("ONE", one).replace("TWO", two))
    assert [item["content"][0]["text"] for item in page["data"]] == expected
    assert page["has_more"] is more
    ids = [item["id"] for item in page["data"]]
    assert [page["first_id"], page["last_id"]] == ([ids[0], ids[-1]] if ids else [None, None])
    assert set(ids) <= {one, two, three}


@both_clients
def test_lists_every_page_through_the_client(fake_openai: FakeOpenAI, kind: str) -> None:
    id_ = create_response(fake_openai, input=THREE).id

    async def read() -> list[Any]:
        return [item async for item in fake_openai.async_client.responses.input_items.list(id_, limit=1, order="asc")]

    if kind == "sync":
        items: list[Any] = list(fake_openai.client.responses.input_items.list(id_, limit=1, order="asc"))
    else:
        items = asyncio.run(read())
    assert [item.content[0].text for item in items] == ["one", "two", "three"]


@pytest.mark.parametrize(
    ("query", "param", "code"),
    [
        ("limit=0", "limit", "integer_below_min_value"),
        ("limit=-1", "limit", "integer_below_min_value"),
        ("limit=101", "limit", "integer_above_max_value"),
        ("limit=x", "limit", "invalid_type"),
        ("limit=", "limit", "invalid_type"),
        ("order=up", "order", "invalid_value"),
        ("after=msg_x", "after", None),
    ],
)
def test_refuses_to_list(fake_openai: FakeOpenAI, query: str, param: str, code: str | None) -> None:
    answer = get(fake_openai, f"{post(fake_openai).json['id']}/input_items?{query}")
    problem = answer.json["error"]
    assert (answer.status, problem["type"], problem["param"], problem["code"]) == (
        400,
        "invalid_request_error",
        param,
        code,
    )


# Chains


def test_lists_the_chain_that_it_continues(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(Reasoning("Hm."), IN_PARIS), "Cold.", "Bye.")
    first = post(fake_openai, input="Paris?", tools=TOOLS).json
    second = post(fake_openai, input=[OUTPUT], previous_response_id=first["id"]).json
    third = post(fake_openai, input="Thanks", previous_response_id=second["id"]).json
    items = listed(fake_openai, third["id"], "?order=asc")["data"]
    assert anonymous(items) == [
        user_message(input_text("Paris?")),
        reasoning("Hm."),
        {**function_call('{"city":"Paris"}'), "call_id": "c"},
        {"id": "fco_1", "status": "completed", **OUTPUT},
        message(text("Cold."), id="msg_2"),
        user_message(input_text("Thanks"), id="msg_3"),
    ]
    assert items[1:3] == first["output"]
    assert items[4:5] == second["output"]
    assert second["previous_response_id"] == first["id"]
    assert listed(fake_openai, second["id"], "?order=asc")["data"] == items[:4]


@both_clients
def test_matches_the_earlier_user_text(fake_openai: FakeOpenAI, kind: str) -> None:
    paris = fake_openai.when(text="Paris").script(IN_PARIS, "Cold in Paris.")
    fake_openai.when(text="Rome").script(IN_ROME, "Warm in Rome.")
    firsts = {city: create_response(fake_openai, kind, input=f"{city}?", tools=TOOLS) for city in ("Paris", "Rome")}
    for city, expected in (("Rome", "Warm in Rome."), ("Paris", "Cold in Paris.")):
        previous: str = firsts[city].id
        response = create_response(fake_openai, kind, input=[OUTPUT], previous_response_id=previous)
        assert response.output_text == expected
    assert fake_openai.requests.last.text == "Paris?"
    assert fake_openai.requests.last.messages == [OUTPUT]
    assert [number for _, number in paris.queue.used] == [1, 4]


def test_does_not_carry_instructions_over(fake_openai: FakeOpenAI) -> None:
    first = create_response(fake_openai, instructions="Be brief.")
    second = create_response(fake_openai, previous_response_id=first.id)
    assert second.instructions is None
    assert [request.system for request in fake_openai.requests] == ["Be brief.", ""]


def test_can_be_continued_twice(fake_openai: FakeOpenAI) -> None:
    first = post(fake_openai, input="one").json["id"]
    branches = [post(fake_openai, input=word, previous_response_id=first).json["id"] for word in ("two", "three")]
    texts = [[item["content"][0]["text"] for item in listed(fake_openai, id_)["data"]] for id_ in branches]
    assert texts == [["two", "one", "one"], ["three", "one", "one"]]


def test_can_be_continued_in_the_background(fake_openai: FakeOpenAI) -> None:
    first = post(fake_openai, background=True, input="one").json["id"]
    second = post(fake_openai, previous_response_id=first, input="two").json["id"]
    assert [item["content"][0]["text"] for item in listed(fake_openai, second)["data"]] == ["two", "one", "one"]


def unknown(fake: FakeOpenAI) -> str:
    return "resp_unknown"


def unstored(fake: FakeOpenAI) -> str:
    return str(post(fake, store=False).json["id"])


def deleted(fake: FakeOpenAI) -> str:
    id_ = str(post(fake).json["id"])
    send(fake, "DELETE", f"/v1/responses/{id_}")
    return id_


@pytest.mark.parametrize("make", [unknown, unstored, deleted])
@both_clients
def test_refuses_to_continue_what_is_not_there(fake_openai: FakeOpenAI, kind: str, make: Any) -> None:
    previous = make(fake_openai)
    with pytest.raises(openai.BadRequestError) as caught:
        create_response(fake_openai, kind, previous_response_id=previous)
    assert {"error": caught.value.body} == error(
        f"Previous response with id '{previous}' not found.",
        param="previous_response_id",
        code="previous_response_not_found",
    )


# Tools


def output(result: object, kind: str = "function_call_output", call_id: str = "c") -> Json:
    return {"type": kind, "call_id": call_id, "output": result}


@pytest.mark.parametrize(
    "items",
    [
        pytest.param([CALL, output("-3 °C, cold")], id="function"),
        pytest.param([SHELL_CALL, output("-3 °C, cold", "custom_tool_call_output")], id="custom"),
        pytest.param([CALL, output([input_text("-3 °C, "), input_text("cold")])], id="parts"),
        pytest.param([CALL, {**CALL, "call_id": "d"}, output("warm"), output("cold", call_id="d")], id="several"),
        pytest.param([THREE[0], CALL, output("cold")], id="with history"),
        pytest.param([CALL, output("cold"), THREE[0]], id="before a message"),
    ],
)
def test_matches_a_tool_result(fake_openai: FakeOpenAI, items: Any) -> None:
    fake_openai.when(tool_result="cold").script("Take a coat.")
    fake_openai.otherwise("What?")
    assert create_response(fake_openai, input=items).output_text == "Take a coat."
    assert "cold" in fake_openai.requests.only.tool_outputs[-1]


@pytest.mark.parametrize(
    "items",
    [
        pytest.param("cold", id="text"),
        pytest.param([CALL, output("cold"), message(text("Brr."))], id="answered"),
        pytest.param([CALL, output("cold"), CALL, output("warm")], id="an earlier turn"),
    ],
)
def test_matches_no_tool_result(fake_openai: FakeOpenAI, items: Any) -> None:
    fake_openai.when(tool_result="cold").always("Take a coat.")
    fake_openai.otherwise("What?")
    assert create_response(fake_openai, input=items).output_text == "What?"


@both_clients
def test_goes_through_a_round_of_tools(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.when(tool_result="21").script("Warm.")
    fake_openai.when(tool="get_weather").script(Reply(PARIS, ToolCall("shell", "ls")))
    first = create_response(fake_openai, kind, input="Paris?", tools=TOOLS)
    weather, shell = first.output
    results: Any = [
        output("21 °C", call_id=weather.call_id),
        output("a.txt", "custom_tool_call_output", call_id=shell.call_id),
    ]
    second = create_response(fake_openai, kind, input=results, tools=TOOLS, previous_response_id=first.id)
    assert second.output_text == "Warm."
    assert fake_openai.requests.last.tool_outputs == ["21 °C", "a.txt"]
    assert fake_openai.requests.last.tool_names == ["get_weather", "shell"]


def test_sees_the_developer_items_of_the_chain_but_not_its_instructions(fake_openai: FakeOpenAI) -> None:
    items = [{"role": "developer", "content": "Be brief."}, {"role": "user", "content": "Hi"}]
    first = post(fake_openai, input=items, instructions="Be kind.").json["id"]
    post(fake_openai, previous_response_id=first, input="And now?")
    assert [request.system for request in fake_openai.requests] == ["Be kind.\nBe brief.", "Be brief."]


def test_wants_the_reasoning_that_a_stored_message_came_of(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(Reasoning("Hm."), "Cold."), "Warm.", "Hot.")
    thought, message = map(wire, create_response(fake_openai, input="Paris?").output)
    question = {"role": "user", "content": "And now?"}

    answer = post(fake_openai, input=[message, question])
    assert (answer.status, answer.json) == (
        400,
        error(
            f"Item '{message['id']}' of type 'message' was provided without its required 'reasoning' item: "
            f"'{thought['id']}'.",
            param="input",
        ),
    )
    assert post(fake_openai, input=[thought, message, question]).status == 200
    assert post(fake_openai, input=[{"role": "assistant", "content": "Cold."}, question]).status == 200


@both_clients
def test_wants_the_reasoning_that_a_stored_call_came_of(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script(Reply(Reasoning("Hm."), IN_PARIS), "Cold.")
    thought, called = create_response(fake_openai, kind, input="Paris?", tools=TOOLS).output
    items = [{"role": "user", "content": "Paris?"}, wire(thought), wire(called), OUTPUT]

    with pytest.raises(openai.BadRequestError) as caught:
        create_response(fake_openai, kind, input=[items[0], *items[2:]], tools=TOOLS)
    assert {"error": caught.value.body} == error(
        f"Item '{called.id}' of type 'function_call' was provided without its required 'reasoning' item: "
        f"'{thought.id}'.",
        param="input",
    )
    assert create_response(fake_openai, kind, input=items, tools=TOOLS).output_text == "Cold."
