from __future__ import annotations

import enum
import json
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from pytest_fakeopenai.wire.jsonschema import SchemaError
from pytest_fakeopenai.wire.jsonschema.example import example
from pytest_fakeopenai.wire.jsonschema.validation import validation_error

from .test_validation import anything, often, schemas

ADDRESS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
NODE = {
    "type": "object",
    "properties": {"value": {"type": "integer"}, "next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}},
    "required": ["value", "next"],
    "additionalProperties": False,
}
TREE = {
    "$ref": "#/definitions/tree",
    "definitions": {
        "tree": {
            "type": "object",
            "properties": {"children": {"type": "array", "items": {"$ref": "#/definitions/tree"}}},
            "required": ["children"],
        }
    },
}
ENDLESS = {"type": "object", "properties": {"next": {"$ref": "#"}}, "required": ["next"]}

EXAMPLES = [
    # anything at all
    ({}, "string"),
    (True, "string"),
    ([], "string"),
    # one value given
    ({"const": {"a": 1}, "default": 2}, {"a": 1}),
    ({"enum": [3, "a"], "default": "a"}, 3),
    ({"type": "string", "enum": [3, "a"]}, "a"),
    ({"allOf": [{"enum": [1, 2]}, {"enum": [2, 3]}]}, 2),
    # types
    ({"type": "string"}, "string"),
    ({"type": "integer"}, 0),
    ({"type": "number"}, 0),
    ({"type": "boolean"}, False),
    ({"type": "null"}, None),
    ({"type": "array"}, []),
    ({"type": "object"}, {}),
    ({"type": ["null", "integer"]}, 0),
    ({"type": "text"}, "string"),
    ({"required": ["a"]}, {"a": "string"}),
    ({"minItems": 1}, ["string"]),
    ({"minimum": 3}, 3),
    # objects
    (
        {"properties": {"a": {}, "b": {"type": "null"}, "c": {"type": "null"}}, "required": ["c", "b"]},
        {"b": None, "c": None},
    ),
    ({"required": ["x"], "additionalProperties": {"type": "integer"}}, {"x": 0}),
    ({"type": "object", "properties": {"home": ADDRESS}, "required": ["home"]}, {"home": {"city": "string"}}),
    ({"required": ["x-a"], "patternProperties": {"^x-": {}}, "additionalProperties": False}, {"x-a": "string"}),
    # arrays
    ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, [0, 0]),
    ({"type": "array", "prefixItems": [{"type": "null"}], "items": {"type": "integer"}, "minItems": 2}, [None, 0]),
    # strings
    ({"type": "string", "minLength": 8}, "stringst"),
    ({"type": "string", "maxLength": 3}, "str"),
    ({"type": "string", "format": "date-time"}, "2024-01-01T12:00:00Z"),
    ({"type": "string", "format": "email", "minLength": 3}, "user@example.com"),
    ({"type": "string", "format": "colour"}, "string"),
    # numbers
    ({"type": "integer", "minimum": 3}, 3),
    ({"type": "integer", "minimum": 0.5}, 1),
    ({"type": "integer", "maximum": -3}, -3),
    ({"type": "integer", "minimum": -3, "maximum": 3}, 0),
    ({"type": "integer", "exclusiveMinimum": 3}, 4),
    ({"type": "integer", "exclusiveMaximum": 0}, -1),
    ({"type": "integer", "minimum": 11, "multipleOf": 5}, 15),
    ({"type": "integer", "exclusiveMinimum": 0, "multipleOf": 1.5}, 3),
    ({"type": "number", "minimum": 0.5}, 0.5),
    ({"type": "number", "exclusiveMinimum": 0}, 1),
    ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, 0.5),
    ({"type": "number", "minimum": 0.25, "multipleOf": 0.1}, 0.3),
    ({"type": "number", "minimum": 10**400}, 10**400),
    ({"allOf": [{"type": "number", "exclusiveMinimum": 0}, {"multipleOf": 4}, {"multipleOf": 6}]}, 12),
    ({"allOf": [{"type": "number", "minimum": 0.5}, {"type": "integer"}]}, 1),
    # alternatives
    ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, 0),
    ({"anyOf": [{"type": "null"}]}, None),
    ({"anyOf": [False, {"type": "string", "pattern": r"(.)\1z"}, {"type": "integer"}]}, 0),
    ({"oneOf": [{"type": "integer"}, {"type": "integer", "minimum": 0}]}, -1),
    ({"oneOf": [{"type": "integer"}, {"type": "integer"}, {"type": "boolean"}]}, False),
    ({"anyOf": [{"minimum": 3}], "oneOf": [{"type": "string"}, {"type": "integer"}], "minimum": 2}, "string"),
    ({"type": "integer", "anyOf": [{"const": "a"}, {"minimum": 3}]}, 3),
    ({"allOf": [{"required": ["a"]}, {"required": ["b"], "properties": {"b": {"const": 1}}}]}, {"b": 1, "a": "string"}),
    ({"allOf": [{"anyOf": [{"const": 1}, {"const": 2}]}, {"anyOf": [{"const": 2}]}]}, 2),
    # references
    ({"$ref": "#/$defs/A", "$defs": {"A": ADDRESS}}, {"city": "string"}),
    ({"$ref": "#/$defs/A", "minimum": 3, "$defs": {"A": {"type": "integer"}}}, 3),
    ({"allOf": [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/A"}], "$defs": {"A": {"type": "integer"}}}, 0),
    (NODE, {"value": 0, "next": None}),
    (TREE, {"children": []}),
]


@pytest.mark.parametrize(("schema", "expected"), EXAMPLES)
def test_example(schema: object, expected: object) -> None:
    value = example(schema)
    assert (value, type(value)) == (expected, type(expected))
    assert validation_error(value, schema) is None
    assert json.dumps(example(schema)) == json.dumps(value)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({}, "Hello."),
        ({"minLength": 8}, "Hello.He"),
        ({"maxLength": 2}, "He"),
        ({"pattern": "^H"}, "Hello."),
        ({"format": "date"}, "2024-01-01"),
    ],
)
def test_example_says_the_text(schema: dict[str, object], expected: str) -> None:
    assert example({"type": "string", **schema}, text="Hello.") == expected


def test_example_of_an_empty_text() -> None:
    assert example({"type": "string"}, text="") == ""
    assert example({"minLength": 2}, text="") == "st"


PATTERNS = {
    r"^[A-Z]{3}-\d{4}$": "AAA-0000",
    r"^(foo|bar)$": "foo",
    r"^x*y+z?$": "y",
    r"^\d{3}": "000",
    r"^#[0-9a-f]{6}$": "#aaaaaa",
    r"^(?:v)?\d+\.\d+$": "0.0",
    r"^(?P<year>\d{4})$": "0000",
    r"^[^a-z\]]$": "A",
    r"^[]x]$": "x",
    r"^\s\w\.\\/$": " a.\\/",
    r"^.{2}$": "aa",
    r"^a{2,}b{1,2}$": "aab",
    r"^\x41\u00e9$": "Aé",
    r"^[\u4e00-\u9fff]$": "一",
    r"\bend\b\Z": "end",
    r"^(?=.*\d)(?=.*[A-Z])(?=.*!).{8,}$": "Aa1!Aa1!Aa1!",
    r"^(?!a)\d$": "0",
    r"^((a|b)c){2}$": "acac",
    r"^(?i:YES)$": "YES",
    r"^[[&&]{2}$": "&&",
    r"^a+?b$": "ab",
    "": "string",
    "^$": "",
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_example_of_a_pattern(pattern: str) -> None:
    assert example({"type": "string", "pattern": pattern}) == PATTERNS[pattern]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"pattern": "^[0-9]+$", "minLength": 5}, "00000"),
        ({"pattern": "^[0-9]+$", "minLength": 500, "maxLength": 500}, "0" * 500),
        ({"pattern": "^[a-z]+-[a-z]+$", "minLength": 8, "maxLength": 8}, "a-aaaaaa"),
        ({"pattern": r"^\d{1,3}\.\d{1,3}$", "minLength": 7}, "000.000"),
        ({"pattern": r"^(\d{5}|[A-Z]{3})$", "maxLength": 3}, "AAA"),
        ({"pattern": "^(ab)+$", "minLength": 5, "maxLength": 6}, "ababab"),
        ({"pattern": "^0", "minLength": 3}, "0aa"),
        ({"pattern": "0$", "minLength": 3}, "aa0"),
        ({"pattern": r"^\S+@\S+$", "format": "email"}, "user@example.com"),
        ({"allOf": [{"pattern": "^[a-z0-9]$"}, {"pattern": "^[0-9]+$"}]}, "0"),
    ],
)
def test_example_of_a_pattern_and_more(schema: dict[str, object], expected: str) -> None:
    assert example({"type": "string", **schema}) == expected


def required(name: str, schema: object) -> dict[str, object]:
    return {"type": "object", "properties": {name: schema}, "required": [name]}


BACK = r"^(a)(b)\1\2[c]$"


@pytest.mark.parametrize(
    ("schema", "where", "why"),
    [
        (required("code", {"type": "string", "pattern": BACK}), "$.code", f"pattern {BACK!r}"),
        (required("a b", {"type": "string", "pattern": r"[^\s\S]"}), "$['a b']", r"pattern '[^\\s\\S]'"),
        (False, "$", "the schema allows nothing here"),
        ({"type": "array", "items": False, "minItems": 1}, "$[0]", "the schema allows nothing here"),
        ({"type": "integer", "minimum": 1, "maximum": 0}, "$", "no number fits its schema"),
        ({"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, "$", "no number fits its schema"),
        ({"type": "string", "minLength": 2, "maxLength": 1}, "$", "no string fits its schema"),
        ({"type": "string", "format": "date", "maxLength": 3}, "$", "no string fits its schema"),
        ({"type": "string", "enum": [1]}, "$", "no value of its const or enum fits its schema"),
        ({"enum": []}, "$", "no value of its const or enum fits its schema"),
        ({"const": float("nan")}, "$", "no value of its const or enum fits its schema"),
        ({"type": "array", "minItems": 2, "maxItems": 1}, "$", "no array fits its schema"),
        (ENDLESS, "$.next", "$ref '#' needs itself without end"),
        ({"anyOf": [ENDLESS, ENDLESS]}, "$.next", "$ref '#' needs itself without end"),
        ({"$ref": "#/$defs/A"}, "$", "$ref '#/$defs/A' points nowhere"),
        ({"$ref": "#"}, "$", "the schema nests too deeply"),
        ({"type": "string", "minLength": 10**12}, "$", "its minLength is too long"),
        ({"type": "array", "minItems": 10**12}, "$", "its minItems is too many"),
    ],
)
def test_what_cannot_be_invented(schema: object, where: str, why: str) -> None:
    with pytest.raises(SchemaError) as caught:
        example(schema)
    assert str(caught.value) == f"cannot invent a value for {where}: {why}; script the reply instead"


def test_a_closed_object_that_requires_more() -> None:
    with pytest.raises(SchemaError, match=r"for \$\.x: the schema allows nothing here"):
        example({"type": "object", "required": ["x"], "additionalProperties": False})


def test_a_value_too_large_is_given_up() -> None:
    rows = {"type": "array", "minItems": 1000, "items": {"type": "null"}}
    with pytest.raises(SchemaError, match="the schema asks for too much"):
        example({"type": "array", "minItems": 1000, "items": rows})


def test_a_search_without_end_is_given_up() -> None:
    names = [f"d{i}" for i in range(12)]
    needs = {"anyOf": [required(name, {"$ref": f"#/$defs/{name}"}) for name in names]}
    with pytest.raises(SchemaError):
        example({"$ref": "#/$defs/d0", "$defs": dict.fromkeys(names, needs)})


def test_a_schema_too_deep() -> None:
    schema: dict[str, object] = {}
    for _ in range(5000):
        schema = required("a", schema)
    with pytest.raises(SchemaError, match="nests too deeply"):
        example(schema)


def test_an_example_is_not_part_of_the_schema() -> None:
    schema: dict[str, Any] = {"const": {"a": []}}
    instance: Any = example(schema)
    instance["a"].append(1)
    assert schema == {"const": {"a": []}}


# ---- schemas as pydantic makes them


class Unit(enum.Enum):
    CELSIUS = "celsius"
    FAHRENHEIT = "fahrenheit"


class Address(BaseModel):
    model_config = ConfigDict(extra="forbid")

    city: str
    zip: Annotated[str, Field(pattern=r"^\d{5}(-\d{4})?$")]


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: Annotated[int, Field(gt=0, le=9)]


class Dog(BaseModel):
    kind: Literal["dog"]
    tricks: list[str]


class Person(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=3)]
    home: Address
    work: Address | None
    unit: Unit
    units: Annotated[list[Unit], Field(min_length=2)]
    scores: dict[str, int]
    pet: Annotated[Cat | Dog, Field(discriminator="kind")]
    pair: tuple[int, str]
    share: Annotated[float, Field(gt=0, lt=1)]
    either: int | str
    always: Literal[True]
    nickname: str = "Nick"


class Node(BaseModel):
    value: int
    next: Node | None


class Tree(BaseModel):
    children: list[Tree]
    parent: Tree | None


class Times(BaseModel):
    id: UUID
    at: datetime
    on: date
    during: timedelta


@pytest.mark.parametrize("model", [Address, Cat, Dog, Person, Node, Tree, Times])
def test_a_pydantic_model_accepts_its_example(model: type[BaseModel]) -> None:
    schema = model.model_json_schema()
    instance = example(schema)
    assert validation_error(instance, schema) is None
    model.model_validate(instance)
    model.model_validate_json(json.dumps(instance))


def test_a_pydantic_example() -> None:
    assert example(Person.model_json_schema()) == {
        "name": "str",
        "home": {"city": "string", "zip": "00000"},
        "work": {"city": "string", "zip": "00000"},
        "unit": "celsius",
        "units": ["celsius", "celsius"],
        "scores": {},
        "pet": {"kind": "cat", "lives": 1},
        "pair": [0, "string"],
        "share": 0.5,
        "either": 0,
        "always": True,
    }


@pytest.mark.parametrize("kind", [list[Node], dict[str, Node], Node | None, int | None, Literal["a", 1], set[int]])
def test_a_pydantic_type_accepts_its_example(kind: Any) -> None:
    adapter = TypeAdapter[Any](kind)
    adapter.validate_python(example(adapter.json_schema()))


# ---- any schema


@often
@given(schemas())
def test_an_example_fits_by_jsonschema(schema: dict[str, Any]) -> None:
    try:
        instance = example(schema)
    except SchemaError:
        return
    assert validation_error(instance, schema) is None
    Draft202012Validator(schema).validate(instance)


@often
@given(anything())
def test_any_json_has_an_example_or_a_schema_error(schema: object) -> None:
    try:
        instance = example(schema)
    except SchemaError:
        return
    assert validation_error(instance, schema) is None
