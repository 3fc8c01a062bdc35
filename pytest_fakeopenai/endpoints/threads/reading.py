"""Reading what asks for a run, or lets one go on. https://platform.openai.com/docs/api-reference/runs/createRun"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...pipeline.context import RequestContext
from ...pipeline.validation import enforce
from ...replies.faults import ApiError
from ...wire.contract import Violation
from ...wire.json_values import as_dict
from ...wire.protocol import errors
from ...wire.protocol.call import Call, Fields, Json, Message, Tool, demanded_tool, last_user_text
from ..assistants import ASSISTANTS
from ..chat_completions.reading import as_read, schema_of, strictly
from . import refusals
from .messages import as_sent, message
from .settings import model_of, settled
from .storage import MESSAGES, active_run, find_run, find_thread, waiting_run


def named_model(context: RequestContext, body: Json) -> str:
    """The model that a run is to use: the request's, or that of the assistant, or of the run that goes on."""
    if "run_id" in context.path:
        return model_of(find_run(context).body, {})
    Fields(body).string("model")
    known = isinstance(body.get("assistant_id"), str)
    return model_of(body, _assistant(body, context) if known else {})


def _assistant(body: Json, context: RequestContext) -> Json:
    key = Fields(body).string("assistant_id")
    if key is None:
        raise errors.missing_parameter("assistant_id")
    return ASSISTANTS.view(context).get(key).body


def read_run(body: Json, context: RequestContext) -> Call:
    """The call of `POST /threads/{thread_id}/runs`; ApiError for a body that is not one."""
    thread_id = context.path["thread_id"]
    find_thread(context, thread_id)
    kept = MESSAGES.view(context).records.bodies()
    enforce(context, lambda: map(Violation, _held(context, thread_id)))
    return _new(body, context, [*kept, *_messages(body, "additional_messages")])


def read_thread_and_run(body: Json, context: RequestContext) -> Call:
    """The call of `POST /threads/runs`; ApiError for a body that is not one."""
    return _new(body, context, _messages(Fields(body).object("thread"), "messages"))


def _held(context: RequestContext, thread_id: str) -> Iterator[ApiError]:
    if run_id := active_run(context, thread_id):
        yield refusals.already_active(thread_id, run_id)


def _messages(owner: Json, name: str) -> list[Json]:
    return [message("", 0, "", each) for each in Fields(owner).objects(name)]


def _new(body: Json, context: RequestContext, thread: Sequence[Json]) -> Call:
    _check(Fields(body))
    request = settled(body, _assistant(body, context))
    asked = request["instructions"] or any(each["role"] == "user" for each in thread)
    if not asked and not context.world.settings.assume_exists:  # which has the thread apply_control anything
        enforce(context, lambda: [Violation(refusals.nothing_to_run_on())])
    return _call(request, context, [as_sent(each) for each in _shown(request, thread)])


def _check(fields: Fields) -> None:
    """The types without which a run cannot be made at all."""
    for name in ("instructions", "additional_instructions"):
        fields.string(name)
    for name in ("metadata", "tool_resources", "truncation_strategy"):
        fields.object(name)
    fields.objects("tools")
    fields.boolean("stream")


def _shown(request: Json, thread: Sequence[Json]) -> Sequence[Json]:
    """The messages that the model is to read."""
    last = request["truncation_strategy"].get("last_messages")
    return thread[-last:] if isinstance(last, int) and last > 0 else thread


def read_outputs(body: Json, context: RequestContext) -> Call:
    """The call of `POST …/submit_tool_outputs`: the run goes on with what its calls gave."""
    run = waiting_run(context)
    outputs = [Fields(each, f"tool_outputs[{n}].") for n, each in enumerate(Fields(body).objects("tool_outputs"))]
    wanted, got = [call["id"] for call in run.calls], [each.string("tool_call_id") for each in outputs]
    if wanted and sorted(wanted) != sorted(map(str, got)):
        raise refusals.other_outputs_wanted(wanted, got)
    texts = [each.string("output") or "" for each in outputs]
    told = [{"role": "tool", "tool_call_id": key, "content": text} for key, text in zip(got, texts, strict=True)]
    return _call({**run.given, **body}, context, [*run.history, *told], tuple(texts))


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


def _tool(given: Json) -> Tool:
    kind = str(given.get("type"))
    if kind != "function":
        return Tool(kind, kind)
    told = as_dict(given.get("function"))
    strict, description = told.get("strict") is True, told.get("description")
    return Tool(str(told.get("name", "")), kind, told.get("parameters"), strict=strict, description=description)
