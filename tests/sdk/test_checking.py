"""Checking: what keeps a value from being an instance of one of the SDK's types."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from openai import BaseModel
from pydantic import Field

from pytest_fakeopenai.sdk.catalogue import Method, catalogue
from pytest_fakeopenai.sdk.checking import TypeChecker
from pytest_fakeopenai.sdk.example import ExampleFactory, is_model
from pytest_fakeopenai.sdk.signature import signature

Json = dict[str, Any]


class Counts(BaseModel):
    completed: int
    total: int


class Expires(BaseModel):
    type: Literal["expires"]
    seconds: float


class Never(BaseModel):
    type: Literal["never"]


class Job(BaseModel):
    id: str
    status: Literal["queued", "in_progress", "completed"]
    counts: Counts
    expiry: Expires | Never
    note: str | None = None
    names: list[Counts] | None = None
    asynchronous: bool = Field(alias="async", default=False)
    extra: Any = None
    optional: Counts | None = None
    color: str | Literal["red"] | None = None


WHOLE: Json = {
    "id": "job_1",
    "status": "completed",
    "counts": {"completed": 1, "total": 2},
    "expiry": {"type": "expires", "seconds": 5},
}


STATES = "not one of 'queued', 'in_progress', 'completed'"


def problems(value: object, *, closed: bool = False) -> list[str]:
    return [*TypeChecker(closed=closed).problems(Job, value)]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"expiry": {"type": "never"}},
        {"note": None, "names": [], "async": True, "extra": {"a": [1]}, "color": "blue"},
        {"names": [{"completed": 1, "total": 1.0}]},
        # which the API has more of than the types
        {"status": None, "counts": None, "id": None},
        {"optional": {}},
        {"recent": 1, "counts": {**WHOLE["counts"], "cancelled": 3}},
    ],
)
def test_finds_nothing_wrong_with_an_instance(changes: Json) -> None:
    assert problems({**WHOLE, **changes}) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"status": "in_progres"},
            f"status is 'in_progres', {STATES}; did you mean 'in_progress'?",
        ),
        ({"status": "zzz"}, f"status is 'zzz', {STATES}"),
        ({"status": 5}, f"status is 5, {STATES}"),
        ({"counts": {"total": 1}}, "Counts needs counts.completed"),
        ({"counts": {"total": 1, "complete": 2}}, "Counts needs counts.completed"),
        ({"counts": []}, "counts is [], not an object"),
        ({"counts": {"total": "1", "completed": 1}}, "counts.total is '1', not of type int"),
        ({"counts": {"total": True, "completed": 1}}, "counts.total is True, not of type int"),
        ({"counts": {"total": 1.5, "completed": 1}}, "counts.total is 1.5, not of type int"),
        ({"id": 7}, "id is 7, not of type str"),
        ({"note": 7}, "note is 7, not of type str"),
        ({"expiry": {"type": "expires"}}, "Expires needs expiry.seconds"),
        ({"expiry": {"type": "expires", "seconds": "5"}}, "expiry.seconds is '5', not of type float"),
        ({"expiry": {"type": "neve"}}, "expiry.type is 'neve', not one of 'never'; did you mean 'never'?"),
        ({"names": {}}, "names is {}, not a list"),
        ({"names": [{"completed": 1, "total": 2}, {"completed": 1}]}, "Counts needs names[1].total"),
        ({"async": "yes"}, "async is 'yes', not of type bool"),
        ({"noet": "misspelt"}, "Job has no noet; did you mean 'note'?"),
    ],
)
def test_says_what_is_wrong_and_where(changes: Json, problem: str) -> None:
    assert problem in problems({**WHOLE, **changes})


def test_names_all_that_is_missing() -> None:
    assert problems({"statu": "completed"})[0] == "Job needs id, status, counts, expiry"
    assert problems([]) == ["Job is [], not an object"]


def test_takes_no_unknown_field_where_the_type_is_closed() -> None:
    value = {**WHOLE, "recent": 1, "counts": {**WHOLE["counts"], "other": 1}}

    assert sorted(problems(value, closed=True)) == ["Counts has no counts.other", "Job has no recent"]


METHODS = [method for method in catalogue() if is_model(signature(method).answer)]


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_takes_an_example_of_every_answer_and_not_an_empty_one(method: Method) -> None:
    hint = signature(method).answer
    example = ExampleFactory(lambda kind: f"{kind}_1", 1).make(hint)
    required = [field.alias or name for name, field in hint.model_fields.items() if field.is_required()]
    missing = [problem for problem in TypeChecker().problems(hint, {}) if problem.startswith(f"{hint.__name__} needs")]

    assert [*TypeChecker().problems(hint, example)] == []
    assert len(missing) == bool(required)
