"""The keywords of JSON Schema that assert something of a value by itself."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from ..json_values import as_list, is_finite, is_number
from .schema import TYPES, compiled, exact, types


def cut(text: str, most: int) -> str:
    """A text in so many characters at the most."""
    return text if len(text) <= most else text[: most - 1] + "…"


def show(value: object) -> str:
    """A value as error messages show it."""
    try:
        return cut(repr(value), 80)
    except ValueError:  # an int with more digits than Python is willing to print
        return "a number too long to print"


class Case(NamedTuple):
    """One keyword of a schema applied to one value: `argument` is what the keyword says, `path` where the value is."""

    value: object
    argument: object
    schema: dict[str, object]
    root: object
    path: str

    def error(self, text: str) -> str:
        """An error message that begins with the path."""
        return f"{self.path}: {text}"

    def expected(self, what: str) -> str:
        """The error message that the value is not what was expected."""
        return self.error(f"expected {what}, got {show(self.value)}")


Keyword: TypeAlias = Callable[[Case], str | None]  # makes the error message; None where the value fits


def _type(case: Case) -> str | None:
    allowed = [TYPES[name] for name in types(case.argument)]
    if not allowed or any(is_one(case.value) for _, is_one in allowed):
        return None
    return case.expected(" or ".join(name for name, _ in allowed))


def _equal(one: object, other: object) -> bool:
    """Whether two values are the same JSON: 1 is 1.0, but True is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(one[name], other[name]) for name in one)
    return one == other


def _const(case: Case) -> str | None:
    return None if _equal(case.value, case.argument) else case.expected(show(case.argument))


def _enum(case: Case) -> str | None:
    if not isinstance(case.argument, list) or any(_equal(case.value, each) for each in case.argument):
        return None
    return case.error(f"{show(case.value)} is not one of {cut(', '.join(map(show, case.argument)), 200) or 'none'}")


def _required(case: Case) -> str | None:
    if isinstance(case.value, dict):
        for name in as_list(case.argument):
            if isinstance(name, str) and name not in case.value:
                return case.error(f"missing required property {name!r}")
    return None


def _pattern(case: Case) -> str | None:
    pattern = compiled(case.argument)
    if pattern is None or not isinstance(case.value, str) or pattern.search(case.value):
        return None
    return case.error(f"{show(case.value)} does not match pattern {case.argument!r}")


def _multiple_of(case: Case) -> str | None:
    if not is_finite(case.argument) or case.argument <= 0 or not is_number(case.value):
        return None
    if is_finite(case.value) and exact(case.value) % exact(case.argument) == 0:
        return None
    return case.expected(f"a multiple of {show(case.argument)}")


def _limit(size: Callable[[object], Any], holds: Callable[[Any, Any], bool], words: str) -> Keyword:
    """A keyword that bounds the size of a value; a value that has no such size fits."""

    def keyword(case: Case) -> str | None:
        measured = size(case.value)
        if measured is None or not is_finite(case.argument) or holds(measured, case.argument):
            return None
        return case.expected(f"{words} {show(case.argument)}")

    return keyword


def _amount(value: object) -> object:
    return value if is_number(value) else None


def _characters(value: object) -> object:
    return len(value) if isinstance(value, str) else None


def _count(value: object) -> object:
    return len(value) if isinstance(value, list) else None


ASSERTIONS: dict[str, Keyword] = {
    "type": _type,
    "const": _const,
    "enum": _enum,
    "required": _required,
    "minItems": _limit(_count, operator.ge, "a length of at least"),
    "maxItems": _limit(_count, operator.le, "a length of at most"),
    "minLength": _limit(_characters, operator.ge, "a length of at least"),
    "maxLength": _limit(_characters, operator.le, "a length of at most"),
    "pattern": _pattern,
    "minimum": _limit(_amount, operator.ge, "at least"),
    "maximum": _limit(_amount, operator.le, "at most"),
    "exclusiveMinimum": _limit(_amount, operator.gt, "more than"),
    "exclusiveMaximum": _limit(_amount, operator.lt, "less than"),
    "multipleOf": _multiple_of,
}
