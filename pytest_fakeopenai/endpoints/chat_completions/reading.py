"""Reading a chat request. https://platform.openai.com/docs/api-reference/chat/create"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...pipeline.context import RequestContext
from ...pipeline.validation import named_model
from ...wire.json_values import as_count, as_dict, as_objects, as_text
from ...wire.protocol.call import (
    Call,
    Json,
    Message,
    Tool,
    ToolUse,
    demanded_tool,
    images_of,
    last_user_text,
    system_text,
    text_of,
)

_MOST_CHOICES = 128


def read(body: Json, context: RequestContext) -> Call:
    """The call that a chat request makes."""
    messages = as_objects(body.get("messages"))
    tools = _tools(body)
    format_ = as_dict(body.get("response_format"))
    return Call(
        endpoint="chat.completions",
        model=named_model(context, body),
        body=body,
        messages=messages,
        text=last_user_text(messages),
        system=system_text(messages),
        tools=tools,
        tool_outputs=_tool_outputs(messages),
        demanded=demanded_tool(tools, body.get("tool_choice") or _function_choice(body)),
        format=schema_of(format_),
        strict=strictly(format_),
        json_mode=format_.get("type") == "json_object",
        n=as_count(body.get("n"), 1, _MOST_CHOICES),
        logprobs=body.get("logprobs") is True,
        contents=tuple(as_read(messages)),
    )


def _tools(body: Json) -> tuple[Tool, ...]:
    functions = as_objects(body.get("functions"))
    return (*map(_tool, as_objects(body.get("tools"))), *map(_function, functions))


def _tool(tool: Json) -> Tool:
    if tool.get("type") == "custom":
        custom = as_dict(tool.get("custom"))
        grammar = as_dict(as_dict(custom.get("format")).get("grammar")).get("definition")
        return Tool(
            as_text(custom.get("name")), "custom", description=custom.get("description"), grammar=as_text(grammar)
        )
    return _function(as_dict(tool.get("function")))


def _function(function: Json) -> Tool:
    strict, description = function.get("strict") is True, function.get("description")
    return Tool(as_text(function.get("name")), "function", function.get("parameters"), strict, description)


def _function_choice(body: Json) -> object:
    """The deprecated `function_call` setting, which names a function without saying its type."""
    choice = body.get("function_call")
    return choice if isinstance(choice, dict) else None


def schema_of(format_: Json) -> Json | None:
    """The JSON schema that a response format demands, with its name, or None."""
    if format_.get("type") != "json_schema":
        return None
    json_schema = as_dict(format_.get("json_schema"))
    return {**json_schema, "schema": as_dict(json_schema.get("schema"))}


def strictly(format_: Json) -> bool:
    """Whether the API promises a text that fits the format's schema."""
    schema = format_.get("json_schema")
    return isinstance(schema, dict) and schema.get("strict") is True


def _tool_outputs(messages: Sequence[Json]) -> tuple[str, ...]:
    """The tool results behind the last message of the assistant."""
    outputs = []
    for message in reversed(messages):
        if message.get("role") == "assistant":
            break
        if message.get("role") in ("tool", "function"):
            outputs.append(text_of(message.get("content")))
    return tuple(reversed(outputs))


def as_read(messages: Sequence[Json]) -> Iterator[Message]:
    """The messages as the model reads them: a tool result under the name of the tool that was called."""
    names: dict[str, str] = {}
    for message in messages:
        calls: tuple[ToolUse, ...] = ()
        if "tool_calls" in message or "function_call" in message:
            uses = list(_calls(message))
            names.update({call_id: use.name for call_id, use in uses})
            calls = tuple(use for _, use in uses)
        content = message.get("content")
        text = text_of(content) or as_text(message.get("refusal"))
        author = names.get(as_text(message.get("tool_call_id"))) or as_text(message.get("name"))
        yield Message(as_text(message.get("role")), text, author, calls, images_of(content))


def _calls(message: Json) -> Iterator[tuple[str, ToolUse]]:
    """The calls that a message makes, each with its id."""
    for call in as_objects(message.get("tool_calls")):
        function = as_dict(call.get(as_text(call.get("type"))))
        text = as_text(function.get("arguments", function.get("input")))
        yield as_text(call.get("id")), ToolUse(as_text(function.get("name")), text)
    if isinstance(named := message.get("function_call"), dict):
        yield "", ToolUse(as_text(named.get("name")), as_text(named.get("arguments")))
