"""Shapes that are one of several: told apart by a tag or by their JSON type, contained in themselves, or sent back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic_core import core_schema

from ..protocol import errors
from . import Grade, Violation
from .shapes import UNFIT, Object, Path, Shape, Violations, child


@dataclass(eq=False)
class Tagged(Shape):
    """One of several objects, told apart by the field `tag`.

    - `untagged` are the tags that may be left out: the object is the first whose required fields it has.
    - `beyond` are tags that the API knows and this SDK does not.
    - `at_item` tells that an error points at the object, not at its tag.
    - `order` is that in which errors list the tags, alphabetical where it is empty.
    - `exhaustive` tells that the tags are the API's own, which is known to refuse every other and an object without.
    """

    expected = "an object"
    kinds = (dict,)
    tag: str = "type"
    choices: Mapping[str, Shape] = field(default_factory=dict)
    untagged: tuple[str, ...] = ()
    beyond: frozenset[str] = frozenset()
    at_item: bool = False
    order: tuple[str, ...] = ()
    exhaustive: bool = False

    def _schema(self) -> core_schema.CoreSchema:
        choices = {name: shape.schema() for name, shape in self.choices.items()}
        choices |= {name: core_schema.any_schema() for name in self.beyond - choices.keys()}
        return core_schema.tagged_union_schema(choices, self._discriminate if self.untagged else self.tag)

    @property
    def required(self) -> frozenset[str]:
        """The fields that each of the objects requires."""
        return frozenset.intersection(*map(required, self.choices.values())) if self.choices else frozenset()

    def _discriminate(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return None
        if value.get(self.tag) is not None:
            return value[self.tag]
        for name, needed in self._implied:
            if needed <= value.keys():
                return name
        return self.untagged[0]

    @cached_property
    def _implied(self) -> list[tuple[str, frozenset[str]]]:
        """The tags that may be left out, with the fields by which an object is known to have them."""
        return [(name, required(self.choices[name])) for name in self.untagged if name in self.choices]

    def _fitted(self, value: Any) -> Any:
        tag = self._discriminate(value) if self.untagged else value.get(self.tag)
        if isinstance(tag, str):
            return self.choices[tag].fitted(value) if tag in self.choices else value
        return {name: item for name, item in value.items() if name != self.tag}

    def _inside(self, value: Any, path: Path) -> Violations:
        if value.get(self.tag) is None and not self.untagged:
            yield Violation(errors.missing_parameter(child(path, self.tag)), self._grade)
            return
        tag = self._discriminate(value)
        if not isinstance(tag, str):
            yield Violation(errors.invalid_type(child(path, self.tag), "a string", tag))
        elif tag in self.choices:
            yield from self.choices[tag].violations(value, path)
        elif tag not in self.beyond:
            where = path if self.at_item else child(path, self.tag)
            yield Violation(errors.invalid_value(where, tag, self._named), self._grade)

    @property
    def _grade(self) -> Grade:
        return "known" if self.exhaustive else "typed"

    @property
    def _named(self) -> tuple[str, ...]:
        """The tags in the order in which errors list them."""
        return self.order or tuple(sorted({*self.choices, *self.beyond}))


def required(shape: Shape) -> frozenset[str]:
    """The fields that every value of a shape must have."""
    if isinstance(shape, Returned):
        return required(shape.inner)
    return shape.required if isinstance(shape, (Object, Tagged)) else frozenset()


@dataclass(eq=False)
class OneOf(Shape):
    """One of several shapes, told apart by their JSON types."""

    choices: tuple[Shape, ...] = ()

    def _expectation(self) -> str:
        first, *others = (choice.expectation for choice in self.choices)
        return " or ".join((f"one of {first}", *(other.partition(" ")[2] for other in others)))

    def _schema(self) -> core_schema.CoreSchema:
        return core_schema.union_schema([choice.schema() for choice in self.choices], mode="left_to_right")

    def violations(self, value: Any, path: Path) -> Violations:
        """What breaks the alternative that is meant: the nearest of those of the value's JSON type."""
        fitting = [choice for choice in self.choices if type(value) in choice.kinds or not choice.kinds]
        if not fitting:
            yield Violation(errors.invalid_type(path, self.expectation, value))
            return
        broken = [list(choice.violations(value, path)) for choice in reversed(fitting)]
        yield from min(broken, key=len)

    def _fitted(self, value: Any) -> Any:
        fitted = [choice.fitted(value) for choice in self.choices]
        possible = [each for each in fitted if each is not UNFIT]
        return value if value in possible else next(reversed(possible), UNFIT)


@dataclass(eq=False)
class Returned(Shape):
    """What the API itself answers with, and takes back as it comes, with what the types do not know of it.

    Only of the fields that are `checked` it is known that the API looks at them.
    """

    expected = "an object"
    kinds = (dict,)
    inner: Shape = field(default_factory=Shape)
    checked: frozenset[str] = frozenset()

    def _schema(self) -> core_schema.CoreSchema:
        return self.inner.schema()

    def _fitted(self, value: Any) -> Any:
        return self.inner.fitted(value)

    def _inside(self, value: Any, path: Path) -> Violations:
        checked = {child(path, name) for name in self.checked}
        for violation in self.inner.violations(value, path):
            yield violation if violation.error.param in checked else violation._replace(grade="ignored")


@dataclass(eq=False)
class Named(Shape):
    """A shape that contains itself, by its name among the `definitions`."""

    kinds = (dict,)
    name: str = ""
    definitions: Mapping[str, Shape] = field(default_factory=dict, repr=False, compare=False)

    def _schema(self) -> core_schema.CoreSchema:
        return core_schema.definition_reference_schema(self.name)

    def violations(self, value: Any, path: Path) -> Violations:
        """What breaks the shape that the name stands for."""
        yield from self.definitions[self.name].violations(value, path)

    def _fitted(self, value: Any) -> Any:
        return self.definitions[self.name].fitted(value)
