"""Graders tried out on a sample: what is compared is computed, and what a model would judge is good."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_fakeopenai import FakeOpenAI

from ._requests import error, send

CHECK: dict[str, Any] = {
    "type": "string_check",
    "name": "exact",
    "operation": "eq",
    "input": "{{ sample.output_text }}",
    "reference": "{{item.answer}}",
}
ALIKE: dict[str, Any] = {
    "type": "text_similarity",
    "name": "alike",
    "evaluation_metric": "fuzzy_match",
    "input": "{{sample.output_text}}",
    "reference": "{{item.answer}}",
}
JUDGE: dict[str, Any] = {
    "type": "score_model",
    "name": "judge",
    "model": "gpt-4o",
    "input": [{"role": "user", "content": "Rate {{sample.output_text}}"}],
    "range": [0, 10],
}
CODE = {"type": "python", "name": "code", "source": "def grade(sample, item): return 1"}
BOTH = {
    "type": "multi",
    "name": "both",
    "graders": {"exact": CHECK, "alike": ALIKE},
    "calculate_output": "0.5 * exact + alike / 2",
}


def run(fake: FakeOpenAI, grader: Any, sample: str = "Paris", **rest: Any) -> Any:
    """The answer to a grader that is run, by default on the right answer."""
    body = {"grader": grader, "model_sample": sample, "item": {"answer": "Paris"}, **rest}
    return send(fake, "POST", "/v1/fine_tuning/alpha/graders/run", body).json


@pytest.mark.parametrize(
    ("grader", "sample", "reward"),
    [
        (CHECK, "Paris", 1.0),
        (CHECK, "paris", 0.0),
        ({**CHECK, "operation": "ilike"}, "It is PARIS.", 1.0),
        (ALIKE, "Paris", 1.0),
        (ALIKE, "Pari", 8 / 9),
        (JUDGE, "Rome", 10.0),
        (CODE, "Rome", 1.0),
        (BOTH, "Pari", 4 / 9),
        ({**BOTH, "graders": CHECK, "calculate_output": "exact"}, "Paris", 1.0),
    ],
)
def test_gives_a_reward(fake_openai: FakeOpenAI, grader: Any, sample: str, reward: float) -> None:
    grade = run(fake_openai, grader, sample)
    assert grade["reward"] == pytest.approx(reward)
    assert (grade["metadata"]["name"], grade["metadata"]["type"]) == (grader["name"], grader["type"])
    assert not any(grade["metadata"]["errors"].values())


def test_tells_the_parts_of_a_reward(fake_openai: FakeOpenAI) -> None:
    grade = run(fake_openai, BOTH, "Pari")
    assert grade["sub_rewards"] == pytest.approx({"exact": 0.0, "alike": 8 / 9})
    assert grade["metadata"]["scores"] == grade["sub_rewards"]
    assert grade["model_grader_token_usage_per_model"] == {}


def test_looks_into_a_sample_that_is_json(fake_openai: FakeOpenAI) -> None:
    grader = {**CHECK, "input": "{{sample.output_json.cities[1].name}}"}
    assert run(fake_openai, grader, '{"cities": [{}, {"name": "Paris"}]}')["reward"] == 1.0


@pytest.mark.parametrize("grader", [CHECK, JUDGE, BOTH], ids=lambda grader: str(grader["type"]))
def test_notes_what_a_template_lacks(fake_openai: FakeOpenAI, grader: Any) -> None:
    text = json.dumps(grader).replace("sample.output_text", "sample.output_json.city")
    grade = run(fake_openai, json.loads(text), "no JSON")
    assert (grade["reward"], grade["metadata"]["errors"]["invalid_variable_error"]) == (0.0, True)


def test_notes_a_formula_without_value(fake_openai: FakeOpenAI) -> None:
    grade = run(fake_openai, {**BOTH, "calculate_output": "1 / (exact - 1)"})
    assert (grade["reward"], grade["metadata"]["errors"]["formula_parse_error"]) == (0.0, True)


@pytest.mark.parametrize(
    ("grader", "flaw"),
    [
        ({**CHECK, "input": "{{other.x}}"}, "'{{other.x}}' names neither the item nor the sample"),
        ({**BOTH, "calculate_output": "exact + unknown"}, "'unknown' cannot be computed"),
        ({**BOTH, "graders": {"a": {**CHECK, "reference": "{{x}}"}}}, "'{{x}}' names neither the item nor the sample"),
    ],
)
def test_refuses_a_grader_that_cannot_be_used(fake_openai: FakeOpenAI, grader: Any, flaw: str) -> None:
    expected = error(f"Invalid grader: {flaw}.", param="grader", code="invalid_grader")
    assert run(fake_openai, grader) == expected
    answer = send(fake_openai, "POST", "/v1/fine_tuning/alpha/graders/validate", {"grader": grader})
    assert (answer.status, answer.json) == (400, expected)


def test_validates_a_grader(fake_openai: FakeOpenAI) -> None:
    answer = send(fake_openai, "POST", "/v1/fine_tuning/alpha/graders/validate", {"grader": CHECK})
    assert (answer.status, answer.json) == (200, {"grader": CHECK})


@pytest.mark.fake_openai(validation="off")
def test_wants_a_sample_even_where_nothing_is_checked(fake_openai: FakeOpenAI) -> None:
    expected = error("'model_sample' must be a string.", param="model_sample")
    assert run(fake_openai, CHECK, model_sample=None) == expected
    assert run(fake_openai, None)["error"]["code"] == "invalid_grader"
