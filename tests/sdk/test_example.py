"""The smallest valid instances of the SDK's types, and what is laid over them."""

from __future__ import annotations

import itertools
from typing import Annotated, Any, Literal

import pytest
from openai._models import BaseModel, validate_type
from pydantic import Field

from pytest_fakeopenai.sdk.catalogue import catalogue
from pytest_fakeopenai.sdk.example import ExampleFactory
from pytest_fakeopenai.sdk.signature import signature

NOW = 1_767_225_600


def example_factory() -> ExampleFactory:
    count = itertools.count(1)
    return ExampleFactory(lambda kind: f"{kind}_{next(count)}", NOW)


ANSWERS = {
    f"{method.name}, {part}": hint
    for method in catalogue()
    for part, hint in (("answer", signature(method).answer), ("events", signature(method).events))
    if hint not in (None, str) and not signature(method).binary
}


@pytest.mark.parametrize("hint", ANSWERS.values(), ids=ANSWERS)
def test_makes_a_valid_instance_of_every_answer(hint: Any) -> None:
    instance = example_factory().make(hint)
    assert isinstance(instance, (dict, list))
    validate_type(type_=hint, value=instance)


class Counts(BaseModel):
    done: int
    failed: int


class Blue(BaseModel):
    type: Literal["blue"]
    depth: int


class Red(BaseModel):
    type: Literal["red"]
    heat: float
    note: str | None = None


class Thing(BaseModel):
    id: str
    object: Literal["a.thing"]
    created_at: int
    owner_id: str
    name: str
    status: Literal["queued", "failed", "completed"]
    ready: bool
    share: float
    counts: Counts
    colour: Annotated[Blue | Red, Field(discriminator="type")]
    tags: list[str]
    notes: dict[str, str]
    anything: Any
    ended_at: int | None = None
    from_: str | None = Field(alias="from", default=None)
    metadata: dict[str, str] | None = None


SMALLEST = {
    "id": "a.thing_1",
    "object": "a.thing",
    "created_at": NOW,
    "owner_id": "owner_2",
    "name": "",
    "status": "completed",
    "ready": False,
    "share": 0.0,
    "counts": {"done": 0, "failed": 0},
    "colour": {"type": "blue", "depth": 0},
    "tags": [],
    "notes": {},
    "anything": {},
    "metadata": {},
}


def test_makes_what_must_be_there_and_no_more() -> None:
    assert example_factory().make(Thing) == SMALLEST


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "mine"},
        {"name": "n", "ready": True, "share": 0.5, "created_at": 1},
        {"status": "failed"},
        {"counts": {"done": 3, "failed": 0}},
        {"colour": {"type": "red", "heat": 1.5}},
        {"colour": {"type": "red", "heat": 1.5, "note": None}},
        {"tags": ["a", "b"], "notes": {"k": "v"}, "anything": [1]},
        {"ended_at": 7},
        {"ended_at": None},
        {"from": "here"},
        {"metadata": {"k": "v"}},
    ],
)
def test_keeps_what_fits(fields: dict[str, Any]) -> None:
    assert example_factory().make(Thing, fields).items() >= fields.items()


@pytest.mark.parametrize(
    "fields",
    [
        {"name": 7},
        {"name": None},
        {"status": "gone"},
        {"ready": "yes"},
        {"created_at": 1.5},
        {"created_at": "soon"},
        {"created_at": "9" * 5000},
        {"share": "nan"},
        {"share": "1e999"},
        {"share": 10**400},
        {"share": True},
        {"counts": []},
        {"colour": {"type": "green"}},
        {"tags": "a"},
        {"tags": [1]},
        {"notes": []},
        {"ended_at": "x"},
        {"unknown": 1},
    ],
)
def test_leaves_what_does_not_fit(fields: dict[str, Any]) -> None:
    instance = example_factory().make(Thing, fields)
    assert {name: instance.get(name) for name in fields} == {name: SMALLEST.get(name) for name in fields}
    validate_type(type_=Thing, value=instance)


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"created_at": "12"}, {"created_at": 12}),
        ({"share": "0.5"}, {"share": 0.5}),
        ({"share": 2}, {"share": 2.0}),
        ({"ready": "true"}, {"ready": True}),
        ({"counts": {"done": 1}}, {"counts": {"done": 1, "failed": 0}}),
        ({"colour": {"type": "red"}}, {"colour": {"type": "red", "heat": 0.0}}),
        ({"status": "gone", "name": "n"}, {"status": "completed", "name": "n"}),
        ({"object": "other", "id": "mine"}, {"object": "a.thing", "id": "mine"}),
        ({"counts": {"done": 1, "more": 2}}, {"counts": {"done": 1, "failed": 0}}),
    ],
)
def test_fits_what_nearly_does(fields: dict[str, Any], kept: dict[str, Any]) -> None:
    assert example_factory().make(Thing, fields).items() >= kept.items()


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (int | None, None),
        (Blue | Red, {"type": "blue", "depth": 0}),
        (list[int], []),
        (Literal["b", "active"], "active"),
        (Literal["b", "a"], "b"),
        (object, {}),
    ],
)
def test_makes_any_hint(hint: Any, expected: Any) -> None:
    assert example_factory().make(hint) == expected
