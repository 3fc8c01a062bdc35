"""The SDK's type hints of request parameters, read as the shapes that requests are checked against."""

from __future__ import annotations

import collections.abc
import types
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from typing_extensions import NotRequired, Required, get_type_hints, is_typeddict

from ..wire.contract.alternatives import Named, Tagged
from ..wire.contract.shapes import (
    Array,
    Boolean,
    Choice,
    Integer,
    Map,
    Nullable,
    Number,
    Object,
    Shape,
    String,
)
from .unions import by_tag, merged, one_of

_SCALARS: dict[Any, Shape] = {str: String(), bool: Boolean(), int: Integer(), float: Number()}
_TAGS = ("type", "role")
_UNIONS = (Union, types.UnionType)
_WRAPPERS = (Required, NotRequired, Annotated)


class HintReader:
    """Turns hints into shapes; `definitions` are the shapes that contain themselves, by the name of their type."""

    def __init__(self) -> None:
        self.definitions: dict[str, Shape] = {}
        self._open: list[type] = []

    def shape(self, hint: Any) -> Shape:
        """The shape of a hint; a hint of no JSON type has the shape that anything fits."""
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
        required = _required(hint, hints)
        fields = {name: self.shape(each) for name, each in hints.items()}
        shape = Object(fields, required, doubted=required, unknown="typed")
        self._open.pop()
        if hint.__name__ not in self.definitions:
            return shape
        self.definitions[hint.__name__] = shape
        return Named(hint.__name__, self.definitions)

    def _union(self, hints: Iterable[Any]) -> Shape:
        members = [hint for hint in hints if hint is not type(None)]
        objects = [hint for hint in members if is_typeddict(_bare(hint))]
        shapes = [self.shape(hint) for hint in members if hint not in objects]
        shape = one_of([*shapes, *([self._objects(objects)] if objects else [])])
        return Nullable(shape) if type(None) in hints else shape

    def _objects(self, hints: list[Any]) -> Shape:
        shapes = [self.shape(hint) for hint in hints]
        if len(shapes) == 1:
            return shapes[0]
        return _tagged([*zip(map(_bare, hints), shapes, strict=True)]) or Map()


def _bare(hint: Any) -> Any:
    return _bare(get_args(hint)[0]) if get_origin(hint) in _WRAPPERS else hint


def _fields(hint: Any) -> Mapping[str, Any]:
    """The fields of a typed dict by the names that they have on the wire."""
    hints: Mapping[str, Any] = get_type_hints(hint, include_extras=True)
    return {_wire_name(name, each): each for name, each in hints.items()}


def _wire_name(name: str, hint: Any) -> str:
    """The name of a field on the wire: its alias where Python reserves the name, as with `async`."""
    while get_origin(hint) in _WRAPPERS:
        named = (getattr(note, "alias", None) for note in get_args(hint)[1:])
        if alias := next(filter(None, named), None):
            return str(alias)
        hint = get_args(hint)[0]
    return name


def _required(hint: Any, hints: Mapping[str, Any]) -> frozenset[str]:
    """The required fields. The class itself does not know them all: its hints were strings when it was made."""
    marked = {name: get_origin(each) for name, each in hints.items()}
    keys = hint.__required_keys__
    return frozenset(name for name, mark in marked.items() if mark is Required or (name in keys and mark is None))


def _literal(values: tuple[Any, ...]) -> Shape:
    if all(isinstance(value, str) for value in values):
        return Choice(values=values)
    return _SCALARS.get(type(values[0]), Shape())


_Members: TypeAlias = list[tuple[Any, Shape]]


def _tagged(objects: _Members, tags: Sequence[str] = _TAGS) -> Tagged | None:
    """Objects told apart by the first tag that all of them have, those that share its value by the next; or None."""
    for index, tag in enumerate(tags, 1):
        values = [_tag_values(hint, tag) for hint, _ in objects]
        if all(values):
            groups: dict[str, _Members] = {}
            for member, names in zip(objects, values, strict=True):
                for name in names:
                    groups.setdefault(name, []).append(member)
            return by_tag(tag, {name: _together(group, tags[index:]) for name, group in groups.items()})
    return None


def _together(objects: _Members, tags: Sequence[str]) -> Shape:
    """One shape of objects that share a tag."""
    shapes = [shape for _, shape in objects]
    return (_tagged(objects, tags) if len(shapes) > 1 else None) or merged(shapes)


def _tag_values(hint: Any, tag: str) -> tuple[Any, ...]:
    """The values that the tag of a type may have; () where it is no literal, or may be any text."""
    field = _fields(hint).get(tag)
    while get_origin(field) in (*_WRAPPERS, *_UNIONS):
        field = get_args(field)[0]
    return get_args(field) if get_origin(field) is Literal else ()
