"""Parts that leave to the request what they become: `Structured`, and a `ToolCall` without a name."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import IntEnum
from typing import NamedTuple

from ..replies.arguments import compact_json
from ..replies.parts import Part, Structured, Text, ToolCall
from ..replies.reply import Reply
from ..wire.protocol.call import Call, Tool

# What is done with a value that does not fit its request: an error, a warning, or nothing.
Report = Callable[[str], None]
_ANYWAY = "a model that breaks it is Structured(…, unchecked=True)"


class NoTool(Exception):
    """A call that no tool of the request can be chosen for; the argument says why."""


class _Level(IntEnum):
    """How well a value fits a schema: the lower the better."""

    WHOLLY = 0  # the schema knows every key of the value
    LOOSELY = 1
    WRAPPED = 2  # inside of another object
    NOT = 3


class _Fit(NamedTuple):
    """A value in the form in which a schema takes it; where it fits in none, as it is, with what is wrong with it."""

    level: _Level
    value: object
    error: str | None = None


def adapt(reply: Reply, call: Call, report: Report) -> Reply:
    """The reply with its parts as the request asks for them; NoTool where no tool can be chosen."""
    choices = reply.choices
    if not any(map(_is_open, reply.parts if choices is None else (part for each in choices for part in each.parts))):
        return reply
    report = _ignore if reply.unchecked else report
    parts = [adapted(part, call, report) for part in reply.parts]
    return reply.with_content(parts, choices and [adapt(choice, call, report) for choice in choices])


def adapted(part: Part, call: Call, report: Report) -> Part:
    """A part as the request asks for it, any other as it is; NoTool where no tool can be chosen."""
    if isinstance(part, Structured):
        return _structured(part, call, _ignore if part.unchecked else report)
    if isinstance(part, ToolCall) and part.name is None:
        return replace(part, name=_only_tool(part, call.callable_tools, call).name)
    return part


def _ignore(problem: str) -> None:
    """Nothing: what does not fit is meant not to."""


def _is_open(part: Part) -> bool:
    return isinstance(part, Structured) or (isinstance(part, ToolCall) and part.name is None)


def _only_tool(part: Part, tools: Sequence[Tool], call: Call) -> Tool:
    if len(tools) == 1:
        return tools[0]
    names = ", ".join(map(repr, [tool.name for tool in tools] or call.tool_names)) or "no tool"
    offer = f"several: {names}; name one: ToolCall(name, …)" if tools else f"none (it offers {names})"
    raise NoTool(f"{part!r} leaves the tool to the request, which lets the model call {offer}")


# ---- a value by whichever method


def _structured(part: Structured, call: Call, report: Report) -> Part:
    tools = call.callable_tools
    has_format = call.format is not None or call.json_mode
    if call.demanded is not None or (tools and not has_format):
        return _call(part, tools, call, report)
    return _text(part, call, report)


def _text(part: Structured, call: Call, report: Report) -> Part:
    fit = _fit(part, {} if call.format is None else call.schema)
    if call.json_mode and not isinstance(fit.value, dict):
        report(f"{part!r} is no JSON object, which the response format json_object promises; {_ANYWAY}")
    if fit.error is not None:
        report(f"{part!r} breaks the JSON schema that the request demands: {fit.error}; {_ANYWAY}")
    return Text(compact_json(fit.value), unchecked=True)


def _call(part: Structured, tools: Sequence[Tool], call: Call, report: Report) -> Part:
    functions = [tool for tool in tools if tool.kind != "custom"]
    if not functions:
        return ToolCall(_only_tool(part, tools, call).name, part.text, unchecked=True)
    fits = [(tool, _fit(part, tool.parameters)) for tool in functions]
    level = min(fit.level for _, fit in fits)
    best = [(tool, fit) for tool, fit in fits if fit.level == level]
    if level is _Level.NOT:
        report(_no_fit(part, fits))
    best = [(tool, fit) for tool, fit in best if tool.name.endswith(part.kind)] or best
    name = _only_tool(part, [tool for tool, _ in best], call).name
    return ToolCall(name, compact_json(best[0][1].value), unchecked=True)


def _no_fit(part: Structured, fits: Sequence[tuple[Tool, _Fit]]) -> str:
    errors = "; ".join(f"{tool.name!r}: {fit.error}" for tool, fit in fits)
    return f"{part!r} fits the parameters of no tool that the request lets the model call ({errors}); {_ANYWAY}"


def _fit(part: Structured, schema: object) -> _Fit:
    from ..wire.jsonschema.validation import validation_error  # loaded with the first schema
    from ..wire.jsonschema.wrapping import names_all_keys, wrapped

    value = json.loads(part.text)
    error = validation_error(value, schema)
    if error is None:
        return _Fit(_Level.WHOLLY if names_all_keys(value, schema) else _Level.LOOSELY, value)
    outer = wrapped(value, schema)
    return _Fit(_Level.NOT, value, error) if outer is None else _Fit(_Level.WRAPPED, outer)
