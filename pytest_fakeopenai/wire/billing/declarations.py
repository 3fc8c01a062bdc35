"""The tokens of what the API adds to a prompt: the tools on offer, and the schema that the answer has to fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .. import tokens
from ..models import is_reasoning
from ..protocol.call import Call, Tool, named_choice
from .format_text import format_text
from .hosted import custom_tokens, hosted_tokens
from .layout import Layout, Place
from .layouts import dialect_of, is_response
from .typescript import namespace

_HEADING = "# Tools\n\n## functions\n\n"
_INSTRUCTING = ("system", "developer")
_INSISTING = 7


def declared_tokens(call: Call, layout: Layout) -> int:
    """The tokens that tools and a schema add to the texts of a conversation."""
    if not (call.tools or call.format):
        return 0
    whole = _in_response if is_response(call) else _in_chat
    return whole(call, layout) + _other_tools(call) + _insistence(call)


def _functions(call: Call) -> list[Tool]:
    return [tool for tool in call.tools if tool.kind == "function"]


def _declarations(functions: Sequence[Tool], call: Call, layout: Layout) -> Iterator[str]:
    """The text of the functions, where there are any."""
    if functions:
        yield (_HEADING if layout.headed else "") + namespace(functions, dialect_of(call.model))


def _undescribed(functions: Sequence[Tool], call: Call) -> int:
    """What a model that reasons reads less where the first function has no description."""
    return -1 if functions and is_reasoning(call.model) and not functions[0].description else 0


def _in_response(call: Call, layout: Layout) -> int:
    functions = _functions(call)
    whole = _undescribed(functions, call)
    for text in _declarations(functions, call, layout):
        whole += layout.tools.alone + tokens.count(text, call.model)
    if call.format is not None:
        whole += layout.format.alone + tokens.count(format_text(call.format), call.model)
    return whole


def _in_chat(call: Call, layout: Layout) -> int:
    """Tools and schema are one text, which continues the first message where that is one of the system."""
    functions = _functions(call)
    texts = [*_declarations(functions, call, layout), *([format_text(call.format)] if call.format else [])]
    if not texts:
        return 0
    place = layout.tools if functions else layout.format
    added = _placed("\n\n".join(texts), place, call) + _undescribed(functions, call)
    return added if functions else added + _schema_names(call, layout)


def _placed(text: str, place: Place, call: Call) -> int:
    first = call.contents[0] if call.contents else None
    if first is None or first.role not in _INSTRUCTING or place.merged is None:
        return place.alone + tokens.count(text, call.model)
    joined = tokens.count(f"{first.text}\n\n{text}", call.model)
    return place.merged + joined - tokens.count(first.text, call.model)


def _schema_names(call: Call, layout: Layout) -> int:
    """The name of the schema, read with each message of the assistant, and by plain models once more."""
    if call.format is None:
        return 0
    messages = sum(message.role == "assistant" for message in call.contents)
    return (messages + layout.names_schema) * schema_name_tokens(call)


def schema_name_tokens(call: Call) -> int:
    """The tokens of the name of the schema, with its marks; 0 where there is none."""
    return 2 + tokens.count(str(call.format.get("name")), call.model) if call.format is not None else 0


def _insistence(call: Call) -> int:
    """What a plain model reads where it has to call one tool."""
    name = forced_tool(call)
    return 0 if name is None else _INSISTING + tokens.count(name, call.model)


def forced_tool(call: Call) -> str | None:
    """The name of the tool that a plain model has to call: the named one; in Responses also the only one there is."""
    if is_reasoning(call.model):
        return None
    if name := named_choice(call.body.get("tool_choice") or call.body.get("function_call")):
        return name
    is_required = is_response(call) and call.body.get("tool_choice") == "required"
    return call.tools[0].name if is_required and len(_functions(call)) == len(call.tools) == 1 else None


def _other_tools(call: Call) -> int:
    """The tokens of tools that are no functions."""
    customs = sum(custom_tokens(tool, call.model) for tool in call.tools if tool.kind == "custom")
    return customs + hosted_tokens(call)
