"""Unions speak of the member that was meant: by its type, by who speaks, or the nearest one."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai.sdk import params
from pytest_fakeopenai.wire.contract.alternatives import OneOf
from pytest_fakeopenai.wire.contract.shapes import Array, Integer, String

from ...families import violations

PICTURE = {"type": "input_image", "image_url": "data:image/png;base64,iVBORw0KGgo="}
INPUT = "'input_text', 'input_image', 'output_text', 'refusal', 'input_file', 'computer_screenshot', and 'summary_text'"


def broken(*items: Any) -> Any:
    """The words, the param and the grade of each violation of a request with these input items."""
    listed = violations("responses", {"model": "gpt-4o", "input": [*items]})
    return [(each.error.message, each.error.param, each.grade) for each in listed]


def message(role: str, *parts: Any, **fields: Any) -> dict[str, Any]:
    """A message of these parts."""
    return {"role": role, "content": [*parts], **fields}


def supported(value: str, kinds: str) -> str:
    """The words for a kind of part that there is not."""
    return f"Invalid value: '{value}'. Supported values are: {kinds}."


def missing(param: str) -> str:
    """The words for a parameter that is not there."""
    return f"Missing required parameter: '{param}'."


OUTPUT: Any = {"type": "function_call_output", "call_id": "c", "output": [{"type": "output_text", "text": "3"}]}


@pytest.mark.parametrize(
    ("item", "words", "param"),
    [
        (message("user", PICTURE, {"type": "text", "text": "Hi"}), supported("text", INPUT), "input[0].content[1]"),
        (message("developer", {"type": "image_url"}), supported("image_url", INPUT), "input[0].content[0]"),
        (
            message("assistant", {"type": "input_text", "text": "Hi"}),
            supported("input_text", "'output_text' and 'refusal'"),
            "input[0].content[0]",
        ),
        pytest.param(
            OUTPUT,
            supported("output_text", "'input_text', 'input_image', and 'input_file'"),
            "input[0].output[0]",
            marks=pytest.mark.skipif(not params.is_current(), reason="to an older SDK an output is a text"),
        ),
        (message("user", {"type": "input_text"}), missing("input[0].content[0].text"), "input[0].content[0].text"),
        ({"role": "user"}, missing("input[0].content"), "input[0].content"),
        ({"type": "function_call", "name": "f", "arguments": "{}"}, missing("input[0].call_id"), "input[0].call_id"),
        (
            message("user", PICTURE, "Hi"),
            "Invalid type for 'input[0].content[1]': expected an object, but got a string instead.",
            "input[0].content[1]",
        ),
    ],
)
def test_speaks_of_the_item_that_was_meant(item: Any, words: str, param: str) -> None:
    assert broken(item) == [(words, param, "known")]


@pytest.mark.parametrize("role", ["user", "system", "developer"])
def test_takes_images_without_detail_beside_texts(role: str) -> None:
    assert broken(message(role, {"type": "input_text", "text": "Hi"}, PICTURE, {**PICTURE, "detail": None})) == []


def test_takes_a_message_whose_type_is_null() -> None:
    assert broken({"type": None, "role": "user", "content": "Hi"}) == []


def test_takes_the_nearest_of_several_lists() -> None:
    shape = OneOf((String(), Array(items=String()), Array(items=Integer())))

    [of_texts] = shape.violations(["a", "b", 1], "x")
    [of_numbers] = shape.violations([1, 2, "a"], "x")

    assert (of_texts.error.param, of_numbers.error.param) == ("x[2]", "x[2]")
    assert "expected a string" in of_texts.error.message
    assert "expected an integer" in of_numbers.error.message
