"""Type hints read as shapes, on types made for the purpose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

import pytest
from typing_extensions import Required, TypedDict

from pytest_fakeopenai.sdk.hints import HintReader
from pytest_fakeopenai.wire.contract.checked import Checked
from pytest_fakeopenai.wire.contract.shapes import Shape


class Leaf(TypedDict, total=False):
    type: Required[Literal["leaf"]]
    size: int


class Tree(TypedDict, total=False):
    type: Required[Literal["tree"]]
    branches: Required[Iterable[Leaf | Tree]]


class Whole(TypedDict):
    name: str
    tree: Tree


class Short(TypedDict, total=False):
    role: Required[Literal["user", "bot"]]
    content: Required[str]


class Long(TypedDict, total=False):
    role: Required[Literal["user"]]
    content: Required[Iterable[Leaf]]
    id: Required[str]


class Messages(TypedDict, total=False):
    items: Iterable[Short | Long]


def check(hint: object) -> Checked:
    """The check of a hint."""
    reader = HintReader()
    return Checked(reader.shape(hint), reader.definitions)


def messages(hint: object, value: object) -> list[str]:
    """What is said of a value; nothing exactly where it fits."""
    checked = check(hint)
    texts = [violation.error.message for violation in checked.violations(value)]
    assert checked.fits(value) == (not list(checked.shape.violations(value, "")))
    return texts


@pytest.mark.parametrize(
    ("hint", "good", "bad", "expected"),
    [
        (str, "a", 1, "a string"),
        (bool, True, 1, "a boolean"),
        (int, 1, 1.5, "an integer"),
        (float, 1.5, "1", "a decimal"),
        (str | None, None, [], "a string"),
        (list[str], ["a"], "a", "an array of strings"),
        (Iterable[Leaf], [{"type": "leaf"}], {}, "an array of objects"),
        (list[list[int]], [[1]], 1, "an array of arrays of integers"),
        (dict[str, int], {"a": 1}, [], "an object"),
        (Mapping[str, object], {"a": []}, "a", "an object"),
        (str | list[str], ["a"], 1, "one of a string or array of strings"),
        (str | Iterable[Leaf], "a", 1, "one of a string or array of objects"),
        (str | Literal["a", "b"], "c", 1, "a string"),
        (Literal["a"] | Leaf, {"type": "leaf"}, 1, "one of a string or object"),
        (Annotated[int, "with a remark"], 1, "1", "an integer"),
    ],
)
def test_reads_a_hint(hint: object, good: object, bad: object, expected: str) -> None:
    assert messages(hint, good) == []
    [message] = messages(hint, bad)
    assert message.startswith(f"Invalid type for '': expected {expected}, but got ")


@pytest.mark.parametrize("hint", [object, Any, bytes, str | object, Any | None])
def test_takes_anything_where_json_says_nothing(hint: object) -> None:
    values: tuple[object, ...] = (None, 1, "a", [], {"a": 1})
    for value in values:
        assert messages(hint, value) == []


def test_follows_types_that_contain_themselves() -> None:
    tree = {"type": "tree", "branches": [{"type": "leaf"}, {"type": "tree", "branches": []}]}
    broken = {"type": "tree", "branches": [{"type": "leaf"}, {"type": "tree", "branches": [{"type": "tree"}]}]}

    assert messages(Whole, {"name": "oak", "tree": tree}) == []
    assert messages(Whole, {"name": "oak", "tree": broken}) == [
        "Missing required parameter: 'tree.branches[1].branches[0].branches'."
    ]


def test_merges_what_shares_a_tag() -> None:
    good = [
        {"role": "user", "content": "Hi"},
        {"role": "user", "content": [{"type": "leaf"}]},
        {"role": "user", "content": "Hi", "id": "a"},
        {"role": "bot", "content": "Hi"},
    ]

    assert messages(Messages, {"items": good}) == []
    assert messages(
        Messages, {"items": [{"role": "user"}, {"role": "bot", "content": [], "id": "a"}, {"role": "x"}]}
    ) == [
        "Missing required parameter: 'items[0].content'.",
        "Invalid type for 'items[1].content': expected a string, but got an array instead.",
        "Unknown parameter: 'items[1].id'.",
        "Invalid value: 'x'. Supported values are: 'bot' and 'user'.",
    ]


def test_words_the_values_of_a_literal() -> None:
    assert messages(Literal["a", "b", "c"], "d") == ["Invalid value: 'd'. Supported values are: 'a', 'b', and 'c'."]


def test_knows_nothing_of_anything() -> None:
    assert type(HintReader().shape(object)) is Shape
