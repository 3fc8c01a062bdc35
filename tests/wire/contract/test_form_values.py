"""The texts of a form as the values that a shape wants."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai.wire.contract.alternatives import OneOf, Tagged
from pytest_fakeopenai.wire.contract.form_values import json_value
from pytest_fakeopenai.wire.contract.shapes import Array, Boolean, Integer, Map, Nullable, Number, Object, Shape, String

INNER = Object({"seconds": Integer(), "name": String()})


@pytest.mark.parametrize(
    ("shape", "text", "value"),
    [
        (Integer(), "12", 12),
        (Integer(), "-1", -1),
        (Integer(), "1.5", "1.5"),
        (Number(), "1.5", 1.5),
        (Number(), "x", "x"),
        (Boolean(), "true", True),
        (Boolean(), "false", False),
        (Boolean(), "yes", "yes"),
        (String(), "12", "12"),
        (Shape(), "12", "12"),
        (Nullable(Integer()), "12", 12),
        (OneOf((Boolean(), Integer())), "12", 12),
        (OneOf((Boolean(), Integer())), "x", "x"),
        (Array(items=Integer()), ["1", "x"], [1, "x"]),
        (Array(items=Integer()), "1", "1"),
        (INNER, {"seconds": "60", "name": "60", "more": "60"}, {"seconds": 60, "name": "60", "more": "60"}),
        (Map(values=Number()), {"a": "1"}, {"a": 1.0}),
        (Tagged(choices={"auto": INNER}), {"type": "auto", "seconds": "1"}, {"type": "auto", "seconds": 1}),
        (Tagged(choices={"auto": INNER}), {"type": "other", "seconds": "1"}, {"type": "other", "seconds": "1"}),
        (Tagged(choices={"auto": INNER}), {"seconds": "1"}, {"seconds": "1"}),
        (Integer(), b"12", b"12"),
        (Array(items=Integer()), {"1": "8", "0": "7"}, [7, 8]),
        (Array(items=INNER), {"0": {"seconds": "1"}}, [{"seconds": 1}]),
        (Shape(), {"0": "a", "10": "c", "2": "b"}, ["a", "b", "c"]),
        (Shape(), {"0": "a", "b": "c"}, {"0": "a", "b": "c"}),
        (Map(), {"0": "a"}, {"0": "a"}),
    ],
)
def test_turns_texts_into_what_the_shape_has(shape: Shape, text: Any, value: Any) -> None:
    result = json_value(shape, text)
    assert (result, type(result)) == (value, type(value))
