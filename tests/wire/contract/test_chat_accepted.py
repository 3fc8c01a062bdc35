"""What applications really send to chat completions, and OpenAI accepts."""

from __future__ import annotations

from typing import Any

import pytest

from ._calls import STRING, assistant_calls, refusals, strict_object, tool_result
from ._chat_requests import (
    ABOUT_JSON,
    HI,
    TOOLS,
    chat_request,
    image,
    with_function,
    with_messages,
    with_parts,
    with_schema,
)

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
    "a greeting": chat_request(),
    "an answer echoed back with its nulls": with_messages(ECHOED, {"role": "user", "content": "Thanks"}),
    "results in any order": with_messages(assistant_calls("a", "b"), tool_result("b"), tool_result("a")),
    "a result twice": with_messages(assistant_calls("a"), tool_result("a"), tool_result("a")),
    "two rounds": with_messages(assistant_calls("a"), tool_result("a"), assistant_calls("b"), tool_result("b"), ECHOED),
    "the same id in two rounds": with_messages(
        assistant_calls("a"), tool_result("a"), assistant_calls("a"), tool_result("a")
    ),
    "a call beside a text": with_messages({**assistant_calls("a"), "content": "Let me look."}, tool_result("a")),
    "a custom tool's round": with_messages(
        {
            "role": "assistant",
            "tool_calls": [{"id": "a", "type": "custom", "custom": {"name": "shell", "input": "ls"}}],
        },
        tool_result("a"),
    ),
    "a deprecated function's round": with_messages(
        {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": "{}"}},
        {"role": "function", "name": "f", "content": "21"},
    ),
    "a result in text parts": with_messages(
        assistant_calls("a"), {**tool_result("a"), "content": [{"type": "text", "text": "21"}]}
    ),
    "instructions in text parts": chat_request(
        messages=[{"role": "system", "content": [{"type": "text", "text": "Hi"}]}]
    ),
    "a developer": with_messages({"role": "developer", "content": "Be brief."}),
    "an image by its address": with_parts(image("https://example.com/a.png")),
    "an image in itself": with_parts(image("data:image/png;base64,iVBORw0KGgo=")),
    "a large image in itself": with_parts(image("data:image/png;base64," + "A" * 5_000)),
    "an image at an address of another scheme": with_parts(image("gs://bucket/a.png")),
    "a file by its id": with_parts({"type": "file", "file": {"file_id": "file-1"}}),
    "a file in itself": with_parts(
        {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf,"}}
    ),
    "a tool without parameters": with_function(),
    "a tool with empty parameters": with_function(parameters={}),
    "a tool with no properties": with_function(parameters={"type": "object", "properties": {}}),
    "a strict tool with empty parameters": with_function(strict=True, parameters={}),
    "a strict tool": with_function(strict=True, parameters=strict_object(city=STRING)),
    "a tool that says null to strict": with_function(
        strict=None, parameters={"type": "object", "properties": {"a": {}}}
    ),
    "a tool that is not strict": with_function(parameters={"type": "object", "properties": {"a": {"oneOf": []}}}),
    "a long description": with_function(description="x" * 5_000),
    "a name of 64 characters": with_function(name="f" * 64),
    "two tools of one name": chat_request(tools=TOOLS * 2),
    "128 tools": chat_request(tools=TOOLS * 128),
    "a choice among tools": with_function() | {"tool_choice": "auto", "parallel_tool_calls": False},
    "the choice of a tool": with_function() | {"tool_choice": {"type": "function", "function": {"name": "f"}}},
    "the choice of a custom tool": chat_request(
        tools=[{"type": "custom", "custom": {"name": "shell"}}],
        tool_choice={"type": "custom", "custom": {"name": "shell"}},
    ),
    "allowed tools": with_function()
    | {
        "tool_choice": {
            "type": "allowed_tools",
            "allowed_tools": {"mode": "auto", "tools": [{"type": "function", "function": {"name": "f"}}]},
        }
    },
    "nulls everywhere": chat_request(
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
    "options of a stream": chat_request(stream=True, stream_options={"include_usage": True}),
    "alternatives of log probabilities": chat_request(logprobs=True, top_logprobs=2),
    "no alternatives of none": chat_request(logprobs=False, top_logprobs=0),
    "four stop sequences": chat_request(stop=list("abcd")),
    "a stop sequence": chat_request(stop="abcde"),
    "sixteen full pairs of metadata": chat_request(store=True, metadata={f"{n:064}": "x" * 512 for n in range(16)}),
    "JSON mode with the word in capitals": chat_request(messages=ABOUT_JSON, response_format={"type": "json_object"}),
    "JSON mode with the word in the system's message": chat_request(
        messages=[{"role": "system", "content": "Reply as Json"}, *HI], response_format={"type": "json_object"}
    ),
    "JSON mode with the word in a part": chat_request(
        messages=[{"role": "user", "content": [{"type": "text", "text": "as json"}]}],
        response_format={"type": "json_object"},
    ),
    "a schema": with_schema(name="N", strict=True, schema=strict_object(a=STRING)),
    "a schema that is not strict": with_schema(name="N", schema={"type": "object", "properties": {"a": STRING}}),
    "a schema that says null to strict": with_schema(name="N", strict=None, schema={"type": "array"}),
    "text as the format": chat_request(response_format={"type": "text"}),
}


@pytest.mark.parametrize("body", ACCEPTED.values(), ids=ACCEPTED)
def test_accepts(body: Any) -> None:
    assert refusals("chat.completions", body) == []
