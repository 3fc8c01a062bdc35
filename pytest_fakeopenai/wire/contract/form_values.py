"""The fields of a form, which are all texts, as the values that a shape wants of them."""

from __future__ import annotations

from typing import Any

from .alternatives import OneOf, Tagged
from .shapes import Array, Boolean, Integer, Map, Nullable, Number, Object, Shape

_TRUTHS = {"true": True, "false": False}


def json_value(shape: Shape, value: Any) -> Any:
    """The value with its texts turned into numbers and truths where the shape has those; else as it is."""
    if isinstance(shape, Nullable):
        return json_value(shape.inner, value)
    if type(shape) in (Shape, Array) and _is_numbered(value):
        value = [value[key] for key in sorted(value, key=int)]
    if isinstance(shape, OneOf):
        return next((converted for choice in shape.choices if (converted := json_value(choice, value)) != value), value)
    if isinstance(shape, Tagged) and isinstance(value, dict):
        return json_value(shape.choices.get(str(value.get(shape.tag)), Shape()), value)
    if isinstance(shape, Array) and isinstance(value, list):
        return [json_value(shape.items, each) for each in value]
    if isinstance(shape, Object) and isinstance(value, dict):
        return {name: json_value(shape.fields.get(name, Shape()), each) for name, each in value.items()}
    if isinstance(shape, Map) and isinstance(value, dict):
        return {name: json_value(shape.values, each) for name, each in value.items()}
    return _scalar(shape, value) if isinstance(value, str) else value


def _is_numbered(value: Any) -> bool:
    """Whether a value is a list whose elements were named by their index, `image[0]` and `image[1]`."""
    return isinstance(value, dict) and bool(value) and all(key.isdecimal() for key in value)


def _scalar(shape: Shape, text: str) -> Any:
    if isinstance(shape, Boolean):
        return _TRUTHS.get(text, text)
    if not isinstance(shape, Number):
        return text
    try:
        return int(text) if isinstance(shape, Integer) else float(text)
    except ValueError:
        return text
