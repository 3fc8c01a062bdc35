"""What chat completions refuse in the fields of a request and in its conversation."""

from __future__ import annotations

from typing import Any

import pytest

from ._calls import STRING, WireError, assistant_calls, refusals, strict_object, tool_call, tool_result
from ._chat_requests import (
    LONG,
    NO_RESPONSES,
    PATTERN,
    PREFIX,
    STRAY,
    TOOLS,
    chat_request,
    image,
    with_function,
    with_messages,
    with_parts,
    with_schema,
)


def empty(path: str, what: str = "array") -> WireError:
    """The error of a list, or text, that has nothing in it."""
    article = "an" if what == "array" else "a"
    expected = f"Expected {article} {what} with minimum length 1, but got an empty {what} instead."
    return 400, f"Invalid '{path}': empty {what}. {expected}", path, f"empty_{what}"


REFUSED: dict[str, tuple[Any, WireError]] = {
    "a message without parts": (
        chat_request(messages=[{"role": "user", "content": []}]),
        empty("messages[0].content"),
    ),
    "a message with an empty list of calls": (
        chat_request(messages=[{"role": "assistant", "content": "Hi", "tool_calls": []}]),
        empty("messages[0].tool_calls"),
    ),
    "a call of a tool without name": (
        chat_request(
            messages=[
                {"role": "assistant", "tool_calls": [{**tool_call("a"), "function": {"name": "", "arguments": "{}"}}]},
                tool_result("a"),
            ]
        ),
        empty("messages[0].tool_calls[0].function.name", "string"),
    ),
    "a tool with an empty name": (with_function(name=""), empty("tools[0].function.name", "string")),
    "metadata of a completion that is not stored": (
        chat_request(metadata={"a": "b"}),
        (400, "The 'metadata' parameter is only allowed when 'store' is enabled.", "metadata", None),
    ),
    "a file without a name": (
        chat_request(messages=[{"role": "user", "content": [{"type": "file", "file": {"file_data": "JVBERi0="}}]}]),
        (
            400,
            "Missing required parameter: 'messages[0].content[0].file.file_id'.",
            "messages[0].content[0].file.file_id",
            "missing_required_parameter",
        ),
    ),
    "a name with a blank": (
        with_function(name="get weather"),
        (400, f"Invalid 'tools[0].function.name': {PATTERN}", "tools[0].function.name", "invalid_value"),
    ),
    "a called name with a dot": (
        with_messages({**assistant_calls(), "tool_calls": [tool_call("a", "git.log")]}, tool_result("a")),
        (
            400,
            f"Invalid 'messages[1].tool_calls[0].function.name': {PATTERN}",
            "messages[1].tool_calls[0].function.name",
            "invalid_value",
        ),
    ),
    "a name of a deprecated function": (
        chat_request(functions=[{"name": "ü"}]),
        (400, f"Invalid 'functions[0].name': {PATTERN}", "functions[0].name", "invalid_value"),
    ),
    "a long name": (
        with_function(name="f" * 70),
        (
            400,
            "Invalid 'tools[0].function.name': string too long. Expected a string with maximum length 64, "
            "but got a string with length 70 instead.",
            "tools[0].function.name",
            "string_above_max_length",
        ),
    ),
    "too many tools": (
        chat_request(tools=TOOLS * 325),
        (
            400,
            "Invalid 'tools': array too long. Expected an array with maximum length 128, "
            "but got an array with length 325 instead.",
            "tools",
            "array_above_max_length",
        ),
    ),
    "no tool in the list": (
        chat_request(tools=[]),
        (
            400,
            "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.",
            "tools",
            "empty_array",
        ),
    ),
    "five stop sequences": (
        chat_request(stop=list("abcde")),
        (
            400,
            "Invalid 'stop': array too long. Expected an array with maximum length 4, "
            "but got an array with length 5 instead.",
            "stop",
            "array_above_max_length",
        ),
    ),
    "seventeen pairs of metadata": (
        chat_request(store=True, metadata={str(n): "" for n in range(17)}),
        (
            400,
            "Invalid 'metadata': too many properties. Expected an object with at most 16 properties, "
            "but got an object with 17 properties instead.",
            "metadata",
            "object_above_max_properties",
        ),
    ),
    "a long value of metadata": (
        chat_request(store=True, metadata={"actual": "x" * 695}),
        (
            400,
            "Invalid 'metadata.actual': string too long. Expected a string with maximum length 512, "
            "but got a string with length 695 instead.",
            "metadata.actual",
            "string_above_max_length",
        ),
    ),
    "a long key of metadata": (
        chat_request(store=True, metadata={"k" * 65: ""}),
        (
            400,
            f"Invalid 'metadata.{'k' * 65}': string too long. Expected a string with maximum length 64, "
            "but got a string with length 65 instead.",
            f"metadata.{'k' * 65}",
            "string_above_max_length",
        ),
    ),
    "a text of over ten megabytes": (
        chat_request(model="my-own", messages=[{"role": "user", "content": LONG}]),
        (
            400,
            "Invalid 'messages[0].content': string too long. Expected a string with maximum length 10485760, "
            "but got a string with length 10485761 instead.",
            "messages[0].content",
            "string_above_max_length",
        ),
    ),
    "a part of over ten megabytes": (
        chat_request(model="my-own", messages=[{"role": "user", "content": [{"type": "text", "text": LONG}]}]),
        (
            400,
            "Invalid 'messages[0].content[0].text': string too long. Expected a string with maximum length 10485760, "
            "but got a string with length 10485761 instead.",
            "messages[0].content[0].text",
            "string_above_max_length",
        ),
    ),
    "a file without data": (
        with_parts({"type": "file", "file": {"filename": "a.pdf"}}),
        (
            400,
            "Missing required parameter: 'messages[0].content[1].file.file_id'.",
            "messages[0].content[1].file.file_id",
            "missing_required_parameter",
        ),
    ),
    "an image in bare base64": (
        with_parts(image("iVBORw0KGgo=")),
        (
            400,
            PREFIX.format("messages[0].content[1].image_url.url"),
            "messages[0].content[1].image_url.url",
            "invalid_value",
        ),
    ),
    "an image from a tool": (
        with_messages(assistant_calls("a"), {**tool_result("a"), "content": [image("https://example.com/a.png")]}),
        (
            400,
            "Invalid 'messages[2]'. Image URLs are only allowed for messages with role 'user', "
            "but this message with role 'tool' contains an image URL.",
            "messages[2]",
            "invalid_value",
        ),
    ),
    "a file from a tool": (
        with_messages(
            assistant_calls("a"), tool_result("a") | {"content": [{"type": "file", "file": {"file_id": "file-1"}}]}
        ),
        (
            400,
            "Invalid 'messages[2]'. Content blocks are expected to be either text or image_url type.",
            "messages[2]",
            "invalid_value",
        ),
    ),
    "sound for a model that does not listen": (
        with_parts({"type": "input_audio", "input_audio": {"data": "", "format": "wav"}}),
        (
            400,
            "Invalid 'messages[0]'. Content blocks are expected to be either text or image_url type.",
            "messages[0]",
            "invalid_value",
        ),
    ),
    "a result without a call": (with_messages(tool_result("a")), (400, STRAY, "messages.[1].role", None)),
    "a result after a text": (
        with_messages(assistant_calls("a"), tool_result("a"), {"role": "assistant", "content": "21"}, tool_result("a")),
        (400, STRAY, "messages.[4].role", None),
    ),
    "a result of no call": (
        with_messages(assistant_calls("a"), tool_result("a"), tool_result("b")),
        (
            400,
            "Invalid parameter: 'tool_call_id' of 'b' not found in 'tool_calls' of previous message.",
            "messages.[3].tool_call_id",
            None,
        ),
    ),
    "a result that does not say of what": (
        with_messages(assistant_calls("a"), tool_result("a"), {"role": "tool", "content": "21"}),
        (
            400,
            "Missing parameter 'tool_call_id': messages with role 'tool' must have a 'tool_call_id'.",
            "messages.[3].tool_call_id",
            None,
        ),
    ),
    "calls without any result": (
        with_messages(assistant_calls("call_a", "call_b"), {"role": "user", "content": "Well?"}),
        (400, f"{NO_RESPONSES}call_a, call_b", "messages", None),
    ),
    "calls of which one has no result": (
        with_messages(
            assistant_calls("call_a", "call_b"), tool_result("call_a"), {"role": "assistant", "content": "21"}
        ),
        (400, f"{NO_RESPONSES}call_b", "messages", None),
    ),
    "a call at the end": (with_messages(assistant_calls("call_a")), (400, f"{NO_RESPONSES}call_a", "messages", None)),
    "a call before the last is answered": (
        with_messages(assistant_calls("a"), assistant_calls("b"), tool_result("b")),
        (400, f"{NO_RESPONSES}a", "messages", None),
    ),
    "a function's message without name": (
        chat_request(messages=[{"role": "function", "content": "21"}]),
        (400, "Missing parameter 'name': messages with role 'function' must have a 'name'.", "messages.[0].name", None),
    ),
    "JSON mode without the word": (
        chat_request(response_format={"type": "json_object"}),
        (
            400,
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
            "messages",
            None,
        ),
    ),
    "a schema without name": (
        with_schema(schema=strict_object()),
        (
            400,
            "Missing required parameter: 'response_format.json_schema.name'.",
            "response_format.json_schema.name",
            "missing_required_parameter",
        ),
    ),
    "a schema's name with a blank": (
        with_schema(name="my answer", schema=strict_object()),
        (
            400,
            f"Invalid 'response_format.json_schema.name': {PATTERN}",
            "response_format.json_schema.name",
            "invalid_value",
        ),
    ),
    "a strict format that is not": (
        with_schema(name="N", strict=True, schema={"type": "object", "properties": {}}),
        (
            400,
            "Invalid schema for response_format 'N': In context=(), 'additionalProperties' is required to be supplied "
            "and to be false.",
            "response_format",
            None,
        ),
    ),
    "a strict tool that is not": (
        with_function(strict=True, parameters={**strict_object(city=STRING), "required": []}),
        (
            400,
            "Invalid schema for function 'f': In context=(), 'required' is required to be supplied and to be an array "
            "including every key in properties. Missing 'city'.",
            "tools[0].function.parameters",
            "invalid_function_parameters",
        ),
    ),
    "a choice without tools": (
        chat_request(tool_choice="auto"),
        (
            400,
            "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
            "tool_choice",
            None,
        ),
    ),
    "parallel calls without tools": (
        chat_request(parallel_tool_calls=True),
        (
            400,
            "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' are "
            "specified.",
            "parallel_tool_calls",
            None,
        ),
    ),
    "the choice of a function that is not there": (
        with_function() | {"tool_choice": {"type": "function", "function": {"name": "F"}}},
        (
            400,
            "Invalid value for 'tool_choice': no function named 'F' was specified in the 'tools' parameter.",
            "tool_choice",
            None,
        ),
    ),
    "options of a stream that is none": (
        chat_request(stream_options={"include_usage": True}),
        (
            400,
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
            "stream_options",
            None,
        ),
    ),
    "alternatives without log probabilities": (
        chat_request(top_logprobs=2),
        (400, "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.", "top_logprobs", None),
    ),
}


@pytest.mark.parametrize(("body", "refusal"), REFUSED.values(), ids=REFUSED)
def test_refuses(body: Any, refusal: WireError) -> None:
    assert refusals("chat.completions", body) == [refusal]


NO_PARAMETERS = {"type": "object", "properties": {}}


def test_looks_at_fields_in_their_order_then_at_the_model_then_at_the_conversation() -> None:
    body = {
        "model": "gpt-5",
        "stop": list("abcde"),
        "messages": [{"role": "user", "content": [image("AAAA")]}, assistant_calls("a")],
        "metadata": {"k": "v" * 600},
        "store": True,
        "max_tokens": 5,
        "tools": [
            {
                "type": "function",
                "function": {"name": "f", "strict": True, "parameters": {"type": "object", "properties": {}}},
            }
        ],
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
