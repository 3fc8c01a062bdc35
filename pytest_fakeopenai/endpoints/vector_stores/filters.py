"""Filters by attributes. https://platform.openai.com/docs/guides/retrieval#attribute-filtering"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from ...wire.protocol import errors
from ...wire.protocol.call import Json

_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
_KINDS = ("eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "and", "or")


def matches(condition: object, attributes: Json) -> bool:
    """Whether attributes meet a filter, a comparison or several in one; no filter is met by all.

    ApiError for a filter of another kind.
    """
    if condition is None:
        return True
    if not isinstance(condition, dict):
        raise errors.invalid_type("filters", "an object", condition)
    kind = condition.get("type")
    if kind not in _KINDS:
        raise errors.invalid_value("filters.type", kind, _KINDS)
    if kind in ("and", "or"):
        inner = [matches(each, attributes) for each in _list(condition.get("filters"))]
        return all(inner) if kind == "and" else any(inner)
    return _compare(kind, attributes.get(str(condition.get("key"))), condition.get("value"))


def _compare(kind: str, value: Any, operand: Any) -> bool:
    """An attribute that is not there, or of another type, equals nothing and comes neither before nor after."""
    if kind in ("eq", "ne"):
        return _same(value, operand) is (kind == "eq")
    if kind in ("in", "nin"):
        return any(_same(value, each) for each in _list(operand)) is (kind == "in")
    return _class(value) == _class(operand) in ("number", "text") and _ORDERS[kind](value, operand)


def _same(value: object, operand: object) -> bool:
    return _class(value) == _class(operand) != "other" and value == operand


def _class(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return "text" if isinstance(value, str) else "other"


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]
