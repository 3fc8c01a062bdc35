"""The smallest value that is valid against a JSON Schema: what a reply says where the test does not script it."""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from ..json_values import as_dict, as_list
from . import SchemaError
from .facets import Facets, arguments, choices, item_schema, kinds, least, numbers, property_schema, refs
from .numbers import BOUNDS, numbers_near_zero
from .schema import child, compiled, exact, resolve, types
from .strings import FORMATS, LONGEST, matching, sized
from .validation import error_at

_MOST_STEPS = 50_000  # of work for one example; a schema can ask for more than there is memory


def example(schema: object, text: str = "string") -> object:
    """The smallest value that is valid against a schema, always the same; its strings are `text` where they may be.

    Raises SchemaError where the schema allows no value, or none that is found in reasonable time.
    """
    try:
        return _ExampleBuilder(schema, text).open(_Location("$", frozenset()), [{"$ref": "#"}])
    except RecursionError:
        raise _no_example("$", "the schema nests too deeply") from None


class _Location(NamedTuple):
    """Where a value goes: its path, and the $refs that lead to the values around it."""

    path: str
    above: frozenset[str]


_Builder = Callable[[_Location, Facets], object]


def _no_example(path: str, why: str) -> SchemaError:
    return SchemaError(f"cannot invent a value for {path}: {why}; script the reply instead")


def _first(attempts: Iterable[Callable[[], object]]) -> object:
    """The value of the first attempt that succeeds; if none does, the error of the first."""
    errors: list[SchemaError] = []
    for attempt in attempts:
        try:
            return attempt()
        except SchemaError as error:
            errors.append(error)
    raise errors[0]  # there is always something to attempt


class _ExampleBuilder:
    """Builds values for schemas inside `root`: a schema is opened into facets, then a value of some type is built."""

    def __init__(self, root: object, text: str) -> None:
        self.root = root
        self.text = text
        self.steps_left = _MOST_STEPS
        self.builders: dict[str, _Builder] = {
            "string": self.build_string,
            "object": self.build_object,
            "array": self.build_array,
            "number": self.build_number,
            "integer": self.build_number,
            "boolean": partial(self.first_valid, candidates=[False, True], why="no boolean fits its schema"),
            "null": partial(self.first_valid, candidates=[None], why="null does not fit its schema"),
        }

    def open(self, location: _Location, schemas: list[object], facets: Facets | None = None) -> object:
        """A value for the facets so far and the schemas that are still to be opened into facets."""
        self.steps_left -= 1
        if self.steps_left < 0:
            raise _no_example(location.path, "the schema asks for too much")
        facets = facets or []
        if not schemas:
            return self.build(location, facets)
        schema, *rest = schemas
        if schema is False:
            raise _no_example(location.path, "the schema allows nothing here")
        if not isinstance(schema, dict):
            return self.open(location, rest, facets)
        rest = [*self.target(location, schema, facets), *as_list(schema.get("allOf")), *rest]
        return _first(partial(self.open, location, [*choice, *rest], [*facets, schema]) for choice in choices(schema))

    def target(self, location: _Location, schema: dict[str, object], facets: Facets) -> list[object]:
        """The schema that the $ref of a schema points to; [] where it has none, or it is among the facets."""
        ref = schema.get("$ref")
        if not isinstance(ref, str) or ref in refs(facets):
            return []
        if ref in location.above:
            # A smallest value never has one for the same $ref inside itself: the inner one would do in its place.
            raise _no_example(location.path, f"$ref {ref!r} needs itself without end")
        try:
            return [resolve(self.root, ref)]
        except LookupError:
            raise _no_example(location.path, f"$ref {ref!r} points nowhere") from None

    def build(self, location: _Location, facets: Facets) -> object:
        """A value for the facets: a constant where they name some, else one of the likeliest type."""
        consts = arguments(facets, "const")
        enums = [each for each in arguments(facets, "enum") if isinstance(each, list)]
        if consts or enums:
            why = "no value of its const or enum fits its schema"
            return copy.deepcopy(self.first_valid(location, facets, consts or enums[0], why))
        return _first(partial(self.builders[kind], location, facets) for kind in kinds(facets))

    def first_valid(self, location: _Location, facets: Facets, candidates: Iterable[object], why: str) -> object:
        """The first candidate that is valid against all facets; SchemaError, which says why, where none is."""
        for value in candidates:
            if not any(error_at(value, facet, self.root, location.path) for facet in facets):
                return value
        raise _no_example(location.path, why)

    def build_object(self, location: _Location, facets: Facets) -> object:
        """An object of the required properties only."""
        above = location.above | refs(facets)
        required = {name for each in arguments(facets, "required") for name in as_list(each) if isinstance(name, str)}
        named = [name for each in arguments(facets, "properties") for name in as_dict(each) if name in required]
        properties = {
            name: self.open(
                _Location(child(location.path, name), above), [property_schema(facet, name) for facet in facets]
            )
            for name in dict.fromkeys([*named, *sorted(required)])
        }
        return self.first_valid(location, facets, [properties], "no object of its required properties fits its schema")

    def build_array(self, location: _Location, facets: Facets) -> object:
        """An array of as many items as `minItems` requires."""
        above = location.above | refs(facets)
        count = least(facets, "minItems")
        if count > self.steps_left:
            raise _no_example(location.path, "its minItems is too many")
        items = [
            self.open(_Location(f"{location.path}[{i}]", above), [item_schema(facet, i) for facet in facets])
            for i in range(count)
        ]
        return self.first_valid(location, facets, [items], "no array fits its schema")

    def build_number(self, location: _Location, facets: Facets) -> object:
        """The number nearest to 0."""
        bounds = [exact(each) for keyword in BOUNDS for each in numbers(facets, keyword)]
        steps = [exact(each) for each in numbers(facets, "multipleOf") if each > 0]
        allowed = [types(each) for each in arguments(facets, "type")]
        if any("integer" in each and "number" not in each for each in allowed):
            steps.append(Fraction(1))
        return self.first_valid(location, facets, numbers_near_zero(bounds, steps), "no number fits its schema")

    def build_string(self, location: _Location, facets: Facets) -> object:
        """A string of a known format, else the text, else one that matches a pattern."""
        low = least(facets, "minLength")
        high = min((math.floor(each) for each in numbers(facets, "maxLength")), default=None)
        if low > LONGEST:
            raise _no_example(location.path, "its minLength is too long")
        patterns = [each for each in arguments(facets, "pattern") if isinstance(each, str) and compiled(each)]
        formats = [FORMATS[each] for each in arguments(facets, "format") if isinstance(each, str) and each in FORMATS]
        plain = formats or [sized(self.text, low, high)]
        why = f"pattern {patterns[0]!r}" if patterns else "no string fits its schema"
        return self.first_valid(location, facets, itertools.chain(plain, matching(patterns, low)), why)
