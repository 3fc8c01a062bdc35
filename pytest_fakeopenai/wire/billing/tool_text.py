"""Function tools in the form in which models read them, and in which they are billed: as TypeScript."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ..protocol.call import Json, Tool

_ANY = "any"
_PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
_UNIONS = {"anyOf": " | ", "oneOf": " | ", "allOf": " & "}
_SPEAKING = ("title", "description", "default")


def namespace(tools: Sequence[Tool]) -> str:
    """The declarations of all functions."""
    declared = "".join(f"{_declaration(tool)}\n\n" for tool in tools)
    return f"namespace functions {{\n\n{declared}}} // namespace functions"


def _declaration(tool: Tool) -> str:
    schema = tool.parameters if isinstance(tool.parameters, dict) else {}
    parameters = f"_: {_parameters(schema)}" if _properties(schema) else ""
    return f"{_comment(tool.description)}type {tool.name} = ({parameters}) => any;"


def _parameters(schema: Json) -> str:
    return _comment(schema.get("title")) + _comment(schema.get("description")) + _object(schema, _definitions(schema))


def _definitions(schema: Json) -> Json:
    """The schemas that others refer to, by name."""
    return {**_mapping(schema, "definitions"), **_mapping(schema, "$defs")}


def _mapping(schema: Json, key: str) -> Json:
    value = schema.get(key)
    return value if isinstance(value, dict) else {}


def _properties(schema: Json) -> dict[str, Json]:
    """The properties of an object; one whose schema is not an object can be anything."""
    return {name: each if isinstance(each, dict) else {} for name, each in _mapping(schema, "properties").items()}


def _object(schema: Json, defs: Json) -> str:
    """An object: on one line where there is nothing to say about its properties."""
    properties = _properties(schema)
    if any(key in each for each in properties.values() for key in _SPEAKING):
        lines = (_property(name, each, schema, defs) for name, each in properties.items())
        return f"{{\n{''.join(lines)}}}"
    fields = ", ".join(_field(name, each, schema, defs) for name, each in properties.items())
    return f"{{ {fields} }}" if fields else "object"


def _property(name: str, schema: Json, owner: Json, defs: Json) -> str:
    default = f" // default: {_literal(schema['default'])}" if "default" in schema else ""
    comments = _comment(schema.get("title")) + _comment(schema.get("description"))
    return f"{comments}{_field(name, schema, owner, defs)},{default}\n"


def _field(name: str, schema: Json, owner: Json, defs: Json) -> str:
    required = owner.get("required")
    optional = "" if isinstance(required, list) and name in required else "?"
    return f"{name}{optional}: {_type(schema, defs)}"


def _type(schema: object, defs: Json) -> str:
    if not isinstance(schema, dict):
        return _ANY
    if "$ref" in schema:
        return _referred(schema["$ref"], defs)
    if isinstance(schema.get("enum"), list):
        return " | ".join(map(_literal, schema["enum"]))
    for key, mark in _UNIONS.items():
        if isinstance(schema.get(key), list):
            return mark.join(_type(each, defs) for each in schema[key])
    return _of_kind(schema.get("type"), schema, defs)


def _referred(reference: object, defs: Json) -> str:
    """The type behind a reference, in place of the first one; behind it the name will do, or it might never end."""
    name = str(reference).rpartition("/")[2]
    return _type(defs.pop(name), defs) if name in defs else name or _ANY


def _of_kind(kind: object, schema: Json, defs: Json) -> str:
    if isinstance(kind, list):
        return " | ".join(_of_kind(each, schema, defs) for each in kind)
    if kind == "array":
        return f"{_type(schema.get('items'), defs)}[]"
    if kind == "object":
        return _object(schema, defs)
    return _PLAIN.get(str(kind), _ANY)


def _comment(text: object) -> str:
    """Each line of a text as a comment; nothing where there is no text."""
    if not isinstance(text, str) or not text:
        return ""
    return "".join(f"// {line.strip()}\n" for line in text.strip().split("\n"))


def _literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
