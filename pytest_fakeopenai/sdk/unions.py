"""Unions of shapes: the members of one put together, told apart by a tag, or merged."""

from __future__ import annotations

from dataclasses import replace

from ..wire.contract.shapes import Array, Choice, Object, OneOf, Shape, String, Tagged


def merge_texts(shapes: list[Shape]) -> list[Shape]:
    """The members of a union with its lists of values put together, and without them where any text will do."""
    texts = [shape for shape in shapes if isinstance(shape, String)]
    rest = [shape for shape in shapes if not isinstance(shape, String)]
    if not texts:
        return rest
    choices = [shape for shape in texts if isinstance(shape, Choice)]
    if len(choices) < len(texts):
        return [String(), *rest]
    return [Choice(values=tuple(value for choice in choices for value in choice.values)), *rest]


def one_of(shapes: list[Shape]) -> Shape:
    """The shape that fits whatever fits one of several."""
    if len(shapes) == 1:
        return shapes[0]
    return Shape() if any(type(shape) is Shape for shape in shapes) else OneOf(tuple(shapes))


def by_tag(tag: str, named: list[tuple[str, Shape]]) -> Tagged:
    """Objects by the value of their tag, those of the same value merged; some may leave the tag out."""
    choices: dict[str, Shape] = {}
    for name, shape in named:
        choices[name] = _merged(choices[name], shape) if name in choices else shape
    untagged = [name for name, shape in choices.items() if isinstance(shape, Object) and tag not in shape.required]
    return Tagged(tag, choices, tuple(untagged))


def _merged(one: Shape, other: Shape) -> Shape:
    """An object with the fields of two, required where both require them."""
    if not isinstance(one, Object) or not isinstance(other, Object):
        return one
    fields = {**one.fields}
    for name, shape in other.fields.items():
        fields[name] = _either(fields[name], shape) if name in fields else shape
    return replace(one, fields=fields, required=one.required & other.required)


def _either(one: Shape, other: Shape) -> Shape:
    """The shape that fits whatever fits one of two."""
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
