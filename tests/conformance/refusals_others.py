"""What Responses, legacy completions and embeddings refuse."""

from __future__ import annotations

from typing import Any

from .refusals import (
    COMPLETIONS,
    DEPRECATIONS,
    EMBEDDINGS,
    HI,
    REFERENCE,
    RESPONSES,
    WITHOUT,
    Json,
    Refusal,
    format_of,
    missing,
    mistyped,
    out_of_range,
    request,
    too_long,
    tool,
    unknown,
)
from .refusals_chat import OBJECT

ITEMS = (
    "additional_tools apply_patch_call apply_patch_call_output code_interpreter_call compaction compaction_trigger "
    "computer_call computer_call_output configuration_update custom_tool_call custom_tool_call_output file_search_call "
    "function_call function_call_output image_generation_call item_reference local_shell_call local_shell_call_output "
    "mcp_approval_request mcp_approval_response mcp_call mcp_list_tools message program program_output reasoning "
    "shell_call shell_call_output tool_search_call tool_search_output"
)
CALL: Json = {"type": "function_call", "call_id": "call_x", "name": "add", "arguments": "{}"}
OUTPUT: Json = {"type": "function_call_output", "call_id": "call_x", "output": "3"}


def refusal(
    name: str,
    message: str,
    *,
    path: str = RESPONSES,
    param: str | None = None,
    code: str | None = None,
    **changes: Any,
) -> Refusal:
    """A refused request, to Responses unless it says otherwise."""
    return Refusal(name, path, request(path, **changes), message, param, code)


def schema(message: str, json_schema: object) -> Refusal:
    """A schema that breaks the rules of strict ones."""
    whole = f"Invalid schema for response_format 'answer': {message}"
    return refusal(
        message, whole, param="text.format.schema", code="invalid_json_schema", **format_of(RESPONSES, json_schema)
    )


UNREADABLE: tuple[object, ...] = ("", [], [""], {}, ["a"] * 2049, [1.5])

FIELDS = [
    missing(RESPONSES, "input", input=WITHOUT),
    missing(RESPONSES, "model", model=WITHOUT),
    unknown(RESPONSES, "quality", quality="high"),
    mistyped(RESPONSES, "input", "one of a string or array of objects", "an integer", input=5),
    mistyped(RESPONSES, "input[0]", "an object", "a string", input=["Hi"]),
    mistyped(RESPONSES, "store", "a boolean", "a string", store="no"),
    mistyped(RESPONSES, "metadata.modified", "a string", "a boolean", metadata={"modified": True}),
    out_of_range(RESPONSES, "decimal", -1, 0, below=True, param="temperature"),
    out_of_range(RESPONSES, "integer", 5, 16, below=True, param="max_output_tokens"),
    refusal(
        "role",
        "Invalid value: 'tool'. Supported values are: 'assistant', 'system', 'developer', and 'user'.",
        param="input[1]",
        code="invalid_value",
        input=[HI, {"role": "tool", "content": "3"}],
    ),
    refusal(
        "item type",
        f"Invalid value: 'image'. Supported values are: {', '.join(map(repr, ITEMS.split()))}, and 'web_search_call'.",
        param="input[0]",
        code="invalid_value",
        input=[{"type": "image"}],
    ),
    missing(RESPONSES, "text.format.name", **format_of(RESPONSES, OBJECT, name=None)),
    missing(RESPONSES, "tools[0].name", tools=[{"type": "function", "parameters": OBJECT}]),
]

RULES = [
    refusal(
        "strict tool",
        "Invalid schema for function 'add': In context=(), 'required' is required to be supplied and to be an array "
        "including every key in properties. Missing 'unit'.",
        param="tools[0].parameters",
        code="invalid_function_parameters",
        tools=[tool(RESPONSES, strict=True, parameters={**OBJECT, "properties": {"unit": {"type": "string"}}})],
    ),
    schema(
        "In context=(), 'additionalProperties' is required to be supplied and to be false.",
        {"type": "object", "properties": {}, "required": []},
    ),
    schema(
        "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"array\"'.", {"type": "array", "items": {}}
    ),
    refusal(
        "characters of a response's id",
        "Invalid 'previous_response_id': 'resp_a b'. Expected an ID that contains letters, numbers, underscores, or "
        "dashes, but this value contained additional characters.",
        param="previous_response_id",
        previous_response_id="resp_a b",
    ),
    refusal(
        "unanswered call",
        "No tool output found for function call call_x.",
        param="input",
        input=[HI, CALL],
    ),
    refusal(
        "stray output",
        "No tool call found for function call output with call_id call_x.",
        param="input",
        input=[HI, OUTPUT],
    ),
    refusal(
        "reasoning without what follows",
        "Item 'rs_1' of type 'reasoning' was provided without its required following item.",
        param="input",
        input=[HI, {"type": "reasoning", "id": "rs_1", "summary": []}],
    ),
    refusal(
        "continued twice",
        "Mutually exclusive parameters: 'previous_response_id' and 'conversation'. "
        "Ensure you are only providing one of: 'previous_response_id' or 'conversation'.",
        code="mutually_exclusive_parameters",
        previous_response_id="resp_a",
        conversation="conv_a",
    ),
    refusal(
        "choice of another tool",
        "Tool choice 'function' not found in 'tools' parameter.",
        param="tool_choice",
        tools=[tool(RESPONSES)],
        tool_choice={"type": "function", "name": "sub"},
    ),
    refusal(
        "empty image",
        "Invalid 'input[0].content[0].image_url'. Expected a base64-encoded data URL with an image MIME type "
        "(e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got empty base64-encoded bytes.",
        param="input[0].content[0].image_url",
        code="invalid_value",
        input=[
            {
                "role": "user",
                "content": [{"type": "input_image", "detail": "auto", "image_url": "data:image/png;base64,"}],
            }
        ],
    ),
    too_long(RESPONSES, "metadata.key", "string", 512, 600, metadata={"key": "v" * 600}),
]

MODELS = [
    refusal(
        "temperature of a reasoning model",
        "Unsupported parameter: 'temperature' is not supported with this model.",
        param="temperature",
        model="o3",
        temperature=0.2,
    ),
    refusal(
        "effort that the model lacks",
        "Unsupported value: 'reasoning.effort' does not support 'minimal' with this model. Supported values are: "
        "'low', 'medium', and 'high'.",
        param="reasoning.effort",
        code="unsupported_value",
        model="o3",
        reasoning={"effort": "minimal"},
    ),
    refusal(
        "effort of a plain model",
        "Unsupported parameter: 'reasoning.effort' is not supported with this model.",
        param="reasoning.effort",
        code="unsupported_parameter",
        reasoning={"effort": "low"},
    ),
    refusal(
        "context length",
        "Your input exceeds the context window of this model. Please adjust your input and try again.",
        param="input",
        code="context_length_exceeded",
        model="gpt-4",
        input="word " * 12000,
    ),
]

OTHERS = [
    refusal("no model", "you must provide a model parameter", path=COMPLETIONS, model=WITHOUT),
    Refusal(
        "chat model",
        COMPLETIONS,
        request(COMPLETIONS, model="gpt-4o"),
        "This is a chat model and not supported in the v1/completions endpoint. "
        "Did you mean to use v1/chat/completions?",
        "model",
        status=404,
    ),
    Refusal(
        "retired model",
        COMPLETIONS,
        request(COMPLETIONS, model="text-davinci-003"),
        f"The model `text-davinci-003` has been deprecated, learn more here: {DEPRECATIONS}",
        code="model_not_found",
        status=404,
    ),
    refusal(
        "token of a prompt",
        "Invalid token in prompt: 123456. Minimum value is 0, maximum value is 100257 (inclusive).",
        path=COMPLETIONS,
        prompt=[1, 123456],
    ),
    out_of_range(COMPLETIONS, "integer", 6, 5, below=False, param="logprobs"),
    missing(EMBEDDINGS, "input", input=WITHOUT),
    *(
        refusal(
            f"input {value!r:.20}",
            f"'$.input' is invalid. Please check the API reference: {REFERENCE}.",
            path=EMBEDDINGS,
            input=value,
        )
        for value in UNREADABLE
    ),
    refusal(
        "one long input",
        "Invalid 'input': maximum context length is 8192 tokens.",
        path=EMBEDDINGS,
        input="word " * 12000,
    ),
    refusal(
        "too much input",
        "Requested 450000 tokens, max 300000 tokens per request",
        path=EMBEDDINGS,
        code="max_tokens_per_request",
        input=[[7] * 6000] * 75,
    ),
    refusal(
        "dimensions of ada",
        "This model does not support specifying dimensions.",
        path=EMBEDDINGS,
        model="text-embedding-ada-002",
        dimensions=256,
    ),
    refusal("range of dimensions", "0 is less than the minimum of 1 - 'dimensions'", path=EMBEDDINGS, dimensions=0),
]

REFUSALS = [*FIELDS, *RULES, *MODELS, *OTHERS]
