"""What applications really send to chat completions, and OpenAI accepts."""

from __future__ import annotations

from typing import Any

import pytest

from ._asking import STRING, calling, refusals, result, strict_object
from ._chatting import ABOUT_JSON, HI, TOOLS, asks, demands, image, offers, says, shows

ECHOED: Any = {
    "role": "assistant",
    "content": "21 °C",
    "refusal": None,
    "annotations": [],
    "audio": None,
    "function_call": None,
    "tool_calls": None,
}

ACCEPTED: dict[str, Any] = {
    "a greeting": asks(),
    "an answer echoed back with its nulls": says(ECHOED, {"role": "user", "content": "Thanks"}),
    "an empty list of calls": says({**ECHOED, "tool_calls": []}),
    "results in any order": says(calling("a", "b"), result("b"), result("a")),
    "a result twice": says(calling("a"), result("a"), result("a")),
    "two rounds": says(calling("a"), result("a"), calling("b"), result("b"), ECHOED),
    "the same id in two rounds": says(calling("a"), result("a"), calling("a"), result("a")),
    "a call beside a text": says({**calling("a"), "content": "Let me look."}, result("a")),
    "a custom tool's round": says(
        {
            "role": "assistant",
            "tool_calls": [{"id": "a", "type": "custom", "custom": {"name": "shell", "input": "ls"}}],
        },
        result("a"),
    ),
    "a deprecated function's round": says(
        {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": "{}"}},
        {"role": "function", "name": "f", "content": "21"},
    ),
    "a result in text parts": says(calling("a"), {**result("a"), "content": [{"type": "text", "text": "21"}]}),
    "instructions in text parts": asks(messages=[{"role": "system", "content": [{"type": "text", "text": "Hi"}]}]),
    "a developer": says({"role": "developer", "content": "Be brief."}),
    "an image by its address": shows(image("https://example.com/a.png")),
    "an image in itself": shows(image("data:image/png;base64,iVBORw0KGgo=")),
    "a large image in itself": shows(image("data:image/png;base64," + "A" * 5_000)),
    "an image at an address of another scheme": shows(image("gs://bucket/a.png")),
    "a file by its id": shows({"type": "file", "file": {"file_id": "file-1"}}),
    "a file in itself": shows({"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf,"}}),
    "a tool without parameters": offers(),
    "a tool with empty parameters": offers(parameters={}),
    "a tool with no properties": offers(parameters={"type": "object", "properties": {}}),
    "a strict tool without parameters": offers(strict=True),
    "a strict tool": offers(strict=True, parameters=strict_object(city=STRING)),
    "a tool that says null to strict": offers(strict=None, parameters={"type": "object", "properties": {"a": {}}}),
    "a tool that is not strict": offers(parameters={"type": "object", "oneOf": []}),
    "a long description": offers(description="x" * 5_000),
    "a name of 64 characters": offers(name="f" * 64),
    "two tools of one name": asks(tools=TOOLS * 2),
    "128 tools": asks(tools=TOOLS * 128),
    "a choice among tools": offers() | {"tool_choice": "auto", "parallel_tool_calls": False},
    "the choice of a tool": offers() | {"tool_choice": {"type": "function", "function": {"name": "f"}}},
    "the choice of a custom tool": asks(
        tools=[{"type": "custom", "custom": {"name": "shell"}}],
        tool_choice={"type": "custom", "custom": {"name": "shell"}},
    ),
    "allowed tools": offers()
    | {
        "tool_choice": {
            "type": "allowed_tools",
            "allowed_tools": {"mode": "auto", "tools": [{"type": "function", "function": {"name": "f"}}]},
        }
    },
    "nulls everywhere": asks(
        tools=None,
        tool_choice=None,
        parallel_tool_calls=None,
        stream_options=None,
        top_logprobs=None,
        max_tokens=None,
        reasoning_effort=None,
        web_search_options=None,
        stop=None,
        metadata=None,
        response_format=None,
    ),
    "options of a stream": asks(stream=True, stream_options={"include_usage": True}),
    "alternatives of log probabilities": asks(logprobs=True, top_logprobs=2),
    "no alternatives of none": asks(logprobs=False, top_logprobs=0),
    "four stop sequences": asks(stop=list("abcd")),
    "a stop sequence": asks(stop="abcde"),
    "sixteen full pairs of metadata": asks(metadata={f"{n:064}": "x" * 512 for n in range(16)}),
    "JSON mode with the word in capitals": asks(messages=ABOUT_JSON, response_format={"type": "json_object"}),
    "JSON mode with the word in the system's message": asks(
        messages=[{"role": "system", "content": "Reply as Json"}, *HI], response_format={"type": "json_object"}
    ),
    "JSON mode with the word in a part": asks(
        messages=[{"role": "user", "content": [{"type": "text", "text": "as json"}]}],
        response_format={"type": "json_object"},
    ),
    "a schema": demands(name="N", strict=True, schema=strict_object(a=STRING)),
    "a schema that is not strict": demands(name="N", schema={"type": "object", "properties": {"a": STRING}}),
    "a schema that says null to strict": demands(name="N", strict=None, schema={"type": "array"}),
    "text as the format": asks(response_format={"type": "text"}),
}


@pytest.mark.parametrize("body", ACCEPTED.values(), ids=ACCEPTED)
def test_accepts(body: Any) -> None:
    assert refusals("chat.completions", body) == []
