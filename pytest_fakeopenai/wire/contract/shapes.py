"""Shapes that a request's JSON may have: each tells by which schema it is checked, and words what breaks it.

The check is compiled, and says only whether a value fits. Words are looked for when one does not, in the order of the
document, so a request that is right costs nothing but the check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias

from pydantic_core import core_schema

from ..protocol import errors
from . import Grade, Violation

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
    """A number within bounds; `beyond` is the grade of one that is not."""

    expected = "a decimal"
    kinds: ClassVar[tuple[Any, ...]] = (int, float)
    low: float | None = None
    high: float | None = None
    beyond: Grade = "known"

    def _schema(self) -> core_schema.CoreSchema:
        return core_schema.float_schema(ge=self.low, le=self.high)

    def _inside(self, value: Any, path: Path) -> Violations:
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            yield Violation(errors.out_of_range(path, value, low=self.low, high=self.high), self.beyond)


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
            yield Violation(
                errors.invalid_value(where, value, self.values), grade="known" if self.exhaustive else "typed"
            )


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
    """An object with fields that are known; null in one that may be left out is as good as leaving it out.

    `unknown` is the grade of a field that it does not know. `doubted` are those of the required fields of which it is
    not known that the API refuses an object without them.
    """

    expected = "an object"
    kinds = (dict,)
    fields: Mapping[str, Shape] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    doubted: frozenset[str] = frozenset()
    unknown: Grade = "known"

    def _schema(self) -> core_schema.CoreSchema:
        fields = {name: self._field_schema(name, shape.schema()) for name, shape in self.fields.items()}
        return core_schema.typed_dict_schema(fields, extra_behavior="forbid")

    def _field_schema(self, name: str, schema: core_schema.CoreSchema) -> core_schema.TypedDictField:
        if name in self.required:
            return core_schema.typed_dict_field(schema, required=True)
        nullable = schema if schema["type"] in ("any", "nullable") else core_schema.nullable_schema(schema)
        return core_schema.typed_dict_field(nullable, required=False)

    def _fitted(self, value: Any) -> Any:
        return _without_unfit({name: self._fitted_field(name, item) for name, item in value.items()})

    def _fitted_field(self, name: str, value: Any) -> Any:
        if name not in self.fields or (value is None and name not in self.required):
            return value
        return self.fields[name].fitted(value)

    def _inside(self, value: Any, path: Path) -> Violations:
        for name in self.fields:
            if name in self.required and name not in value:
                yield Violation(errors.missing_parameter(child(path, name)), self._absence(name))
        for name, item in value.items():
            if name not in self.fields:
                yield Violation(errors.unknown_parameter(child(path, name)), self.unknown)
            elif item is not None or name in self.required:
                yield from self._inside_field(name, item, path)

    def _inside_field(self, name: str, value: Any, path: Path) -> Violations:
        for violation in self.fields[name].violations(value, child(path, name)):
            yield violation._replace(grade=self._absence(name)) if value is None else violation

    def _absence(self, name: str) -> Grade:
        """The grade of a required field that is not there, or null."""
        return "typed" if name in self.doubted else "known"


def _without_unfit(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not UNFIT}


def child(path: Path, name: str) -> Path:
    """The path of a field of what is at a path."""
    return f"{path}.{name}" if path else name
