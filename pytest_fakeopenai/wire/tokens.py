"""Token counts: the API's arithmetic over an approximation of its tokenizer.

A word counts one token for each six letters begun, a mark one, which for English prose is within about a quarter of
the real tokenizer. The overheads are those the API bills.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_TOKENS = re.compile(r"\w{1,6}|[^\w\s]")

# The two spellings of one figure: chat completions' and Responses'.
_SPELLINGS = {
    "prompt_tokens": "input_tokens",
    "completion_tokens": "output_tokens",
    "prompt_tokens_details": "input_tokens_details",
    "completion_tokens_details": "output_tokens_details",
}
_BACK = {theirs: ours for ours, theirs in _SPELLINGS.items()}


def count(text: str) -> int:
    """The approximate number of tokens of a text; blanks alone are one."""
    return sum(1 for _ in _TOKENS.finditer(text)) or int(bool(text))


def prompt(messages: Iterable[str], *, reasoning: bool = False) -> int:
    """The tokens of a conversation, given the text of each message."""
    return (2 if reasoning else 3) + sum(4 + count(text) for text in messages)


def override(usage: dict[str, Any], given: Mapping[str, Any] | None) -> dict[str, Any]:
    """The usage block with some figures replaced, in either spelling; the total follows unless it is given too."""
    if not given:
        return usage
    for name, value in given.items():
        key = _spelled_like(name, usage)
        nested = isinstance(value, Mapping) and isinstance(usage.get(key), dict)
        usage[key] = {**usage[key], **value} if nested else value
    if "total_tokens" not in given:
        parts = (_spelled_like("prompt_tokens", usage), _spelled_like("completion_tokens", usage))
        usage["total_tokens"] = sum(usage.get(part, 0) for part in parts)
    return usage


def _spelled_like(name: str, usage: Mapping[str, Any]) -> str:
    other = _SPELLINGS.get(name) or _BACK.get(name)
    return other if other in usage and other is not None else name
