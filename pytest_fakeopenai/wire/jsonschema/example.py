"""The smallest value that fits a JSON Schema: what a reply says where the test did not say it."""

from __future__ import annotations

import copy
import itertools
import math
import re
import string
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import lru_cache, partial, reduce
from typing import NamedTuple

from .check import (
    as_dict,
    as_list,
    child,
    compiled,
    exact,
    fault,
    is_additional,
    is_finite,
    python_pattern,
    resolve,
    types,
)

_MOST_STEPS = 50_000  # of work for one example; a schema can ask for more than there is memory
_LONGEST = 1_000_000  # characters in one string
_MOST_PICKS = 4  # alternatives of a pattern to try
_MOST_SPARE = 16  # repeats beyond those that a pattern needs, for one that has to be longer

_FORMATS = {
    "date-time": "2024-01-01T12:00:00Z",
    "date": "2024-01-01",
    "time": "12:00:00Z",
    "duration": "P1D",
    "email": "user@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "uuid4": "00000000-0000-4000-8000-000000000000",
}

# The type that a schema without one is about, by what else it says; anything else is about a string.
_HINTS = {
    **dict.fromkeys(("properties", "required", "additionalProperties"), "object"),
    **dict.fromkeys(("items", "prefixItems", "minItems", "maxItems"), "array"),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), "number"),
}


class SchemaError(ValueError):
    """No value can be made up for a schema; the message says where and why."""


def example(schema: object, text: str = "string") -> object:
    """The smallest value that fits a schema, always the same one; its strings are `text` where they may be."""
    try:
        return _Maker(schema, text).make(_Spot("$", frozenset()), [{"$ref": "#"}])
    except RecursionError:
        raise _cannot("$", "the schema nests too deeply") from None


class _Spot(NamedTuple):
    """Where a value goes, and the $refs that the values around it are made for."""

    path: str
    above: frozenset[str]


_Facets = list[dict[str, object]]  # the schemas that one value has to fit, with the choices among them made
_Make = Callable[[_Spot, _Facets], object]


def _cannot(path: str, why: str) -> SchemaError:
    return SchemaError(f"cannot invent a value for {path}: {why}; script the reply instead")


def _first(attempts: Iterable[Callable[[], object]]) -> object:
    """What the first attempt that succeeds makes; if none does, the error of the first."""
    first: SchemaError | None = None
    for attempt in attempts:
        try:
            return attempt()
        except SchemaError as error:
            first = first or error
    assert first, "there is always something to attempt"
    raise first


class _Maker:
    def __init__(self, root: object, text: str) -> None:
        self.root = root
        self.text = text
        self.left = _MOST_STEPS
        self.kinds: dict[str, _Make] = {
            "string": self.a_string,
            "object": self.an_object,
            "array": self.an_array,
            "number": self.a_number,
            "integer": self.a_number,
            "boolean": partial(self.fitting, candidates=[False, True], why="no boolean fits its schema"),
            "null": partial(self.fitting, candidates=[None], why="null does not fit its schema"),
        }

    def make(self, spot: _Spot, schemas: list[object], facets: _Facets | None = None) -> object:
        """A value for the facets so far and the schemas that are still to be opened into facets."""
        self.left -= 1
        if self.left < 0:
            raise _cannot(spot.path, "the schema asks for too much")
        facets = facets or []
        if not schemas:
            return self.build(spot, facets)
        schema, *rest = schemas
        if schema is False:
            raise _cannot(spot.path, "the schema allows nothing here")
        if not isinstance(schema, dict):
            return self.make(spot, rest, facets)
        rest = [*self.target(spot, schema, facets), *as_list(schema.get("allOf")), *rest]
        return _first(partial(self.make, spot, [*picked, *rest], [*facets, schema]) for picked in _choices(schema))

    def target(self, spot: _Spot, schema: dict[str, object], facets: _Facets) -> list[object]:
        ref = schema.get("$ref")
        if not isinstance(ref, str) or ref in _refs(facets):
            return []
        if ref in spot.above:
            # A smallest value never has one for the same $ref inside itself: the inner one would do in its place.
            raise _cannot(spot.path, f"$ref {ref!r} needs itself without end")
        try:
            return [resolve(self.root, ref)]
        except LookupError:
            raise _cannot(spot.path, f"$ref {ref!r} points nowhere") from None

    def build(self, spot: _Spot, facets: _Facets) -> object:
        consts = _rules(facets, "const")
        enums = [each for each in _rules(facets, "enum") if isinstance(each, list)]
        if consts or enums:
            given = self.fitting(spot, facets, consts or enums[0], "no value of its const or enum fits its schema")
            return copy.deepcopy(given)
        return _first(partial(self.kinds[kind], spot, facets) for kind in _kinds(facets))

    def fitting(self, spot: _Spot, facets: _Facets, candidates: Iterable[object], why: str) -> object:
        for value in candidates:
            if not any(fault(value, facet, self.root, spot.path) for facet in facets):
                return value
        raise _cannot(spot.path, why)

    def an_object(self, spot: _Spot, facets: _Facets) -> object:
        above = spot.above | _refs(facets)
        required = {name for rule in _rules(facets, "required") for name in as_list(rule) if isinstance(name, str)}
        named = [name for rule in _rules(facets, "properties") for name in as_dict(rule) if name in required]
        made = {
            name: self.make(_Spot(child(spot.path, name), above), [_property(facet, name) for facet in facets])
            for name in dict.fromkeys([*named, *sorted(required)])
        }
        return self.fitting(spot, facets, [made], "no object of its required properties fits its schema")

    def an_array(self, spot: _Spot, facets: _Facets) -> object:
        above = spot.above | _refs(facets)
        count = _least(facets, "minItems")
        if count > self.left:
            raise _cannot(spot.path, "its minItems is too many")
        made = [
            self.make(_Spot(f"{spot.path}[{i}]", above), [_item(facet, i) for facet in facets]) for i in range(count)
        ]
        return self.fitting(spot, facets, [made], "no array fits its schema")

    def a_number(self, spot: _Spot, facets: _Facets) -> object:
        bounds = [exact(each) for keyword in _BOUNDS for each in _numbers(facets, keyword)]
        steps = [exact(each) for each in _numbers(facets, "multipleOf") if each > 0]
        allowed = [types(rule) for rule in _rules(facets, "type")]
        if any("integer" in each and "number" not in each for each in allowed):
            steps.append(Fraction(1))
        return self.fitting(spot, facets, _points(bounds, steps), "no number fits its schema")

    def a_string(self, spot: _Spot, facets: _Facets) -> object:
        low = _least(facets, "minLength")
        high = min((math.floor(each) for each in _numbers(facets, "maxLength")), default=None)
        if low > _LONGEST:
            raise _cannot(spot.path, "its minLength is too long")
        patterns = [each for each in _rules(facets, "pattern") if isinstance(each, str) and compiled(each)]
        formats = [_FORMATS[each] for each in _rules(facets, "format") if isinstance(each, str) and each in _FORMATS]
        plain = formats or [_stretched(self.text, low, high)]
        why = f"pattern {patterns[0]!r}" if patterns else "no string fits its schema"
        return self.fitting(spot, facets, itertools.chain(plain, _matching(patterns, low)), why)


# ---- reading the facets


def _choices(schema: dict[str, object]) -> Iterator[tuple[object, ...]]:
    """Every way to pick one alternative of anyOf and one of oneOf; those that are not null come first."""
    alternatives = [as_list(schema.get(keyword)) for keyword in ("anyOf", "oneOf")]
    return itertools.product(*(sorted(each, key=_is_null) for each in alternatives if each))


def _is_null(schema: object) -> bool:
    return types(as_dict(schema).get("type")) == ["null"]


def _rules(facets: _Facets, keyword: str) -> list[object]:
    return [facet[keyword] for facet in facets if keyword in facet]


def _numbers(facets: _Facets, keyword: str) -> list[int | float]:
    return [rule for rule in _rules(facets, keyword) if is_finite(rule)]


def _least(facets: _Facets, keyword: str) -> int:
    return max([0, *map(math.ceil, _numbers(facets, keyword))])


def _refs(facets: _Facets) -> frozenset[str]:
    return frozenset(rule for rule in _rules(facets, "$ref") if isinstance(rule, str))


def _kinds(facets: _Facets) -> list[str]:
    """The types to try, the likeliest first; that each facet allows it is only checked on the value."""
    named = [name for rule in _rules(facets, "type") for name in types(rule)]
    hinted = [kind for keyword, kind in _HINTS.items() if _rules(facets, keyword)]
    every = named or [*hinted, "string", "object", "array", "number", "boolean", "null"]
    return sorted(dict.fromkeys(every), key="null".__eq__)


def _property(facet: dict[str, object], name: str) -> object:
    if is_additional(facet, name):
        return facet.get("additionalProperties")
    return as_dict(facet.get("properties")).get(name)


def _item(facet: dict[str, object], i: int) -> object:
    prefix = as_list(facet.get("prefixItems"))
    return prefix[i] if i < len(prefix) else facet.get("items")


# ---- numbers

_BOUNDS = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")


def _points(bounds: list[Fraction], steps: list[Fraction]) -> Iterator[int | float]:
    """The numbers that can be the nearest to 0 inside some of the bounds and on all of the steps, in that order."""
    step = reduce(_common_step, steps) if steps else Fraction(1)
    points = {Fraction(0), step, -step}
    for bound in bounds:
        points |= {bound // step * step + shift for shift in (-step, 0, step)}
    if not steps:
        points |= {*bounds, *((low + high) / 2 for low, high in itertools.pairwise(sorted(bounds)))}
    for point in sorted(points, key=lambda point: (abs(point), -point)):
        if point.denominator == 1:
            yield int(point)
        elif abs(point) < Fraction(10) ** 300:  # otherwise it is no float
            yield float(point)


def _common_step(one: Fraction, other: Fraction) -> Fraction:
    return Fraction(math.lcm(one.numerator, other.numerator), math.gcd(one.denominator, other.denominator))


# ---- strings


def _stretched(text: str, low: int, high: int | None) -> str:
    unit = text or "string"
    return text[:high] if len(text) >= low else (unit * (low // len(unit) + 1))[:low]


def _matching(patterns: list[str], low: int) -> Iterator[str]:
    """Strings that may well match the patterns, as they are and filled up to a length."""
    for pattern, pick in itertools.product(patterns, range(_MOST_PICKS)):
        shortest = _Pattern(pattern, pick, 0).made()
        for spare in (0, max(low - len(shortest), 0), *range(1, _MOST_SPARE)):
            made = _Pattern(pattern, pick, spare).made()
            yield from (made, made.ljust(low, "a"), made.rjust(low, "a"))
    if patterns:
        yield from ("Aa1!Aa1!Aa1!", *_FORMATS.values())


_TOKEN = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]|\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)|.", re.DOTALL)
_GROUP = re.compile(r"\((\?(?:[:=!]|<[=!]|P<\w+>|[a-zA-Z-]+:?))?")
_REPEAT = re.compile(r"(?:\{(\d+)(,?)(\d*)\}|([*+?]))[+?]?")
_NOTHING_WIDE = ("^", "$", r"\b", r"\B", r"\A", r"\Z")
_REPEATS = {"*": (0, _LONGEST), "+": (1, _LONGEST), "?": (0, 1)}


class _Pattern:
    """A string for a simple pattern, read from left to right; a lookaround is only skipped, so it may not match.

    `pick` chooses among alternatives; `spare` is how many repeats there are beyond those needed, the first first.
    """

    def __init__(self, pattern: str, pick: int, spare: int) -> None:
        self.rest = python_pattern(pattern)
        self.pick = pick
        self.spare = spare

    def made(self) -> str:
        try:
            return self.alternatives()
        except re.error:  # a back reference, which is no pattern on its own
            return ""

    def take(self, syntax: re.Pattern[str]) -> re.Match[str] | None:
        found = syntax.match(self.rest)
        self.rest = self.rest[found.end() :] if found else self.rest
        return found

    def alternatives(self) -> str:
        made = [self.sequence()]
        while self.rest.startswith("|"):
            self.rest = self.rest[1:]
            made.append(self.sequence())
        return made[min(self.pick, len(made) - 1)]

    def sequence(self) -> str:
        made = ""
        while self.rest and self.rest[0] not in "|)":
            piece = self.group() if self.rest[0] == "(" else self.character()
            made += self.repeated(piece)
        return made

    def group(self) -> str:
        opening, spare = self.take(_GROUP), self.spare
        made = self.alternatives()
        self.rest = self.rest[1:]
        if opening and opening[0][-1] in "=!":
            made, self.spare = "", spare
        return made

    def character(self) -> str:
        found = self.take(_TOKEN)
        token = found[0] if found else ""
        if token in _NOTHING_WIDE:
            return ""
        if len(token) == 1:
            return "a" if token == "." else token
        return _character(token)

    def repeated(self, piece: str) -> str:
        found = self.take(_REPEAT)
        if not found:
            return piece
        low, high = _REPEATS.get(found[4]) or (int(found[1]), int(found[3] or (_LONGEST if found[2] else found[1])))
        extra = min(high - low, self.spare)
        self.spare -= extra
        return piece * min(low + extra, _LONGEST // max(len(piece), 1))


@lru_cache(maxsize=256)
def _character(token: str) -> str:
    """The plainest character that a set or an escape stands for, if any; the surrogates are no text."""
    alphabet = itertools.chain(string.ascii_letters, string.digits, string.printable, map(chr, range(0x80, 0xD800)))
    return next(filter(re.compile(token).fullmatch, alphabet), "")
