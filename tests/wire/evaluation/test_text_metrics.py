"""How alike texts are: bounds, symmetry, and values computed by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakeopenai.wire.evaluation.text_metrics import METRICS, longest_common, similarity

REFERENCE = "the cat sat on the mat"


@pytest.mark.parametrize("metric", METRICS)
def test_is_one_for_the_same_text(metric: str) -> None:
    assert similarity(metric, REFERENCE, REFERENCE) == pytest.approx(1.0)
    assert similarity(metric, "", "") == 1.0


@pytest.mark.parametrize("metric", METRICS)
def test_is_zero_for_texts_with_nothing_in_common(metric: str) -> None:
    assert similarity(metric, "xyz", REFERENCE) == 0.0
    assert similarity(metric, "", REFERENCE) == 0.0


@pytest.mark.parametrize("metric", METRICS)
@given(text=st.text(max_size=40), reference=st.text(max_size=40))
def test_stays_within_its_bounds(metric: str, text: str, reference: str) -> None:
    assert 0.0 <= similarity(metric, text, reference) <= 1.0


@pytest.mark.parametrize(
    ("metric", "text", "value"),
    [
        ("fuzzy_match", "the cat sat on the", 2 * 18 / (18 + 22)),
        ("rouge_1", "the cat is on a mat", 2 * 4 / 12),
        ("rouge_2", "the cat is on a mat", 2 * 1 / 10),
        ("rouge_3", "the cat", 0.0),
        ("rouge_l", "the cat on mat", 2 * 4 / 10),
        ("gleu", "the cat sat on the", 14 / 18),
        ("bleu", "the cat sat on the", 2.718281828 ** (1 - 6 / 5)),
        ("meteor", "the cat sat on the", 10 * 5 / 6 / (5 / 6 + 9)),
        ("meteor", "mat the cat", (1 - 0.5 * (2 / 3) ** 3) * 10 * 0.5 / (0.5 + 9)),
        ("bleu", "dog", 0.0),
    ],
)
def test_computes_a_value(metric: str, text: str, value: float) -> None:
    assert similarity(metric, text, REFERENCE) == pytest.approx(value)


def test_sees_through_letter_case_and_punctuation() -> None:
    assert similarity("rouge_1", "The CAT, sat on the mat!", REFERENCE) == 1.0


@given(st.text("ab", max_size=12), st.text("ab", max_size=12))
def test_finds_the_longest_common_sequence(one: str, other: str) -> None:
    lengths = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for row, letter in enumerate(one):
        for column, against in enumerate(other):
            longer = max(lengths[row][column + 1], lengths[row + 1][column])
            lengths[row + 1][column + 1] = lengths[row][column] + 1 if letter == against else longer
    assert longest_common(one, other) == lengths[-1][-1]
