"""The SDK's type hints of request parameters, read as shapes."""

from __future__ import annotations

import collections.abc
import types
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from typing_extensions import NotRequired, Required, get_type_hints, is_typeddict

from ..wire.contract.shapes import (
    Array,
    Boolean,
    Choice,
    Integer,
    Map,
    Named,
    Nullable,
    Number,
    Object,
    OneOf,
    Shape,
    String,
    Tagged,
)

_SCALARS: dict[Any, Shape] = {str: String(), bool: Boolean(), int: Integer(), float: Number()}
_TAGS = ("type", "role")
_UNIONS = (Union, types.UnionType)
_WRAPPERS = (Required, NotRequired, Annotated)


class Reader:
    """Turns hints into shapes; `definitions` are those that contain themselves, by name."""

    def __init__(self) -> None:
        self.definitions: dict[str, Shape] = {}
        self._open: list[type] = []

    def shape(self, hint: Any) -> Shape:
        """The shape of a hint; one that is none of JSON's is anything at all."""
        origin, arguments = get_origin(hint), get_args(hint)
        if origin in _WRAPPERS:
            return self.shape(arguments[0])
        if origin in _UNIONS:
            return self._union(arguments)
        if origin is Literal:
            return _literal(arguments)
        if is_typeddict(hint):
            return self._object(hint)
        if origin is dict or origin is collections.abc.Mapping:
            return Map(self.shape(arguments[1]))
        if isinstance(origin, type) and issubclass(origin, collections.abc.Iterable) and arguments:
            return Array(self.shape(arguments[0]))
        return _SCALARS.get(hint, Shape())

    def _object(self, hint: Any) -> Shape:
        if hint in self._open:
            self.definitions.setdefault(hint.__name__, Shape())
            return Named(hint.__name__, self.definitions)
        self._open.append(hint)
        hints = _fields(hint)
        made = Object({name: self.shape(each) for name, each in hints.items()}, _required(hint, hints))
        self._open.pop()
        if hint.__name__ not in self.definitions:
            return made
        self.definitions[hint.__name__] = made
        return Named(hint.__name__, self.definitions)

    def _union(self, hints: Iterable[Any]) -> Shape:
        members = [hint for hint in hints if hint is not type(None)]
        objects = [hint for hint in members if is_typeddict(_bare(hint))]
        shapes = [self.shape(hint) for hint in members if hint not in objects]
        made = _one_of([*_plain(shapes), *([self._objects(objects)] if objects else [])])
        return Nullable(made) if type(None) in hints else made

    def _objects(self, hints: list[Any]) -> Shape:
        shapes = [self.shape(hint) for hint in hints]
        return shapes[0] if len(shapes) == 1 else _tagged([*zip(map(_bare, hints), shapes, strict=True)])


def _bare(hint: Any) -> Any:
    return _bare(get_args(hint)[0]) if get_origin(hint) in _WRAPPERS else hint


def _fields(hint: Any) -> Mapping[str, Any]:
    """The fields of a typed dict by the names that they have on the wire."""
    hints: Mapping[str, Any] = get_type_hints(hint, include_extras=True)
    return {_wire_name(name, each): each for name, each in hints.items()}


def _wire_name(name: str, hint: Any) -> str:
    """The alias of a field whose name Python keeps to itself, such as `async`."""
    while get_origin(hint) in _WRAPPERS:
        named = (getattr(note, "alias", None) for note in get_args(hint)[1:])
        if found := next(filter(None, named), None):
            return str(found)
        hint = get_args(hint)[0]
    return name


def _required(hint: Any, hints: Mapping[str, Any]) -> frozenset[str]:
    """The fields that must be there; the class itself does not know, for its hints were strings when it was made."""
    marked = {name: get_origin(each) for name, each in hints.items()}
    keys = hint.__required_keys__
    return frozenset(name for name, mark in marked.items() if mark is Required or (name in keys and mark is None))


def _literal(values: tuple[Any, ...]) -> Shape:
    if all(isinstance(value, str) for value in values):
        return Choice(values=values)
    return _SCALARS.get(type(values[0]), Shape())


def _plain(shapes: list[Shape]) -> list[Shape]:
    """Without the lists of values that stand beside any text at all, and those lists put together."""
    texts = [shape for shape in shapes if isinstance(shape, String)]
    rest = [shape for shape in shapes if not isinstance(shape, String)]
    if not texts:
        return rest
    choices = [shape for shape in texts if isinstance(shape, Choice)]
    if len(choices) < len(texts):
        return [String(), *rest]
    return [Choice(values=tuple(value for choice in choices for value in choice.values)), *rest]


def _one_of(shapes: list[Shape]) -> Shape:
    if len(shapes) == 1:
        return shapes[0]
    return Shape() if any(type(shape) is Shape for shape in shapes) else OneOf(tuple(shapes))


def _tagged(objects: list[tuple[Any, Shape]]) -> Shape:
    """Objects told apart by their tag; those that share one are merged, for types are narrower than the API there."""
    for tag in _TAGS:
        values = [_tag_values(hint, tag) for hint, _ in objects]
        if all(values):
            pairs = zip((shape for _, shape in objects), values, strict=True)
            return _told_apart(tag, [(name, shape) for shape, names in pairs for name in names])
    return Map()


def _told_apart(tag: str, named: list[tuple[str, Shape]]) -> Tagged:
    choices: dict[str, Shape] = {}
    for name, shape in named:
        choices[name] = _merged(choices[name], shape) if name in choices else shape
    open_ = [name for name, shape in choices.items() if isinstance(shape, Object) and tag not in shape.required]
    return Tagged(tag, choices, tuple(open_))


def _tag_values(hint: Any, tag: str) -> tuple[Any, ...]:
    """The values that the tag of a type may have; none where it is no literal, or may be any text."""
    field = _fields(hint).get(tag)
    while get_origin(field) in (*_WRAPPERS, *_UNIONS):
        field = get_args(field)[0]
    return get_args(field) if get_origin(field) is Literal else ()


def _merged(one: Shape, other: Shape) -> Shape:
    if not isinstance(one, Object) or not isinstance(other, Object):
        return one
    fields = {**one.fields}
    for name, shape in other.fields.items():
        fields[name] = _either(fields[name], shape) if name in fields else shape
    return replace(one, fields=fields, required=one.required & other.required)


def _either(one: Shape, other: Shape) -> Shape:
    """What fits either of two shapes."""
    if one == other:
        return one
    if isinstance(one, Choice) and isinstance(other, Choice):
        return Choice(values=(*one.values, *(value for value in other.values if value not in one.values)))
    if isinstance(one, Array) and isinstance(other, Array):
        return Array(_either(one.items, other.items))
    if isinstance(one, Tagged) and isinstance(other, Tagged):
        return replace(one, choices={**other.choices, **one.choices})
    alternatives = [*_alternatives(one)]
    alternatives += [each for each in _alternatives(other) if each not in alternatives]
    return OneOf(tuple(alternatives))


def _alternatives(shape: Shape) -> tuple[Shape, ...]:
    return shape.choices if isinstance(shape, OneOf) else (shape,)
