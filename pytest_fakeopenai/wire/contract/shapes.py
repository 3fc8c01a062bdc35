"""Shapes that a request's JSON may have: each tells by which schema it is checked, and words what breaks it.

The check is compiled, and says only whether a value fits. Words are looked for when one does not, in the order of the
document, so a request that is right costs nothing but the check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, TypeAlias

from pydantic_core import core_schema

from ..protocol import errors
from . import Violation

Path: TypeAlias = str
Violations: TypeAlias = Iterator[Violation]
UNFIT = object()  # in place of a value of another JSON type


@dataclass(eq=False)
class Shape:
    """Anything at all; the others narrow it. `expected` names it as an error does, with its article."""

    expected: ClassVar[str] = "a value"
    kinds: ClassVar[tuple[Any, ...]] = ()

    def schema(self) -> core_schema.CoreSchema:
        """The schema by which a value is checked."""
        return self._schema()

    def _schema(self) -> core_schema.CoreSchema:
        return core_schema.any_schema()

    def violations(self, value: Any, path: Path) -> Violations:
        """What breaks the shape, in the order of the document."""
        if self.kinds and type(value) not in self.kinds:
            yield Violation(errors.invalid_type(path, self.expectation, value))
        else:
            yield from self._inside(value, path)

    def fitted(self, value: Any) -> Any:
        """The value without what has another JSON type than the shape wants, at any depth; UNFIT where it has itself.

        What is too large, unknown or missing is left as it is, and so is null for what may be left out.
        """
        return UNFIT if self.kinds and type(value) not in self.kinds else self._fitted(value)

    def _fitted(self, value: Any) -> Any:
        return value

    @property
    def expectation(self) -> str:
        """What the shape expects, as an error names it."""
        return self._expectation()

    def _expectation(self) -> str:
        return self.expected

    def _inside(self, value: Any, path: Path) -> Violations:
        yield from ()


@dataclass(eq=False)
class Boolean(Shape):
    """True or false."""

    expected = "a boolean"
    kinds = (bool,)

    def _schema(self) -> core_schema.CoreSchema:
        return core_schema.bool_schema()


@dataclass(eq=False)
class Number(Shape):
    """A number within bounds."""

    expected = "a decimal"
    kinds: ClassVar[tuple[Any, ...]] = (int, float)
    low: float | None = None
    high: float | None = None

    def _schema(self) -> core_schema.CoreSchema:
        return core_schema.float_schema(ge=self.low, le=self.high)

    def _inside(self, value: Any, path: Path) -> Violations:
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            yield Violation(errors.out_of_range(path, value, low=self.low, high=self.high))


@dataclass(eq=False)
class Integer(Number):
    """A whole number within bounds."""

    expected = "an integer"
    kinds = (int,)

    def _schema(self) -> core_schema.CoreSchema:
        low = None if self.low is None else int(self.low)
        return core_schema.int_schema(ge=low, le=None if self.high is None else int(self.high))


@dataclass(eq=False)
class String(Shape):
    """A text of at most so many characters."""

    expected = "a string"
    kinds = (str,)
    most: int | None = None

    def _schema(self) -> core_schema.CoreSchema:
        return core_schema.str_schema(max_length=self.most)

    def _inside(self, value: Any, path: Path) -> Violations:
        if self.most is not None and len(value) > self.most:
            yield Violation(errors.string_too_long(path, len(value), self.most))


@dataclass(eq=False)
class Choice(String):
    """A text out of a list that the SDK knows.

    With `exhaustive` the list is the API's own; with `at_item` an error points at the object that holds the text.
    """

    values: tuple[str, ...] = ()
    exhaustive: bool = False
    at_item: bool = False

    def _schema(self) -> core_schema.CoreSchema:
        return core_schema.literal_schema(list(self.values))

    def _inside(self, value: Any, path: Path) -> Violations:
        if value not in self.values:
            where = path.rpartition(".")[0] if self.at_item else path
            yield Violation(errors.invalid_value(where, value, self.values), certain=self.exhaustive)


@dataclass(eq=False)
class Array(Shape):
    """A list of things of one shape."""

    kinds = (list,)
    items: Shape = field(default_factory=Shape)

    def _expectation(self) -> str:
        return f"an {self.plural}"

    @property
    def plural(self) -> str:
        """The array without its article."""
        noun = self.items.expectation.partition(" ")[2]
        if type(self.items) is Shape or noun.startswith("of "):
            return "array"
        return f"array of {noun.replace('array', 'arrays', 1) if noun.startswith('array') else f'{noun}s'}"

    def _schema(self) -> core_schema.CoreSchema:
        return core_schema.list_schema(self.items.schema())

    def _fitted(self, value: Any) -> Any:
        items = (self.items.fitted(item) for item in value)
        return [item for item in items if item is not UNFIT]

    def _inside(self, value: Any, path: Path) -> Violations:
        for index, item in enumerate(value):
            yield from self.items.violations(item, f"{path}[{index}]")


@dataclass(eq=False)
class Map(Shape):
    """An object with keys of the user's own."""

    expected = "an object"
    kinds = (dict,)
    values: Shape = field(default_factory=Shape)

    def _schema(self) -> core_schema.CoreSchema:
        return core_schema.dict_schema(core_schema.str_schema(), self.values.schema())

    def _fitted(self, value: Any) -> Any:
        return _without_unfit({key: self.values.fitted(item) for key, item in value.items()})

    def _inside(self, value: Any, path: Path) -> Violations:
        for key, item in value.items():
            yield from self.values.violations(item, f"{path}.{key}")


@dataclass(eq=False)
class Nullable(Shape):
    """Something, or null."""

    inner: Shape = field(default_factory=Shape)

    def _expectation(self) -> str:
        return self.inner.expectation

    def _schema(self) -> core_schema.CoreSchema:
        return core_schema.nullable_schema(self.inner.schema())

    def violations(self, value: Any, path: Path) -> Violations:
        """Nothing for null, else what breaks the shape inside."""
        if value is not None:
            yield from self.inner.violations(value, path)

    def _fitted(self, value: Any) -> Any:
        return None if value is None else self.inner.fitted(value)


@dataclass(eq=False)
class Object(Shape):
    """An object with fields that are known.

    `loose` marks one of whose unknown fields it is not known that the API refuses them.
    """

    expected = "an object"
    kinds = (dict,)
    fields: Mapping[str, Shape] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    loose: bool = False

    def _schema(self) -> core_schema.CoreSchema:
        fields = {
            name: core_schema.typed_dict_field(shape.schema(), required=name in self.required)
            for name, shape in self.fields.items()
        }
        return core_schema.typed_dict_schema(fields, extra_behavior="forbid")

    def _fitted(self, value: Any) -> Any:
        return _without_unfit({name: self._field(name, item) for name, item in value.items()})

    def _field(self, name: str, value: Any) -> Any:
        if name not in self.fields or (value is None and name not in self.required):
            return value
        return self.fields[name].fitted(value)

    def _inside(self, value: Any, path: Path) -> Violations:
        for name in self.fields:
            if name in self.required and name not in value:
                yield Violation(errors.missing_parameter(_child(path, name)))
        for name, item in value.items():
            if name in self.fields:
                inner = self.fields[name].violations(item, _child(path, name))
                yield from map(_doubtful, inner) if item is None and name not in self.required else inner
            else:
                yield Violation(errors.unknown_parameter(_child(path, name)), certain=not self.loose)


@dataclass(eq=False)
class Tagged(Shape):
    """One of several objects, told apart by the field `tag`.

    - `untagged` are the tags that may be left out: the object is the first whose required fields it has.
    - `beyond` are tags that the API knows and this SDK does not.
    - `at_item` tells that an error points at the object, not at its tag.
    - `order` is that in which errors list the tags, alphabetical where it is empty.
    """

    expected = "an object"
    kinds = (dict,)
    tag: str = "type"
    choices: Mapping[str, Shape] = field(default_factory=dict)
    untagged: tuple[str, ...] = ()
    beyond: frozenset[str] = frozenset()
    at_item: bool = False
    order: tuple[str, ...] = ()

    def _schema(self) -> core_schema.CoreSchema:
        choices = {name: shape.schema() for name, shape in self.choices.items()}
        choices |= {name: core_schema.any_schema() for name in self.beyond - choices.keys()}
        return core_schema.tagged_union_schema(choices, self._discriminate if self.untagged else self.tag)

    def _discriminate(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return None
        if self.tag in value:
            return value[self.tag]
        for name, required in self._implied:
            if required <= value.keys():
                return name
        return self.untagged[0]

    @cached_property
    def _implied(self) -> list[tuple[str, frozenset[str]]]:
        """The tags that may be left out, with the fields by which an object is known to have them."""
        shapes = ((name, self.choices[name]) for name in self.untagged if name in self.choices)
        return [(name, shape.required) for name, shape in shapes if isinstance(shape, Object)]

    def _fitted(self, value: Any) -> Any:
        tag = self._discriminate(value) if self.untagged else value.get(self.tag)
        if isinstance(tag, str):
            return self.choices[tag].fitted(value) if tag in self.choices else value
        return {name: item for name, item in value.items() if name != self.tag}

    def _inside(self, value: Any, path: Path) -> Violations:
        if self.tag not in value and not self.untagged:
            yield Violation(errors.missing_parameter(_child(path, self.tag)))
            return
        tag = self._discriminate(value)
        if not isinstance(tag, str):
            yield Violation(errors.invalid_type(_child(path, self.tag), "a string", tag))
        elif tag in self.choices:
            yield from self.choices[tag].violations(value, path)
        elif tag not in self.beyond:
            yield Violation(errors.invalid_value(path if self.at_item else _child(path, self.tag), tag, self._named))

    @property
    def _named(self) -> tuple[str, ...]:
        """The tags in the order in which errors list them."""
        return self.order or tuple(sorted({*self.choices, *self.beyond}))


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
        """What breaks the alternative that the value's JSON type chooses."""
        fitting = [choice for choice in self.choices if type(value) in choice.kinds or not choice.kinds]
        if not fitting:
            yield Violation(errors.invalid_type(path, self.expectation, value))
        elif not any(_fits(choice, value, path) for choice in fitting):
            yield from fitting[-1].violations(value, path)

    def _fitted(self, value: Any) -> Any:
        fitted = [choice.fitted(value) for choice in self.choices]
        possible = [each for each in fitted if each is not UNFIT]
        return value if value in possible else next(reversed(possible), UNFIT)


def _without_unfit(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not UNFIT}


def _fits(shape: Shape, value: Any, path: Path) -> bool:
    return next(shape.violations(value, path), None) is None


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


def _doubtful(violation: Violation) -> Violation:
    """Null for what may be left out is no more than a matter of types."""
    return violation._replace(certain=False)


def _child(path: Path, name: str) -> Path:
    return f"{path}.{name}" if path else name
