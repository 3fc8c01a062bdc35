"""The log probabilities that a test gives a reply.

https://platform.openai.com/docs/api-reference/chat/object#chat/object-choices
"""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .arguments import expect_text

_LARGEST = 1e308


@dataclass(frozen=True)
class Logprob:
    """One token of a text with its log probability and the alternatives considered."""

    token: str
    logprob: float
    top_logprobs: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        expect_text("Logprob(token)", self.token)
        _expect_number("Logprob(logprob)", self.logprob)
        object.__setattr__(self, "top_logprobs", tuple(map(_alternative, _each(self.top_logprobs))))


def as_logprobs(value: object) -> bool | tuple[Logprob, ...] | None:
    """What a reply says of log probabilities: whether there are any, or which; TypeError for anything else."""
    if value is None or isinstance(value, bool):
        return value
    return tuple(entry if isinstance(entry, Logprob) else _entry(entry) for entry in _each(value))


def _entry(value: Any) -> Logprob:
    if not isinstance(value, (tuple, list)) or not 2 <= len(value) <= 3:
        raise TypeError(f"logprobs= takes pairs of a token and its log probability, got {reprlib.repr(value)}")
    return Logprob(*value)


def _alternative(value: Any) -> tuple[str, float]:
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise TypeError(f"top_logprobs takes pairs of a token and its log probability, got {reprlib.repr(value)}")
    token, number = value
    expect_text("top_logprobs", token)
    _expect_number("top_logprobs", number)
    return token, number


def _each(values: object) -> Iterable[object]:
    if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
        raise TypeError(f"log probabilities are a list of pairs, got {reprlib.repr(values)}")
    return values


def _expect_number(where: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= _LARGEST:
        raise TypeError(f"{where} takes a number, got {reprlib.repr(value)}")
