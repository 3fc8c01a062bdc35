"""Deltas: the pieces in which text and arguments are streamed, and their padding."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakeopenai import Chunks, Reasoning, Refusal, Text, ToolCall
from pytest_fakeopenai.wire.billing.deltas import batches, cut, members, padding, paddings, whole, words

from ...properties import unhurried

MODEL = "gpt-4o"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("Hello", ["Hello"]),
        ("It is 21 °C.", ["It", " is", " 21", " °C."]),
        ("  two\n\nlines \n", ["  two", "\n\nlines", " \n"]),
        ("x" * 50, ["x" * 24, "x" * 24, "xx"]),
    ],
)
def test_cuts_text_into_words_with_the_blanks_before_them(text: str, pieces: list[str]) -> None:
    assert words(text) == pieces


@pytest.mark.usefixtures("without_tokenizer")
@pytest.mark.parametrize(
    ("arguments", "pieces"),
    [
        ({}, ["{}"]),
        ({"city": "Paris", "days": 3}, ["{", '"city"', ":", '"Paris"', ",", '"days"', ":", "3", "}"]),
        ({"a": 'say "hi"'}, ["{", '"a"', ":", '"say \\"hi\\""', "}"]),
        ("", []),
        ('{"broken": "tex', ["{", '"broken"', ": ", '"', "tex"]),
    ],
)
def test_cuts_arguments_into_names_values_and_marks_without_a_tokenizer(arguments: Any, pieces: list[str]) -> None:
    assert list(cut(ToolCall("f", arguments), MODEL)) == pieces


@pytest.mark.usefixtures("with_tokenizer")
@pytest.mark.parametrize(
    ("part", "model", "pieces"),
    [
        (Text("Unbelievable!"), "gpt-4o", ["Un", "bel", "ievable", "!"]),
        (Text("안녕하세요"), "gpt-4o", ["안", "녕하세요"]),
        (Text("안녕하세요"), "gpt-4", ["안", "녕", "하세요"]),
        (Refusal("I'm sorry"), "gpt-5", ["I'm", " sorry"]),
        (Reasoning("Let me think"), "gpt-5", ["Let", " me", " think"]),
        (ToolCall("f", {"city": "Paris"}), "gpt-4o", ['{"', "city", '":"', "Paris", '"}']),
        (ToolCall("f", ""), "gpt-4o", []),
    ],
)
def test_cuts_into_the_tokens_of_the_model(part: Any, model: str, pieces: list[str]) -> None:
    assert list(cut(part, model)) == pieces


@pytest.mark.usefixtures("without_tokenizer")
def test_cuts_text_into_words_without_a_tokenizer() -> None:
    assert list(cut(Text("Unbelievable news"), MODEL)) == ["Unbelievable", " news"]


@unhurried
@given(st.text())
def test_cuts_into_pieces_that_make_the_text(text: str) -> None:
    for part in (Text(text), Refusal(text), Reasoning(text)):
        pieces = list(cut(part, MODEL))
        assert "".join(pieces) == text
        assert all(pieces)
        assert list(whole(part)) == [text]


@unhurried
@given(st.lists(st.text()))
def test_leaves_chunks_as_they_are(pieces: list[str]) -> None:
    assert list(cut(Chunks(*pieces), MODEL)) == pieces
    assert list(whole(Chunks(*pieces))) == ["".join(pieces)]


@unhurried
@given(st.text() | st.text('{}[]:,"\\ \nab1.-') | JSON.map(json.dumps))
def test_cuts_into_pieces_that_make_the_arguments(arguments: str) -> None:
    call = ToolCall("f", arguments)
    pieces = list(cut(call, MODEL))

    assert "".join(pieces) == arguments
    assert all(pieces)
    assert list(whole(call)) == [arguments]


@unhurried
@given(st.integers(0, 1_000_000))
def test_pads_up_to_a_multiple_of_sixteen(length: int) -> None:
    filled = padding(length)

    assert (length + len(filled)) % 16 == 0
    assert len(filled) < 16
    assert filled.isalnum() or not filled
    assert filled.isascii()


def test_pads_equal_lengths_equally_and_others_differently() -> None:
    assert padding(33) == padding(33)
    assert padding(33) != padding(49)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ('{"a": 2, "b": 3}', ['{"a"', ": 2, ", '"b": 3', "}"]),
        ('{"a":2,"b":"x, y","c":true}', ['{"a"', ":2,", '"b":"x, y",', '"c":true', "}"]),
        ('{"a": "say \\"no\\""}', ['{"a"', ': "say \\"no\\""', "}"]),
        ("{}", ["{}"]),
        ('{"a": [1, 2]}', ['{"a": [1, 2]}']),
        ('{"a": 2, oops', ['{"a": 2, oops']),
        ("", []),
    ],
)
def test_cuts_parallel_calls_at_their_members(text: str, pieces: list[str]) -> None:
    parts = list(members(ToolCall("add", text)))

    assert parts == pieces
    assert "".join(parts) == text


@pytest.mark.parametrize(("count", "sizes"), [(0, [0]), (1, [1]), (135, [135]), (136, [8, 128]), (1000, [8, 992])])
def test_sends_the_first_of_many_pieces_by_themselves(count: int, sizes: list[int]) -> None:
    pieces = [str(number) for number in range(count)]
    parts = [*batches(iter(pieces))]
    assert [len(batch) for batch, _ in parts] == sizes
    assert [piece for batch, _ in parts for piece in batch] == pieces
    assert [has_more for _, has_more in parts] == [*[True] * (len(sizes) - 1), False]


def test_fills_up_many_lengths_at_once() -> None:
    assert [json.loads(each) for each in paddings(range(1200))] == [padding(length) for length in range(1200)]
