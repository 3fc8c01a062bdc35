"""Tools in namespaces, deferred ones, and those that items bring: each is called by its name."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai import FakeOpenAI, ToolCall

Json = dict[str, Any]
PARAMETERS: Json = {
    "type": "object",
    "properties": {"key": {"type": "string"}},
    "required": ["key"],
    "additionalProperties": False,
}
ARGUMENTS = {"key": "a"}


def function(name: str, **fields: Any) -> Json:
    return {"type": "function", "name": name, "parameters": PARAMETERS, "strict": True, **fields}


SEARCH: Json = {"type": "tool_search"}
CRM: Json = {
    "type": "namespace",
    "name": "crm",
    "description": "Customers",
    "tools": [function("find"), function("add")],
}
LOADED: list[Json] = [
    {
        "type": "tool_search_call",
        "call_id": None,
        "execution": "server",
        "arguments": {"paths": ["late"]},
        "status": "completed",
    },
    {
        "type": "tool_search_output",
        "call_id": None,
        "execution": "server",
        "status": "completed",
        "tools": [function("late", defer_loading=True)],
    },
]
BROUGHT: Json = {"type": "additional_tools", "role": "developer", "tools": [function("extra"), CRM]}


def called(fake: FakeOpenAI, tools: list[Json], items: list[Json], **options: Any) -> Json:
    """The call that a response makes."""
    input_ = [{"role": "user", "content": "Hi"}, *items]
    create: Any = fake.client.responses.create
    answer = create(model="gpt-5.4", input=input_, tools=tools, **options)
    whole = [*answer][-1] if options.get("stream") else answer
    body: Json = whole.to_dict(warnings=False)
    call: Json = body.get("response", body)["output"][0]
    return call


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("tools", "items", "name", "namespace"),
    [
        ([CRM], [], "find", "crm"),
        ([function("always"), CRM], [], "add", "crm"),
        ([function("always"), CRM], [], "always", None),
        ([SEARCH, function("late", defer_loading=True)], LOADED, "late", "late"),
        ([SEARCH, function("late", defer_loading=True)], [], "late", "late"),
        ([SEARCH], LOADED, "late", "late"),
        ([], [BROUGHT], "extra", "extra"),
        ([], [BROUGHT], "add", "crm"),
    ],
)
def test_calls_a_tool_by_its_name(
    fake_openai: FakeOpenAI, tools: list[Json], items: list[Json], name: str, namespace: str | None, stream: bool
) -> None:
    fake_openai.when(tool=name).script(ToolCall(name, ARGUMENTS, id="call_1"))
    call = called(fake_openai, tools, items, stream=stream)

    assert call["type"] == "function_call"
    assert (call["name"], call["arguments"], call["call_id"]) == (name, '{"key":"a"}', "call_1")
    assert call.get("namespace") == namespace
    assert name in fake_openai.requests.last.tool_names


def test_tells_the_namespace_last_wherever_the_call_stands(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(ToolCall("find", ARGUMENTS))
    called(fake_openai, [CRM], [], stream=True)
    events = fake_openai.requests.last.events

    assert [[*event["item"]][-1] for event in events if "item" in event] == ["namespace", "namespace"]


def test_remembers_tools_that_an_earlier_turn_has_brought(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Hi.", ToolCall("extra", ARGUMENTS))
    request: Json = {"model": "gpt-5.4", "input": [BROUGHT, {"role": "user", "content": "Hi"}]}
    first = fake_openai.client.responses.create(**request)

    assert called(fake_openai, [], [], previous_response_id=first.id)["namespace"] == "extra"


def test_leaves_the_tool_to_the_request_where_there_is_one_only(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(ToolCall(arguments=ARGUMENTS))

    assert called(fake_openai, [{**CRM, "tools": [function("find")]}], [])["name"] == "find"


def test_bills_none_of_them_by_the_name_alone(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(ToolCall("find", ARGUMENTS, unchecked=True), ToolCall("find", ARGUMENTS))
    called(fake_openai, [{**CRM, "tools": []}], [])
    called(fake_openai, [CRM], [])
    first, second = fake_openai.requests

    assert first.response["usage"] == second.response["usage"]
