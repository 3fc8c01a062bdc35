"""Templates such as `{{item.question}}` and `{{sample.output_text}}`, which graders and evals have.

Reference: https://platform.openai.com/docs/guides/graders
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..protocol import sse

_VARIABLE = re.compile(r"\{\{([^{}]*)\}\}")
_STEP = re.compile(r"\w[\w-]*|\[\d+\]")
_PATH = re.compile(r"(?:item|sample)(?:\.\w[\w-]*|\[\d+\])*")


class Unresolved(LookupError):
    """A template names a variable that has no value."""


def render(template: str, variables: Mapping[str, Any]) -> str:
    """The template with its variables replaced by their values; raises Unresolved where there is none."""
    return _VARIABLE.sub(lambda match: _text(_value(match[1].strip(), variables)), template)


def sample_variables(text: str) -> dict[str, Any]:
    """The variables of a sample's text: `output_text`, and `output_json` where it is JSON."""
    try:
        return {"output_text": text, "output_json": sse.parse(text.encode())}
    except ValueError:  # lone surrogates are no JSON either
        return {"output_text": text}


def unknown_variables(template: str) -> Iterator[str]:
    """The variables of a template that are neither a field of the item nor one of the sample."""
    for match in _VARIABLE.finditer(template):
        if not _PATH.fullmatch(match[1].strip()):
            yield match[1].strip()


def _value(path: str, variables: Mapping[str, Any]) -> Any:
    value: Any = variables
    for step in _STEP.findall(path):
        try:
            value = value[int(step[1:-1])] if step.startswith("[") else value[step]
        except (LookupError, TypeError, ValueError):
            raise Unresolved(path) from None
    return value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
