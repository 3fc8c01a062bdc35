"""OpenAI's published description of its API as JSON Schema, and where a value differs from what it says.

A difference is named by the component and the place in it, and by what is wrong there; a key that an object's schema
does not name is one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

Json = dict[str, Any]

_ROOT = Path(__file__).parents[2]
PATH = Path(os.environ.get("OPENAPI_DOCUMENT") or _ROOT.parent / "shared" / "openapi" / "openapi.json")
JSON, EVENTS = "application/json", "text/event-stream"


class Difference(NamedTuple):
    """Where a value is not as described, say `Model.created`, and how: missing, undocumented, or what stands there."""

    place: str
    problem: str


@cache
def document() -> Json:
    """The whole description."""
    loaded: Json = json.loads(PATH.read_bytes())
    return loaded


def answer_of(method: str, path: str, media: str = JSON) -> str:
    """The component that describes an operation's successful answer; legacy streams are described like bodies."""
    content = document()["paths"][path][method.lower()]["responses"]["200"]["content"]
    return _name(content.get(media, content[JSON])["schema"]["$ref"])


def differences(value: object, name: str) -> set[Difference]:
    """Where a value differs from a component."""
    return {_difference(error) for error in _Validator({"$ref": name}).iter_errors(value)}


def shape(value: object) -> object:
    """What of a value the description can tell apart: its keys and types, and the words that it lists."""
    if isinstance(value, dict):
        return tuple((key, shape(each)) for key, each in value.items())
    if isinstance(value, list):
        return frozenset(map(shape, value))
    return value if value is None or value in _words() else type(value)


@cache
def _words() -> frozenset[str]:
    """Every value that the description lists for some key."""
    listed: set[str] = set()
    waiting: list[Any] = [document()["components"]["schemas"]]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            listed.update(word for word in each.get("enum", ()) if isinstance(word, str))
        waiting.extend(each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())
    return frozenset(listed)


def _name(ref: str) -> str:
    return ref.rpartition("/")[2]


# The description in JSON Schema's own terms


@cache
def _component(name: str) -> Json:
    return _closed(document()["components"]["schemas"][name])


def _closed(schema: Json) -> Json:
    """The schema with no keys besides those it names, and null where OpenAPI 3.0 called it nullable."""
    closed = _merged(schema)
    for keyword in {"items", "additionalProperties"} & closed.keys():
        if isinstance(closed[keyword], dict):
            closed[keyword] = _closed(closed[keyword])
    for keyword in {"anyOf", "oneOf"} & closed.keys():
        closed[keyword] = [_closed(branch) for branch in closed[keyword]]
    if "properties" in closed:
        closed["properties"] = {name: _closed(each) for name, each in closed["properties"].items()}
        closed.setdefault("additionalProperties", False)
    return {"anyOf": [closed, {"type": "null"}]} if schema.get("nullable") else closed


def _merged(schema: Json) -> Json:
    """The schema without `allOf`, which the description uses for objects that extend others."""
    parts = [_merged(_target(part)) for part in schema.get("allOf", ())]
    merged = {key: value for key, value in schema.items() if key != "allOf"}
    if parts:
        parts.append(merged)
        merged["properties"] = {name: each for part in parts for name, each in part.get("properties", {}).items()}
        merged["required"] = sorted({name for part in parts for name in part.get("required", ())})
    return merged


def _target(schema: Json) -> Json:
    target: Json = document()["components"]["schemas"][_name(schema["$ref"])] if "$ref" in schema else schema
    return target


# Validation, precise about unions: by the one branch that was meant

Errors = Iterator[ValidationError]


def _ref(validator: Any, ref: str, instance: object, schema: Json) -> Errors:
    name = _name(ref)
    yield from validator.descend(instance, _component(name), schema_path=f"#{name}")


def _union(validator: Any, branches: list[Json], instance: object, schema: Json) -> Errors:
    meant = [branch for branch in branches if _tagged(branch, instance)] or branches
    yield from min((list(validator.descend(instance, branch)) for branch in meant), key=len)


def _tagged(branch: Json, instance: object) -> bool:
    """Whether the instance's type is one that the branch, or a branch of the branch, is for."""
    if not isinstance(instance, dict) or "type" not in instance:
        return True
    schema = _component(_name(branch["$ref"])) if "$ref" in branch else branch
    if inner := schema.get("anyOf") or schema.get("oneOf"):
        return any(_tagged(each, instance) for each in inner)
    allowed = schema.get("properties", {}).get("type", {}).get("enum")
    return allowed is None or instance["type"] in allowed


def _required(validator: Any, names: list[str], instance: Any, schema: Json) -> Errors:
    if isinstance(instance, dict):
        for name in names:
            if name not in instance:
                yield ValidationError("missing", schema_path=(name,))


def _additional(validator: Any, allowed: Any, instance: Any, schema: Json) -> Errors:
    extras = instance.keys() - schema.get("properties", {}).keys() if isinstance(instance, dict) else ()
    for name in sorted(extras):
        if allowed is False:
            yield ValidationError("undocumented", schema_path=(name,))
        elif isinstance(allowed, dict):
            yield from validator.descend(instance[name], allowed, schema_path="*")


_extend: Any = extend
_Validator = _extend(
    Draft202012Validator,
    {"$ref": _ref, "anyOf": _union, "oneOf": _union, "required": _required, "additionalProperties": _additional},
)


def _difference(error: ValidationError) -> Difference:
    return Difference(_place(list(error.schema_path)), _problem(error))


def _place(path: list[Any]) -> str:
    """A path in the schemas, from the last component on, as one writes it; a component as such is where it is used."""
    while len(path) > 2 and str(path[-2]).startswith("#"):
        del path[-2]
    start = max(index for index, token in enumerate(path) if str(token).startswith("#"))
    place, tokens = str(path[start])[1:], iter(path[start + 1 :])
    for token in tokens:
        if token in ("properties", "required", "additionalProperties"):
            place += f".{next(tokens)}"
        elif token == "items":
            place += "[]"
    return place


def _problem(error: ValidationError) -> str:
    if error.validator in ("required", "additionalProperties"):
        return str(error.message)
    if error.validator == "type" or error.instance is None:
        return _TYPES[type(error.instance)]
    return f"{error.validator} of {json.dumps(error.instance)[:80]}"


_TYPES = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}
