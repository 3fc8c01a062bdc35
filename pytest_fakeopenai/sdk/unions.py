"""Unions of shapes: the members of one put together, told apart by a tag, or merged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import reduce

from ..wire.contract.alternatives import OneOf, Tagged, required
from ..wire.contract.shapes import Array, Choice, Map, Object, Shape, String


def merge_texts(shapes: list[Shape]) -> list[Shape]:
    """The members of a union with its lists of values put together, and without them where any text will do."""
    texts = [shape for shape in shapes if isinstance(shape, String)]
    rest = [shape for shape in shapes if not isinstance(shape, String)]
    if not texts:
        return rest
    choices = [shape for shape in texts if isinstance(shape, Choice)]
    if len(choices) < len(texts):
        return [String(), *rest]
    return [Choice(values=tuple(dict.fromkeys(value for choice in choices for value in choice.values))), *rest]


def one_of(shapes: Iterable[Shape]) -> Shape:
    """The shape that fits whatever fits one of several; lists of objects are one list."""
    alternatives = merge_texts([*_merged_lists(shapes)])
    if len(alternatives) == 1:
        return alternatives[0]
    return Shape() if any(type(shape) is Shape for shape in alternatives) else OneOf(tuple(alternatives))


def by_tag(tag: str, members: dict[str, Shape]) -> Tagged:
    """Objects by the value of their tag; some may leave the tag out."""
    untagged = [name for name, shape in members.items() if _is_object(shape) and tag not in required(shape)]
    return Tagged(tag, members, tuple(untagged))


def merged(shapes: list[Shape]) -> Shape:
    """An object with the fields of several, required where all require them; the API is wider than the types there."""
    return reduce(_merged, shapes)


def _merged(one: Shape, other: Shape) -> Shape:
    if not isinstance(one, Object) or not isinstance(other, Object):
        return one
    fields = {**one.fields}
    for name, shape in other.fields.items():
        fields[name] = _either(fields[name], shape) if name in fields else shape
    both = one.required & other.required
    return replace(one, fields=fields, required=both, doubted=(one.doubted | other.doubted) & both)


def _either(one: Shape, other: Shape) -> Shape:
    """The shape that fits whatever fits one of two."""
    if one == other:
        return one
    if isinstance(one, Array) and isinstance(other, Array):
        return Array(_either(one.items, other.items))
    if isinstance(one, Tagged) and (choices := _choices(other, one.tag)):
        return replace(one, choices={**choices, **one.choices})
    if isinstance(other, Tagged) and (choices := _choices(one, other.tag)):
        return replace(other, choices={**other.choices, **choices})
    alternatives = [*_alternatives(one)]
    return one_of([*alternatives, *(each for each in _alternatives(other) if each not in alternatives)])


def _choices(shape: Shape, tag: str) -> Mapping[str, Shape]:
    """The objects that a shape tells apart by a tag; an object that has one value of it is one of them."""
    if isinstance(shape, Tagged) and shape.tag == tag:
        return shape.choices
    named = shape.fields.get(tag) if isinstance(shape, Object) else None
    return dict.fromkeys(named.values, shape) if isinstance(named, Choice) else {}


def _merged_lists(shapes: Iterable[Shape]) -> list[Shape]:
    """The shapes with the first list of objects in place of all of them."""
    every = [*shapes]
    lists = [shape for shape in every if _is_list(shape)]
    if len(lists) < 2:
        return every
    items = reduce(_either, [shape.items for shape in lists if isinstance(shape, Array)])
    return [Array(items) if shape is lists[0] else shape for shape in every if shape not in lists[1:]]


def _is_list(shape: Shape) -> bool:
    return isinstance(shape, Array) and (_is_object(shape.items) or isinstance(shape.items, Map))


def _is_object(shape: Shape) -> bool:
    return isinstance(shape, (Object, Tagged))


def _alternatives(shape: Shape) -> tuple[Shape, ...]:
    return shape.choices if isinstance(shape, OneOf) else (shape,)
