"""What was answered is taken back as it came: items and messages, however the SDK dumps them, are input again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openai.types.chat import ChatCompletionMessage
from openai.types.responses import ResponseOutputItem, response_item_list
from pydantic import BaseModel

from pytest_fakeopenai import FakeOpenAI

from ..families import violations
from .replies import CHAT, RESPONSES, Case, cases, each, tool

Json = dict[str, Any]

DUMPS: dict[str, Callable[[BaseModel], Json]] = {
    "whole": lambda model: model.model_dump(mode="json"),
    "without nulls": lambda model: model.model_dump(mode="json", exclude_none=True),
    "without what was not sent": lambda model: model.model_dump(mode="json", exclude_unset=True),
    "as the SDK dumps": lambda model: model.to_dict(mode="json"),  # type: ignore[attr-defined]  # of a BaseModel
}
every_dump = pytest.mark.parametrize("dump", DUMPS.values(), ids=DUMPS)
AND: Json = {"role": "user", "content": "And?"}


# ---- whatever the types allow

_DEEPEST = 6


def bare(hint: Any) -> Any:
    """A hint without what is said about it."""
    return bare(get_args(hint)[0]) if get_origin(hint) is Annotated else hint


def instances(hint: Any, depth: int = 0) -> st.SearchStrategy[Any]:
    """Any JSON of a type, with fields left out, null and beyond it."""
    hint = bare(hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is Union:
        return st.one_of([instances(each, depth) for each in arguments])
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return models(hint, depth + 1)
    if origin is list:
        return st.lists(instances(arguments[0], depth), max_size=2) if depth < _DEEPEST else st.just([])
    if hint is type(None):
        return st.none()
    plain: dict[Any, st.SearchStrategy[Any]] = {
        str: st.sampled_from(["x", ""]),
        int: st.integers(0, 9),
        float: st.floats(0, 9),
        bool: st.booleans(),
    }
    return plain.get(hint, st.builds(dict))


@st.composite
def models(draw: st.DrawFn, model: type[BaseModel], depth: int) -> Json:
    """The JSON of a model."""
    value: Json = {}
    for name, field in model.model_fields.items():
        if field.is_required() or draw(st.booleans()):
            inner = instances(field.annotation, depth)
            value[field.alias or name] = draw(inner if field.is_required() else st.none() | inner)
    return {**value, "made_up": None} if draw(st.booleans()) else value


def members(union: Any) -> list[type[BaseModel]]:
    """The models of a union."""
    inner = bare(union)
    return [each for part in get_args(inner) for each in members(part)] if get_origin(inner) is Union else [inner]


_LISTED = response_item_list.ResponseItemList.model_fields["data"].annotation
ITEMS = {model.__name__: model for model in [*members(ResponseOutputItem), *members(get_args(_LISTED)[0])]}


def objections(endpoint: str, body: Json) -> list[str]:
    """What is refused, or warned of, in a body."""
    return [each.error.message for each in violations(endpoint, body) if each.grade != "ignored"]


@pytest.mark.parametrize("model", ITEMS.values(), ids=ITEMS)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_takes_back_an_item_of_any_type(model: type[BaseModel], data: st.DataObject) -> None:
    item = data.draw(models(model, 0))

    assert objections("responses", {"model": "gpt-4o", "input": [item, AND]}) == []
    assert objections("conversations.items.create", {"items": [item]}) == []


@given(models(ChatCompletionMessage, 0))
@settings(max_examples=60, deadline=None)
def test_takes_back_any_message(message: Json) -> None:
    assert objections("chat.completions", {"model": "gpt-4o", "messages": [message, AND]}) == []


# ---- whatever was answered


def is_plain(case: Case) -> bool:
    """Whether a case needs no more of its request than tools."""
    return case.n == 1 and case.top_logprobs is None and case.shape is None


def outputs(items: list[Json]) -> list[Json]:
    """The outputs of the calls among these items."""
    calls = [item for item in items if item["type"] in ("function_call", "custom_tool_call")]
    return [{"type": f"{call['type']}_output", "call_id": call["call_id"], "output": "3"} for call in calls]


@every_dump
@each([case for case in cases(RESPONSES) if is_plain(case)])
def test_takes_back_the_output_of_a_response(fake_openai: FakeOpenAI, case: Case, dump: Callable[..., Json]) -> None:
    tools: Any = [tool(name, RESPONSES) for name in case.tools]
    fake_openai.script(case.make(), "Fine.")
    options: Any = case.extra.get(RESPONSES, {})
    first = fake_openai.client.responses.create(model="gpt-5", input="Who goes there?", tools=tools, **options)
    items = [dump(item) for item in first.output]
    if items and items[-1]["type"] == "reasoning":
        items.pop()  # the API refuses reasoning of which nothing came

    replayed: Any = [*items, *outputs(items), AND]
    answer = fake_openai.client.responses.create(model="gpt-5", input=replayed, tools=tools)

    assert answer.output_text == "Fine."


@every_dump
@each([case for case in cases(CHAT) if is_plain(case)])
def test_takes_back_the_message_of_a_chat(fake_openai: FakeOpenAI, case: Case, dump: Callable[..., Json]) -> None:
    options: Any = {"tools": [tool(name, CHAT) for name in case.tools]} if case.tools else {}
    fake_openai.script(case.make(), "Fine.")
    messages: list[Any] = [{"role": "user", "content": "Who goes there?"}]
    ask: Any = fake_openai.client.chat.completions.create
    first = ask(model="gpt-4o", messages=messages, **options, **case.extra.get(CHAT, {}))
    message = dump(first.choices[0].message)
    results = [{"role": "tool", "tool_call_id": call["id"], "content": "3"} for call in message.get("tool_calls") or ()]

    answer = ask(model="gpt-4o", messages=[*messages, message, *results, AND], **options)

    assert answer.choices[0].message.content == "Fine."
