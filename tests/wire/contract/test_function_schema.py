"""What is wrong with the parameters of a function, strict or not."""

from __future__ import annotations

from typing import Any

import pytest

from ._calls import refusals

STRING = {"type": "string"}


def within(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


FAULTS: dict[str, tuple[Any, str]] = {
    "an array": (
        within(tags={"type": "array"}),
        "In context=('properties', 'tags'), array schema missing items.",
    ),
    "an array of a union": (
        within(size={"anyOf": [{"type": "array", "prefixItems": [STRING]}, {"type": "null"}]}),
        "In context=('properties', 'size', 'anyOf', '0'), array schema missing items.",
    ),
    "an array of an array": (
        within(rows={"type": "array", "items": {"type": "array"}}),
        "In context=('properties', 'rows', 'items'), array schema missing items.",
    ),
    "a list of types": (
        within(arguments={"type": "array", "items": {"type": ["array", "null"]}}),
        "In context=('properties', 'arguments', 'items', 'type', '0'), array schema missing items.",
    ),
    "an array of a definition": (
        {**within(a={"$ref": "#/$defs/list"}), "$defs": {"list": {"type": "array"}}},
        "In context=('$defs', 'list'), array schema missing items.",
    ),
    "no type": (
        {"properties": {}},
        "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"None\"'.",
    ),
    "another type": (
        {"type": "string"},
        "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"string\"'.",
    ),
    "a union at the top": (
        {**within(a=STRING), "anyOf": [{"required": ["a"]}]},
        "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level.",
    ),
    "a list of properties": ({"type": "object", "properties": []}, "[] is not of type 'object'."),
    "a list for a schema": (within(a={"type": "array", "items": []}), "[] is not of type 'object', 'boolean'."),
    "a truth for required": ({**within(a=STRING), "required": True}, "True is not of type 'array'."),
    "an unknown type": (within(a={"type": "int"}), "'int' is not valid under any of the given schemas."),
}
PLACES: dict[str, Any] = {
    "tools[0].function.parameters": lambda parameters, **rest: {
        "tools": [{"type": "function", "function": {"name": "find", "parameters": parameters, **rest}}]
    },
    "functions[0].parameters": lambda parameters, **rest: {
        "functions": [{"name": "find", "parameters": parameters, **rest}]
    },
    "tools[0].parameters": lambda parameters, **rest: {
        "tools": [{"type": "function", "name": "find", "parameters": parameters, **rest}]
    },
}


def refused(place: str, parameters: Any, **rest: Any) -> list[Any]:
    chat: dict[str, Any] = {"messages": [{"role": "user", "content": "Hi"}]}
    endpoint, own = ("responses", {"input": "Hi"}) if place == "tools[0].parameters" else ("chat.completions", chat)
    return refusals(endpoint, {"model": "gpt-4o", **own, **PLACES[place](parameters, **rest)})


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("parameters", "problem"), FAULTS.values(), ids=FAULTS)
def test_refuses_parameters_that_are_no_schema_of_an_object(place: str, parameters: Any, problem: str) -> None:
    message = f"Invalid schema for function 'find': {problem}"
    assert refused(place, parameters)[0] == (400, message, place, "invalid_function_parameters")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "parameters",
    [
        None,
        {},
        {"type": "object"},
        within(),
        within(a={"type": "object"}, b={"enum": ["x"]}, c={"type": "array", "items": {}}, d=True),
        within(a={"oneOf": [STRING, {"type": "array", "items": STRING}]}, b={"type": ["object", "null"]}),
        {**within(a={"$ref": "#/$defs/a"}), "$defs": {"a": STRING}, "additionalProperties": False},
    ],
    ids=repr,
)
def test_takes_any_other_parameters(place: str, parameters: Any) -> None:
    assert refused(place, parameters) == []


def test_refuses_an_array_without_items_in_a_strict_format() -> None:
    schema = {**within(a={"type": "array"}), "required": ["a"], "additionalProperties": False}
    format_ = {"type": "json_schema", "name": "answer", "strict": True, "schema": schema}
    problem = "In context=('properties', 'a'), array schema missing items."
    assert refusals("responses", {"model": "gpt-4o", "input": "Hi", "text": {"format": format_}}) == [
        (400, f"Invalid schema for response_format 'answer': {problem}", "text.format.schema", "invalid_json_schema")
    ]
