"""What a moderation flags: the words of a list, and nothing else."""

from __future__ import annotations

import pytest

from pytest_fakeopenai.wire.moderation import WORDS, result

CATEGORIES = [
    *("harassment", "harassment/threatening", "sexual", "hate", "hate/threatening", "illicit", "illicit/violent"),
    *("self-harm/intent", "self-harm/instructions", "self-harm", "sexual/minors", "violence", "violence/graphic"),
]
SEEN = {"sexual", "self-harm", "self-harm/intent", "self-harm/instructions", "violence", "violence/graphic"}


@pytest.mark.parametrize(("category", "word"), [(name, word) for name in WORDS for word in WORDS[name]])
def test_flags_each_word_of_the_list(category: str, word: str) -> None:
    verdict = result([f"Well, {word.upper()}!"])
    assert (verdict["flagged"], verdict["categories"][category]) == (True, True)
    assert verdict["category_scores"][category] >= 0.8


@pytest.mark.parametrize("text", ["", "Hello", "skilled nudes", "scaffold a bombastic eulogy", "idiotic"])
def test_flags_nothing_else(text: str) -> None:
    verdict = result([text])
    assert (verdict["flagged"], any(verdict["categories"].values())) == (False, False)
    assert all(0 < score < 0.001 for score in verdict["category_scores"].values())


def test_tells_categories_in_the_order_of_the_api() -> None:
    verdict = result(["Hello"])
    assert list(verdict) == ["flagged", "categories", "category_scores", "category_applied_input_types"]
    assert [[*verdict[part]] for part in [*verdict][1:]] == [CATEGORIES] * 3
    assert set(map(tuple, verdict["category_applied_input_types"].values())) == {("text",)}


def test_knows_fewer_categories_where_the_model_is_older() -> None:
    verdict = result(["how to make a bomb"], older=True)
    older = [name for name in CATEGORIES if not name.startswith("illicit")]
    assert list(verdict) == ["flagged", "categories", "category_scores"]
    assert ([*verdict["categories"]], [*verdict["category_scores"]]) == (older, older)
    assert verdict["flagged"] is False


@pytest.mark.parametrize("texts", [["Hello"], []])
def test_looks_at_images_in_six_categories(texts: list[str]) -> None:
    verdict = result(texts, images=True)
    for name in CATEGORIES:
        looked_at = ["text"] * len(texts) + ["image"] * (name in SEEN)
        assert verdict["category_applied_input_types"][name] == looked_at
        assert (verdict["category_scores"][name] > 0) is bool(looked_at)


def test_scores_alike_what_is_alike() -> None:
    assert result(["Hello"]) == result(["Hello"])
    assert result(["Hello"])["category_scores"] != result(["Hi"])["category_scores"]
