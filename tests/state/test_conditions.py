"""Conditions: what each matches, how it says that a request differs, and what cannot be one."""

from __future__ import annotations

import json
import re
from typing import Any
from unittest.mock import ANY

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI, RecordedRequest
from pytest_fakeopenai.state.conditions import Conditions
from pytest_fakeopenai.state.subset import subset_difference
from pytest_fakeopenai.state.summaries import shorten
from pytest_fakeopenai.wire.protocol.call import Call, Tool

from ..verdicts import verdict_of

BODY: dict[str, Any] = {
    "model": "gpt-4o-mini",
    "temperature": 0,
    "stream": True,
    "messages": [{"role": "user", "content": "What is the weather in Paris?"}],
    "metadata": {"user": {"id": 7, "plan": "pro"}},
}


def request(**changes: Any) -> RecordedRequest:
    """A chat request, with one message of each kind."""
    call = Call(
        "chat.completions",
        BODY["model"],
        BODY,
        messages=BODY["messages"],
        text="What is the weather in Paris?",
        system="Be brief.",
        tools=(Tool("get_weather"), Tool("get_time")),
        tool_outputs=("21 °C", "noon"),
    )
    fields: dict[str, Any] = {
        "number": 1,
        "method": "POST",
        "path": "/v1/chat/completions",
        "endpoint": "chat.completions",
        "headers": {"x-team": "search", "authorization": "Bearer abc"},
        "query": {},
        "body": json.dumps(BODY).encode(),
    }
    record = RecordedRequest(**{**fields, **changes})
    record._note_call(call)
    return record


def paris(text: str) -> bool:
    return "Paris" in text


def never(value: object) -> bool:
    return False


@pytest.mark.parametrize(
    "expected",
    [
        {},
        {"model": "gpt-4o-mini"},
        {"model": re.compile(r"^gpt-4o(-mini)?$")},
        {"model": str.islower},
        {"text": "weather in"},
        {"text": ""},
        {"text": re.compile("PARIS", re.IGNORECASE)},
        {"text": paris},
        {"system": "brief"},
        {"tool": "get_time"},
        {"tool": re.compile("get_w")},
        {"tool": lambda name: name == "get_weather"},
        {"tool_result": "21"},
        {"tool_result": re.compile("noon|midnight")},
        {"endpoint": "chat.completions"},
        {"endpoint": re.compile("^chat")},
        {"endpoint": lambda name: name.endswith("completions")},
        {"header": {}},
        {"header": {"X-Team": "sea", "authorization": re.compile("^Bearer ")}},
        {"header": {"x-team": str.islower}},
        {"body": {}},
        {"body": {"temperature": 0, "metadata": {"user": {"id": 7}}}},
        {"body": {"messages": [{"role": "user", "content": "What is the weather in Paris?"}]}},
        {"body": {"stream": ANY, "messages": ANY}},
        {"body": {"temperature": pytest.approx(0.0)}},
        {"matches": lambda request: request.path.startswith("/v1/")},
        {"model": re.compile("4o"), "text": "Paris", "tool": "get_time", "body": {"stream": True}},
    ],
)
def test_is_met_by_the_request(expected: dict[str, Any]) -> None:
    assert Conditions(expected).difference(request()) is None


@pytest.mark.parametrize(
    ("expected", "difference"),
    [
        ({"model": "gpt-5"}, "model 'gpt-4o-mini' is not 'gpt-5'"),
        (
            {"model": "gpt-4o"},
            "model 'gpt-4o-mini' is not 'gpt-4o' (a string is the whole name, a compiled pattern is searched)",
        ),
        ({"model": re.compile("^o3")}, "model 'gpt-4o-mini' does not match '^o3'"),
        ({"model": never}, "model never said no to 'gpt-4o-mini'"),
        ({"text": "rain"}, "text 'What is the weather in Paris?' does not contain 'rain'"),
        ({"text": "paris"}, "text 'What is the weather in Paris?' does not contain 'paris'"),
        ({"system": "polite"}, "system 'Be brief.' does not contain 'polite'"),
        ({"tool": "book"}, "tools offered: wanted 'book', got 'get_weather', 'get_time'"),
        (
            {"tool": "get"},
            "tools offered: wanted 'get', got 'get_weather', 'get_time' (a string is the whole name, a "
            "compiled pattern is searched)",
        ),
        ({"tool": re.compile("^x")}, "tools offered: wanted re.compile('^x'), got 'get_weather', 'get_time'"),
        ({"tool": never}, "tools offered: wanted never, got 'get_weather', 'get_time'"),
        ({"tool_result": "midnight"}, "tool results: wanted 'midnight', got '21 °C', 'noon'"),
        ({"endpoint": "chat"}, "endpoint is 'chat.completions', not 'chat'"),
        ({"endpoint": re.compile("^resp")}, "endpoint is 'chat.completions', not re.compile('^resp')"),
        ({"header": {"X-Trace": "1"}}, "there is no header 'X-Trace'"),
        ({"header": {"X-Team": "ads"}}, "header 'X-Team': 'search' does not contain 'ads'"),
        ({"header": {"x-team": never}}, "header 'x-team': never said no to 'search'"),
        ({"body": {"seed": 1}}, "body has no 'seed'"),
        ({"body": {"temperature": 1}}, "body['temperature'] is 0, not 1"),
        ({"body": {"temperature": False}}, "body['temperature'] is 0, not False"),
        ({"body": {"stream": 1}}, "body['stream'] is True, not 1"),
        ({"body": {"metadata": {"user": {"id": 8}}}}, "body['metadata']['user']['id'] is 7, not 8"),
        ({"body": {"metadata": {"user": {"name": "x"}}}}, "body['metadata']['user'] has no 'name'"),
        ({"body": {"model": {"name": "x"}}}, "body['model'] is 'gpt-4o-mini', not {'name': 'x'}"),
        ({"matches": never}, "never(request) said no"),
        ({"model": "gpt-4o-mini", "text": "rain"}, "text 'What is the weather in Paris?' does not contain 'rain'"),
    ],
)
def test_says_in_what_the_request_differs(expected: dict[str, Any], difference: str) -> None:
    assert Conditions(expected).difference(request()) == difference


def test_compares_lists_as_a_whole() -> None:
    difference = subset_difference({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 2}]}, "body")

    assert difference == "body['a'] is [{'b': 1, 'c': 2}], not [{'b': 1}]"


@pytest.mark.parametrize(
    ("changes", "expected", "difference"),
    [
        ({"body": b"not JSON"}, {"body": {"a": 1}}, "body is None, not {'a': 1}"),
        ({"body": b"[1]"}, {"body": {"a": 1}}, "body is [1], not {'a': 1}"),
        ({"body": b""}, {"body": {}}, "body is None, not {}"),
        ({"endpoint": ""}, {"endpoint": "models"}, "endpoint is '', not 'models'"),
    ],
)
def test_tells_of_what_is_not_there(changes: dict[str, Any], expected: dict[str, Any], difference: str) -> None:
    assert Conditions(expected).difference(request(**changes)) == difference


def test_tells_of_a_request_that_offers_nothing() -> None:
    bare = RecordedRequest(1, "GET", "/v1/models", "models.list", {}, {}, b"")

    assert Conditions({"tool": "f"}).difference(bare) == "tools offered: wanted 'f', got none"
    assert Conditions({"tool_result": "f"}).difference(bare) == "tool results: wanted 'f', got none"
    assert Conditions({"model": "f"}).difference(bare) == "model '' is not 'f'"


def test_cuts_long_texts_short() -> None:
    long = RecordedRequest(1, "POST", "/", "x", {}, {}, json.dumps({"model": "x" * 500}).encode())

    assert Conditions({"model": "y"}).difference(long) == f"model '{'x' * 119}…' is not 'y'"


@pytest.mark.parametrize(
    ("text", "width", "short"),
    [("a\n  b\tc ", 10, "a b c"), ("abcde", 5, "abcde"), ("abcdef", 5, "abcd…"), ("", 5, "")],
)
def test_shortens_to_one_line(text: str, width: int, short: str) -> None:
    assert shorten(text, width) == short


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        (
            {"modle": "x"},
            "unknown condition 'modle'; did you mean model=? Conditions are endpoint, model, text, system, tool, "
            "tool_result, header, body, matches.",
        ),
        ({"tools": "x"}, "unknown condition 'tools'; did you mean tool=? Conditions are "),
        ({"zzz": "x"}, "unknown condition 'zzz'. Conditions are endpoint, "),
        ({"model": None}, "model= takes a string, a compiled pattern or a callable, got None"),
        ({"text": ["a"]}, "text= takes a string, a compiled pattern or a callable, got ['a']"),
        ({"tool": 1}, "tool= takes a string, a compiled pattern or a callable, got 1"),
        ({"endpoint": b"x"}, "endpoint= takes a string, a compiled pattern or a callable, got b'x'"),
        ({"text": re.compile(b"x")}, "text= takes a pattern of str, got one of bytes: re.compile(b'x')"),
        ({"header": "x-team"}, "header= takes a dict, got 'x-team'"),
        ({"header": {"x-team": 1}}, "header= takes a string, a compiled pattern or a callable, got 1"),
        ({"body": [1]}, "body= takes a dict, got [1]"),
        ({"matches": "x"}, "matches= takes a callable on the request, got 'x'"),
    ],
)
def test_refuses_what_is_no_condition(fake_openai: FakeOpenAI, conditions: dict[str, Any], message: str) -> None:
    for judge in (fake_openai.when, fake_openai.requests.where):
        with pytest.raises(TypeError, match=f"^{re.escape(message)}"):
            judge(**conditions)


def test_is_shown_as_it_is_written() -> None:
    shown = repr(Conditions({"model": "4o", "text": re.compile("a+"), "matches": never, "body": {"a": 1}}))

    assert shown == "model='4o', text=re.compile('a+'), matches=never, body={'a': 1}"


def ask(fake: FakeOpenAI, text: str = "Hi") -> str:
    return fake.client.responses.create(model="gpt-4o", input=text).output_text


class _Outcome(BaseException):
    """What pytest.fail raises is no Exception either."""


@pytest.mark.parametrize("error", [ValueError("broken"), pytest.fail.Exception("broken"), _Outcome("broken")])
def test_fails_the_test_when_a_condition_raises(fake_openai: FakeOpenAI, error: BaseException) -> None:
    def broken(request: RecordedRequest) -> bool:
        raise error

    fake_openai.when(matches=broken).always("never")

    with pytest.raises(openai.BadRequestError) as caught:
        ask(fake_openai)

    text = f"A condition of when(matches=broken) failed on request 1: {type(error).__name__}: broken"
    assert len(fake_openai.requests) == 1  # not retried
    assert caught.value.response.json()["error"]["message"] == text
    verdict = verdict_of(fake_openai)
    assert str(verdict) == text
    assert verdict.__cause__ is error


def test_raises_in_the_test_when_a_condition_of_where_raises(fake_openai: FakeOpenAI) -> None:
    ask(fake_openai)

    with pytest.raises(ZeroDivisionError):
        fake_openai.requests.where(matches=lambda request: 1 // 0 > 1)


def test_may_look_at_the_requests_so_far(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(matches=lambda request: len(fake_openai.requests) > 1).always("again")
    fake_openai.otherwise("first")

    assert [ask(fake_openai), ask(fake_openai)] == ["first", "again"]


def test_sees_what_each_surface_calls_system_tools_and_results(fake_openai: FakeOpenAI) -> None:
    chat: Any = [
        {"role": "system", "content": "Be brief."},
        {"role": "developer", "content": [{"type": "text", "text": "Be kind."}]},
        {"role": "user", "content": [{"type": "text", "text": "Weather"}, {"type": "text", "text": "?"}]},
        {"role": "assistant", "tool_calls": [_chat_call("call_1"), _chat_call("call_2")]},
        {"role": "tool", "tool_call_id": "call_1", "content": "sun"},
        {"role": "tool", "tool_call_id": "call_2", "content": "rain"},
    ]
    items: Any = [
        {"role": "developer", "content": "Be kind."},
        {"role": "user", "content": [{"type": "input_text", "text": "Weather?"}]},
        {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"},
        {"type": "function_call", "call_id": "call_2", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "call_1", "output": "sun"},
        {"type": "function_call_output", "call_id": "call_2", "output": "rain"},
    ]
    function: Any = {"name": "f", "parameters": {"type": "object", "properties": {}}}
    response_tool: Any = {"type": "function", "strict": False, **function}
    client = fake_openai.client
    client.chat.completions.create(model="gpt-4o", messages=chat, tools=[{"type": "function", "function": function}])
    client.responses.create(model="gpt-4o", input=items, instructions="Be brief.", tools=[response_tool])

    met = fake_openai.requests.where(system="Be brief.\nBe kind.", text="Weather?", tool="f", tool_result="rain")
    assert [each.endpoint for each in met] == ["chat.completions", "responses"]
    assert [each.tool_outputs for each in met] == [["sun", "rain"], ["sun", "rain"]]


def _chat_call(call_id: str) -> dict[str, Any]:
    return {"id": call_id, "type": "function", "function": {"name": "f", "arguments": "{}"}}


SNAPSHOTS = ["gpt-5-2025-08-07", "gpt-5-0613", "gpt-5-20250514"]
OTHERS = [
    "gpt-5-mini",
    "gpt-5.1",
    "gpt-5-mini-2025-08-07",
    "my-gpt-5",
    "gpt-5-2025",
    "gpt-5-1399",
    "ft:gpt-5:me::1",
    "",
]


@pytest.mark.parametrize("model", ["gpt-5", *SNAPSHOTS, *OTHERS])
def test_takes_a_model_by_its_whole_name_or_that_of_a_dated_snapshot(model: str) -> None:
    record = RecordedRequest(1, "POST", "/", "x", {}, {}, json.dumps({"model": model}).encode())

    assert Conditions({"model": "gpt-5"}).met_by(record) == (model not in OTHERS)
    assert Conditions({"model": "gpt-5-2025-08-07"}).met_by(record) == (model == "gpt-5-2025-08-07")
    assert Conditions({"model": re.compile("gpt-5")}).met_by(record) == (model != "")


def test_takes_a_tool_by_its_whole_name() -> None:
    tools = [{"type": "function", "function": {"name": "web_search_x"}}, {"type": "custom", "name": "find"}]
    record = RecordedRequest(1, "POST", "/", "x", {}, {}, json.dumps({"tools": tools}).encode())

    assert [Conditions({"tool": name}).met_by(record) for name in ("web_search_x", "find", "search", "fin")] == [
        *(True, True, False, False)
    ]
