"""The subset of JSON Schema that strict tools and strict formats may use.

Reference: https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
"""

from __future__ import annotations

from collections.abc import Iterator

from ..json_values import as_dict, as_list

Context = tuple[str, ...]

_FORBIDDEN = frozenset(
    {
        "allOf",
        "oneOf",
        "not",
        "if",
        "then",
        "else",
        "dependentRequired",
        "dependentSchemas",
        "patternProperties",
        "propertyNames",
        "unevaluatedProperties",
        "minProperties",
        "maxProperties",
        "contains",
        "minContains",
        "maxContains",
        "unevaluatedItems",
        "uniqueItems",
    }
)


def fault(schema: object) -> str | None:
    """What the API says of the first thing in which a schema is not strict; nothing of an empty one."""
    root = as_dict(schema)
    return _wrong_root(root) or _first_fault(root) if root else None


def _wrong_root(root: dict[str, object]) -> str | None:
    kind = root.get("type")
    if kind == "object" or not (isinstance(kind, str) or (kind is None and "anyOf" in root)):
        return None
    return f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{kind}\"'."


def _first_fault(root: dict[str, object]) -> str | None:
    """What is wrong with the first schema, inner ones before the one that they are in.

    Walked with a list, not by recursion: a schema may nest as deeply as it likes.
    """
    waiting: list[tuple[Context, dict[str, object], bool]] = [((), root, False)]
    while waiting:
        context, node, is_next = waiting.pop()
        if not is_next:
            waiting.append((context, node, True))
            waiting.extend(reversed([((*context, *steps), inner, False) for steps, inner in _inside(node)]))
        elif problem := _fault_of(node):
            return f"In context={context!r}, {problem}"
    return None


def _fault_of(node: dict[str, object]) -> str | None:
    if _is_object(node):
        if node.get("additionalProperties") is not False:
            return "'additionalProperties' is required to be supplied and to be false."
        if (missing := _optional(node)) is not None:
            return (
                "'required' is required to be supplied and to be an array including every key in properties. "
                f"Missing '{missing}'."
            )
    forbidden = next((keyword for keyword in node if keyword in _FORBIDDEN), None)
    return f"'{forbidden}' is not permitted." if forbidden else None


def _is_object(node: dict[str, object]) -> bool:
    """Whether a schema is judged as one of objects: one whose type is a list is not, whatever it lists."""
    kind = node.get("type")
    return kind == "object" or ("properties" in node and not isinstance(kind, list))


def _optional(node: dict[str, object]) -> str | None:
    """The first property that is not required."""
    required = {name for name in as_list(node.get("required")) if isinstance(name, str)}
    return next((name for name in as_dict(node.get("properties")) if name not in required), None)


def _inside(node: dict[str, object]) -> Iterator[tuple[Context, dict[str, object]]]:
    """The schemas directly inside one, with the steps that lead to them."""
    for keyword in ("properties", "$defs", "definitions"):
        for name, inner in as_dict(node.get(keyword)).items():
            if isinstance(inner, dict):
                yield (keyword, name), inner
    if isinstance(items := node.get("items"), dict):
        yield ("items",), items
    for index, inner in enumerate(as_list(node.get("anyOf"))):
        if isinstance(inner, dict):
            yield ("anyOf", str(index)), inner
