"""The grades of graders: computed where texts are compared, the best score where a model or code would judge.

Reference: https://platform.openai.com/docs/api-reference/graders
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from ..protocol.call import Json
from .formulas import FormulaError, evaluate
from .grader_definitions import subgraders, templates
from .templates import Unresolved, render
from .text_metrics import similarity

Variables: TypeAlias = Mapping[str, Any]  # `item` and `sample`


@dataclass(frozen=True)
class Grade:
    """The score of a sample and whether it passed.

    - `problem` is what went wrong, as the answer names it: `invalid_variable_error`.
    - `parts` are the scores of the graders that a `multi` combines, by name.
    """

    score: float
    passed: bool = True
    problem: str | None = None
    parts: dict[str, float] = field(default_factory=dict)


def grade(grader: Json, variables: Variables) -> Grade:
    """The grade that a grader, or a testing criterion of an eval, gives for an item and its sample."""
    try:
        result = _GRADERS[grader["type"]](grader, variables)
    except Unresolved:
        return Grade(0.0, False, "invalid_variable_error")
    except FormulaError:
        return Grade(0.0, False, "formula_parse_error")
    threshold = grader.get("pass_threshold")
    return result if threshold is None else replace(result, passed=result.score >= threshold)


def _string_check(grader: Json, variables: Variables) -> Grade:
    text, reference = render(grader["input"], variables), render(grader["reference"], variables)
    met = {
        "eq": text == reference,
        "ne": text != reference,
        "like": reference in text,
        "ilike": reference.lower() in text.lower(),
    }[grader["operation"]]
    return Grade(float(met), met)


def _text_similarity(grader: Json, variables: Variables) -> Grade:
    text, reference = render(grader["input"], variables), render(grader["reference"], variables)
    return Grade(similarity(grader["evaluation_metric"], text, reference))


def _score_model(grader: Json, variables: Variables) -> Grade:
    _resolve_input(grader, variables)
    return Grade(float(max(grader.get("range") or [1.0])))


def _label_model(grader: Json, variables: Variables) -> Grade:
    _resolve_input(grader, variables)
    return Grade(1.0)


def _resolve_input(grader: Json, variables: Variables) -> None:
    """Raise Unresolved where the messages to a model name a variable that has no value."""
    for template in templates(grader.get("input")):
        render(template, variables)


def _python(grader: Json, variables: Variables) -> Grade:
    return Grade(1.0)


def _multi(grader: Json, variables: Variables) -> Grade:
    grades = {name: grade(each, variables) for name, each in subgraders(grader).items()}
    scores = {name: each.score for name, each in grades.items()}
    problem = next((each.problem for each in grades.values() if each.problem), None)
    if problem:
        return Grade(0.0, False, problem, scores)
    return Grade(evaluate(grader["calculate_output"], scores), parts=scores)


_GRADERS: dict[str, Callable[[Json, Variables], Grade]] = {
    "string_check": _string_check,
    "text_similarity": _text_similarity,
    "score_model": _score_model,
    "label_model": _label_model,
    "python": _python,
    "multi": _multi,
}
