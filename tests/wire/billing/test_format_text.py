"""A JSON schema as models read it: without bounds, defaults and what closes it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_fakeopenai.wire.billing.format_text import format_text

from ._lamps import SCHEMA

HEAD = "# Response Formats\n\n## answer\n\n"
HIDDEN = """
    $schema additionalProperties default exclusiveMaximum exclusiveMinimum format maxItems maxLength maxProperties
    maximum minItems minLength minProperties minimum multipleOf pattern patternProperties required uniqueItems
"""
SHOWN = {"title": "T", "description": "D", "enum": ["a"], "const": 1, "$ref": "#", "anyOf": [{}], "examples": [1]}


def shown(schema: Any) -> Any:
    """What a model reads of a schema."""
    text = format_text({"name": "answer", "schema": schema})
    assert text.startswith(HEAD)
    return json.loads(text.removeprefix(HEAD))


def test_shows_the_schema_of_the_worked_example() -> None:
    assert format_text({"name": "lamp_report", "schema": SCHEMA}) == (
        "# Response Formats\n\n## lamp_report\n\n"
        '{"type":"object","title":"Lamp","properties":{"room":{"type":"string",'
        r'"description":"Which one \u2013 a name"},"watts":{"type":"integer"}}}'
    )


@pytest.mark.parametrize(("description", "comment"), [("What é is", "// What é is\n"), ("", ""), (None, "")])
def test_shows_the_description_where_there_is_one(description: str | None, comment: str) -> None:
    text = format_text({"name": "answer", "description": description, "schema": {"type": "string"}})

    assert text == f'{HEAD}{comment}{{"type":"string"}}'


@pytest.mark.parametrize("keyword", HIDDEN.split())
def test_hides_bounds_at_every_level(keyword: str) -> None:
    bound = {keyword: 1, **SHOWN}
    schema = {"type": "object", keyword: {}, "properties": {"a": bound}, "$defs": {"B": {"anyOf": [bound]}}}

    assert shown(schema) == {"type": "object", "properties": {"a": SHOWN}, "$defs": {"B": {"anyOf": [SHOWN]}}}


@pytest.mark.parametrize("place", ["properties", "$defs", "definitions"])
@pytest.mark.parametrize("name", [*HIDDEN.split(), "properties", "enum"])
def test_keeps_names_that_look_like_bounds(place: str, name: str) -> None:
    schema = {place: {name: {"type": "string", "format": "date"}}}

    assert shown(schema) == {place: {name: {"type": "string"}}}


def test_keeps_values_that_look_like_schemas() -> None:
    schema = {"const": {"format": "date"}, "enum": [{"required": ["a"]}]}

    assert shown(schema) == schema


@pytest.mark.parametrize("schema", [None, True, [], {}])
def test_shows_whatever_there_is(schema: Any) -> None:
    assert shown(schema) == schema
