"""What the API refuses of a function's parameters, strict or not: JSON that is no schema, and schemas with gaps.

Reference: https://platform.openai.com/docs/guides/function-calling
"""

from __future__ import annotations

from collections.abc import Iterator

from ..json_values import as_dict, as_list

Schema = dict[str, object]
Context = tuple[str, ...]

_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
_NOT_AT_THE_TOP = ("oneOf", "anyOf", "allOf", "enum", "not")
# What makes an object a schema.
_KEYWORDS = {"type", "properties", "required", "additionalProperties", "items", "$ref", "$defs", *_NOT_AT_THE_TOP}
_MAPS = ("properties", "$defs", "definitions")
_LISTS = ("anyOf", "oneOf", "allOf")


def fault(parameters: object) -> str | None:
    """What the API says of the first thing that is wrong with parameters; nothing of those that hold no keyword."""
    root = as_dict(parameters)
    return (_malformed(root) or _wrong_root(root) or first_gap(root)) if root.keys() & _KEYWORDS else None


def first_gap(root: Schema) -> str | None:
    """What the API says of the first array in a schema that does not tell what it holds."""
    for context, node in _nodes(root):
        kind = node.get("type")
        if "items" not in node:
            if kind == "array":
                return f"In context={context!r}, array schema missing items."
            if isinstance(kind, list) and "array" in kind:
                place = (*context, "type", str(kind.index("array")))
                return f"In context={place!r}, array schema missing items."
    return None


def _wrong_root(root: Schema) -> str | None:
    kind = root.get("type")
    if kind is None or (isinstance(kind, str) and kind != "object"):
        return f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{kind}\"'."
    if any(keyword in root for keyword in _NOT_AT_THE_TOP):
        keywords = "/".join(map(repr, _NOT_AT_THE_TOP))
        return f"schema must have type 'object' and not have {keywords} at the top level."
    return None


def _malformed(root: Schema) -> str | None:
    """What JSON Schema's own schema does not allow, as Python's validator words it."""
    return next((problem for _, node in _nodes(root) for problem in _misfits(node)), None)


def _misfits(node: Schema) -> Iterator[str]:
    kinds = node.get("type", "object")
    if not all(kind in _TYPES for kind in (kinds if isinstance(kinds, list) else [kinds])):
        yield f"{kinds!r} is not valid under any of the given schemas."
    for keyword in ("properties", "$defs", "definitions"):
        if keyword in node and not isinstance(node[keyword], dict):
            yield f"{node[keyword]!r} is not of type 'object'."
    for inner in (*as_dict(node.get("properties")).values(), node.get("items", {})):
        if not isinstance(inner, (dict, bool)):
            yield f"{inner!r} is not of type 'object', 'boolean'."
    for keyword in ("required", "enum"):
        if keyword in node and not isinstance(node[keyword], list):
            yield f"{node[keyword]!r} is not of type 'array'."


def _nodes(root: Schema) -> Iterator[tuple[Context, Schema]]:
    """A schema and those inside it, with the steps that lead to each.

    Walked with a list, not by recursion: a schema may nest as deeply as it likes.
    """
    waiting: list[tuple[Context, Schema]] = [((), root)]
    while waiting:
        context, node = waiting.pop()
        yield context, node
        waiting.extend(reversed([((*context, *steps), inner) for steps, inner in _inside(node)]))


def _inside(node: Schema) -> Iterator[tuple[Context, Schema]]:
    for keyword in _MAPS:
        for name, inner in as_dict(node.get(keyword)).items():
            if isinstance(inner, dict):
                yield (keyword, name), inner
    if isinstance(items := node.get("items"), dict):
        yield ("items",), items
    for keyword in _LISTS:
        for index, inner in enumerate(as_list(node.get(keyword))):
            if isinstance(inner, dict):
                yield (keyword, str(index)), inner
