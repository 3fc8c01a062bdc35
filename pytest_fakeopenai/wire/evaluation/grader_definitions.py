"""Graders as requests define them: the templates and graders in one, and why one cannot be used.

Reference: https://platform.openai.com/docs/api-reference/graders
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..protocol.call import Json
from .formulas import FormulaError, evaluate
from .templates import unknown_variables
from .text_metrics import METRICS

TYPES = ("string_check", "text_similarity", "score_model", "label_model", "python", "multi")


def subgraders(grader: Json) -> dict[str, Json]:
    """The graders that a `multi` combines, by name: it holds one, or an object of them."""
    inner: Json = grader["graders"]
    if isinstance(inner.get("type"), str) and isinstance(inner.get("name"), str):
        return {inner["name"]: inner}
    return inner


def templates(content: Any) -> Iterator[str]:
    """The templates in an `input` or `reference`: a text, or the messages of a model grader."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        for each in content:
            yield from templates(each)
    elif isinstance(content, dict):
        yield from templates(content.get("content", content.get("text")))


def definition_error(grader: object) -> str | None:
    """Why a grader cannot be used, or None where it can."""
    if not isinstance(grader, dict) or not isinstance(grader.get("type"), str) or grader["type"] not in TYPES:
        return "unknown type of grader"
    return next(_errors(grader), None)


def _errors(grader: Json) -> Iterator[str]:
    yield from _type_errors(grader)
    yield from _ERRORS.get(grader["type"], _no_errors)(grader)
    for template in [*templates(grader.get("input")), *templates(grader.get("reference"))]:
        yield from (f"'{{{{{name}}}}}' names neither the item nor the sample" for name in unknown_variables(template))


def _type_errors(grader: Json) -> Iterator[str]:
    for name in _STRINGS.get(grader["type"], ()):
        if not isinstance(grader.get(name), str):
            yield f"'{name}' must be a string"
    if not isinstance(grader.get("pass_threshold", 0), (int, float, type(None))):
        yield "'pass_threshold' must be a number"


def _errors_of_string_check(grader: Json) -> Iterator[str]:
    if grader["operation"] not in ("eq", "ne", "like", "ilike"):
        yield f"unknown operation '{grader['operation']}'"


def _errors_of_text_similarity(grader: Json) -> Iterator[str]:
    if grader["evaluation_metric"] not in METRICS:
        yield f"unknown metric '{grader['evaluation_metric']}'"


def _errors_of_score_model(grader: Json) -> Iterator[str]:
    bounds = grader.get("range") or []
    if not isinstance(bounds, list) or not all(isinstance(bound, (int, float)) for bound in bounds):
        yield "'range' must be two numbers"


def _errors_of_multi(grader: Json) -> Iterator[str]:
    if not isinstance(grader.get("graders"), dict):
        yield "'graders' must be an object"
        return
    yield from (error for each in subgraders(grader).values() if (error := definition_error(each)))
    try:
        evaluate(grader["calculate_output"], dict.fromkeys(subgraders(grader), 0.5))
    except FormulaError as failure:
        yield str(failure)


def _no_errors(grader: Json) -> Iterator[str]:
    yield from ()


_STRINGS = {
    "string_check": ("input", "reference", "operation"),
    "text_similarity": ("input", "reference", "evaluation_metric"),
    "multi": ("calculate_output",),
}
_ERRORS: dict[str, Callable[[Json], Iterator[str]]] = {
    "string_check": _errors_of_string_check,
    "text_similarity": _errors_of_text_similarity,
    "score_model": _errors_of_score_model,
    "multi": _errors_of_multi,
}
