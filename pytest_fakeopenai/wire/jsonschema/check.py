"""JSON Schema as requests carry it: whether a value fits, and how to read a schema that may be any JSON at all.

A keyword that is unknown or malformed says nothing, and something that is not a schema fits everything.
`format` is not enforced.
"""

from __future__ import annotations

import itertools
import math
import operator
import re
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, NamedTuple, TypeGuard
from urllib.parse import unquote


def check(value: object, schema: object) -> str | None:
    """The first thing in which a value breaks a schema, as one sentence, or None if it fits."""
    try:
        return fault(value, schema, schema, "$")
    except RecursionError:
        return "$: the schema or the value nests too deeply to be checked"


def fault(value: object, schema: object, root: object, path: str) -> str | None:
    """As `check`, for a schema inside the root that its $refs point into; the recursion is not guarded."""
    if schema is False:
        return f"{path}: the schema allows nothing here"
    if isinstance(schema, dict):
        for keyword, checker in _CHECKERS.items():
            if keyword in schema and (found := checker(_Case(value, schema[keyword], schema, root, path))):
                return found
    return None


# ---- reading a schema


def as_dict(rule: object) -> dict[str, object]:
    """The object that a keyword should hold, empty if it holds something else."""
    return rule if isinstance(rule, dict) else {}


def as_list(rule: object) -> list[object]:
    """The array that a keyword should hold, empty if it holds something else."""
    return rule if isinstance(rule, list) else []


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether this is a JSON number; Python takes True for one."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_finite(value: object) -> TypeGuard[int | float]:
    """Whether this is a number one can reckon with; Python's json reads NaN and Infinity too."""
    return is_number(value) and (isinstance(value, int) or math.isfinite(value))


def exact(number: int | float) -> Fraction:
    """A number as it is written: 0.3 is a multiple of 0.1 in JSON, though not in binary."""
    return Fraction(repr(number)) if isinstance(number, float) else Fraction(number)


def types(rule: object) -> list[str]:
    """The types that a `type` allows; none, so any, if it names one that is unknown."""
    names = as_list(rule) or [rule]
    known = [name for name in names if isinstance(name, str) and name in _TYPES]
    return known if len(known) == len(names) else []


def resolve(root: object, ref: str) -> object:
    """What a local $ref points to; LookupError if that is nothing."""
    outside, _, pointer = ref.partition("#")
    if outside or pointer[:1] not in ("", "/"):
        raise LookupError(ref)
    target = root
    for part in unquote(pointer).split("/")[1:]:
        inside = {str(i): item for i, item in enumerate(target)} if isinstance(target, list) else as_dict(target)
        target = inside[part.replace("~1", "/").replace("~0", "~")]
    return target


def child(path: str, name: str) -> str:
    """The path of a property."""
    return f"{path}.{name}" if name.isidentifier() else f"{path}[{name!r}]"


_ESCAPE_OR_SET = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_ESCAPE_OR_DOUBLE = re.compile(r"\\.|(?<=^\[)\[|(?<=^\[\^)\[|(?<=-)-|(?<=&)&|(?<=~)~|(?<=\|)\|", re.DOTALL)


def python_pattern(pattern: str) -> str:
    """A pattern without what Python warns of in a set, `[[`, `--`, `&&`, `~~` and `||`: warnings can be errors."""

    def escaped(found: re.Match[str]) -> str:
        return found[0] if len(found[0]) == 2 else "\\" + found[0]

    return _ESCAPE_OR_SET.sub(lambda found: _ESCAPE_OR_DOUBLE.sub(escaped, found[0]), pattern)


def compiled(pattern: object) -> re.Pattern[str] | None:
    """A pattern to search with, or None if Python cannot compile it."""
    try:
        return re.compile(python_pattern(pattern)) if isinstance(pattern, str) else None
    except (re.error, ValueError, OverflowError, RecursionError, Warning):
        return None


def is_additional(schema: dict[str, object], name: str) -> bool:
    """Whether additionalProperties is about a property of this name."""
    patterns = map(compiled, as_dict(schema.get("patternProperties")))
    return name not in as_dict(schema.get("properties")) and not any(each and each.search(name) for each in patterns)


# ---- writing a fault


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _show(value: object) -> str:
    try:
        return _cut(repr(value), 80)
    except ValueError:  # an int with more digits than Python is willing to print
        return "a number too long to print"


class _Case(NamedTuple):
    """One keyword of a schema put to one value."""

    value: object
    rule: object
    schema: dict[str, object]
    root: object
    path: str

    def says(self, text: str) -> str:
        return f"{self.path}: {text}"

    def expected(self, what: str) -> str:
        return self.says(f"expected {what}, got {_show(self.value)}")

    def inner(self, value: object, schema: object, path: str | None = None) -> str | None:
        return fault(value, schema, self.root, self.path if path is None else path)


# ---- the keywords

_Checker = Callable[[_Case], str | None]

_TYPES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "string": ("a string", lambda value: isinstance(value, str)),
    "object": ("an object", lambda value: isinstance(value, dict)),
    "array": ("an array", lambda value: isinstance(value, list)),
    "integer": ("an integer", lambda value: is_finite(value) and value == math.floor(value)),
    "number": ("a number", is_number),
    "boolean": ("a boolean", lambda value: isinstance(value, bool)),
    "null": ("null", lambda value: value is None),
}


def _type(case: _Case) -> str | None:
    allowed = [_TYPES[name] for name in types(case.rule)]
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


def _const(case: _Case) -> str | None:
    return None if _equal(case.value, case.rule) else case.expected(_show(case.rule))


def _enum(case: _Case) -> str | None:
    if not isinstance(case.rule, list) or any(_equal(case.value, each) for each in case.rule):
        return None
    return case.says(f"{_show(case.value)} is not one of {_cut(', '.join(map(_show, case.rule)), 200) or 'none'}")


def _required(case: _Case) -> str | None:
    if isinstance(case.value, dict):
        for name in as_list(case.rule):
            if isinstance(name, str) and name not in case.value:
                return case.says(f"missing required property {name!r}")
    return None


def _properties(case: _Case) -> str | None:
    value = as_dict(case.value)
    for name, rule in as_dict(case.rule).items():
        if name in value and (found := case.inner(value[name], rule, child(case.path, name))):
            return found
    return None


def _additional(case: _Case) -> str | None:
    for name, value in as_dict(case.value).items():
        if not is_additional(case.schema, name):
            continue
        if case.rule is False:
            return case.says(f"property {name!r} is not in the schema")
        if found := case.inner(value, case.rule, child(case.path, name)):
            return found
    return None


def _each(case: _Case, start: int, rules: Iterable[object]) -> str | None:
    for i, (item, rule) in enumerate(zip(as_list(case.value)[start:], rules, strict=False), start):
        if found := case.inner(item, rule, f"{case.path}[{i}]"):
            return found
    return None


def _prefix_items(case: _Case) -> str | None:
    return _each(case, 0, as_list(case.rule))


def _items(case: _Case) -> str | None:
    return _each(case, len(as_list(case.schema.get("prefixItems"))), itertools.repeat(case.rule))


def _pattern(case: _Case) -> str | None:
    pattern = compiled(case.rule)
    if pattern is None or not isinstance(case.value, str) or pattern.search(case.value):
        return None
    return case.says(f"{_show(case.value)} does not match pattern {case.rule!r}")


def _multiple_of(case: _Case) -> str | None:
    if not is_finite(case.rule) or case.rule <= 0 or not is_number(case.value):
        return None
    if is_finite(case.value) and exact(case.value) % exact(case.rule) == 0:
        return None
    return case.expected(f"a multiple of {_show(case.rule)}")


def _limit(size: Callable[[object], Any], holds: Callable[[Any, Any], bool], words: str) -> _Checker:
    def checker(case: _Case) -> str | None:
        measured = size(case.value)
        if measured is None or not is_finite(case.rule) or holds(measured, case.rule):
            return None
        return case.expected(f"{words} {_show(case.rule)}")

    return checker


def _amount(value: object) -> object:
    return value if is_number(value) else None


def _characters(value: object) -> object:
    return len(value) if isinstance(value, str) else None


def _count(value: object) -> object:
    return len(value) if isinstance(value, list) else None


def _ref(case: _Case) -> str | None:
    try:
        target = resolve(case.root, case.rule) if isinstance(case.rule, str) else True
    except LookupError:
        return None
    return case.inner(case.value, target)


def _all_of(case: _Case) -> str | None:
    return next((found for each in as_list(case.rule) if (found := case.inner(case.value, each))), None)


def _any_of(case: _Case) -> str | None:
    found = [case.inner(case.value, each) for each in as_list(case.rule)]
    faults = [each for each in found if each]
    if not faults or len(faults) < len(found):
        return None
    if len(faults) == 1:
        return faults[0]
    why = "; ".join(_cut(each.removeprefix(case.says("")), 100) for each in faults)
    return case.says(f"fits none of the {len(faults)} alternatives ({why})")


def _one_of(case: _Case) -> str | None:
    fitting = [case.inner(case.value, each) for each in as_list(case.rule)].count(None)
    return case.says(f"fits {fitting} alternatives, expected exactly one") if fitting > 1 else _any_of(case)


# In the order in which faults are looked for, so that the plainest one is named.
_CHECKERS: dict[str, _Checker] = {
    "type": _type,
    "const": _const,
    "enum": _enum,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _additional,
    "minItems": _limit(_count, operator.ge, "a length of at least"),
    "maxItems": _limit(_count, operator.le, "a length of at most"),
    "prefixItems": _prefix_items,
    "items": _items,
    "minLength": _limit(_characters, operator.ge, "a length of at least"),
    "maxLength": _limit(_characters, operator.le, "a length of at most"),
    "pattern": _pattern,
    "minimum": _limit(_amount, operator.ge, "at least"),
    "maximum": _limit(_amount, operator.le, "at most"),
    "exclusiveMinimum": _limit(_amount, operator.gt, "more than"),
    "exclusiveMaximum": _limit(_amount, operator.lt, "less than"),
    "multipleOf": _multiple_of,
    "$ref": _ref,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _one_of,
}
