"""The tools that a request offers, and its choice among them."""

from __future__ import annotations

from collections.abc import Iterator

from ...replies.faults import ApiError
from ..json_values import as_dict, as_list
from ..protocol import errors
from ..protocol.call import Json
from . import function_schema, lengths, strict_schema

_MOST_TOOLS = 128
_LONGEST_RESPONSES_NAME = 128
_CALLABLE = ("function", "custom")
_ANY_OBJECT = {"type": "object", "properties": {}}


def _items(tools: object) -> Iterator[tuple[int, dict[str, object]]]:
    return enumerate(map(as_dict, as_list(tools)))


# ---- in chat


def chat_fields(tools: object) -> Iterator[ApiError]:
    """What is wrong with the list of tools, or with their names."""
    if isinstance(tools, list) and not tools:
        yield errors.empty_array("tools")
    yield from lengths.array("tools", tools, _MOST_TOOLS)
    for index, tool in _items(tools):
        for kind in _CALLABLE:
            yield from lengths.name(f"tools[{index}].{kind}.name", as_dict(tool.get(kind)).get("name"))


def function_fields(functions: object) -> Iterator[ApiError]:
    """The same of the deprecated functions."""
    yield from lengths.array("functions", functions, _MOST_TOOLS)
    for index, function in _items(functions):
        yield from lengths.name(f"functions[{index}].name", function.get("name"))


def chat_choice(body: Json) -> Iterator[ApiError]:
    """Settings that make sense with tools only, and the choice of one that is not there."""
    tools = body.get("tools")
    for name in ("tool_choice", "parallel_tool_calls") if tools is None else ():
        if body.get(name) is not None:
            yield _unusable(name, f"'{name}' is only allowed when 'tools' are specified.")
    name_chosen = as_dict(as_dict(body.get("tool_choice")).get("function")).get("name")
    if isinstance(name_chosen, str) and isinstance(tools, list) and name_chosen not in _chat_names(tools):
        yield _unusable("tool_choice", f"no function named '{name_chosen}' was specified in the 'tools' parameter.")


def _unusable(param: str, why: str) -> ApiError:
    return ApiError(400, f"Invalid value for '{param}': {why}", param=param)


def _chat_names(tools: object) -> list[object]:
    return [as_dict(tool.get("function")).get("name") for _, tool in _items(tools)]


def chat_schemas(body: Json) -> Iterator[ApiError]:
    """Functions whose parameters are no schema of an object, and those that are to be strict and are not.

    Without parameters they take any object.
    """
    for index, tool in _items(body.get("tools")):
        yield from _schema(f"tools[{index}].function.parameters", as_dict(tool.get("function")), absent=_ANY_OBJECT)
    for index, function in _items(body.get("functions")):
        yield from _schema(f"functions[{index}].parameters", function)


# ---- in Responses


def responses_fields(tools: object) -> Iterator[ApiError]:
    """What is wrong with the names of tools."""
    for index, tool in _items(tools):
        if tool.get("type") in _CALLABLE:
            yield from lengths.name(f"tools[{index}].name", tool.get("name"), _LONGEST_RESPONSES_NAME)


def responses_choice(body: Json) -> Iterator[ApiError]:
    """The choice of a tool that is not there; one may also come out of a stored prompt or a group of tools."""
    choice = as_dict(body.get("tool_choice"))
    kind, name = choice.get("type"), choice.get("name")
    listed = [tool for _, tool in _items(body.get("tools"))]
    if kind not in _CALLABLE or body.get("prompt") is not None or any(_is_group(tool) for tool in listed):
        return
    if not any(tool.get("type") == kind and tool.get("name") == name for tool in listed):
        yield ApiError(400, f"Tool choice '{kind}' not found in 'tools' parameter.", param="tool_choice")


def _is_group(tool: dict[str, object]) -> bool:
    return "tools" in tool or tool.get("type") in ("tool_search", "mcp")


def responses_schemas(tools: object) -> Iterator[ApiError]:
    """Functions whose parameters are no schema of an object, and those that are to be strict and are not."""
    for index, tool in _items(tools):
        if tool.get("type") == "function":
            yield from _schema(f"tools[{index}].parameters", tool)


def _schema(path: str, function: dict[str, object], absent: Json | None = None) -> Iterator[ApiError]:
    """Only what is said to be strict is judged so: silence is made strict in Responses, and is not strict in chat."""
    parameters = function.get("parameters")
    problem = function_schema.fault(parameters)
    if problem is None and function.get("strict") is True:
        problem = strict_schema.fault(absent if parameters is None else parameters)
    if problem is not None:
        message = f"Invalid schema for function '{function.get('name')}': {problem}"
        yield ApiError(400, message, param=path, code="invalid_function_parameters")
