"""Reading JSON that may hold anything: what is of another type is as good as absent."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai.wire.json_values import Fields, as_count, as_dict, as_list, as_objects, as_text


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (lambda fields: fields.string("x"), "a", "a"),
        (lambda fields: fields.string("x"), None, None),
        (lambda fields: fields.boolean("x"), True, True),
        (lambda fields: fields.boolean("x"), None, False),
        (lambda fields: fields.object("x"), {"a": 1}, {"a": 1}),
        (lambda fields: fields.object("x"), None, {}),
        (lambda fields: fields.objects("x"), [{"a": 1}, {}], [{"a": 1}, {}]),
        (lambda fields: fields.objects("x"), None, []),
        (lambda fields: fields.integer("x", 7, low=1, high=9), None, 7),
        (lambda fields: fields.integer("x", 7, low=1, high=9), 1, 1),
        (lambda fields: fields.integer("x", 7, low=1, high=9), 9, 9),
    ],
)
def test_reads_a_field(read: Any, value: object, expected: object) -> None:
    assert read(Fields({"x": value})) == expected
    if value is None:
        assert read(Fields({})) == expected


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (lambda fields: fields.string("x"), 5, None),
        (lambda fields: fields.boolean("x"), "yes", False),
        (lambda fields: fields.object("x"), [], {}),
        (lambda fields: fields.objects("x"), {}, []),
        (lambda fields: fields.objects("x"), [{}, "b"], [{}]),
        (lambda fields: fields.strings("x"), ["a", 5], ["a"]),
        (lambda fields: fields.integer("x", 7, low=1, high=9), 2.0, 7),
        (lambda fields: fields.integer("x", 7, low=1, high=9), True, 7),
        (lambda fields: fields.integer("x", 7, low=1, high=9), 0, 1),
        (lambda fields: fields.integer("x", 7, low=1, high=9), 10, 9),
    ],
)
def test_reads_nothing_of_another_type(read: Any, value: object, expected: object) -> None:
    assert read(Fields({"x": value})) == expected


@pytest.mark.parametrize("value", [None, 5, True, "a", [{}, 5], {"a": 1}], ids=repr)
def test_makes_of_any_value_what_it_should_be(value: Any) -> None:
    assert as_dict(value) == (value if isinstance(value, dict) else {})
    assert as_list(value) == (value if isinstance(value, list) else [])
    assert as_objects(value) == ([{}] if isinstance(value, list) else [])
    assert as_text(value) == (value if isinstance(value, str) else "")
    assert as_count(value, 2, 4) == (4 if value == 5 else 2)
