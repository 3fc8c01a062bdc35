"""Tool text: function tools as the TypeScript that models read."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai.wire.billing.tool_text import namespace
from pytest_fakeopenai.wire.protocol.call import Tool

LOCATION = {"title": "Place", "type": "string", "description": " A city,\n  or a village "}
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
    tools = [Tool("get_weather", parameters=parameters, description="How it is.\n Outside."), Tool("no_params")]

    assert (
        namespace(tools)
        == """namespace functions {

// How it is.
// Outside.
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
