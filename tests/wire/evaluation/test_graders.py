"""Graders, templates and formulas by value."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai.wire.evaluation.formulas import FormulaError, evaluate
from pytest_fakeopenai.wire.evaluation.grader_definitions import definition_error
from pytest_fakeopenai.wire.evaluation.graders import Grade, grade
from pytest_fakeopenai.wire.evaluation.templates import Unresolved, render, unknown_variables

CHECK: dict[str, Any] = {"type": "string_check", "name": "c", "input": "a", "reference": "a", "operation": "eq"}
ALIKE: dict[str, Any] = {
    "type": "text_similarity",
    "name": "s",
    "input": "{{sample.output_text}}",
    "reference": "a b",
    "evaluation_metric": "rouge_1",
}
LABEL: dict[str, Any] = {
    "type": "label_model",
    "name": "l",
    "input": [{"role": "user", "content": {"type": "output_text", "text": "{{item.x}}"}}],
}
NAMES: Any = {"item": {"x": [1, {"y": "z"}], "n": 2.5, "ü": None}, "sample": {"output_text": "a c"}}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("plain { } }}", "plain { } }}"),
        ("{{item.x[1].y}}{{ item.n }}", "z2.5"),
        ("{{item.x}}", '[1, {"y": "z"}]'),
        ("{{item.ü}}", "null"),
        ("{{sample.output_text}}!", "a c!"),
    ],
)
def test_renders(template: str, text: str) -> None:
    assert render(template, NAMES) == text


@pytest.mark.parametrize("path", ["item.y", "item.x[2]", "item.x.y", "item.n.m", "other", f"item.x[{'9' * 5000}]"])
def test_lacks(path: str) -> None:
    with pytest.raises(Unresolved):
        render(f"{{{{{path}}}}}", NAMES)


def test_tells_what_names_neither_item_nor_sample() -> None:
    assert [*unknown_variables("{{item.a}} {{ sample.b[0].c }} {{items}} {{ item. }} {{}}")] == ["items", "item.", ""]


@pytest.mark.parametrize(
    ("operation", "reference", "met"),
    [
        ("eq", "Ab", True),
        ("eq", "ab", False),
        ("ne", "ab", True),
        ("ne", "Ab", False),
        ("like", "b", True),
        ("like", "B", False),
        ("ilike", "B", True),
        ("ilike", "c", False),
    ],
)
def test_checks_a_string(operation: str, reference: str, met: bool) -> None:
    result = grade({**CHECK, "input": "Ab", "operation": operation, "reference": reference}, NAMES)
    assert result == Grade(float(met), met)


@pytest.mark.parametrize(("threshold", "passed"), [(0.5, True), (0.6, False), (None, True)])
def test_passes_from_its_threshold_on(threshold: float | None, passed: bool) -> None:
    assert grade({**ALIKE, "pass_threshold": threshold}, NAMES) == Grade(0.5, passed)


def test_gives_the_best_where_a_model_would_judge() -> None:
    assert grade(LABEL, NAMES) == Grade(1.0)
    assert grade({**LABEL, "type": "score_model", "range": [1, 5]}, NAMES) == Grade(5.0)
    assert grade({"type": "python", "name": "p", "source": ""}, NAMES) == Grade(1.0)


def test_fails_where_a_template_lacks_its_value() -> None:
    assert grade({**CHECK, "input": "{{item.z}}"}, NAMES) == Grade(0.0, False, "invalid_variable_error")
    assert grade(LABEL, {"item": {}}) == Grade(0.0, False, "invalid_variable_error")


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("a", 0.5),
        ("a + 2 * b - 1", 1.5),
        ("-a ^ 2 + +b", 0.75),
        ("min(a, b) / max(a, b)", 0.5),
        ("sqrt(exp(log(b))) + floor(a) + ceil(a) + abs(-1)", 3.0),
    ],
)
def test_computes_a_formula(formula: str, value: float) -> None:
    assert evaluate(formula, {"a": 0.5, "b": 1.0}) == pytest.approx(value)


@pytest.mark.parametrize(
    "formula",
    [
        "",
        "a b",
        "c",
        "a % b",
        "not a",
        "a.b",
        "min()",
        "open(a)",
        "a if b else a",
        "'x'",
        "True",
        "1 / 0",
        "9 ** 9 ** 9 ** 9",
        "exp(9999)",
        "1e999",
        "sqrt(-1)",
        "(" * 900,
        "a" * 1001,
        "min(a, key=b)",
        "\x00",
    ],
)
def test_does_not_compute(formula: str) -> None:
    with pytest.raises(FormulaError):
        evaluate(formula, {"a": 0.5, "b": 1.0})


@pytest.mark.parametrize(
    "grader",
    [
        CHECK,
        ALIKE,
        LABEL,
        {"type": "multi", "name": "m", "graders": {"c": CHECK}, "calculate_output": "c"},
        {"type": "multi", "name": "m", "graders": CHECK, "calculate_output": "c"},
        {**LABEL, "type": "score_model", "range": None},
    ],
)
def test_finds_no_flaw(grader: Any) -> None:
    assert definition_error(grader) is None


@pytest.mark.parametrize(
    ("grader", "message"),
    [
        (None, "unknown type of grader"),
        ({"type": ["x"]}, "unknown type of grader"),
        ({"type": "other"}, "unknown type of grader"),
        ({**CHECK, "reference": 1}, "'reference' must be a string"),
        ({**CHECK, "operation": "is"}, "unknown operation 'is'"),
        ({**ALIKE, "evaluation_metric": "x"}, "unknown metric 'x'"),
        ({**ALIKE, "pass_threshold": "x"}, "'pass_threshold' must be a number"),
        ({**LABEL, "type": "score_model", "range": ["x"]}, "'range' must be two numbers"),
        ({**LABEL, "input": "{{x}}"}, "'{{x}}' names neither the item nor the sample"),
        ({"type": "multi", "graders": {}}, "'calculate_output' must be a string"),
        ({"type": "multi", "graders": [], "calculate_output": "1"}, "'graders' must be an object"),
        ({"type": "multi", "graders": {"a": 1}, "calculate_output": "1"}, "unknown type of grader"),
        ({"type": "multi", "graders": {}, "calculate_output": "x"}, "'x' cannot be computed"),
    ],
)
def test_names_the_flaw(grader: Any, message: str) -> None:
    assert definition_error(grader) == message
