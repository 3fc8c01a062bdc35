"""Texts with `{{item.question}}` and `{{sample.output_text}}` in them, as graders and evals have them.

Reference: https://platform.openai.com/docs/guides/graders
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_PLACE = re.compile(r"\{\{([^{}]*)\}\}")
_STEP = re.compile(r"\w[\w-]*|\[\d+\]")
_PATH = re.compile(r"(?:item|sample)(?:\.\w[\w-]*|\[\d+\])*")


class Unresolved(LookupError):
    """A template names what is not there."""


def render(template: str, names: Mapping[str, Any]) -> str:
    """The template with the value of each name in its place; Unresolved where there is none."""
    return _PLACE.sub(lambda place: _text(_value(place[1].strip(), names)), template)


def misnamed(template: str) -> Iterator[str]:
    """What in a template names neither a field of the item nor one of the sample."""
    for place in _PLACE.finditer(template):
        if not _PATH.fullmatch(place[1].strip()):
            yield place[1].strip()


def _value(path: str, names: Mapping[str, Any]) -> Any:
    found: Any = names
    for step in _STEP.findall(path):
        try:
            found = found[int(step[1:-1])] if step.startswith("[") else found[step]
        except (LookupError, TypeError, ValueError):
            raise Unresolved(path) from None
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
