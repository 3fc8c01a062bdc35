"""What chat completions refuse."""

from __future__ import annotations

from typing import Any

from .refusals import (
    CHAT,
    DEPRECATIONS,
    HI,
    WITHOUT,
    Refusal,
    call,
    format_of,
    missing,
    mistyped,
    out_of_range,
    request,
    result,
    too_long,
    tool,
)

ROLES = "'system', 'assistant', 'user', 'function', 'tool', and 'developer'"
OBJECT = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
PEOPLE = {
    "type": "object",
    "properties": {
        "key_people": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "role": {"type": "string"}},
                "required": ["name"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["key_people"],
    "additionalProperties": False,
}
PICTURE = "data:image/png;base64,aW1nIGJ5dGVzIGhlcmU="


def refusal(
    name: str, message: str, *, param: str | None = None, code: str | None = None, **changes: object
) -> Refusal:
    """A refused chat request."""
    return Refusal(name, CHAT, request(CHAT, **changes), message, param, code)


def gone(name: str, model: str, message: str, *, param: str | None = None, code: str | None = None) -> Refusal:
    """A model that this endpoint does not have."""
    return Refusal(name, CHAT, request(CHAT, model=model), message, param, code, status=404)


def unsupported(param: str, model: str, more: str = "", **changes: Any) -> Refusal:
    """A parameter that the model does not know."""
    message = f"Unsupported parameter: '{param}' is not supported with this model.{more}"
    return refusal(f"{param} for {model}", message, param=param, code="unsupported_parameter", model=model, **changes)


FIELDS = [
    refusal("no model", "you must provide a model parameter", model=WITHOUT),
    refusal("empty model", "you must provide a model parameter", model="", messages=WITHOUT),
    missing(CHAT, "messages", messages=WITHOUT),
    refusal("unknown argument", "Unrecognized request argument supplied: top_k", top_k=5),
    refusal("unknown arguments", "Unrecognized request arguments supplied: top_k, seeds", top_k=5, seeds=[1]),
    mistyped(CHAT, "messages[0]", "an object", "a string", messages=["Hi"]),
    mistyped(CHAT, "messages", "an array of objects", "a string", messages="Hi"),
    mistyped(CHAT, "temperature", "a decimal", "a string", temperature="hot"),
    mistyped(CHAT, "n", "an integer", "a boolean", n=True),
    mistyped(CHAT, "logprobs", "a boolean", "a string", logprobs="true"),
    mistyped(CHAT, "stop", "one of a string or array of strings", "an integer", stop=5),
    mistyped(CHAT, "metadata.modified", "a string", "a boolean", metadata={"modified": True}, store=True),
    mistyped(
        CHAT,
        "messages[0].content",
        "one of a string or array of objects",
        "null",
        messages=[{"role": "user", "content": None}],
    ),
    missing(CHAT, "messages[1].content[0].type", messages=[HI, {"role": "user", "content": [{"text": "Hi"}]}]),
    refusal(
        "no messages",
        "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
        param="messages",
        code="empty_array",
        messages=[],
    ),
    refusal(
        "role",
        f"Invalid value: 'bot'. Supported values are: {ROLES}.",
        param="messages[0].role",
        code="invalid_value",
        messages=[{"role": "bot", "content": "Hi"}],
    ),
    out_of_range(CHAT, "decimal", 3, 2, below=False, param="temperature"),
    out_of_range(CHAT, "decimal", -1, 0, below=True, param="top_p"),
    out_of_range(CHAT, "decimal", 2.5, 2, below=False, param="presence_penalty"),
    out_of_range(CHAT, "decimal", -2.5, -2, below=True, param="frequency_penalty"),
    out_of_range(CHAT, "integer", 0, 1, below=True, param="n"),
    out_of_range(CHAT, "integer", 129, 128, below=False, param="n"),
    out_of_range(CHAT, "integer", 21, 20, below=False, param="top_logprobs"),
    missing(CHAT, "response_format.json_schema.name", **format_of(CHAT, OBJECT, name=None)),
    too_long(CHAT, "stop", "array", 4, 5, stop=["a", "b", "c", "d", "e"]),
    too_long(CHAT, "metadata.key", "string", 512, 513, metadata={"key": "v" * 513}, store=True),
]

CONVERSATION = [
    refusal(
        "developer role for o1-mini",
        "Unsupported value: 'messages[0].role' does not support 'developer' with this model.",
        param="messages[0].role",
        code="unsupported_value",
        model="o1-mini",
        messages=[{"role": "developer", "content": "Be brief."}, HI],
    ),
    refusal(
        "stray tool message",
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
        param="messages.[1].role",
        messages=[HI, result()],
    ),
    refusal(
        "unanswered calls",
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. "
        "The following tool_call_ids did not have response messages: call_a",
        param="messages",
        messages=[HI, call(), HI],
    ),
    refusal(
        "function message without name",
        "Missing parameter 'name': messages with role 'function' must have a 'name'.",
        param="messages.[0].name",
        messages=[{"role": "function", "content": "3"}],
    ),
    refusal(
        "tool message without id",
        "Missing parameter 'tool_call_id': messages with role 'tool' must have a 'tool_call_id'.",
        param="messages.[2].tool_call_id",
        messages=[HI, call(), {"role": "tool", "content": "3"}],
    ),
    refusal(
        "parts of a tool message",
        "Invalid 'messages[2]'. Content blocks are expected to be either text or image_url type.",
        param="messages[2]",
        code="invalid_value",
        messages=[
            HI,
            call(),
            {**result(), "content": [{"type": "input_audio", "input_audio": {"data": "", "format": "wav"}}]},
        ],
    ),
    missing(
        CHAT,
        "messages[0].content[1].file.file_id",
        messages=[{"role": "user", "content": [{"type": "text", "text": "Read"}, {"type": "file", "file": {}}]}],
    ),
    refusal(
        "JSON mode without the word",
        "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
        param="messages",
        response_format={"type": "json_object"},
    ),
    too_long(CHAT, "messages[0].content", "string", 10485760, 10485761, messages=[{**HI, "content": "a" * 10485761}]),
    refusal(
        "image without data URL",
        "Invalid image URL: 'messages[0].content[0].image_url.url'. Expected a base64-encoded data URL with an image "
        "MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got a value without the 'data:' prefix.",
        param="messages[0].content[0].image_url.url",
        code="invalid_value",
        messages=[{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "aW1nIGJ5dGVzIGhlcmU="}}]}],
    ),
]

SCHEMAS = [
    refusal(
        "required in a nested schema",
        "Invalid schema for response_format 'answer': In context=('properties', 'key_people', 'items'), 'required' is "
        "required to be supplied and to be an array including every key in properties. Missing 'role'.",
        param="response_format",
        **format_of(CHAT, PEOPLE),
    ),
    refusal(
        "open schema",
        "Invalid schema for response_format 'answer': In context=(), 'additionalProperties' is required to be supplied "
        "and to be false.",
        param="response_format",
        **format_of(CHAT, {"type": "object", "properties": {}, "required": []}),
    ),
    refusal(
        "array schema",
        "Invalid schema for response_format 'answer': schema must be a JSON Schema of 'type: \"object\"', "
        "got 'type: \"array\"'.",
        param="response_format",
        **format_of(CHAT, {"type": "array", "items": {"type": "string"}}),
    ),
    refusal(
        "forbidden keyword",
        "Invalid schema for response_format 'answer': In context=('properties', 'x'), 'oneOf' is not permitted.",
        param="response_format",
        **format_of(CHAT, {**OBJECT, "properties": {"x": {"oneOf": [{"type": "string"}]}}, "required": ["x"]}),
    ),
    refusal(
        "strict tool",
        "Invalid schema for function 'add': In context=(), 'additionalProperties' is required to be supplied and to be "
        "false.",
        param="tools[0].function.parameters",
        code="invalid_function_parameters",
        tools=[tool(CHAT, strict=True, parameters={"type": "object", "properties": {}, "required": []})],
    ),
    refusal(
        "schema for an old model",
        "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model. Learn more about "
        "supported models at the Structured Outputs guide: https://platform.openai.com/docs/guides/structured-outputs",
        model="gpt-4-turbo",
        **format_of(CHAT, OBJECT),
    ),
]

TOOLS = [
    refusal(
        "name of a tool",
        "Invalid 'tools[0].function.name': string does not match pattern. Expected a string that matches the pattern "
        "'^[a-zA-Z0-9_-]+$'.",
        param="tools[0].function.name",
        code="invalid_value",
        tools=[tool(CHAT, "add numbers")],
    ),
    refusal(
        "name of a call",
        "Invalid 'messages[1].tool_calls[0].function.name': string does not match pattern. Expected a string that "
        "matches the pattern '^[a-zA-Z0-9_-]+$'.",
        param="messages[1].tool_calls[0].function.name",
        code="invalid_value",
        messages=[HI, call("add.numbers"), result()],
    ),
    too_long(CHAT, "tools[0].function.name", "string", 64, 70, tools=[tool(CHAT, "a" * 70)]),
    too_long(CHAT, "tools", "array", 128, 129, tools=[tool(CHAT, f"tool_{n}") for n in range(129)]),
    refusal(
        "empty tools",
        "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.",
        param="tools",
        code="empty_array",
        tools=[],
    ),
    refusal(
        "choice without tools",
        "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
        param="tool_choice",
        tool_choice="auto",
    ),
    refusal(
        "parallel calls without tools",
        "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' are specified.",
        param="parallel_tool_calls",
        parallel_tool_calls=False,
    ),
    refusal(
        "choice of another tool",
        "Invalid value for 'tool_choice': no function named 'sub' was specified in the 'tools' parameter.",
        param="tool_choice",
        tools=[tool(CHAT)],
        tool_choice={"type": "function", "function": {"name": "sub"}},
    ),
    refusal(
        "stream options without a stream",
        "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
        param="stream_options",
        stream_options={"include_usage": True},
    ),
    refusal(
        "top_logprobs without logprobs",
        "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.",
        param="top_logprobs",
        top_logprobs=2,
    ),
]

MODELS = [
    gone(
        "completion model",
        "gpt-3.5-turbo-instruct",
        "This is not a chat model and thus not supported in the v1/chat/completions endpoint. "
        "Did you mean to use v1/completions?",
        param="model",
    ),
    gone(
        "model of Responses only",
        "gpt-5-pro",
        "This model is only supported in v1/responses and not in v1/chat/completions.",
        param="model",
    ),
    gone(
        "retired model",
        "gpt-4-vision-preview",
        f"The model `gpt-4-vision-preview` has been deprecated, learn more here: {DEPRECATIONS}",
        code="model_not_found",
    ),
    unsupported("max_tokens", "o3", " Use 'max_completion_tokens' instead.", max_tokens=100),
    unsupported("stop", "gpt-5", stop=["\n"]),
    refusal(
        "temperature of a reasoning model",
        "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is "
        "supported.",
        param="temperature",
        code="unsupported_value",
        model="gpt-5",
        temperature=0.2,
    ),
    refusal(
        "effort that the model lacks",
        "Unsupported value: 'reasoning_effort' does not support 'none' with this model. Supported values are: "
        "'minimal', 'low', 'medium', and 'high'.",
        param="reasoning_effort",
        code="unsupported_value",
        model="gpt-5",
        reasoning_effort="none",
    ),
    refusal(
        "effort of a plain model", "Unrecognized request argument supplied: reasoning_effort", reasoning_effort="low"
    ),
    refusal(
        "web search of another model",
        "Web search options not supported with this model.",
        param="web_search_options",
        web_search_options={},
    ),
    refusal(
        "output limit",
        "max_tokens is too large: 8192. This model supports at most 4096 completion tokens, whereas you provided 8192.",
        param="max_tokens",
        model="gpt-4-turbo",
        max_tokens=8192,
    ),
]

REFUSALS = [*FIELDS, *CONVERSATION, *SCHEMAS, *TOOLS, *MODELS]
