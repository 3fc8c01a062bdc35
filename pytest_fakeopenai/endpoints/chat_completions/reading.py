"""Reading a chat request. https://platform.openai.com/docs/api-reference/chat/create"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...pipeline.context import RequestContext
from ...pipeline.validation import named_model
from ...wire.json_values import as_dict
from ...wire.protocol import errors
from ...wire.protocol.call import Call, Fields, Json, Message, Tool, demanded_tool, last_user_text, system_text, text_of


def read(body: Json, context: RequestContext) -> Call:
    """The call that a chat request makes; ApiError for a body that is not one."""
    fields = Fields(body)
    model = named_model(context, body)
    fields.boolean("stream")
    fields.object("metadata")
    fields.integer("top_logprobs", 0, low=0, high=20)
    messages = _messages(fields, body)
    tools = _tools(fields)
    format_ = fields.object("response_format")
    return Call(
        endpoint="chat.completions",
        model=model,
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
        n=fields.integer("n", 1, low=1, high=128),
        logprobs=fields.boolean("logprobs"),
        contents=tuple(as_read(messages)),
    )


def _messages(fields: Fields, body: Json) -> list[Json]:
    if body.get("messages") is None:
        raise errors.missing_parameter("messages")
    messages = fields.objects("messages")
    if not messages:
        raise errors.empty_array("messages")
    return messages


def _tools(fields: Fields) -> tuple[Tool, ...]:
    offered = [_tool(tool, f"tools[{index}]") for index, tool in enumerate(fields.objects("tools"))]
    offered += [_function(tool, f"functions[{index}]") for index, tool in enumerate(fields.objects("functions"))]
    return tuple(offered)


def _tool(tool: Json, path: str) -> Tool:
    kind = Fields(tool, f"{path}.").string("type") or "function"
    if kind == "custom":
        custom = Fields(tool, f"{path}.").object("custom")
        name = Fields(custom, f"{path}.custom.").string("name")
        return Tool(name or "", kind, description=custom.get("description"))
    return _function(Fields(tool, f"{path}.").object("function"), f"{path}.function")


def _function(function: Json, path: str) -> Tool:
    name = Fields(function, f"{path}.").string("name")
    if name is None:
        raise errors.missing_parameter(f"{path}.name")
    strict, description = function.get("strict") is True, function.get("description")
    return Tool(name, "function", function.get("parameters"), strict=strict, description=description)


def _function_choice(body: Json) -> object:
    """The deprecated `function_call` setting, which names a function without saying its type."""
    choice = body.get("function_call")
    return choice if isinstance(choice, dict) else None


def schema_of(format_: Json) -> Json | None:
    """The JSON schema that a response format demands, with its name, or None."""
    if format_.get("type") != "json_schema":
        return None
    wanted = Fields(format_, "response_format.").object("json_schema")
    fields = Fields(wanted, "response_format.json_schema.")
    if fields.string("name") is None:
        raise errors.missing_parameter("response_format.json_schema.name")
    return {**wanted, "schema": fields.object("schema")}


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
        calls: tuple[tuple[str, str], ...] = ()
        if "tool_calls" in message or "function_call" in message:
            made = list(_calls(message))
            names.update({call_id: name for call_id, name, _ in made})
            calls = tuple((name, text) for _, name, text in made)
        author = message.get("name") or names.get(_text(message.get("tool_call_id")))
        yield Message(_text(message.get("role")), text_of(message.get("content")), _text(author), calls)


def _calls(message: Json) -> Iterator[tuple[str, str, str]]:
    """The id, name and text of each call that a message makes."""
    made = message.get("tool_calls")
    for call in made if isinstance(made, list) else ():
        said = as_dict(as_dict(call).get(_text(as_dict(call).get("type"))))
        yield _text(as_dict(call).get("id")), _text(said.get("name")), _text(said.get("arguments", said.get("input")))
    if isinstance(named := message.get("function_call"), dict):
        yield "", _text(named.get("name")), _text(named.get("arguments"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
