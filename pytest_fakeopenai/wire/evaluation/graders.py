"""What graders give for a sample: computed where texts are compared, the best score where a model or code would judge.

Reference: https://platform.openai.com/docs/guides/graders
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from ..protocol.call import Json
from .formulas import FormulaError, evaluate
from .templates import Unresolved, misnamed, render
from .text_metrics import METRICS, similarity

Names: TypeAlias = Mapping[str, Any]  # `item` and `sample`


@dataclass(frozen=True)
class Grade:
    """The score of a sample, whether it passed, and the name of what went wrong, as answers call it.

    `parts` are the scores of the graders that a `multi` combines.
    """

    score: float
    passed: bool = True
    problem: str | None = None
    parts: dict[str, float] = field(default_factory=dict)


def grade(grader: Json, names: Names) -> Grade:
    """What a grader, or a criterion of an eval, gives for an item and its sample."""
    try:
        found = _KINDS[grader["type"]](grader, names)
    except Unresolved:
        return Grade(0.0, False, "invalid_variable_error")
    except FormulaError:
        return Grade(0.0, False, "formula_parse_error")
    threshold = grader.get("pass_threshold")
    return found if threshold is None else replace(found, passed=found.score >= threshold)


def _string_check(grader: Json, names: Names) -> Grade:
    said, wanted = render(grader["input"], names), render(grader["reference"], names)
    met = {
        "eq": said == wanted,
        "ne": said != wanted,
        "like": wanted in said,
        "ilike": wanted.lower() in said.lower(),
    }[grader["operation"]]
    return Grade(float(met), met)


def _text_similarity(grader: Json, names: Names) -> Grade:
    said, wanted = render(grader["input"], names), render(grader["reference"], names)
    return Grade(similarity(grader["evaluation_metric"], said, wanted))


def _score_model(grader: Json, names: Names) -> Grade:
    """The best that the range has; what it would be shown must be there."""
    for text in _texts(grader.get("input")):
        render(text, names)
    return Grade(float(max(grader.get("range") or [1.0])))


def _label_model(grader: Json, names: Names) -> Grade:
    for text in _texts(grader.get("input")):
        render(text, names)
    return Grade(1.0)


def _python(grader: Json, names: Names) -> Grade:
    return Grade(1.0)


def _multi(grader: Json, names: Names) -> Grade:
    made = {name: grade(each, names) for name, each in members(grader).items()}
    scores = {name: each.score for name, each in made.items()}
    problem = next((each.problem for each in made.values() if each.problem), None)
    if problem:
        return Grade(0.0, False, problem, scores)
    return Grade(evaluate(grader["calculate_output"], scores), parts=scores)


_KINDS: dict[str, Callable[[Json, Names], Grade]] = {
    "string_check": _string_check,
    "text_similarity": _text_similarity,
    "score_model": _score_model,
    "label_model": _label_model,
    "python": _python,
    "multi": _multi,
}


def members(grader: Json) -> dict[str, Json]:
    """The graders that a `multi` combines, by name: it holds one, or an object of them."""
    inner: Json = grader["graders"]
    if isinstance(inner.get("type"), str) and isinstance(inner.get("name"), str):
        return {inner["name"]: inner}
    return inner


def _texts(content: Any) -> Iterator[str]:
    """The templates in the messages of a model grader."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        for each in content:
            yield from _texts(each)
    elif isinstance(content, dict):
        yield from _texts(content.get("content", content.get("text")))


# ---- what makes a grader unusable


def flaw(grader: object) -> str | None:
    """What makes a grader unusable, or None."""
    if not isinstance(grader, dict) or not isinstance(grader.get("type"), str) or grader["type"] not in _KINDS:
        return "unknown type of grader"
    return next(_flaws(grader), None)


def _flaws(grader: Json) -> Iterator[str]:
    yield from _untyped(grader)
    yield from _FLAWS.get(grader["type"], _no_flaws)(grader)
    for text in [*_texts(grader.get("input")), *_texts(grader.get("reference"))]:
        yield from (f"'{{{{{name}}}}}' names neither the item nor the sample" for name in misnamed(text))


def _untyped(grader: Json) -> Iterator[str]:
    for name in _TEXTS.get(grader["type"], ()):
        if not isinstance(grader.get(name), str):
            yield f"'{name}' must be a string"
    if not isinstance(grader.get("pass_threshold", 0), (int, float, type(None))):
        yield "'pass_threshold' must be a number"


def _flaws_of_check(grader: Json) -> Iterator[str]:
    if grader["operation"] not in ("eq", "ne", "like", "ilike"):
        yield f"unknown operation '{grader['operation']}'"


def _flaws_of_similarity(grader: Json) -> Iterator[str]:
    if grader["evaluation_metric"] not in METRICS:
        yield f"unknown metric '{grader['evaluation_metric']}'"


def _flaws_of_score(grader: Json) -> Iterator[str]:
    bounds = grader.get("range") or []
    if not isinstance(bounds, list) or not all(isinstance(bound, (int, float)) for bound in bounds):
        yield "'range' must be two numbers"


def _flaws_of_multi(grader: Json) -> Iterator[str]:
    if not isinstance(grader.get("graders"), dict):
        yield "'graders' must be an object"
        return
    yield from (found for each in members(grader).values() if (found := flaw(each)))
    try:
        evaluate(grader["calculate_output"], dict.fromkeys(members(grader), 0.5))
    except FormulaError as error:
        yield str(error)


def _no_flaws(grader: Json) -> Iterator[str]:
    yield from ()


_TEXTS = {
    "string_check": ("input", "reference", "operation"),
    "text_similarity": ("input", "reference", "evaluation_metric"),
    "multi": ("calculate_output",),
}
_FLAWS: dict[str, Callable[[Json], Iterator[str]]] = {
    "string_check": _flaws_of_check,
    "text_similarity": _flaws_of_similarity,
    "score_model": _flaws_of_score,
    "multi": _flaws_of_multi,
}
