"""Function tools as the TypeScript that models read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakeopenai.wire import tokens
from pytest_fakeopenai.wire.billing.typescript import Dialect, namespace
from pytest_fakeopenai.wire.protocol.call import Tool

from ...properties import unhurried

LOCATION = {"title": "Place", "type": "string", "description": " A city,\nor a village "}
UNIT = {"type": "string", "enum": ["celsius", "fahrenheit"], "default": "celsius"}


def declared(parameters: Any) -> str:
    """What stands between the parentheses of a function with these parameters."""
    text = namespace([Tool("f", parameters=parameters)])
    head, foot = "namespace functions {\n\ntype f = (", ") => any;\n\n} // namespace functions"
    assert text.startswith(head)
    assert text.endswith(foot)
    return text[len(head) : -len(foot)]


def field(schema: Any, **rest: Any) -> str:
    """The type of a required property."""
    text = declared({"properties": {"a": schema}, "required": ["a"], **rest})
    assert text.startswith("_: { a: ")
    return text.removeprefix("_: { a: ").removesuffix(" }")


def test_declares_each_function_under_its_description() -> None:
    parameters = {"type": "object", "properties": {"location": LOCATION, "unit": UNIT}, "required": ["location"]}
    tools = [Tool("get_weather", parameters=parameters, description=" How it is.\n\n  Outside.\n"), Tool("no_params")]

    assert (
        namespace(tools)
        == """namespace functions {

// How it is.
//
//   Outside.
type get_weather = (_: {
// Place
// A city,
// or a village
location: string,
unit?: "celsius" | "fahrenheit", // default: "celsius"
}) => any;

type no_params = () => any;

} // namespace functions"""
    )


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        (None, ""),
        ("broken", ""),
        ({"type": "object"}, ""),
        ({"type": "object", "properties": {}}, ""),
        ({"properties": {"b": {"type": "number"}, "a": {"type": "integer"}}}, "_: { b?: number, a?: number }"),
        ({"properties": {"a": {"type": "number"}}, "required": ["a"], "title": "T"}, "_: // T\n{ a: number }"),
        (
            {"properties": {"a": {"type": "number"}}, "title": "T", "description": "D"},
            "_: // T\n// D\n{ a?: number }",
        ),
        (
            {"properties": {"a": {"type": "string", "default": "é"}, "b": {"type": "null"}}},
            '_: {\na?: string, // default: "é"\nb?: null,\n}',
        ),
        ({"properties": {"a": {"type": "string", "title": "A"}}}, "_: {\n// A\na?: string,\n}"),
        (
            {"properties": {"a": {"properties": {"b": {"type": "number", "description": "B"}}, "type": "object"}}},
            "_: { a?: {\n// B\nb?: number,\n} }",
        ),
        ({"properties": {"a": True}, "required": "a"}, "_: { a?: any }"),
        ({"properties": {"a": {"type": "string", "description": " "}}}, "_: { a?: string }"),
        (
            {"properties": {"a": {"type": "string"}}, "additionalProperties": True},
            "_: { a?: string, [k: string]: any }",
        ),
        (
            {"properties": {"a": {"type": "string", "title": "A"}}, "additionalProperties": True},
            "_: {\n// A\na?: string,\n[k: string]: any,\n}",
        ),
        ({"properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "string"}}, "_: { a?: string }"),
        ({"properties": {}, "additionalProperties": True}, ""),
    ],
)
def test_writes_the_parameters_as_an_object(parameters: Any, text: str) -> None:
    assert declared(parameters) == text


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"type": "string", "pattern": "x", "format": "date"}, "string"),
        ({"type": "integer", "minimum": 1}, "number"),
        ({"type": "boolean"}, "boolean"),
        ({"type": ["string", "null"]}, "string | null"),
        ({"enum": ["a", 1, None]}, '"a" | 1 | null'),
        ({"const": "a", "type": "string"}, '"a"'),
        ({"const": None}, "null"),
        ({"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "null"}]}}, "string | null[]"),
        ({"type": "array", "items": {"type": "array", "items": {"type": "string"}}}, "string[][]"),
        ({"type": "array", "items": {"type": "string", "description": "One"}}, "Array<\n// One\nstring\n>"),
        ({"type": "array", "items": {"type": "string", "format": "date"}}, "Array<\n// Format: date\nstring\n>"),
        (
            {"type": "array", "items": {"properties": {"b": {"type": "number", "default": 1}}, "type": "object"}},
            "Array<\n{\nb?: number, // default: 1\n}\n>",
        ),
        ({"type": "array", "items": {"type": "string"}}, "string[]"),
        ({"type": "array"}, "any[]"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string | null"),
        ({"oneOf": [{"type": "string"}, False]}, "string | any"),
        ({"allOf": [{"type": "string"}]}, "string"),
        ({"type": "object", "additionalProperties": False}, "object"),
        ({"type": "object", "properties": {"b": {"type": "number"}}, "required": ["b"]}, "{ b: number }"),
        ({}, "any"),
        ({"type": 3}, "any"),
        ({"$ref": "#/$defs/missing"}, "missing"),
        ({"$ref": 3}, "3"),
        ({"$ref": "/"}, "any"),
    ],
)
def test_writes_a_type(schema: Any, text: str) -> None:
    assert field(schema) == text


@pytest.mark.parametrize("place", ["$defs", "definitions"])
def test_writes_what_a_reference_means_in_place_of_the_first_one(place: str) -> None:
    node = {"type": "object", "properties": {"next": {"$ref": f"#/{place}/Node"}}}
    pair = {"type": "object", "properties": {"one": node, "two": {"$ref": f"#/{place}/Node"}}}

    assert field({"$ref": f"#/{place}/Node"}, **{place: {"Node": node}}) == "{ next?: Node }"
    assert field(pair, **{place: {"Node": {"type": "string"}}}) == "{ one?: { next?: string }, two?: Node }"


def typed(schema: Any, **rest: Any) -> str:
    """What stands behind the colon of a required property whose type begins with a comment, on lines of its own."""
    text = declared({"type": "object", "properties": {"a": schema}, "required": ["a"], **rest})
    head, foot = "_: { a:\n", " }"
    assert text.startswith(head)
    assert text.endswith(foot)
    return text[len(head) : -len(foot)]


AUTHOR = {"type": "object", "title": "Author", "properties": {"age": {"type": "number"}}, "required": ["age"]}


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"$ref": "#/$defs/Author"}, "// Author\n{ age: number }"),
        ({"anyOf": [{"$ref": "#/$defs/Author"}, {"type": "null"}]}, "| // Author\n{ age: number }\n| null"),
        ({"oneOf": [{"type": "string", "description": "D"}, {"type": "null"}]}, "| // D\nstring\n| null"),
        ({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}, "| // Format: date\nstring\n| null"),
        ({"allOf": [{"$ref": "#/$defs/Author"}]}, "& // Author\n{ age: number }"),
    ],
)
def test_puts_types_with_comments_of_their_own_on_lines_of_their_own(schema: Any, text: str) -> None:
    assert typed(schema, **{"$defs": {"Author": AUTHOR}}) == text


def test_names_what_has_been_written_out() -> None:
    reference = {"$ref": "#/$defs/Author"}
    parameters = {"type": "object", "properties": {"a": reference, "b": reference}, "$defs": {"Author": AUTHOR}}

    assert declared(parameters) == "_: { a?:\n// Author\n{ age: number }, b?: Author }"


def test_repeats_the_description_of_a_property_at_each_of_its_types() -> None:
    schema = {"type": ["string", "null"], "title": "T", "description": "D"}

    assert declared({"properties": {"a": schema}}) == "_: {\n// T\n// D\na?:\n| // D\nstring\n| // D\nnull,\n}"
    assert field({"type": ["string", "null"]}) == "string | null"


def test_does_not_repeat_at_a_type_what_is_written_at_its_property() -> None:
    text = declared({"properties": {"a": {**AUTHOR, "description": "D", "format": "x"}}})

    assert text == "_: {\n// Author\n// D\na?: { age: number },\n}"


PLAN: dict[str, Any] = {
    "type": "object",
    "title": "Walk",
    "properties": {
        "stops": {
            "type": "array",
            "description": "Where to",
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "description": "Its name"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["name", "tags"],
            },
        },
        "guide": {"$ref": "#/$defs/Guide"},
        "day": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
        "pace": {"type": "string", "default": "slow"},
    },
    "required": ["stops", "guide", "day"],
    "$defs": {
        "Guide": {
            "type": "object",
            "title": "Guide",
            "properties": {"age": {"type": "integer"}},
            "required": ["age"],
        }
    },
}
PLANNED = """namespace functions {

// Plans a walk.
type plan = (_: // Walk
{
// Where to
stops: Array<
{
// Its name
name: string,
tags: string[],
}
>,
guide:
// Guide
{ age: number },
day:
| // Format: date
string
| null,
pace?: string, // default: "slow"
}) => any;

} // namespace functions"""


@pytest.mark.usefixtures("with_tokenizer")
def test_writes_the_larger_example() -> None:
    assert namespace([Tool("plan", parameters=PLAN, description="Plans a walk.")]) == PLANNED
    assert tokens.count(PLANNED, "gpt-4o") == 78


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        (Dialect(), "_: // T\n{\n// A\n// D\na?: Array<\n// I\nstring\n>,\n}"),
        (Dialect(titles=False), "_: {\n// D\na?: Array<\n// I\nstring\n>,\n}"),
        (Dialect(item_descriptions=False), "_: // T\n{\n// A\n// D\na?: string[],\n}"),
    ],
)
def test_leaves_out_what_old_models_are_not_shown(dialect: Dialect, text: str) -> None:
    items = {"type": "string", "description": "I"}
    schema = {"title": "T", "properties": {"a": {"type": "array", "title": "A", "description": "D", "items": items}}}

    assert f"type f = ({text}) => any;" in namespace([Tool("f", parameters=schema)], dialect)


ANYTHING: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "$ref", "$defs", "properties", "required", "items", "anyOf", "enum", "const"])
            | st.sampled_from(["title", "description", "default", "format", "additionalProperties", "a"]),
            inner,
            max_size=4,
        )
    ),
)


@unhurried
@given(ANYTHING, ANYTHING)
def test_writes_whatever_is_sent_as_parameters(parameters: Any, description: Any) -> None:
    text = namespace([Tool("f", parameters=parameters, description=description)])

    assert text.startswith("namespace functions {\n\n")
    assert text.endswith(") => any;\n\n} // namespace functions")
