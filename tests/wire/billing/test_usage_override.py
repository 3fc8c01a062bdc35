"""Usage: the figures that a reply may replace."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai.wire.billing.usage import override


def chat_usage() -> dict[str, Any]:
    return {
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "total_tokens": 15,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0},
    }


def response_usage() -> dict[str, Any]:
    return {
        "input_tokens": 10,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 5,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 15,
    }


@pytest.mark.parametrize("figures", [None, {}])
def test_leaves_the_figures_alone_where_none_are_given(figures: Any) -> None:
    assert override(chat_usage(), figures) == chat_usage()


@pytest.mark.parametrize(
    ("figures", "changes"),
    [
        ({"prompt_tokens": 100}, {"prompt_tokens": 100, "total_tokens": 105}),
        ({"input_tokens": 100}, {"prompt_tokens": 100, "total_tokens": 105}),
        ({"output_tokens": 1, "input_tokens": 2}, {"prompt_tokens": 2, "completion_tokens": 1, "total_tokens": 3}),
        ({"prompt_tokens": 1, "total_tokens": 99}, {"prompt_tokens": 1, "total_tokens": 99}),
        (
            {"input_tokens_details": {"cached_tokens": 8}},
            {"prompt_tokens_details": {"cached_tokens": 8, "audio_tokens": 0}},
        ),
        ({"completion_tokens_details": None}, {"completion_tokens_details": None}),
        ({"cost": 5}, {"cost": 5}),
    ],
)
def test_replaces_figures_in_either_spelling(figures: dict[str, Any], changes: dict[str, Any]) -> None:
    assert override(chat_usage(), figures) == {**chat_usage(), **changes}


@pytest.mark.parametrize(
    ("figures", "changes"),
    [
        ({"prompt_tokens": 100}, {"input_tokens": 100, "total_tokens": 105}),
        ({"output_tokens": 100}, {"output_tokens": 100, "total_tokens": 110}),
        (
            {"completion_tokens_details": {"reasoning_tokens": 4}},
            {"output_tokens_details": {"reasoning_tokens": 4}},
        ),
    ],
)
def test_replaces_the_figures_of_responses(figures: dict[str, Any], changes: dict[str, Any]) -> None:
    usage = override(response_usage(), figures)

    assert usage == {**response_usage(), **changes}
    assert list(usage) == list(response_usage())


def test_totals_a_usage_without_a_completion() -> None:
    usage = override({"prompt_tokens": 3, "total_tokens": 3}, {"prompt_tokens": 7})

    assert usage == {"prompt_tokens": 7, "total_tokens": 7}


@pytest.mark.parametrize(
    ("figures", "reasoning"),
    [
        ({"completion_tokens": 3}, 3),
        ({"output_tokens": 3}, 3),
        ({"completion_tokens": 9}, 4),
        ({"completion_tokens_details": {"reasoning_tokens": 7}, "completion_tokens": 9}, 7),
        ({"completion_tokens_details": {"reasoning_tokens": 7}}, 7),
        ({"completion_tokens": None}, 4),
    ],
)
def test_tells_no_detail_that_is_larger_than_a_figure_in_place_of_another(
    figures: dict[str, Any], reasoning: int
) -> None:
    usage = {"prompt_tokens": 1, "completion_tokens": 5, "completion_tokens_details": {"reasoning_tokens": 4}}

    replaced = override(usage, {"total_tokens": 1, **figures})
    assert replaced["completion_tokens_details"] == {"reasoning_tokens": reasoning}
