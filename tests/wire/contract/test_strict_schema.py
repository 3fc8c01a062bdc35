"""The subset of JSON Schema that strict tools and formats may use."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai.wire.contract.strict_schema import fault

from ._calls import STRING, strict_object

OPEN = "'additionalProperties' is required to be supplied and to be false."
OPTIONAL = "'required' is required to be supplied and to be an array including every key in properties. Missing '{}'."
LOOSE: Any = {"type": "object", "properties": {"role": STRING}, "additionalProperties": False}


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        ({"type": "object", "properties": {}}, f"In context=(), {OPEN}"),
        ({"type": "object", "properties": {}, "additionalProperties": True}, f"In context=(), {OPEN}"),
        ({"type": "object", "additionalProperties": STRING}, f"In context=(), {OPEN}"),
        ({"properties": {"a": STRING}}, f"In context=(), {OPEN}"),
        (LOOSE, f"In context=(), {OPTIONAL.format('role')}"),
        ({**LOOSE, "required": ["other"]}, f"In context=(), {OPTIONAL.format('role')}"),
        ({**LOOSE, "required": "role"}, f"In context=(), {OPTIONAL.format('role')}"),
        (strict_object(person=LOOSE), f"In context=('properties', 'person'), {OPTIONAL.format('role')}"),
        (
            strict_object(key_people={"type": "array", "items": LOOSE}),
            f"In context=('properties', 'key_people', 'items'), {OPTIONAL.format('role')}",
        ),
        (
            strict_object(value={"anyOf": [STRING, {"type": "object", "properties": {}}]}),
            f"In context=('properties', 'value', 'anyOf', '1'), {OPEN}",
        ),
        (
            {**strict_object(step={"$ref": "#/$defs/Step"}), "$defs": {"Step": LOOSE}},
            f"In context=('$defs', 'Step'), {OPTIONAL.format('role')}",
        ),
        (
            strict_object(maybe={"anyOf": [LOOSE]}),
            f"In context=('properties', 'maybe', 'anyOf', '0'), {OPTIONAL.format('role')}",
        ),
        (strict_object(x={"oneOf": [STRING]}), "In context=('properties', 'x'), 'oneOf' is not permitted."),
        (strict_object(x={"allOf": [STRING]}), "In context=('properties', 'x'), 'allOf' is not permitted."),
        (
            strict_object(ids={"type": "array", "items": STRING, "uniqueItems": True}),
            "In context=('properties', 'ids'), 'uniqueItems' is not permitted.",
        ),
        (
            {"type": "array", "items": STRING},
            "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"array\"'.",
        ),
        ({"anyOf": [strict_object()]}, "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"None\"'."),
        # What stands inside before what it is in.
        (
            {**strict_object(a=STRING, list={"type": "array", "items": LOOSE}), "required": []},
            f"In context=('properties', 'list', 'items'), {OPTIONAL.format('role')}",
        ),
        (
            {"type": "object", "properties": {"a": {"not": {}}}},
            "In context=('properties', 'a'), 'not' is not permitted.",
        ),
        # The first in the order of the document, whatever stands deeper.
        (strict_object(a=LOOSE, b={"not": {}}), f"In context=('properties', 'a'), {OPTIONAL.format('role')}"),
        (
            strict_object(a=strict_object(b=LOOSE), c={"not": {}}),
            f"In context=('properties', 'a', 'properties', 'b'), {OPTIONAL.format('role')}",
        ),
    ],
)
def test_names_the_first_thing_that_is_not_strict(schema: Any, problem: str) -> None:
    assert fault(schema) == problem


@pytest.mark.parametrize(
    "schema",
    [
        {},
        None,
        "not a schema",
        strict_object(),
        strict_object(city=STRING, unit={"type": "string", "enum": ["C", "F"]}),
        strict_object(unit={"type": ["string", "null"]}),
        strict_object(maybe={"type": ["object", "null"], "additionalProperties": STRING}),
        strict_object(maybe={"type": ["null", "object"], "properties": {"a": STRING}}),
        strict_object(unit={"anyOf": [STRING, {"type": "null"}]}),
        strict_object(days={"type": "array", "items": strict_object(high={"type": "number", "minimum": -90})}),
        {**strict_object(step={"$ref": "#/$defs/Step"}), "$defs": {"Step": strict_object(text=STRING)}},
        {**strict_object(next={"anyOf": [{"$ref": "#"}, {"type": "null"}]}), "title": "Node", "description": "A node"},
        {"$ref": "#/$defs/Node", "$defs": {"Node": strict_object(text=STRING)}},
        strict_object(code={"type": "string", "pattern": "^[A-Z]+$", "format": "uuid"}),
        strict_object(tags={"type": "array", "items": STRING, "minItems": 1, "maxItems": 3}),
        strict_object(kind={"const": "dog"}, size={"type": "integer", "multipleOf": 2, "exclusiveMaximum": 9}),
        strict_object(**{"not": STRING, "oneOf": STRING, "additionalProperties": STRING}),
        {**strict_object(a=STRING), "required": ["a", "more"]},
        {**strict_object(a=STRING), "$schema": "https://json-schema.org/draft/2020-12/schema"},
        strict_object(a=True, b={"type": "array", "items": [STRING]}),
    ],
)
def test_lets_a_strict_schema_pass(schema: Any) -> None:
    assert fault(schema) is None


def test_walks_any_depth() -> None:
    schema: Any = LOOSE
    for _ in range(1_000):
        schema = strict_object(a=schema)

    problem = fault(schema)

    assert problem is not None
    assert problem.endswith(OPTIONAL.format("role"))
