"""Function tools in the form in which models read them, and in which they are billed: as TypeScript.

A function `light` with a description, whose parameters have a title, is shown as

    namespace functions {

    // Tells whether a lamp is on.
    type light = (_: // Lamp
    {
    // The room
    room: string,
    unit?: "W" | "lm", // default: "W"
    }) => any;

    } // namespace functions
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from ..json_values import as_dict
from ..protocol.call import Json, Tool


class Dialect(NamedTuple):
    """What a model is shown: the titles of schemas, and the descriptions of the items of arrays."""

    titles: bool = True
    item_descriptions: bool = True


_FULL = Dialect()
_ANY = "any"
_PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
_UNIONS = {"anyOf": "|", "oneOf": "|", "allOf": "&"}
_OPEN = "[k: string]: any"  # the field of an object that takes further ones


def namespace(functions: Sequence[Tool], dialect: Dialect = _FULL) -> str:
    """The declarations of all functions."""
    declared = "".join(f"{_declaration(each, dialect)}\n\n" for each in functions)
    return f"namespace functions {{\n\n{declared}}} // namespace functions"


def _declaration(function: Tool, dialect: Dialect) -> str:
    schema = as_dict(function.parameters)
    parameters = f"_: {_Types(schema, dialect).whole(schema)}" if _properties(schema) else ""
    return f"{_comment(function.description)}type {function.name} = ({parameters}) => any;"


def _properties(schema: Json) -> dict[str, Json]:
    """The properties of an object; one whose schema is not an object can be anything."""
    return {name: as_dict(each) for name, each in as_dict(schema.get("properties")).items()}


class _Types:
    """Writes the types of one function. What is referred to is written out once; from then on its name will do."""

    def __init__(self, schema: Json, dialect: Dialect) -> None:
        self._dialect = dialect
        self._definitions = {**as_dict(schema.get("definitions")), **as_dict(schema.get("$defs"))}

    def whole(self, schema: Json, *, described: bool = True) -> str:
        """A schema that is nobody's property, and so brings its own comments: `// Author⏎{ name: string }`."""
        format_ = schema.get("format")
        form = f"// Format: {format_}\n" if isinstance(format_, str) and format_ else ""
        return self._comments(schema, described=described) + form + self._type(schema)

    def _comments(self, schema: Json, *, described: bool = True) -> str:
        title = _comment(schema.get("title")) if self._dialect.titles else ""
        return title + (_comment(schema.get("description")) if described else "")

    def _type(self, schema: Json) -> str:
        if "$ref" in schema:
            return self._referred(schema["$ref"])
        if "const" in schema:
            return _literal(schema["const"])
        if isinstance(values := schema.get("enum"), list):
            return " | ".join(map(_literal, values))
        for key, mark in _UNIONS.items():
            if isinstance(branches := schema.get(key), list):
                return _union([self.whole(as_dict(each)) for each in branches], mark)
        return self._of_kind(schema.get("type"), schema)

    def _referred(self, reference: object) -> str:
        """The type behind a reference, in place of the first one; its name afterwards, or it might never end."""
        name = str(reference).rpartition("/")[2]
        return self.whole(as_dict(self._definitions.pop(name))) if name in self._definitions else name or _ANY

    def _of_kind(self, kind: object, schema: Json) -> str:
        if isinstance(kind, list):  # each of which has the description once more
            comment = _comment(schema.get("description"))
            return _union([comment + self._of_kind(each, schema) for each in kind], "|")
        if kind == "array":
            return self._array(schema.get("items"))
        if kind == "object" or (kind is None and "properties" in schema):
            return self._object(schema)
        return _PLAIN.get(str(kind), _ANY)

    def _array(self, items: object) -> str:
        item = self.whole(as_dict(items), described=self._dialect.item_descriptions)
        return f"Array<\n{item}\n>" if "\n" in item else f"{item}[]"

    def _object(self, schema: Json) -> str:
        """An object: on one line where there is nothing to say about its properties."""
        properties = _properties(schema)
        required = schema.get("required")
        fields = {name: self._field(name, each, required) for name, each in properties.items()}
        if not fields:
            return "object"
        is_open = schema.get("additionalProperties") is True
        if any(self._comments(each) or "default" in each for each in properties.values()):
            lines = [self._comments(each) + fields[name] + _default(each) for name, each in properties.items()]
            return "".join(["{\n", *lines, f"{_OPEN},\n" * is_open, "}"])
        return f"{{ {', '.join([*fields.values(), *[_OPEN] * is_open])} }}"

    def _field(self, name: str, schema: Json, required: object) -> str:
        optional = "" if isinstance(required, list) and name in required else "?"
        text = self._type(schema)
        return f"{name}{optional}:{_gap(text)}{text}"


def _gap(text: str) -> str:
    """What stands between a property's name and its type, which may begin with a comment of its own."""
    return "\n" if text.startswith(("//", "| ", "& ")) else " "


def _default(schema: Json) -> str:
    """The end of a property's line."""
    return f", // default: {_literal(schema['default'])}\n" if "default" in schema else ",\n"


def _union(branches: Sequence[str], mark: str) -> str:
    """The branches of a union: a line each where one has a comment."""
    if any(each.startswith("//") for each in branches):
        return "\n".join(f"{mark} {each}" for each in branches)
    return f" {mark} ".join(branches)


def _comment(text: object) -> str:
    """Each line of a text as a comment; nothing where there is no text."""
    if not isinstance(text, str) or not text.strip():
        return ""
    return "".join(f"// {line}\n" if line.strip() else "//\n" for line in text.strip().split("\n"))


def _literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
