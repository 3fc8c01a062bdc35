"""Whether a reply fits the request that it answers: what the surface carries, what the request offered and demanded."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ..replies.answers import Patch, Vectors
from ..replies.parts import CONTENT, Chunks, FileSearch, Part, Refusal, StreamEvent, Text, ToolCall, Verbatim
from ..replies.reply import Reply
from ..replies.timing import Delay, Gate
from ..state.script import EMBEDDINGS, ScriptedEndpoint, Surfaces
from ..wire.protocol.call import Call
from .context import RequestContext

# Who can carry what no endpoint does that the script answers.
_ELSEWHERE = {Vectors: EMBEDDINGS, Patch: "an endpoint that answers by itself"}
_COMPLETE = (*CONTENT, Delay, Gate)
_NO_TEXT = (ToolCall, Refusal, StreamEvent)


def cannot_carry(parts: Iterable[Part], call: Call, surface: ScriptedEndpoint, surfaces: Surfaces) -> str | None:
    """The first part that the surface has no form for, and those of all surfaces that have one."""
    for part in parts:
        if isinstance(part, (StreamEvent, Verbatim)):
            if needed := _needed_instead(part, call, surface):
                return f"{part!r} cannot answer this request to {surface.endpoint}, which needs {needed}"
        elif isinstance(part, CONTENT) and not isinstance(part, surface.carries):
            able = dict.fromkeys(other.family for other in surfaces() if isinstance(part, other.carries))
            able = able or {_ELSEWHERE[type(part)]: None}
            return f"{part!r} cannot be carried by {surface.endpoint}; {', '.join(able)} can"
    return None


def _needed_instead(part: StreamEvent | Verbatim, call: Call, surface: ScriptedEndpoint) -> str | None:
    """What a request takes in place of an object of the SDK, or None where it takes this one."""
    if isinstance(part, StreamEvent) and part.endpoint == surface.endpoint:
        return None if call.stream else "stream=True"
    if isinstance(part, Verbatim) and part.kind == surface.whole:
        return None
    return f"a {surface.whole or 'reply of parts'}"


def cannot_call(parts: Iterable[Part], call: Call, surface: ScriptedEndpoint) -> str | None:
    """The first call of a built-in tool for which the surface has no item, though the request offers the tool."""
    for part in parts:
        tool = call.tool(part.name) if isinstance(part, ToolCall) else None
        if tool is not None and not tool.callable and tool.kind not in surface.built_in_calls:
            can = ", ".join(map(repr, surface.built_in_calls)) or "none"
            return f"{part!r} calls a built-in tool, which is no function; of those {surface.endpoint} can call {can}"
    return None


def cannot_answer(reply: Reply, call: Call, surface: ScriptedEndpoint, surfaces: Surfaces) -> str | None:
    """What of a reply the request's surface has no form for."""
    if reply.choices is None:
        problem = cannot_carry(reply.parts, call, surface, surfaces) or cannot_call(reply.parts, call, surface)
        return problem or _several_functions(reply, call)
    if not surface.has_choices:
        able = ", ".join(other.family for other in surfaces() if other.has_choices)
        return f"Reply(choices=…) cannot be carried by {surface.endpoint}; {able} can"
    if len(reply.choices) != call.n and not reply.unchecked:
        return f"Reply(choices=…) has {len(reply.choices)} replies, but the request asks for n={call.n}"
    problems = (cannot_carry(choice.parts, call, surface, surfaces) for choice in reply.choices)
    return next(filter(None, problems), None)


def _several_functions(reply: Reply, call: Call) -> str | None:
    calls = sum(isinstance(part, ToolCall) for part in reply.parts)
    if calls > 1 and call.uses_functions and not reply.unchecked:
        return f"{calls} calls cannot answer the deprecated functions=, which know only one at a time; tools= can"
    return None


def misfit(reply: Reply, call: Call) -> str | None:
    """The first thing in which a reply contradicts its request, and how to send it all the same."""
    replies = () if reply.unchecked else reply.choices or (reply,)
    return next(filter(None, (_problem_of(each, call) for each in replies if not each.unchecked)), None)


def _problem_of(reply: Reply, call: Call) -> str | None:
    return _unasked(reply, call) or _bad_call(reply.parts, call) or _breaks_schema(reply, call)


def report_misfit(context: RequestContext, problem: str) -> None:
    """Refuse a reply that contradicts its request, warn of it or let it pass, as the test's level has it."""
    level = context.world.settings.validation
    if level == "warn":
        context.world.warn(f"the reply to request {context.record.number} does not fit: {problem}")
    elif level != "off":
        raise context.refuse(problem)


def _unasked(reply: Reply, call: Call) -> str | None:
    if reply.logprobs and not call.logprobs:
        return "it has logprobs, but the request does not ask for any"
    search = next((part for part in reply.parts if isinstance(part, FileSearch)), None)
    if search and not any(tool.kind == "file_search" for tool in call.tools):
        return f"{search!r} searches files, but the request offers no tool file_search"
    return None


def _bad_call(parts: Iterable[Part], call: Call) -> str | None:
    calls = [part for part in parts if isinstance(part, ToolCall) and not part.unchecked]
    return next(filter(None, (_unoffered(part, call) or _breaks_parameters(part, call) for part in calls)), None)


def _unoffered(part: ToolCall, call: Call) -> str | None:
    if call.tool(part.name) is not None:
        return None
    names = ", ".join(map(repr, call.tool_names)) or "no tool"
    return (
        f"{part!r} calls a tool that the request does not offer (it offers {names}); "
        "a model that invents a tool is ToolCall(…, unchecked=True)"
    )


def _breaks_parameters(part: ToolCall, call: Call) -> str | None:
    """Arguments given as a string are meant as they are, broken JSON included."""
    tool = call.tool(part.name)
    if tool is None or not tool.strict or isinstance(part.arguments, str):
        return None
    problem = _schema_error(json.loads(part.arguments_text), tool.parameters)
    if problem is None:
        return None
    return f"{part!r} breaks the tool's strict schema: {problem}; send it all the same with ToolCall(…, unchecked=True)"


def _breaks_schema(reply: Reply, call: Call) -> str | None:
    if call.schema is None or not call.strict or not _is_whole_text(reply):
        return None
    try:
        problem = _schema_error(json.loads(reply.text), call.schema)
    except ValueError as error:
        problem = f"it is not JSON: {error}"
    if problem is None:
        return None
    return (
        f"{Text(reply.text)!r} breaks the strict JSON schema that the request demands: {problem}; "
        "a model that breaks it is Text(…, unchecked=True)"
    )


def _is_whole_text(reply: Reply) -> bool:
    """Whether the text is all there is, and meant to be complete."""
    texts = [part for part in reply.parts if isinstance(part, (Text, Chunks))]
    plain = all(isinstance(part, _COMPLETE) and not isinstance(part, _NO_TEXT) for part in reply.parts)
    cut_short = reply.finish_reason in ("length", "content_filter")
    return bool(texts) and plain and not cut_short and not any(part.unchecked for part in texts)


def _schema_error(value: object, schema: object) -> str | None:
    """What is wrong with a value by a JSON Schema, or None."""
    from ..wire.jsonschema.validation import validation_error  # loaded with the first strict schema

    return validation_error(value, schema)
