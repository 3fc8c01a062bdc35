"""A value inside the object that a schema wraps it in, `{"response": [1, 2]}`: frameworks wrap what is no object."""

from __future__ import annotations

from collections.abc import Iterator

from ..json_values import as_dict, as_list
from .schema import resolve
from .validation import validation_error

_DEEPEST = 4  # a wrapper, the alternatives in it, and the wrapper of each


def wrapped(value: object, schema: object) -> object | None:
    """The object around a value that fits the schema; None where the schema has no such object.

    An object wraps a value where all its other properties are constants: `{"kind": "City", "data": …}`.
    """
    return next(
        (each for each in _wrappers(value, schema, schema, _DEEPEST) if not validation_error(each, schema)), None
    )


def names_all_keys(value: object, schema: object) -> bool:
    """Whether a schema has a property for each key of a value."""
    properties = as_dict(_followed(schema, schema).get("properties"))
    return as_dict(value).keys() <= properties.keys()


def _wrappers(value: object, schema: object, root: object, depth: int) -> Iterator[object]:
    """The objects that could be around the value, the plainest first."""
    schema = _followed(schema, root)
    for each in (*as_list(schema.get("anyOf")), *as_list(schema.get("oneOf"))) if depth else ():
        yield from _wrappers(value, each, root, depth - 1)
    constants = {name: _constant(each, root) for name, each in as_dict(schema.get("properties")).items()}
    free = [name for name, constant in constants.items() if not constant]
    if len(free) == 1 and depth:
        (name,) = free
        fixed = {key: constant[0] if constant else None for key, constant in constants.items()}
        inside = [value, *_wrappers(value, as_dict(schema["properties"])[name], root, depth - 1)]
        yield from ({**fixed, name: each} for each in inside)


def _followed(schema: object, root: object) -> dict[str, object]:
    """The schema that a $ref points to; any other as it is, {} for what is none."""
    ref = as_dict(schema).get("$ref")
    try:
        return as_dict(resolve(root, ref) if isinstance(ref, str) else schema)
    except LookupError:
        return {}


def _constant(schema: object, root: object) -> list[object]:
    """The one value that a property can have, in a list; [] where it can have others."""
    followed = _followed(schema, root)
    values = [followed["const"]] if "const" in followed else as_list(followed.get("enum"))
    return values if len(values) == 1 else []
