"""Reading requests: the texts, the tool demanded, and the fields of a body in the API's own words."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai.wire.protocol.call import (
    Call,
    Tool,
    demanded_tool,
    last_user_text,
    named_choice,
    system_text,
    text_of,
)

WEATHER, TIME, SHELL, SEARCH = (
    Tool("get_weather"),
    Tool("get_time"),
    Tool("shell", "custom"),
    Tool("web_search", "web_search"),
)
TOOLS = (SEARCH, WEATHER, TIME, SHELL)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Hi", "Hi"),
        ("", ""),
        (None, ""),
        (5, ""),
        ({"text": "no list"}, ""),
        ([], ""),
        ([{"type": "text", "text": "Hel"}, {"type": "input_text", "text": "lo"}], "Hello"),
        ([{"type": "image_url", "image_url": {}}, {"type": "text", "text": "a cat"}], "a cat"),
        (["bare", {"text": 5}, {"text": "x"}], "x"),
    ],
)
def test_reads_the_text_of_a_content(content: object, text: str) -> None:
    assert text_of(content) == text


@pytest.mark.parametrize(
    ("messages", "user", "system"),
    [
        ([], "", ""),
        ([{"role": "assistant", "content": "a"}], "", ""),
        (
            [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}, {"role": "tool", "content": "c"}],
            "b",
            "",
        ),
        ([{"role": "user", "content": "a"}, {"role": "user"}], "", ""),
        (
            [
                {"role": "system", "content": "a"},
                {"role": "user", "content": "b"},
                {"role": "developer", "content": [{"type": "text", "text": "c"}]},
            ],
            "b",
            "a\nc",
        ),
    ],
)
def test_finds_the_last_user_text_and_all_system_texts(messages: list[dict[str, Any]], user: str, system: str) -> None:
    assert last_user_text(messages) == user
    assert system_text(messages) == system


@pytest.mark.parametrize(
    ("choice", "name"),
    [
        ({"type": "function", "function": {"name": "f"}}, "f"),
        ({"type": "custom", "custom": {"name": "f"}}, "f"),
        ({"type": "function", "name": "f"}, "f"),
        ({"type": "custom", "name": "f"}, "f"),
        ({"name": "f"}, "f"),
        ({"type": "function"}, None),
        ({"type": "web_search_preview"}, None),
        ({"type": ["function"], "name": 5}, None),
        ("auto", None),
        (None, None),
    ],
)
def test_reads_the_name_in_a_choice_of_either_surface(choice: object, name: str | None) -> None:
    assert named_choice(choice) == name


@pytest.mark.parametrize(
    ("tools", "choice", "tool"),
    [
        (TOOLS, "required", WEATHER),
        (TOOLS, "auto", None),
        (TOOLS, "none", None),
        (TOOLS, None, None),
        (TOOLS, {"type": "function", "function": {"name": "get_time"}}, TIME),
        (TOOLS, {"type": "custom", "name": "shell"}, SHELL),
        (TOOLS, {"type": "function", "name": "unknown"}, None),
        (TOOLS, {"type": "function", "name": "web_search"}, None),
        ((SEARCH,), "required", None),
        ((), "required", None),
    ],
)
def test_knows_the_tool_that_must_be_called(tools: tuple[Tool, ...], choice: object, tool: Tool | None) -> None:
    assert demanded_tool(tools, choice) is tool


@pytest.mark.parametrize(("tool", "own"), [(WEATHER, True), (SHELL, True), (SEARCH, False)])
def test_tells_the_tools_of_the_application_from_those_of_the_api(tool: Tool, own: bool) -> None:
    assert tool.callable is own


def test_finds_an_offered_tool() -> None:
    call = Call("responses", "gpt-4o", {}, tools=TOOLS)

    assert call.tool("get_time") is TIME
    assert call.tool("unknown") is None


@pytest.mark.parametrize(("body", "stream"), [({"stream": True}, True), ({"stream": False}, False), ({}, False)])
def test_streams_where_the_body_says_so(body: dict[str, Any], stream: bool) -> None:
    assert Call("responses", "gpt-4o", body).stream is stream
