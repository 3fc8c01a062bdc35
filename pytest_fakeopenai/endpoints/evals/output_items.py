"""The output items of a run: one for each row, with the results of the testing criteria, and what they add up to.

Reference: https://platform.openai.com/docs/api-reference/evals/run-output-item-object
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...wire.evaluation.graders import Grade, grade
from ...wire.protocol.call import Json
from . import samples
from .sources import Row


class Sampled(NamedTuple):
    """A row with the messages to the model, and its sample or the error for which there is none."""

    row: Row
    messages: list[Json]
    sample: Json | None
    error: Json | None


def error(code: str, message: str) -> Json:
    """An error as runs and output items show it."""
    return {"code": code, "message": message}


def output_item(place: int, sampled: Sampled, criteria: Sequence[Json], settings: Json) -> Json:
    """The output item of a row, without its ids; `settings` are the sampling parameters of the run."""
    variables = {"item": sampled.row.item, **({"sample": sampled.sample} if sampled.sample is not None else {})}
    grades = [(each, Grade(0.0, False) if sampled.error else grade(each, variables)) for each in criteria]
    messages = [samples.as_text(message) for message in sampled.messages]
    return {
        "status": "pass" if all(each.passed for _, each in grades) else "fail",
        "datasource_item_id": place,
        "datasource_item": sampled.row.item,
        "results": [_result(criterion, each) for criterion, each in grades],
        "sample": samples.output_sample(sampled.sample, messages, settings, sampled.error or _grading_error(grades)),
    }


def _grading_error(grades: Sequence[tuple[Json, Grade]]) -> Json | None:
    """The error of the first criterion that could not be applied."""
    problem = next((each.problem for _, each in grades if each.problem), None)
    return error(problem, "A criterion names what the item or its sample lacks.") if problem else None


def _result(criterion: Json, result: Grade) -> Json:
    return {
        "name": criterion["id"],
        "type": criterion["type"],
        "sample": None,
        "passed": result.passed,
        "score": result.score,
    }


def totals(criteria: Sequence[Json], items: Sequence[Json]) -> Json:
    """The fields of a run that count its output items, the usage of each model, and the results of each criterion."""
    errored = [item for item in items if item["sample"]["error"]]
    passed = sum(item["status"] == "pass" for item in items)
    return {
        "result_counts": {
            "total": len(items),
            "errored": len(errored),
            "failed": len(items) - len(errored) - passed,
            "passed": passed,
        },
        "per_model_usage": _usage(items),
        "per_testing_criteria_results": [_criterion_totals(criterion, items) for criterion in criteria],
    }


def _criterion_totals(criterion: Json, items: Sequence[Json]) -> Json:
    results = [result for item in items for result in item["results"] if result["name"] == criterion["id"]]
    passed = sum(result["passed"] for result in results)
    return {"testing_criteria": criterion["id"], "passed": passed, "failed": len(results) - passed}


def _usage(items: Sequence[Json]) -> list[Json]:
    """The invocations and tokens of each model."""
    models: dict[str, Json] = {}
    for sample in (item["sample"] for item in items if item["sample"]["usage"]["total_tokens"]):
        sums = models.setdefault(str(sample["model"]), {"model_name": sample["model"], "invocation_count": 0})
        sums["invocation_count"] += 1
        for name, count in sample["usage"].items():
            sums[name] = sums.get(name, 0) + count
    return [*models.values()]
