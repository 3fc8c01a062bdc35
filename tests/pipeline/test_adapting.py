"""Adapting: which tool a call without a name calls, and by which method a value is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import openai
import pytest
from pydantic import BaseModel

from pytest_fakeopenai import FakeOpenAI, FakeOpenAIWarning, Reply, Structured, Text, ToolCall, VerdictError
from pytest_fakeopenai.pipeline.adapting import NoTool, adapt
from pytest_fakeopenai.replies.parts import Part
from pytest_fakeopenai.wire.protocol.call import Call, Tool

Json = dict[str, Any]
CITY: Json = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
DAYS: Json = {"type": "object", "properties": {"days": {"type": "integer"}}, "required": ["days"]}
LIST: Json = {"type": "object", "properties": {"response": {"type": "array"}}, "required": ["response"]}
WEATHER, TRIP, CODE, FREE = (
    Tool("weather", parameters=CITY),
    Tool("Trip", parameters=DAYS),
    Tool("code", "custom"),
    Tool("free"),
)
SEARCH = Tool("web_search", "web_search")
PARIS: Json = {"city": "Paris"}
PARIS_TEXT = '{"city":"Paris"}'


@dataclass
class Trip:
    days: int


class City(BaseModel):
    city: str


def call(*tools: Tool, choice: object = None, **fields: Any) -> Call:
    return Call("chat.completions", "gpt-4o", {"tool_choice": choice}, tools=tools, **fields)


def sent(part: Part, api_call: Call) -> tuple[Any, list[str]]:
    """What a part becomes, and what is wrong with it."""
    problems: list[str] = []
    (adapted,) = adapt(Reply(part), api_call, problems.append).parts
    if isinstance(adapted, ToolCall):
        return (adapted.name, adapted.arguments_text), problems
    assert isinstance(adapted, Text)
    return adapted.text, problems


def named(name: str) -> Json:
    return {"type": "function", "function": {"name": name}}


def allowed(*names: str, mode: str = "auto") -> Json:
    return {"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": [named(name) for name in names]}}


@pytest.mark.parametrize(
    ("api_call", "name"),
    [
        (call(WEATHER), "weather"),
        (call(CODE), "code"),
        (call(WEATHER, SEARCH), "weather"),
        (call(WEATHER, choice="required"), "weather"),
        (call(WEATHER, TRIP, choice=named("Trip")), "Trip"),
        (call(WEATHER, TRIP, choice={"type": "function", "name": "Trip"}), "Trip"),
        (call(WEATHER, TRIP, CODE, choice={"type": "custom", "custom": {"name": "code"}}), "code"),
        (call(WEATHER, TRIP, choice=allowed("Trip")), "Trip"),
        (call(WEATHER, TRIP, choice=allowed("Trip", mode="required")), "Trip"),
    ],
)
def test_calls_the_tool_that_is_forced_or_the_only_one(api_call: Call, name: str) -> None:
    assert sent(ToolCall(arguments=PARIS), api_call) == ((name, PARIS_TEXT), [])


@pytest.mark.parametrize(
    ("api_call", "problem"),
    [
        (call(), "lets the model call none (it offers no tool)"),
        (call(SEARCH), "lets the model call none (it offers 'web_search')"),
        (call(WEATHER, choice="none"), "lets the model call none (it offers 'weather')"),
        (call(WEATHER, TRIP), "lets the model call several: 'weather', 'Trip'; name one: ToolCall(name, …)"),
        (call(WEATHER, TRIP, choice="required"), "several: 'weather', 'Trip'"),
        (call(WEATHER, TRIP, CODE, choice=allowed("Trip", "code")), "several: 'Trip', 'code'"),
    ],
)
def test_lists_the_tools_where_none_can_be_chosen(api_call: Call, problem: str) -> None:
    with pytest.raises(NoTool) as caught:
        sent(ToolCall(arguments=PARIS), api_call)

    assert str(caught.value).startswith("ToolCall(arguments={'city': 'Paris'}) leaves the tool to the request, which ")
    assert problem in str(caught.value)


def test_leaves_everything_else_as_it_is() -> None:
    reply = Reply("a", ToolCall("weather", PARIS), finish_reason="length", headers={"a": "b"})

    assert adapt(reply, call(TRIP), pytest.fail) is reply


def test_sends_any_value_in_a_reply_that_is_meant_to_be_wrong() -> None:
    reply = adapt(Reply(Structured({"town": 1}), unchecked=True), call(WEATHER), pytest.fail)

    assert reply.parts == (ToolCall("weather", '{"town":1}', unchecked=True),)


def test_keeps_what_a_reply_says_of_the_whole() -> None:
    reply = Reply("a", ToolCall(arguments=PARIS, id="call_1"), finish_reason="length", id="own", headers={"a": "b"})
    same = Reply("a", ToolCall("weather", PARIS, "call_1"), finish_reason="length", id="own", headers={"a": "b"})

    assert adapt(reply, call(WEATHER), pytest.fail) == same


def test_adapts_each_choice() -> None:
    reply = Reply(choices=["a", ToolCall(arguments=PARIS)], model="own")

    assert adapt(reply, call(WEATHER, n=2), pytest.fail) == Reply(
        choices=["a", ToolCall("weather", PARIS)], model="own"
    )


FORMAT: Json = {"format": {"name": "city", "schema": CITY}}


@pytest.mark.parametrize(
    ("value", "api_call", "what"),
    [
        (PARIS, call(**FORMAT), PARIS_TEXT),
        (City(city="Paris"), call(**FORMAT), PARIS_TEXT),
        ("Paris", call(**FORMAT), PARIS_TEXT),
        (PARIS, call(json_mode=True), PARIS_TEXT),
        (PARIS, call(), PARIS_TEXT),
        ([City(city="Paris"), Trip(3)], call(), f'[{PARIS_TEXT},{{"days":3}}]'),
        (None, call(), "null"),
        ("Paris", call(), '"Paris"'),
        (PARIS, call(WEATHER, choice="none"), PARIS_TEXT),
        (PARIS, call(SEARCH), PARIS_TEXT),
        # beside tools that need not be called
        (PARIS, call(WEATHER, **FORMAT), PARIS_TEXT),
        (PARIS, call(WEATHER, json_mode=True), PARIS_TEXT),
        (PARIS, call(WEATHER, demanded=WEATHER, choice="required", **FORMAT), ("weather", PARIS_TEXT)),
        # by a tool
        (PARIS, call(WEATHER), ("weather", PARIS_TEXT)),
        (PARIS, call(WEATHER, SEARCH, TRIP), ("weather", PARIS_TEXT)),
        (Trip(3), call(WEATHER, TRIP, demanded=WEATHER, choice="required"), ("Trip", '{"days":3}')),
        (PARIS, call(WEATHER, TRIP, demanded=WEATHER, choice=named("weather")), ("weather", PARIS_TEXT)),
        (PARIS, call(CODE), ("code", PARIS_TEXT)),
        # by the one that fits best
        (PARIS, call(FREE, WEATHER), ("weather", PARIS_TEXT)),
        (Trip(3), call(TRIP, Tool("plan", parameters=DAYS)), ("Trip", '{"days":3}')),
        (
            Trip(3),
            call(Tool("final_result_Trip", parameters=DAYS), Tool("plan", parameters=DAYS)),
            ("final_result_Trip", '{"days":3}'),
        ),
        (
            {"days": 3},
            call(Tool("wrap", parameters={**DAYS, "properties": {"days": {}}, "additionalProperties": False}), WEATHER),
            ("wrap", '{"days":3}'),
        ),
        # inside of an object
        ([1, 2], call(Tool("final", parameters=LIST)), ("final", '{"response":[1,2]}')),
        ([1, 2], call(WEATHER, Tool("final", parameters=LIST)), ("final", '{"response":[1,2]}')),
    ],
)
def test_sends_a_value_by_the_method_that_the_request_asks_for(value: object, api_call: Call, what: object) -> None:
    assert sent(Structured(value), api_call) == (what, [])


@pytest.mark.parametrize(
    ("value", "api_call", "problem"),
    [
        (
            {"town": 1},
            call(**FORMAT),
            "breaks the JSON schema that the request demands: $: missing required property 'city'",
        ),
        ([1], call(json_mode=True), "[1]) is no JSON object, which the response format json_object promises"),
        (
            {"town": 1},
            call(WEATHER),
            "fits the parameters of no tool that the request lets the model call "
            "('weather': $: missing required property 'city')",
        ),
        ({"days": "3"}, call(TRIP, choice=named("Trip"), demanded=TRIP), "('Trip': $.days: "),
    ],
)
def test_says_what_is_wrong_with_a_value_and_sends_one_that_is_meant_to_be_wrong(
    value: object, api_call: Call, problem: str
) -> None:
    _, problems = sent(Structured(value), api_call)
    what, none = sent(Structured(value, unchecked=True), api_call)

    assert len(problems) == 1
    assert problem in problems[0]
    assert problems[0].endswith("; a model that breaks it is Structured(…, unchecked=True)")
    assert none == []
    assert Structured(value).text in str(what)


@pytest.mark.parametrize("value", [{"town": 1}, {}])
def test_cannot_choose_among_tools_that_fit_a_value_equally(value: Json) -> None:
    with pytest.raises(NoTool, match="several: 'free', 'other'; name one"):
        sent(Structured(value), call(WEATHER, FREE, Tool("other")))


@pytest.mark.parametrize("value", [{1, 2}, object(), {"a": object()}, float("nan"), "\ud800"])
def test_takes_only_what_has_a_json_form(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        Structured(value)


# Over the wire

MESSAGES: Any = [{"role": "user", "content": "Where?"}]
TOOLS: Any = [{"type": "function", "function": {"name": name, "parameters": CITY}} for name in ("weather", "news")]


@pytest.mark.parametrize("reply", [ToolCall(arguments=PARIS), Structured(PARIS)])
@pytest.mark.parametrize("make", [lambda reply: reply, lambda reply: lambda request: iter_of(reply)])
@pytest.mark.parametrize("stream", [False, True])
def test_fails_the_test_where_no_tool_can_be_chosen(reply: Part, make: Any, stream: bool) -> None:
    fake = FakeOpenAI()
    with pytest.raises(VerdictError, match="several: 'weather', 'news'"), fake:  # noqa: PT012  # the end of the fake raises
        fake.script(make(reply))
        with pytest.raises(openai.APIError, match="leaves the tool to the request"):
            list(fake.client.chat.completions.create(model="gpt-4o", messages=MESSAGES, tools=TOOLS, stream=stream))


def iter_of(part: Part) -> Any:
    yield part


def arguments(completion: Any) -> str:
    text: str = completion.choices[0].message.tool_calls[0].function.arguments
    return text


def test_warns_of_a_value_that_does_not_fit_where_the_test_says_so() -> None:
    with FakeOpenAI(validation="warn") as fake:
        fake.script(Structured({"town": 1}))
        completion = fake.client.chat.completions.create(model="gpt-4o", messages=MESSAGES, tools=TOOLS[:1])
        with pytest.warns(FakeOpenAIWarning, match="missing required property 'city'"):
            fake.check()

    assert arguments(completion) == '{"town":1}'


def test_sends_any_value_where_nothing_is_validated() -> None:
    with FakeOpenAI(validation="off") as fake:
        fake.script(Structured({"town": 1}))
        completion = fake.client.chat.completions.create(model="gpt-4o", messages=MESSAGES, tools=TOOLS[:1])

    assert arguments(completion) == '{"town":1}'
