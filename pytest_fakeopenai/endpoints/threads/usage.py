"""What a run and its steps cost, in their own spelling of usage. https://platform.openai.com/docs/api-reference/runs"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...wire.billing import usage
from ...wire.billing.answer import Output, spent
from ...wire.billing.prompt import prompt_tokens
from ...wire.protocol.call import Call, Json

# The details of a prompt are spelled here unlike anywhere else.
_DETAILS = "prompt_token_details"
_ELSEWHERE = ("prompt_tokens_details", "input_tokens_details")


def nothing() -> Json:
    """The usage of what costs nothing."""
    return _figures(0, 0, 0)


def cost(call: Call, output: Output, override: Mapping[str, Any] | None, *, cut: bool) -> Json:
    """The usage of one answer of the model, some of the figures as a test gives them."""
    completion, thought = spent(call, output, cut=cut)
    respelled = {_DETAILS if name in _ELSEWHERE else name: value for name, value in (override or {}).items()}
    return usage.override(_figures(prompt_tokens(call), completion, thought), respelled)


def _figures(prompt: int, completion: int, thought: int) -> Json:
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        _DETAILS: {"cached_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": thought},
    }


def summed(one: Json, other: Json) -> Json:
    """Two usages added up."""
    return {name: _sum(one.get(name, 0), other.get(name, 0)) for name in {**one, **other}}


def _sum(one: Any, other: Any) -> Any:
    if isinstance(one, dict) or isinstance(other, dict):
        return summed(one or {}, other or {})
    return one + other
