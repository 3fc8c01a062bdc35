"""What is known beyond the SDK's types agrees with OpenAI's published description of the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pytest_fakeopenai.wire.contract.shapes import Nullable, Number, Object, Shape, String

from ...conformance import openapi
from ...conformance.refusals import CHAT, RESPONSES, request
from ...families import check, violations

pytestmark = pytest.mark.skipif(not openapi.PATH.exists(), reason="the OpenAPI document is not here")

COMPONENTS = {
    "chat.completions": "CreateChatCompletionRequest",
    "responses": "CreateResponse",
    "completions": "CreateCompletionRequest",
    "embeddings": "CreateEmbeddingRequest",
}
# The document rounds 64-bit integers to floats, and says nothing of these that errors and prose do.
UNDOCUMENTED = {"max_tokens", "max_completion_tokens", "max_tool_calls", "prompt_cache_key", "seed"}


def described(component: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property of a component, that of its parts included."""
    schema = openapi.document()["components"]["schemas"][component]
    yield from schema.get("properties", {}).items()
    for part in schema.get("allOf", ()):
        if "$ref" in part:
            yield from described(part["$ref"].rpartition("/")[2])
        else:
            yield from part.get("properties", {}).items()


def bounds_documented(field: dict[str, Any]) -> tuple[Any, ...]:
    """The bounds of a field, where its description has any."""
    plain = next((each for each in field.get("anyOf", ()) if each.get("type") != "null"), field)
    return plain.get("minimum"), plain.get("maximum"), plain.get("maxLength")


def bounds_of(shape: Shape) -> tuple[Any, ...]:
    """The bounds of a field, as far as they are known here."""
    inner = shape.inner if isinstance(shape, Nullable) else shape
    if isinstance(inner, Number):
        return inner.low, inner.high, None
    return None, None, inner.most if isinstance(inner, String) else None


@pytest.mark.parametrize("endpoint", COMPONENTS)
def test_has_the_bounds_of_the_description(endpoint: str) -> None:
    shape = check(endpoint).shape
    assert isinstance(shape, Object)
    there = dict(described(COMPONENTS[endpoint]))
    documented = {name: bounds_documented(field) for name, field in there.items() if name not in UNDOCUMENTED}

    typed = {name: field for name, field in shape.fields.items() if type(field) is not Shape}  # else a contract's own
    assert {name: bounds_of(typed[name]) for name in documented if name in typed} == {
        name: bounds for name, bounds in documented.items() if name in typed
    }


@pytest.mark.parametrize("path", [CHAT, RESPONSES])
@pytest.mark.parametrize("name", ["safety_identifier", "prompt_cache_key"])
def test_refuses_a_long_identifier(path: str, name: str) -> None:
    [violation] = violations(path[1:].replace("/", "."), request(path, **{name: "a" * 70}))

    assert (violation.error.message, violation.error.param, violation.error.code, violation.grade) == (
        f"Invalid '{name}': string too long. Expected a string with maximum length 64, but got a string with length 70 "
        "instead.",
        name,
        "string_above_max_length",
        "known",
    )
