"""Wrapping: the object that a schema puts around a value."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai.wire.jsonschema.wrapping import names_all_keys, wrapped

Json = dict[str, Any]
CITY: Json = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city", "days"],
}
PARIS = {"city": "Paris", "days": 3}


def around(schema: object, name: str = "response", **properties: object) -> Json:
    """The schema of an object whose property `name` has another schema."""
    properties = {**properties, name: schema}
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


def kind(name: str, schema: object) -> Json:
    return around(schema, "data", kind={"type": "string", "const": name})


@pytest.mark.parametrize(
    ("value", "schema", "object_"),
    [
        ([1, 2], around({"type": "array"}), {"response": [1, 2]}),
        ("Paris", around({"type": "string"}, "content"), {"content": "Paris"}),
        (None, around({"type": "null"}), {"response": None}),
        (
            [PARIS],
            around({"type": "array", "items": {"$ref": "#/$defs/City"}}, "tasks") | {"$defs": {"City": CITY}},
            {"tasks": [PARIS]},
        ),
        (PARIS, around({"$ref": "#/$defs/City"}) | {"$defs": {"City": CITY}}, {"response": PARIS}),
        (7, {"$ref": "#/$defs/Wrapper", "$defs": {"Wrapper": around({"type": "integer"})}}, {"response": 7}),
        # pydantic-ai's unions
        (
            PARIS,
            around({"anyOf": [kind("Trip", {"type": "string"}), kind("City", CITY)]}, "result"),
            {"result": {"kind": "City", "data": PARIS}},
        ),
        (
            3,
            around(
                {"oneOf": [around({"type": "string"}, "a", kind={"enum": ["x"]}), around({"type": "integer"}, "b")]}
            ),
            {"response": {"b": 3}},
        ),
    ],
)
def test_finds_the_object_around_a_value(value: object, schema: Json, object_: Json) -> None:
    assert wrapped(value, schema) == object_
    assert repr(wrapped(value, schema)) == repr(object_)  # in the order of the schema


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ([1], CITY),
        ([1], around({"type": "string"})),
        ([1], {"type": "array"}),
        ([1], {"$ref": "#/nowhere"}),
        ([1], {"$ref": "#"}),
        ([1], {"properties": {"a": {"$ref": "#"}}, "required": ["b"]}),
        ([1], True),
        ([1], {"properties": [], "anyOf": 5}),
    ],
)
def test_finds_none_where_there_is_none(value: object, schema: object) -> None:
    assert wrapped(value, schema) is None


@pytest.mark.parametrize(
    ("value", "schema", "all_named"),
    [
        (PARIS, CITY, True),
        ({"city": "Paris"}, CITY, True),
        ({**PARIS, "more": 1}, CITY, False),
        (PARIS, {}, False),
        ({}, {}, True),
        ([1], {}, True),
        (PARIS, {"$ref": "#/$defs/City", "$defs": {"City": CITY}}, True),
    ],
)
def test_tells_whether_a_schema_names_all_keys(value: object, schema: Json, all_named: bool) -> None:
    assert names_all_keys(value, schema) is all_named
