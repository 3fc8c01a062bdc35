"""How alike two texts are."""

from __future__ import annotations

import pytest

from pytest_fakeopenai.wire.evaluation.similarity import Indexed, Query
from pytest_fakeopenai.wire.vectors import embed

DOCUMENT = "Paris is the capital of France."


def score(query: str, text: str) -> float:
    return Indexed(text).score(Query(query))


@pytest.mark.parametrize("text", [DOCUMENT, "a", "世界", "x " * 5000, "🙂 \ud800"])
def test_is_one_for_the_same_text(text: str) -> None:
    assert score(text, text) == 1.0


@pytest.mark.parametrize(("query", "text"), [("", DOCUMENT), (DOCUMENT, ""), ("", ""), ("zebra", DOCUMENT)])
def test_is_nothing_where_nothing_is_shared(query: str, text: str) -> None:
    assert score(query, text) == 0.0


def test_grows_with_what_is_shared() -> None:
    queries = ["Wien", "of the", "capitals", "capital of Spain", "capital of France", "Paris, capital of France"]
    scores = [score(query, DOCUMENT) for query in queries]

    assert scores == sorted({*scores})


@pytest.mark.parametrize("query", ["capital of France?", "Berlin is the capital of Germany.", "roasted beans"])
def test_is_what_the_vectors_come_near_to(query: str) -> None:
    one, other = (embed(text, size=3072) for text in (query, DOCUMENT))
    cosine = sum(left * right for left, right in zip(one, other, strict=True))

    assert score(query, DOCUMENT) == pytest.approx(cosine, abs=0.08)
