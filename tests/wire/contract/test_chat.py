"""What chat completions refuse in the fields of a request and in its conversation."""

from __future__ import annotations

from typing import Any

import pytest

from ._asking import STRING, Told, calling, refusals, result, strict_object, tool_call

HI: Any = [{"role": "user", "content": "Hi"}]
ABOUT_JSON: Any = [{"role": "user", "content": "Answer in JSON."}]
PATTERN = "string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'."
UNANSWERED = (
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. "
    "The following tool_call_ids did not have response messages: "
)
STRAY = "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."
PREFIX = (
    "Invalid image URL: '{0}'. Expected a base64-encoded data URL with an image MIME type "
    "(e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got a value without the 'data:' prefix."
)
LONG = "x" * 10_485_761


def asks(**fields: Any) -> Any:
    """A chat request that says "Hi"."""
    return {"model": "gpt-4o", "messages": HI, **fields}


def says(*messages: Any) -> Any:
    """A chat request with these messages after a first one."""
    return asks(messages=[*HI, *messages])


def shows(*parts: Any, role: str = "user", **rest: Any) -> Any:
    """A chat request whose message has these parts."""
    return asks(messages=[{"role": role, "content": [{"type": "text", "text": "This"}, *parts], **rest}])


def offers(**function: Any) -> Any:
    """A chat request that offers a function."""
    return asks(tools=[{"type": "function", "function": {"name": "f", **function}}])


def demands(**schema: Any) -> Any:
    """A chat request that demands a schema."""
    return asks(response_format={"type": "json_schema", "json_schema": schema})


def image(url: Any) -> Any:
    """An image part."""
    return {"type": "image_url", "image_url": {"url": url}}


TOOLS: Any = offers()["tools"]

REFUSED: dict[str, tuple[Any, Told]] = {
    "a name with a blank": (
        offers(name="get weather"),
        (400, f"Invalid 'tools[0].function.name': {PATTERN}", "tools[0].function.name", "invalid_value"),
    ),
    "a called name with a dot": (
        says({**calling(), "tool_calls": [tool_call("a", "git.log")]}, result("a")),
        (
            400,
            f"Invalid 'messages[1].tool_calls[0].function.name': {PATTERN}",
            "messages[1].tool_calls[0].function.name",
            "invalid_value",
        ),
    ),
    "a name of a deprecated function": (
        asks(functions=[{"name": "ü"}]),
        (400, f"Invalid 'functions[0].name': {PATTERN}", "functions[0].name", "invalid_value"),
    ),
    "a long name": (
        offers(name="f" * 70),
        (
            400,
            "Invalid 'tools[0].function.name': string too long. Expected a string with maximum length 64, "
            "but got a string with length 70 instead.",
            "tools[0].function.name",
            "string_above_max_length",
        ),
    ),
    "too many tools": (
        asks(tools=TOOLS * 325),
        (
            400,
            "Invalid 'tools': array too long. Expected an array with maximum length 128, "
            "but got an array with length 325 instead.",
            "tools",
            "array_above_max_length",
        ),
    ),
    "no tool in the list": (
        asks(tools=[]),
        (
            400,
            "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.",
            "tools",
            "empty_array",
        ),
    ),
    "five stop sequences": (
        asks(stop=list("abcde")),
        (
            400,
            "Invalid 'stop': array too long. Expected an array with maximum length 4, "
            "but got an array with length 5 instead.",
            "stop",
            "array_above_max_length",
        ),
    ),
    "seventeen pairs of metadata": (
        asks(metadata={str(n): "" for n in range(17)}),
        (
            400,
            "Invalid 'metadata': too many properties. Expected an object with at most 16 properties, "
            "but got an object with 17 properties instead.",
            "metadata",
            "object_above_max_properties",
        ),
    ),
    "a long value of metadata": (
        asks(metadata={"actual": "x" * 695}),
        (
            400,
            "Invalid 'metadata.actual': string too long. Expected a string with maximum length 512, "
            "but got a string with length 695 instead.",
            "metadata.actual",
            "string_above_max_length",
        ),
    ),
    "a long key of metadata": (
        asks(metadata={"k" * 65: ""}),
        (
            400,
            f"Invalid 'metadata.{'k' * 65}': string too long. Expected a string with maximum length 64, "
            "but got a string with length 65 instead.",
            f"metadata.{'k' * 65}",
            "string_above_max_length",
        ),
    ),
    "a text of over ten megabytes": (
        asks(model="my-own", messages=[{"role": "user", "content": LONG}]),
        (
            400,
            "Invalid 'messages[0].content': string too long. Expected a string with maximum length 10485760, "
            "but got a string with length 10485761 instead.",
            "messages[0].content",
            "string_above_max_length",
        ),
    ),
    "a part of over ten megabytes": (
        asks(model="my-own", messages=[{"role": "user", "content": [{"type": "text", "text": LONG}]}]),
        (
            400,
            "Invalid 'messages[0].content[0].text': string too long. Expected a string with maximum length 10485760, "
            "but got a string with length 10485761 instead.",
            "messages[0].content[0].text",
            "string_above_max_length",
        ),
    ),
    "a file without data": (
        shows({"type": "file", "file": {"filename": "a.pdf"}}),
        (
            400,
            "Missing required parameter: 'messages[0].content[1].file.file_id'.",
            "messages[0].content[1].file.file_id",
            "missing_required_parameter",
        ),
    ),
    "an image in bare base64": (
        shows(image("iVBORw0KGgo=")),
        (
            400,
            PREFIX.format("messages[0].content[1].image_url.url"),
            "messages[0].content[1].image_url.url",
            "invalid_value",
        ),
    ),
    "an image from a tool": (
        says(calling("a"), {**result("a"), "content": [image("https://example.com/a.png")]}),
        (
            400,
            "Invalid 'messages[2]'. Image URLs are only allowed for messages with role 'user', "
            "but this message with role 'tool' contains an image URL.",
            "messages[2]",
            "invalid_value",
        ),
    ),
    "a file from a tool": (
        says(calling("a"), result("a") | {"content": [{"type": "file", "file": {"file_id": "file-1"}}]}),
        (
            400,
            "Invalid 'messages[2]'. Content blocks are expected to be either text or image_url type.",
            "messages[2]",
            "invalid_value",
        ),
    ),
    "sound for a model that does not listen": (
        shows({"type": "input_audio", "input_audio": {"data": "", "format": "wav"}}),
        (
            400,
            "Invalid 'messages[0]'. Content blocks are expected to be either text or image_url type.",
            "messages[0]",
            "invalid_value",
        ),
    ),
    "a result without a call": (says(result("a")), (400, STRAY, "messages.[1].role", None)),
    "a result after a text": (
        says(calling("a"), result("a"), {"role": "assistant", "content": "21"}, result("a")),
        (400, STRAY, "messages.[4].role", None),
    ),
    "a result of no call": (
        says(calling("a"), result("a"), result("b")),
        (
            400,
            "Invalid parameter: 'tool_call_id' of 'b' not found in 'tool_calls' of previous message.",
            "messages.[3].tool_call_id",
            None,
        ),
    ),
    "a result that does not say of what": (
        says(calling("a"), result("a"), {"role": "tool", "content": "21"}),
        (
            400,
            "Missing parameter 'tool_call_id': messages with role 'tool' must have a 'tool_call_id'.",
            "messages.[3].tool_call_id",
            None,
        ),
    ),
    "calls without any result": (
        says(calling("call_a", "call_b"), {"role": "user", "content": "Well?"}),
        (400, f"{UNANSWERED}call_a, call_b", "messages", None),
    ),
    "calls of which one has no result": (
        says(calling("call_a", "call_b"), result("call_a"), {"role": "assistant", "content": "21"}),
        (400, f"{UNANSWERED}call_b", "messages", None),
    ),
    "a call at the end": (says(calling("call_a")), (400, f"{UNANSWERED}call_a", "messages", None)),
    "a call before the last is answered": (
        says(calling("a"), calling("b"), result("b")),
        (400, f"{UNANSWERED}a", "messages", None),
    ),
    "a function's message without name": (
        asks(messages=[{"role": "function", "content": "21"}]),
        (400, "Missing parameter 'name': messages with role 'function' must have a 'name'.", "messages.[0].name", None),
    ),
    "JSON mode without the word": (
        asks(response_format={"type": "json_object"}),
        (
            400,
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
            "messages",
            None,
        ),
    ),
    "a schema without name": (
        demands(schema=strict_object()),
        (
            400,
            "Missing required parameter: 'response_format.json_schema.name'.",
            "response_format.json_schema.name",
            "missing_required_parameter",
        ),
    ),
    "a schema's name with a blank": (
        demands(name="my answer", schema=strict_object()),
        (
            400,
            f"Invalid 'response_format.json_schema.name': {PATTERN}",
            "response_format.json_schema.name",
            "invalid_value",
        ),
    ),
    "a strict format that is not": (
        demands(name="N", strict=True, schema={"type": "object", "properties": {}}),
        (
            400,
            "Invalid schema for response_format 'N': In context=(), 'additionalProperties' is required to be supplied "
            "and to be false.",
            "response_format",
            None,
        ),
    ),
    "a strict tool that is not": (
        offers(strict=True, parameters={**strict_object(city=STRING), "required": []}),
        (
            400,
            "Invalid schema for function 'f': In context=(), 'required' is required to be supplied and to be an array "
            "including every key in properties. Missing 'city'.",
            "tools[0].function.parameters",
            "invalid_function_parameters",
        ),
    ),
    "a choice without tools": (
        asks(tool_choice="auto"),
        (
            400,
            "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
            "tool_choice",
            None,
        ),
    ),
    "parallel calls without tools": (
        asks(parallel_tool_calls=True),
        (
            400,
            "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' are "
            "specified.",
            "parallel_tool_calls",
            None,
        ),
    ),
    "the choice of a function that is not there": (
        offers() | {"tool_choice": {"type": "function", "function": {"name": "F"}}},
        (
            400,
            "Invalid value for 'tool_choice': no function named 'F' was specified in the 'tools' parameter.",
            "tool_choice",
            None,
        ),
    ),
    "options of a stream that is none": (
        asks(stream_options={"include_usage": True}),
        (
            400,
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
            "stream_options",
            None,
        ),
    ),
    "alternatives without log probabilities": (
        asks(top_logprobs=2),
        (400, "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.", "top_logprobs", None),
    ),
}


@pytest.mark.parametrize(("body", "refusal"), REFUSED.values(), ids=REFUSED)
def test_refuses(body: Any, refusal: Told) -> None:
    assert refusals("chat.completions", body) == [refusal]


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


def test_looks_at_fields_in_their_order_then_at_the_model_then_at_the_conversation() -> None:
    body = {
        "model": "gpt-5",
        "stop": list("abcde"),
        "messages": [{"role": "user", "content": [image("AAAA")]}, calling("a")],
        "metadata": {"k": "v" * 600},
        "max_tokens": 5,
        "tools": [{"type": "function", "function": {"name": "f", "strict": True, "parameters": {"type": "object"}}}],
    }

    assert [param for _, _, param, _ in refusals("chat.completions", body)] == [
        "stop",
        "messages[0].content[0].image_url.url",
        "metadata.k",
        "max_tokens",
        "stop",
        "messages",
        "tools[0].function.parameters",
    ]
