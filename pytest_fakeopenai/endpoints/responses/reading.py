"""Reading a Responses request. https://platform.openai.com/docs/api-reference/responses/create"""

from __future__ import annotations

from collections.abc import Sequence

from ...pipeline.context import RequestContext
from ...pipeline.validation import named_model, refuse
from ...wire.json_values import as_dict, as_list, as_objects, as_text
from ...wire.protocol import errors
from ...wire.protocol.call import Call, Json, Tool, demanded_tool, last_user_text, system_text, text_of
from ...wire.protocol.ids import is_unstored
from . import conversation_state, stored
from .contents import OUTPUTS, contents
from .echoed_settings import without_dialect
from .echoed_tools import echoed_tool
from .file_search import refuse_lost_stores
from .namespaces import namespaced_tools
from .replayed_calls import replayed_calls

_RESULTS = (*OUTPUTS, *(f"{tool}_call_output" for tool in ("apply_patch", "computer", "local_shell", "shell")))
_LOGPROBS = "message.output_text.logprobs"


def read(body: Json, context: RequestContext) -> Call:
    """The call that a request for a response makes, which has its conversation to itself from now on."""
    call = understand(body, context)
    conversation_state.lock(context, body)
    return call


def understand(body: Json, context: RequestContext) -> Call:
    """The call that a Responses request makes; ApiError where what it refers to is not there."""
    items = _items(body, context)
    history = _history(body, context)
    instructions = as_text(body.get("instructions"))
    tools = tuple(map(_tool, own_tools := as_objects(body.get("tools"))))
    refuse_lost_stores(context, body)
    format_ = as_dict(as_dict(body.get("text")).get("format"))
    whole = [*history, *(_referred(item, context) for item in items)]
    return Call(
        endpoint="responses",
        model=named_model(context, body),
        body=body,
        messages=items,
        text=last_user_text(whole),
        system="\n".join(filter(None, (instructions, system_text(whole)))),
        tools=tools,
        namespaced=tuple(namespaced_tools(own_tools, whole, _tool)),
        tool_outputs=_tool_outputs(items),
        demanded=demanded_tool(tools, body.get("tool_choice")),
        format=_schema(format_),
        strict=format_.get("strict") is not False,
        json_mode=format_.get("type") == "json_object",
        logprobs=_LOGPROBS in as_list(body.get("include")),
        contents=tuple(contents(instructions, whole, replayed_calls(context, history, items))),
        history=tuple(history),
        thoughts=stored.thoughts_behind(context, whole),
    )


def _items(body: Json, context: RequestContext) -> list[Json]:
    """The input as a list of items, of which a string is one user message; a stored prompt may have it all."""
    value = body.get("input")
    if value is None and not context.world.settings.assume_exists:
        refuse(context, errors.missing_parameter("input"))
    return [{"role": "user", "content": value}] if isinstance(value, str) else as_objects(value)


def _history(body: Json, context: RequestContext) -> list[Json]:
    """The items of the responses, or of the conversation, that are continued; instructions are not carried over."""
    previous = as_text(body.get("previous_response_id"))
    if not previous:
        return conversation_state.history(context, body)
    record = stored.responses(context).records.find(previous)
    if record is None and not context.world.settings.assume_exists:
        refuse(context, errors.unknown_previous_response(previous))
    return record.data.items if record is not None and record.data else []


def _referred(item: Json, context: RequestContext) -> Json:
    """The stored item that a reference stands for; any other as it is, unless its id says that it was never stored."""
    key = item.get("id")
    if item.get("type", "message") == "item_reference" or (key and not item.keys() - {"id"}):
        return stored.find_item(context, str(key)) or item
    if item.get("type") == "reasoning" and not item.get("encrypted_content") and is_unstored(key):
        refuse(context, errors.unknown_item(str(key)))
    return item


def _tool(tool: Json) -> Tool:
    kind = as_text(tool.get("type"))
    strict, description = tool.get("strict") is True, tool.get("description")
    parameters, grammar = echoed_tool(tool).get("parameters"), as_text(as_dict(tool.get("format")).get("definition"))
    name = as_text(tool.get("name")) or kind
    namespace = name if tool.get("defer_loading") is True else ""
    return Tool(name, kind, parameters, strict, description, grammar, namespace)


def _schema(format_: Json) -> Json | None:
    """The JSON schema that a response format demands, with its name, or None."""
    if format_.get("type") != "json_schema":
        return None
    return {**format_, "schema": without_dialect(as_dict(format_.get("schema")))}


def _tool_outputs(items: Sequence[Json]) -> tuple[str, ...]:
    """The tool results behind the last item that the model made."""
    outputs = []
    for item in reversed(items):
        if item.get("type") in _RESULTS:
            outputs.append(_output_text(item))
        elif item.get("role") not in ("user", "system", "developer"):
            break
    return tuple(reversed(outputs))


def _output_text(item: Json) -> str:
    """The text of a result; of a shell what its commands have written."""
    output = item.get("output")
    written = ((each.get("stdout"), each.get("stderr")) for each in as_objects(output))
    return text_of(output) or "".join(as_text(text) for streams in written for text in streams)
