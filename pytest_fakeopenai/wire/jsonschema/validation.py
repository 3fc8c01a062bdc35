"""Whether a value is valid against a JSON Schema as requests carry it.

An unknown or malformed keyword has no effect, and what is no schema allows everything. `format` is not asserted.
Reference: https://json-schema.org/draft/2020-12/json-schema-validation
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from ..json_values import as_dict, as_list
from .assertions import ASSERTIONS, Case, Keyword, cut
from .schema import child, is_additional, resolve


def validation_error(value: object, schema: object) -> str | None:
    """The first error of a value against a schema, as one sentence with its path, or None if the value is valid."""
    try:
        return error_at(value, schema, schema, "$")
    except RecursionError:
        return "$: the schema or the value nests too deeply to be checked"


def error_at(value: object, schema: object, root: object, path: str) -> str | None:
    """The same for a value at a path, and a schema inside the root, which its $refs point into.

    Raises RecursionError where they nest too deeply.
    """
    if schema is False:
        return f"{path}: the schema allows nothing here"
    if isinstance(schema, dict):
        for name, keyword in _KEYWORDS.items():
            if name in schema and (error := keyword(Case(value, schema[name], schema, root, path))):
                return error
    return None


def _apply(case: Case, value: object, schema: object, path: str | None = None) -> str | None:
    """The error of a value, the keyword's own or one inside it, against a schema that the keyword holds."""
    return error_at(value, schema, case.root, case.path if path is None else path)


def _properties(case: Case) -> str | None:
    value = as_dict(case.value)
    for name, inner in as_dict(case.argument).items():
        if name in value and (error := _apply(case, value[name], inner, child(case.path, name))):
            return error
    return None


def _additional_properties(case: Case) -> str | None:
    for name, value in as_dict(case.value).items():
        if not is_additional(case.schema, name):
            continue
        if case.argument is False:
            return case.error(f"property {name!r} is not in the schema")
        if error := _apply(case, value, case.argument, child(case.path, name)):
            return error
    return None


def _validate_items(case: Case, start: int, schemas: Iterable[object]) -> str | None:
    """The first error of the items from a place on, each against its schema."""
    for i, (item, inner) in enumerate(zip(as_list(case.value)[start:], schemas, strict=False), start):
        if error := _apply(case, item, inner, f"{case.path}[{i}]"):
            return error
    return None


def _prefix_items(case: Case) -> str | None:
    return _validate_items(case, 0, as_list(case.argument))


def _items(case: Case) -> str | None:
    return _validate_items(case, len(as_list(case.schema.get("prefixItems"))), itertools.repeat(case.argument))


def _ref(case: Case) -> str | None:
    try:
        target = resolve(case.root, case.argument) if isinstance(case.argument, str) else True
    except LookupError:
        return None
    return _apply(case, case.value, target)


def _all_of(case: Case) -> str | None:
    return next((error for each in as_list(case.argument) if (error := _apply(case, case.value, each))), None)


def _any_of(case: Case) -> str | None:
    results = [_apply(case, case.value, each) for each in as_list(case.argument)]
    errors = [error for error in results if error]
    if not errors or len(errors) < len(results):
        return None
    if len(errors) == 1:
        return errors[0]
    why = "; ".join(cut(error.removeprefix(case.error("")), 100) for error in errors)
    return case.error(f"fits none of the {len(errors)} alternatives ({why})")


def _one_of(case: Case) -> str | None:
    fitting = [_apply(case, case.value, each) for each in as_list(case.argument)].count(None)
    return case.error(f"fits {fitting} alternatives, expected exactly one") if fitting > 1 else _any_of(case)


# In the order in which errors are looked for, so that the plainest one is named.
_KEYWORDS: dict[str, Keyword] = {
    **ASSERTIONS,
    "properties": _properties,
    "additionalProperties": _additional_properties,
    "prefixItems": _prefix_items,
    "items": _items,
    "$ref": _ref,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _one_of,
}
