"""The usage that a test gives a reply: which figures there are, and what each may be.

https://platform.openai.com/docs/api-reference/chat/object#chat/object-usage
"""

from __future__ import annotations

import json
import reprlib
from collections.abc import Mapping
from typing import Any

from .arguments import json_text

_TOTALS = ("prompt_tokens", "completion_tokens", "input_tokens", "output_tokens", "total_tokens")
_DETAILS = (*[f"{name}_details" for name in _TOTALS[:4]], "prompt_token_details")


def usage_figures(usage: object, *, unchecked: bool = False) -> dict[str, Any] | None:
    """The figures of a reply's usage; TypeError or ValueError for what is none, unless it goes unchecked."""
    if usage is None:
        return None
    if not isinstance(usage, Mapping):
        raise TypeError(f"usage= takes a mapping of figures, got {reprlib.repr(usage)}")
    if not unchecked:
        _check_usage(usage)
    figures: dict[str, Any] = json.loads(json_text(dict(usage)))
    return figures


def _check_usage(usage: Mapping[Any, Any]) -> None:
    for name, value in usage.items():
        if name in _DETAILS:
            _check_details(name, value)
        elif name in _TOTALS:
            _check_figure(name, value)
        else:
            figures = f"usage= has the figures {', '.join((*_TOTALS, *_DETAILS))}; got {reprlib.repr(name)}"
            raise ValueError(f"{figures}; any other goes with Reply(…, unchecked=True)")


def _check_details(name: str, details: object) -> None:
    """The figures of details are not listed: models come to have others."""
    if not isinstance(details, Mapping) or not all(isinstance(each, str) for each in details):
        raise TypeError(f"usage= takes a mapping of names to figures for {name}, got {reprlib.repr(details)}")
    for detail, value in details.items():
        _check_figure(f"{detail} of {name}", value)


def _check_figure(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"usage= takes a number of tokens, zero or more, for {name}, got {reprlib.repr(value)}")
