"""What Responses refuse in the fields of a request and among its items."""

from __future__ import annotations

from typing import Any

import pytest

from ._calls import STRING, WireError, function_call, function_call_output, refusals, strict_object

PATTERN = "string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'."
LONG = "x" * 10_485_761
TOO_LONG = (
    "string too long. Expected a string with maximum length 10485760, but got a string with length 10485761 instead."
)
IMAGE = (
    "Invalid '{}'. Expected a base64-encoded data URL with an image MIME type "
    "(e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got {}."
)
FILE = (
    "Invalid file data: '{}'. Expected a base64-encoded data URL with a valid file MIME type "
    "(e.g. 'data:text/plain;base64,SGVsbG8sIFdvcmxkIQ=='), but got {}. Please see "
    "https://platform.openai.com/docs/assistants/tools/file-search#supported-files for supported file types."
)
USER: Any = {"role": "user", "content": "Hi"}
ANSWER: Any = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "status": "completed",
    "content": [{"type": "output_text", "text": "Hi", "annotations": []}],
}
THOUGHT: Any = {"id": "rs_1", "type": "reasoning", "summary": []}
CUSTOM: Any = {"type": "custom_tool_call", "call_id": "call_x", "name": "shell", "input": "ls"}


def asks(**fields: Any) -> Any:
    """A request that says "Hi"."""
    return {"model": "gpt-4o", "input": "Hi", **fields}


def says(*items: Any, **fields: Any) -> Any:
    """A request with these items after a first message."""
    return asks(input=[USER, *items], **fields)


def shows(part: Any) -> Any:
    """A request whose message has this part after a text."""
    return asks(input=[{"role": "user", "content": [{"type": "input_text", "text": "This"}, part]}])


def image(url: Any) -> Any:
    """An image part."""
    return {"type": "input_image", "detail": "auto", "image_url": url}


def file(data: Any) -> Any:
    """A file part."""
    return {"type": "input_file", "filename": "a", "file_data": data}


def offers(**function: Any) -> Any:
    """A request that offers a function."""
    return asks(tools=[{"type": "function", "name": "f", **function}])


def demands(**format_: Any) -> Any:
    """A request that demands a schema."""
    return asks(text={"format": {"type": "json_schema", **format_}})


# Calls of tools that the application carries out beside functions, and what else they have.
HOSTED: dict[str, dict[str, Any]] = {
    "local shell call": {"action": {"type": "exec", "command": ["ls"], "env": {}}},
    "shell call": {"action": {"commands": ["ls"]}},
    "computer call": {"action": {"type": "screenshot"}},
    "apply patch call": {"operation": {"type": "delete_file", "path": "a"}},
}
REFUSED: dict[str, tuple[Any, WireError]] = {
    "a tool's name with a dot": (
        offers(name="git.log"),
        (400, f"Invalid 'tools[0].name': {PATTERN}", "tools[0].name", "invalid_value"),
    ),
    "a long name of a tool": (
        offers(name="f" * 129),
        (
            400,
            "Invalid 'tools[0].name': string too long. Expected a string with maximum length 128, "
            "but got a string with length 129 instead.",
            "tools[0].name",
            "string_above_max_length",
        ),
    ),
    "a called name with a blank": (
        says(function_call("a", name="git log"), function_call_output("a")),
        (400, f"Invalid 'input[1].name': {PATTERN}", "input[1].name", "invalid_value"),
    ),
    "too many pairs of metadata": (
        asks(metadata={str(n): "" for n in range(24)}),
        (
            400,
            "Invalid 'metadata': too many properties. Expected an object with at most 16 properties, "
            "but got an object with 24 properties instead.",
            "metadata",
            "object_above_max_properties",
        ),
    ),
    "a text of over ten megabytes": (
        asks(model="my-own", input=LONG),
        (400, f"Invalid 'input': {TOO_LONG}", "input", "string_above_max_length"),
    ),
    "an output of over ten megabytes": (
        says(function_call("a"), function_call_output("a") | {"output": LONG}, model="my-own"),
        (400, f"Invalid 'input[2].output': {TOO_LONG}", "input[2].output", "string_above_max_length"),
    ),
    "a part of over ten megabytes": (
        shows({"type": "input_text", "text": LONG}) | {"model": "my-own"},
        (400, f"Invalid 'input[0].content[1].text': {TOO_LONG}", "input[0].content[1].text", "string_above_max_length"),
    ),
    "instructions of over ten megabytes": (
        asks(model="my-own", instructions=LONG),
        (400, f"Invalid 'instructions': {TOO_LONG}", "instructions", "string_above_max_length"),
    ),
    "an image without bytes": (
        shows(image("data:image/png;base64,")),
        (
            400,
            IMAGE.format("input[0].content[1].image_url", "empty base64-encoded bytes"),
            "input[0].content[1].image_url",
            "invalid_value",
        ),
    ),
    "an image in bare base64": (
        shows(image("iVBORw0KGgo=")),
        (
            400,
            IMAGE.format("input[0].content[1].image_url", "a value without the 'data:' prefix"),
            "input[0].content[1].image_url",
            "invalid_value",
        ),
    ),
    "sound as the output of a tool": (
        says(function_call("a"), function_call_output("a") | {"output": [file("data:audio/mpeg;base64,AAAA")]}),
        (
            400,
            FILE.format("input[2].output[0].file_data", "unsupported MIME type 'audio/mpeg'"),
            "input[2].output[0].file_data",
            "invalid_value",
        ),
    ),
    "a file in bare base64": (
        shows(file("JVBERi0=")),
        (
            400,
            FILE.format("input[0].content[1].file_data", "a value without the 'data:' prefix"),
            "input[0].content[1].file_data",
            "invalid_value",
        ),
    ),
    "a schema without name": (
        demands(schema=strict_object()),
        (400, "Missing required parameter: 'text.format.name'.", "text.format.name", "missing_required_parameter"),
    ),
    "a strict format that is not": (
        demands(name="N", strict=True, schema={"type": "object", "properties": {}}),
        (
            400,
            "Invalid schema for response_format 'N': In context=(), 'additionalProperties' is required to be supplied "
            "and to be false.",
            "text.format.schema",
            "invalid_json_schema",
        ),
    ),
    "a strict tool that is not": (
        offers(strict=True, parameters={**strict_object(city=STRING, unit=STRING), "required": ["city"]}),
        (
            400,
            "Invalid schema for function 'f': In context=(), 'required' is required to be supplied and to be an array "
            "including every key in properties. Missing 'unit'.",
            "tools[0].parameters",
            "invalid_function_parameters",
        ),
    ),
    "JSON mode without the word": (
        asks(text={"format": {"type": "json_object"}}),
        (
            400,
            "Response input messages must contain the word 'json' in some form to use 'text.format' of type "
            "'json_object'.",
            "input",
            None,
        ),
    ),
    "the choice of a function that is not there": (
        offers() | {"tool_choice": {"type": "function", "name": "g"}},
        (400, "Tool choice 'function' not found in 'tools' parameter.", "tool_choice", None),
    ),
    "the choice of a custom tool among none": (
        asks(tool_choice={"type": "custom", "name": "g"}),
        (400, "Tool choice 'custom' not found in 'tools' parameter.", "tool_choice", None),
    ),
    "a previous id with other characters": (
        asks(previous_response_id="resp/1"),
        (
            400,
            "Invalid 'previous_response_id': 'resp/1'. Expected an ID that contains letters, numbers, underscores, or "
            "dashes, but this value contained additional characters.",
            "previous_response_id",
            None,
        ),
    ),
    "a previous id of something else": (
        asks(previous_response_id="msg_1"),
        (
            400,
            "Invalid 'previous_response_id': 'msg_1'. Expected an ID that begins with 'resp'.",
            "previous_response_id",
            None,
        ),
    ),
    "two pasts": (
        asks(previous_response_id="resp_1", conversation="conv_1"),
        (
            400,
            "Mutually exclusive parameters: 'previous_response_id' and 'conversation'. Ensure you are only providing "
            "one of: 'previous_response_id' or 'conversation'.",
            None,
            "mutually_exclusive_parameters",
        ),
    ),
    "a call without output": (
        says(function_call("call_x"), USER),
        (400, "No tool output found for function call call_x.", "input", None),
    ),
    "one of two calls without output": (
        says(function_call("call_x"), function_call("call_y"), function_call_output("call_x")),
        (400, "No tool output found for function call call_y.", "input", None),
    ),
    "a custom tool's call without output": (
        says(CUSTOM),
        (400, "No tool output found for custom tool call call_x.", "input", None),
    ),
    **{
        f"a {words} without output": (
            says({"type": f"{words.replace(' ', '_')}", "call_id": "call_x", **rest}),
            (400, f"No tool output found for {words} call_x.", "input", None),
        )
        for words, rest in HOSTED.items()
    },
    "a shell's output without a call": (
        says({"type": "shell_call_output", "call_id": "call_x", "output": []}),
        (400, "No tool call found for shell call output with call_id call_x.", "input", None),
    ),
    "an output without a call": (
        says(function_call_output("call_x")),
        (400, "No tool call found for function call output with call_id call_x.", "input", None),
    ),
    "a custom tool's output without a call": (
        says({"type": "custom_tool_call_output", "call_id": "call_x", "output": "a.txt"}),
        (400, "No tool call found for custom tool call output with call_id call_x.", "input", None),
    ),
    "reasoning at the end": (
        says(THOUGHT),
        (400, "Item 'rs_1' of type 'reasoning' was provided without its required following item.", "input", None),
    ),
    "reasoning before the next question": (
        says(THOUGHT, USER),
        (400, "Item 'rs_1' of type 'reasoning' was provided without its required following item.", "input", None),
    ),
    "reasoning before an output": (
        says(function_call("a"), THOUGHT, function_call_output("a")),
        (400, "Item 'rs_1' of type 'reasoning' was provided without its required following item.", "input", None),
    ),
}


@pytest.mark.parametrize(("body", "refusal"), REFUSED.values(), ids=REFUSED)
def test_refuses(body: Any, refusal: WireError) -> None:
    assert refusals("responses", body) == [refusal]


ACCEPTED: dict[str, Any] = {
    "a text": asks(),
    "an empty list": asks(input=[]),
    "a message with its type": asks(input=[{"type": "message", **USER}]),
    "an answer echoed back": says(ANSWER, USER),
    "an answer in short": says({"role": "assistant", "content": "Hi"}, USER),
    "a round without ids": says(function_call("a"), function_call_output("a")),
    "a round with ids": says(
        function_call("a", id="fc_1", status="completed"), function_call_output("a") | {"id": "fco_1"}
    ),
    "two calls answered in any order": says(
        function_call("a"), function_call("b"), function_call_output("b"), function_call_output("a")
    ),
    "an output before its call": says(function_call_output("a"), function_call("a")),
    "a custom tool's round": says(CUSTOM, {"type": "custom_tool_call_output", "call_id": "call_x", "output": ""}),
    "an output in parts": says(
        function_call("a"),
        function_call_output("a") | {"output": [{"type": "input_text", "text": "21"}, image("https://a.example")]},
    ),
    "calls that the API answers": says({"type": "web_search_call", "id": "ws_1", "status": "completed"}, ANSWER),
    "a search for tools": says(
        {"type": "tool_search_call", "call_id": None, "id": "tsc_1"}, {"type": "tool_search_output", "call_id": None}
    ),
    "reasoning and its answer": says(THOUGHT, ANSWER, USER),
    "reasoning and its call": says(THOUGHT, function_call("a", id="fc_1"), function_call_output("a")),
    "reasoning twice": says(THOUGHT, {**THOUGHT, "id": "rs_2"}, ANSWER),
    "reasoning and its search": says(THOUGHT, {"type": "web_search_call", "id": "ws_1"}, ANSWER),
    "reasoning and a reference": says(THOUGHT, {"type": "item_reference", "id": "fc_1"}, function_call_output("a")),
    "the output of a call that is named by its id": says(
        {"type": "item_reference", "id": "fc_1"}, function_call_output("a")
    ),
    "an id alone": says({"id": "fc_1"}, function_call_output("a")),
    "the output of a call in a conversation": says(function_call_output("a"), conversation="conv_1"),
    "an image by its address": shows(image("https://example.com/a.png")),
    "an image in itself": shows(image("data:image/png;base64,iVBORw0KGgo=")),
    "an image by its id": shows({"type": "input_image", "file_id": "file-1", "image_url": None}),
    "a document in itself": shows(file("data:application/pdf;base64,JVBERi0=")),
    "a document by its id": shows({"type": "input_file", "file_id": "file-1", "file_data": None}),
    "no tool in the list": asks(tools=[]),
    "a tool without parameters": offers(),
    "a tool that says null to all": offers(strict=None, parameters=None, description=None),
    "a strict tool": offers(strict=True, parameters=strict_object(city=STRING)),
    "a tool that is made strict": offers(parameters={"type": "object", "properties": {"a": STRING}}),
    "a tool that is not strict": offers(strict=False, parameters={"type": "object", "properties": {"a": STRING}}),
    "a long name": offers(name="f" * 128),
    "tools that the API runs": asks(
        tools=[
            {"type": "web_search"},
            {"type": "mcp", "server_label": "my server", "server_url": "https://a.example"},
            {"type": "code_interpreter", "container": {"type": "auto"}},
        ]
    ),
    "a choice without tools": asks(tool_choice="auto", parallel_tool_calls=True),
    "the choice of a function": offers() | {"tool_choice": {"type": "function", "name": "f"}},
    "the choice of a tool that the API runs": asks(
        tools=[{"type": "web_search_preview_2025_03_11"}], tool_choice={"type": "web_search_preview"}
    ),
    "the choice of a function out of a stored prompt": asks(
        prompt={"id": "pmpt_1"}, tool_choice={"type": "function", "name": "f"}
    ),
    "the choice of a function out of a group": asks(
        tools=[{"type": "namespace", "name": "crm", "tools": [{"type": "function", "name": "f"}]}],
        tool_choice={"type": "function", "name": "f"},
    ),
    "JSON mode with the word in the input": asks(input="As JSON", text={"format": {"type": "json_object"}}),
    "JSON mode with the word in the instructions": asks(
        instructions="Answer in JSON.", text={"format": {"type": "json_object"}}
    ),
    "JSON mode with the word in an output": says(
        function_call("a"), function_call_output("a") | {"output": "json"}, text={"format": {"type": "json_object"}}
    ),
    "a schema": demands(name="N", strict=True, schema=strict_object(a=STRING)),
    "a schema that says nothing of strict": demands(name="N", schema={"type": "object", "properties": {}}),
    "a schema that says null to strict": demands(name="N", strict=None, schema={"type": "object"}),
    "a previous response": asks(previous_response_id="resp_0c09"),
    "a conversation": asks(conversation={"id": "conv_1"}, previous_response_id=None),
    "nulls everywhere": asks(
        instructions=None, metadata=None, reasoning=None, text=None, tool_choice=None, tools=None, conversation=None
    ),
}


@pytest.mark.parametrize("body", ACCEPTED.values(), ids=ACCEPTED)
def test_accepts(body: Any) -> None:
    assert refusals("responses", body) == []


PAST: Any = [USER, {**THOUGHT}, function_call("call_x", id="fc_1")]
CONTINUED: Any = {"previous_response_id": "resp_1"}


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (asks(**CONTINUED), [(400, "No tool output found for function call call_x.", "input", None)]),
        (
            asks(input=[function_call_output("call_x"), function_call_output("call_y")], **CONTINUED),
            [(400, "No tool call found for function call output with call_id call_y.", "input", None)],
        ),
        (asks(input=[function_call_output("call_x")], **CONTINUED), []),
        (asks(input=[function_call_output("call_x"), USER], **CONTINUED), []),
        (asks(input=[{"type": "item_reference", "id": "fc_1"}, function_call_output("call_x")], **CONTINUED), []),
        (
            asks(input=[{"type": "item_reference", "id": "fc_1"}], **CONTINUED),
            [(400, "No tool output found for function call call_x.", "input", None)],
        ),
        (asks(input=[{"type": "item_reference", "id": "fco_elsewhere"}], **CONTINUED), []),
    ],
)
def test_sees_what_a_response_continues(body: Any, refusal: list[WireError]) -> None:
    assert refusals("responses", body, history=PAST) == refusal


def test_finds_the_word_json_in_what_a_response_continues() -> None:
    body = asks(text={"format": {"type": "json_object"}}, **CONTINUED)

    assert refusals("responses", body, history=[{"role": "user", "content": "in JSON, please"}]) == []


def test_looks_at_fields_in_their_order_then_at_the_model_then_at_the_items() -> None:
    body = {
        "model": "o3",
        "previous_response_id": "x",
        "conversation": "conv_1",
        "input": [function_call("a"), image("b") | {"content": [image("AAAA")]}],
        "temperature": 0,
        "metadata": {"k": "v" * 600},
        "tools": [{"type": "function", "name": "f", "strict": True, "parameters": {"type": "object"}}],
        "tool_choice": {"type": "function", "name": "g"},
    }

    history = [USER]
    assert [param for _, _, param, _ in refusals("responses", body, history=history)] == [
        "previous_response_id",
        "input[1].content[0].image_url",
        "metadata.k",
        None,
        "temperature",
        "tool_choice",
        "input",
        "tools[0].parameters",
    ]
