"""The ids of input items: their form by the item's type, and none of them twice."""

from __future__ import annotations

from typing import Any

import pytest

from ._calls import refusals

CALL = {"type": "function_call", "call_id": "call_a", "name": "f", "arguments": "{}"}
OUTPUT = {"type": "function_call_output", "call_id": "call_a", "output": "1"}
USER = {"role": "user", "content": "Hi"}
KINDS: dict[str, tuple[dict[str, Any], str]] = {
    "a function call": (CALL, "fc"),
    "a custom call": ({"type": "custom_tool_call", "call_id": "call_a", "name": "f", "input": ""}, "ctc"),
    "a message": ({"type": "message", "role": "assistant", "content": "Ho"}, "msg"),
    "a message without type": (USER, "msg"),
    "reasoning": ({"type": "reasoning", "summary": []}, "rs"),
}


def refused(*items: dict[str, Any]) -> list[Any]:
    return refusals("responses", {"model": "gpt-5", "input": [USER, *items]})


@pytest.mark.parametrize(("item", "prefix"), KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("value", ["call_a1", "item_c270d5511c7129adc7475632", "019f629b-43ee-7a82-acb1-3071dbffbdad"])
def test_refuses_the_id_of_another_kind(item: dict[str, Any], prefix: str, value: str) -> None:
    message = f"Invalid 'input[1].id': '{value}'. Expected an ID that begins with '{prefix}'."
    assert refused({**item, "id": value})[0] == (400, message, "input[1].id", "invalid_value")


@pytest.mark.parametrize(("item", "prefix"), KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("tail", ["|a", "-92Y7BhMpWBhXt7dm", "U0tl60ALeBWHQEGbrmbc6vOH"])
def test_refuses_an_id_with_other_characters(item: dict[str, Any], prefix: str, tail: str) -> None:
    value = prefix + tail
    allowed = "letters, numbers, underscores, or dashes, but this value contained additional characters"
    message = f"Invalid 'input[1].id': '{value}'. Expected an ID that contains {allowed}."
    assert refused({**item, "id": value})[0] == (400, message, "input[1].id", "invalid_value")


def test_refuses_an_empty_id_and_a_long_one() -> None:
    assert refused({**CALL, "id": ""}, OUTPUT)[0][2] == "input[1].id"
    message = (
        "Invalid 'input[1].id': string too long. Expected a string with maximum length 64, "
        "but got a string with length 85 instead."
    )
    assert refused({**CALL, "id": "fc_" + "a" * 82}, OUTPUT) == [
        (400, message, "input[1].id", "string_above_max_length")
    ]


@pytest.mark.parametrize("length", [64, 65])
def test_bounds_the_id_of_a_call(length: int) -> None:
    key = "c" * length
    message = "Expected a string with maximum length 64, but got a string with length 65 instead."
    paths = ["input[1].call_id", "input[2].call_id"]
    wrong = [(400, f"Invalid '{path}': string too long. {message}", path, "string_above_max_length") for path in paths]
    assert refused({**CALL, "call_id": key}, {**OUTPUT, "call_id": key}) == (wrong if length > 64 else [])


@pytest.mark.parametrize(
    "items",
    [
        [{**CALL, "id": "fc_a"}, {**OUTPUT, "id": "fco_a"}],
        [{**CALL, "id": "fc_a-b"}, OUTPUT],
        [CALL, OUTPUT],
        [{"type": "web_search_call", "id": "search-1", "status": "completed"}],
        [{"type": "item_reference", "id": "anything"}],
    ],
    ids=repr,
)
def test_takes_any_other_id(items: list[dict[str, Any]]) -> None:
    assert refused(*items) == []


@pytest.mark.parametrize(
    "items",
    [
        [{"type": "message", "role": "user", "content": "a", "id": "msg_4"}] * 2,
        [{**CALL, "id": "msg_4"} | {"id": "fc_4"}, OUTPUT, {**CALL, "id": "fc_4"}],
        [{"type": "item_reference", "id": "rs_4"}, {"type": "item_reference", "id": "rs_4"}],
    ],
)
def test_refuses_an_item_that_is_there_twice(items: list[dict[str, Any]]) -> None:
    key = items[0]["id"]
    message = f"Duplicate item found with id {key}. Remove duplicate items from your input and try again."
    assert refused(*items)[0] == (400, message, "input", None)
