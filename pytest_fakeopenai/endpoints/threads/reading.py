"""Reading what asks for a run, or lets one go on. https://platform.openai.com/docs/api-reference/runs/createRun"""

from __future__ import annotations

from collections.abc import Sequence

from ...pipeline.context import RequestContext
from ...pipeline.validation import refuse
from ...wire.json_values import as_dict, as_objects, as_text
from ...wire.protocol.call import Call, Json, Message, Tool, demanded_tool, last_user_text
from ..assistants import ASSISTANTS
from ..chat_completions.reading import as_read, schema_of, strictly
from . import refusals
from .messages import as_sent, message
from .storage import MESSAGES, active_run, find_run, find_thread, model_of, settled, waiting_run


def named_model(context: RequestContext, body: Json) -> str:
    """The model that a run is to use: the request's, or that of the assistant, or of the run that goes on."""
    if "run_id" in context.path:
        return model_of(find_run(context).body, {})
    return model_of(body, _assistant(body, context))


def _assistant(body: Json, context: RequestContext) -> Json:
    """The assistant that a request names, without settings where it names none; ApiError where there is none."""
    key = as_text(body.get("assistant_id"))
    return ASSISTANTS.view(context).get(key).body if key else {"id": ""}


def read_run(body: Json, context: RequestContext) -> Call:
    """The call of `POST /threads/{thread_id}/runs`."""
    thread_id = context.path["thread_id"]
    find_thread(context, thread_id)
    kept = MESSAGES.view(context).records.bodies()
    if run_id := active_run(context, thread_id):
        refuse(context, refusals.already_active(thread_id, run_id))
    return _new(body, context, [*kept, *_messages(body, "additional_messages")])


def read_thread_and_run(body: Json, context: RequestContext) -> Call:
    """The call of `POST /threads/runs`."""
    return _new(body, context, _messages(as_dict(body.get("thread")), "messages"))


def _messages(owner: Json, name: str) -> list[Json]:
    return [message("", 0, "", each) for each in as_objects(owner.get(name))]


def _new(body: Json, context: RequestContext, thread: Sequence[Json]) -> Call:
    request = settled(body, _assistant(body, context))
    has_prompt = request["instructions"] or any(each["role"] == "user" for each in thread)
    if not has_prompt and not context.world.settings.assume_exists:  # which has the thread hold anything
        refuse(context, refusals.nothing_to_run_on())
    return _call(request, context, [as_sent(each) for each in _shown(request, thread)])


def _shown(request: Json, thread: Sequence[Json]) -> Sequence[Json]:
    """The messages that the model is to read."""
    last = request["truncation_strategy"].get("last_messages")
    return thread[-last:] if isinstance(last, int) and last > 0 else thread


def read_outputs(body: Json, context: RequestContext) -> Call:
    """The call of `POST …/submit_tool_outputs`: the run goes on with what its calls gave."""
    run = waiting_run(context)
    outputs = as_objects(body.get("tool_outputs"))
    call_ids, output_ids = [call["id"] for call in run.steps.calls], [each.get("tool_call_id") for each in outputs]
    if call_ids and sorted(call_ids) != sorted(map(str, output_ids)):
        refuse(context, refusals.other_outputs_wanted(call_ids, output_ids))
    texts = [as_text(each.get("output")) for each in outputs]
    messages = [
        {"role": "tool", "tool_call_id": key, "content": text} for key, text in zip(output_ids, texts, strict=True)
    ]
    return _call({**run.request, **body}, context, [*run.history, *messages], tuple(texts))


def _call(request: Json, context: RequestContext, messages: list[Json], outputs: tuple[str, ...] = ()) -> Call:
    tools = tuple(map(_tool, request["tools"]))
    format_ = as_dict(request["response_format"])
    system = [Message("system", request["instructions"])] if request["instructions"] else []
    return Call(
        endpoint=context.record.endpoint,
        model=request["model"],
        body=request,
        messages=messages,
        text=last_user_text(messages),
        system=request["instructions"] or "",
        tools=tools,
        tool_outputs=outputs,
        demanded=demanded_tool(tools, request["tool_choice"]),
        format=schema_of(format_),
        strict=strictly(format_),
        json_mode=format_.get("type") == "json_object",
        contents=(*system, *as_read(messages)),
    )


def _tool(tool: Json) -> Tool:
    kind = str(tool.get("type"))
    if kind != "function":
        return Tool(kind, kind)
    function = as_dict(tool.get("function"))
    strict, description = function.get("strict") is True, function.get("description")
    return Tool(str(function.get("name", "")), kind, function.get("parameters"), strict=strict, description=description)
