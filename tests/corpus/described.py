"""Bodies that OpenAI's description of its API allows, drawn from its schemas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from ..conformance import openapi

Json = dict[str, Any]

JSON = "application/json"
_DEEPEST = 8
_WIDE = 3  # how deep every second field is drawn; deeper inside fewer are


def bodies() -> Iterator[tuple[str, Json]]:
    """Every path to which JSON is posted, with the schema of the body."""
    for path, operations in openapi.document()["paths"].items():
        content = operations.get("post", {}).get("requestBody", {}).get("content", {})
        if JSON in content:
            yield path, content[JSON]["schema"]


@st.composite
def instances(draw: st.DrawFn, schema: Json, depth: int = 0) -> Any:
    """A value that a schema allows."""
    schema = _resolved(schema)
    if "const" in schema or "enum" in schema:
        return draw(st.sampled_from(schema.get("enum", [schema.get("const")])))
    for keyword in ("oneOf", "anyOf"):
        if keyword in schema:
            return draw(_alternative(schema, keyword, depth))
    if "allOf" in schema:
        return draw(_together(schema, depth))
    if schema.get("type") == "array":
        least = schema.get("minItems", 0)
        return [draw(instances(schema.get("items", {}), depth + 1)) for _ in range(max(least, int(depth < _DEEPEST)))]
    return draw(_object(schema, depth)) if _is_object(schema) else _scalar(schema)


def _resolved(schema: Json) -> Json:
    while "$ref" in schema:
        schema = openapi.document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _is_object(schema: Json) -> bool:
    return schema.get("type") == "object" or "properties" in schema


def _scalar(schema: Json) -> Any:
    kind = schema.get("type")
    values: Json = {"string": "x" * max(1, schema.get("minLength", 1)), "boolean": True, "null": None}
    values |= {"integer": int(max(schema.get("minimum", 1), -9)), "number": schema.get("minimum", 1)}
    return values.get(kind[0] if isinstance(kind, list) else str(kind), {})


@st.composite
def _alternative(draw: st.DrawFn, schema: Json, keyword: str, depth: int) -> Any:
    choices = schema[keyword]
    flat = [each for each in choices if not _is_object(_resolved(each))] or choices
    value = draw(instances(draw(st.sampled_from(flat if depth > _DEEPEST else choices)), depth + 1))
    if isinstance(value, dict) and "properties" in schema:
        return {**draw(_object(schema, depth)), **value}
    return value


@st.composite
def _together(draw: st.DrawFn, schema: Json, depth: int) -> Any:
    parts = [draw(instances(each, depth)) for each in schema["allOf"]]
    parts += [draw(_object(schema, depth))] if "properties" in schema else []
    return {name: value for part in parts for name, value in part.items()} if isinstance(parts[0], dict) else parts[0]


@st.composite
def _object(draw: st.DrawFn, schema: Json, depth: int) -> Json:
    often = st.booleans() if depth < _WIDE else st.integers(0, 5).map(lambda number: number == 0)
    value = {
        name: draw(instances(each, depth + 1))
        for name, each in schema.get("properties", {}).items()
        if name in schema.get("required", ()) or draw(often)
    }
    others = schema.get("additionalProperties")
    return {**value, "key": draw(instances(others, depth + 1))} if isinstance(others, dict) and others else value
