"""The reply to a request that nothing is scripted for, made of the request itself."""

from __future__ import annotations

import json

from ..replies.parts import Part, Text, ToolCall
from ..replies.reply import Reply
from ..wire.jsonschema import SchemaError
from ..wire.protocol.call import Call, Tool

NOTHING_TO_ECHO = "There is no user message to echo."


def echo(call: Call) -> Reply:
    """The last user text; a call of the tool, or the JSON object, that the request insists on.

    SchemaError where no value can be invented that fits the request's JSON Schema.
    """
    if call.prompts:
        return Reply(choices=[prompt for prompt in call.prompts for _ in range(call.n // len(call.prompts))])
    if call.demanded is not None and not call.tool_outputs:
        return Reply(_call_of(call.demanded, call.text))
    return Reply(_text(call))


def _call_of(tool: Tool, text: str) -> Part:
    if tool.kind == "custom":
        return ToolCall(tool.name, text)
    arguments = _example(tool.parameters or {"type": "object", "properties": {}}, text, f"tool {tool.name!r}")
    return ToolCall(tool.name, arguments if isinstance(arguments, dict) else json.dumps(arguments))


def _text(call: Call) -> Part:
    text = call.text or NOTHING_TO_ECHO
    if call.schema is not None:
        return Text(json.dumps(_example(call.schema, text, "the response format"), ensure_ascii=False))
    return Text(_json_object(text) if call.json_mode else text)


def _json_object(text: str) -> str:
    try:
        if isinstance(json.loads(text), dict):
            return text
    except ValueError:
        pass
    return json.dumps({"text": text}, ensure_ascii=False)


def _example(schema: object, text: str, owner: str) -> object:
    from ..wire.jsonschema.example import example  # loaded with the first schema

    try:
        return example(schema, text)
    except SchemaError as error:
        raise SchemaError(f"no echo fits the schema of {owner}: {error}") from None
