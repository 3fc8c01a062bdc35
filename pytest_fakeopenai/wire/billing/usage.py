"""Usage as an answer tells it, and the figures that a test gives in place of those that were counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# The two spellings of one figure: chat completions' and Responses'.
_SPELLINGS = {
    "prompt_tokens": "input_tokens",
    "completion_tokens": "output_tokens",
    "prompt_tokens_details": "input_tokens_details",
    "completion_tokens_details": "output_tokens_details",
}
_BACK = {theirs: ours for ours, theirs in _SPELLINGS.items()}


def override(usage: dict[str, Any], figures: Mapping[str, Any] | None) -> dict[str, Any]:
    """The usage block with some figures replaced, in either spelling.

    What is not given follows: the total is the sum, and no detail is larger than what it details.
    """
    if not figures:
        return usage
    for name, value in sorted(figures.items(), key=lambda figure: isinstance(figure[1], Mapping)):  # details last
        key = _spelled_like(name, usage)
        nested = isinstance(value, Mapping) and isinstance(usage.get(key), dict)
        usage[key] = {**usage[key], **value} if nested else value
        _limit(usage.get(f"{key}_details"), value)
    if "total_tokens" not in figures:
        parts = (_spelled_like("prompt_tokens", usage), _spelled_like("completion_tokens", usage))
        usage["total_tokens"] = sum(count for part in parts if isinstance(count := usage.get(part, 0), int))
    return usage


def _limit(details: object, most: object) -> None:
    """Limit the details of a figure to the figure."""
    if isinstance(details, dict) and isinstance(most, int):
        details.update((name, most) for name, count in details.items() if count > most)


def _spelled_like(name: str, usage: Mapping[str, Any]) -> str:
    other = _SPELLINGS.get(name) or _BACK.get(name)
    return other if other in usage and other is not None else name
