"""Changes to the shapes that the SDK's types give: bounds that they do not state, and where they are too narrow.

An override is a path into a request's shape and the change to what stands there; `[]` is the item of an array, `{}`
the object among alternatives, a tag the object with that tag. A path that an older SDK does not have is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeAlias

from .. import Grade
from ..alternatives import OneOf, Returned, Tagged
from ..shapes import Array, Boolean, Choice, Integer, Nullable, Number, Object, Shape, String

Change: TypeAlias = Callable[[Shape], Shape]
Override: TypeAlias = tuple[tuple[str, ...], Change]


def overridden(shape: Shape, overrides: Iterable[Override]) -> Shape:
    """The shape with every override made to it."""
    for path, change in overrides:
        shape = _at(shape, path, change)
    return shape


def _at(shape: Shape, path: tuple[str, ...], change: Change) -> Shape:
    if isinstance(shape, (Nullable, Returned)):
        return replace(shape, inner=_at(shape.inner, path, change))
    if isinstance(shape, OneOf) and path:
        return replace(shape, choices=tuple(_at(choice, path, change) for choice in shape.choices))
    if not path:
        return change(shape)
    return _inside(shape, path[0], lambda inner: _at(inner, path[1:], change))


def _inside(shape: Shape, step: str, change: Change) -> Shape:
    if isinstance(shape, Array) and step == "[]":
        return replace(shape, items=change(shape.items))
    if isinstance(shape, Object) and step in shape.fields:
        return replace(shape, fields={**shape.fields, step: change(shape.fields[step])})
    if isinstance(shape, (Object, Tagged)) and step == "{}":
        return change(shape)
    if isinstance(shape, Tagged) and step in shape.choices:
        return replace(shape, choices={**shape.choices, step: change(shape.choices[step])})
    return shape


# ---- changes


def within(low: float | None = None, high: float | None = None, beyond: Grade = "known") -> Change:
    """Bounds of a number, and the grade of what is beyond them."""

    def change(shape: Shape) -> Shape:
        number = Integer() if type(shape) is Shape else shape  # one that this SDK does not know yet
        return replace(number, low=low, high=high, beyond=beyond) if isinstance(number, Number) else shape

    return change


def no_longer_than(most: int) -> Change:
    """The most characters of a text."""
    return lambda shape: String(most) if type(shape) in (String, Shape) else shape


def also(*names: str, **shapes: Shape) -> Change:
    """Fields that the API takes, though not every SDK names them; of some their shape is known."""

    def change(shape: Shape) -> Shape:
        if not isinstance(shape, Object):
            return shape
        return replace(shape, fields={**dict.fromkeys(names, Shape()), **shapes, **shape.fields})

    return change


def optional(*names: str) -> Change:
    """Fields that the types require and the API does not."""
    return lambda shape: replace(shape, required=shape.required - {*names}) if isinstance(shape, Object) else shape


def needed(*names: str) -> Change:
    """Required fields of which it is known that the API refuses an object without them."""
    return lambda shape: replace(shape, doubted=shape.doubted - {*names}) if isinstance(shape, Object) else shape


def returned(*checked: str) -> Change:
    """For what the API answers with and takes back as it comes, but for the fields that it is known to look at."""
    names = frozenset(checked)

    def change(shape: Shape) -> Shape:
        if type(shape) is Shape:
            return shape
        return Returned(needed(*checked)(shape), names)

    return change


def or_parts(shape: Shape) -> Shape:
    """For what older SDKs take for a text alone."""
    return Shape() if type(shape) in (String, Choice) else shape


def tags(
    *beyond: str,
    order: tuple[str, ...] = (),
    at_item: bool = False,
    untagged: tuple[str, ...] = (),
    exhaustive: bool = True,
    **choices: Shape,
) -> Change:
    """Tags that not every SDK knows, of some with the shape of the object, and how an error speaks of them.

    With `exhaustive` they are all that the API has.
    """
    facts: dict[str, Any] = {"beyond": frozenset(beyond), "order": order, "at_item": at_item, "untagged": untagged}

    def change(shape: Shape) -> Shape:
        if isinstance(shape, Object):  # an SDK that knows but one kind has no need to tell them apart
            shape = Tagged("type", {"function": shape})
        if not isinstance(shape, Tagged):
            return shape
        return replace(shape, choices={**choices, **shape.choices}, exhaustive=exhaustive, **facts)

    return change


def only(*names: str) -> Change:
    """Those of the tags that the API takes at this place."""

    def change(shape: Shape) -> Shape:
        if not isinstance(shape, Tagged):
            return shape
        return replace(shape, choices={name: each for name, each in shape.choices.items() if name in names})

    return change


def indulgent(shape: Shape) -> Shape:
    """For what the API may have answered with: nothing in it is refused because it is not known."""
    if isinstance(shape, Object):
        fields = {name: indulgent(each) for name, each in shape.fields.items()}
        return replace(shape, fields=fields, unknown="ignored")
    if isinstance(shape, (Nullable, Returned)):
        return replace(shape, inner=indulgent(shape.inner))
    if isinstance(shape, Array):
        return replace(shape, items=indulgent(shape.items))
    if isinstance(shape, OneOf):
        return replace(shape, choices=tuple(map(indulgent, shape.choices)))
    if isinstance(shape, Tagged):
        return replace(shape, choices={name: indulgent(each) for name, each in shape.choices.items()})
    return shape


def closed(shape: Shape) -> Shape:
    """For a list of values that is the API's own."""
    return replace(shape, exhaustive=True) if isinstance(shape, Choice) else shape


def any_text(shape: Shape) -> Shape:
    """For a list of values that the SDK knows only some of."""
    return String() if isinstance(shape, (Choice, OneOf)) else shape


def anything(shape: Shape) -> Shape:
    """For what an endpoint's contract looks at."""
    return Shape()


def listed(*values: str) -> Change:
    """A text of which the API's own list is known."""
    named = Choice(values=values, exhaustive=True)
    return lambda shape: named if isinstance(shape, String) or type(shape) is Shape else shape


def expiring(anchor: str, unit: str, low: int, high: int) -> Change:
    """When what is made expires, so many units after an anchor; not every SDK names it."""
    bounds: dict[str, Shape] = {"anchor": Choice(values=(anchor,), exhaustive=True), unit: Integer(low, high)}
    policy = Object(bounds, frozenset(bounds))

    def change(shape: Shape) -> Shape:
        return replace(shape, fields={**shape.fields, "expires_after": policy}) if isinstance(shape, Object) else shape

    return change


_STREAM = {"stream": Nullable(Boolean())}


def streamed(shape: Shape) -> Shape:
    """The types tell requests for a stream from others; here they are one."""
    return replace(shape, fields={**shape.fields, **_STREAM}) if isinstance(shape, Object) else shape


# ---- overrides that several endpoints share

SAMPLING: list[Override] = [(("temperature",), within(0.0, 2.0)), (("top_p",), within(0.0, 1.0))]
PENALTIES: list[Override] = [
    (("frequency_penalty",), within(-2.0, 2.0)),
    (("presence_penalty",), within(-2.0, 2.0)),
]
IDENTIFIERS: list[Override] = [
    (("safety_identifier",), no_longer_than(64)),
    (("prompt_cache_key",), no_longer_than(64)),
]
SEED: Override = (("seed",), within(-(2**63), 2**63 - 1))
