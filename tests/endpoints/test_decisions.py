"""Decisions: an answer to each question, which follows the text."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI, Reply

from ._requests import both_clients, call_method, error, send

MODEL = "gpt-6-luna"
URGENT: Any = {"type": "predicate", "name": "urgent", "instructions": "Is the server down right now?"}
TEAM: Any = {
    "type": "choice",
    "instructions": "Which team?",
    "choices": [{"value": "billing", "description": "invoices"}, {"value": "support", "description": "server down"}],
}
SWITCH: Any = {"type": "choice", "instructions": "Escalate?", "choices": [{"value": True}, {"value": False}]}
MOOD: Any = {"type": "score", "instructions": "How angry?", "levels": [{"label": "calm"}, {"label": "furious"}]}
needs_decisions = pytest.mark.skipif(not hasattr(openai.OpenAI, "decisions"), reason="this SDK knows no decisions")


def decide(fake: FakeOpenAI, text: Any, *questions: Any, **rest: Any) -> Any:
    """The answer to a plain request."""
    body = {"model": MODEL, "input": text, "questions": questions, **rest}
    return send(fake, "POST", "/v1/decisions", body).json


@needs_decisions
@both_clients
def test_answers_every_question_in_order(fake_openai: FakeOpenAI, kind: str) -> None:
    questions = [URGENT, TEAM, SWITCH, MOOD]
    decision = call_method(
        fake_openai, kind, "decisions.create", model=MODEL, input="The server is down", questions=questions
    )
    assert (decision.model, [answer.type for answer in decision.answers]) == (
        MODEL,
        ["predicate", "choice", "choice", "score"],
    )
    assert [answer.name for answer in decision.answers] == ["urgent", None, None, None]
    assert (decision.answers[1].choice, decision.answers[2].choice) == ("support", True)
    assert decision.usage.input_tokens == decision.usage.total_tokens > 20
    assert decision.usage.output_tokens == 0


def test_follows_the_text(fake_openai: FakeOpenAI) -> None:
    texts = ("The server is down right now", "Thank you for the invoices, I am calm", "I am furious")
    down, calm, furious = (decide(fake_openai, text, URGENT, TEAM, MOOD)["answers"] for text in texts)
    assert down[0]["probability"] > 0.5 > calm[0]["probability"]
    assert (down[1]["choice"], calm[1]["choice"]) == ("support", "billing")
    assert calm[2]["score"] < down[2]["score"] == 1.5 < furious[2]["score"]
    assert down == decide(fake_openai, texts[0], URGENT, TEAM, MOOD)["answers"]


def test_tells_how_likely_every_alternative_is(fake_openai: FakeOpenAI) -> None:
    choice, score = decide(fake_openai, "server down", TEAM, MOOD)["answers"]
    assert [each["value"] for each in choice["probabilities"]] == ["billing", "support"]
    assert choice["confidence"] == choice["probabilities"][1]["probability"] > 0.5
    assert sum(each["probability"] for each in choice["probabilities"]) == pytest.approx(1.0)
    assert score["probabilities"] == [
        {"value": 1, "label": "calm", "probability": 0.5},
        {"value": 2, "label": "furious", "probability": 0.5},
    ]


@pytest.mark.parametrize(
    "input_",
    [
        [{"role": "user", "content": "server down"}],
        [{"role": "user", "content": [{"type": "input_text", "text": "server down"}]}],
        [{"type": "function_call", "call_id": "c", "name": "look", "arguments": "server down"}],
        [{"type": "function_call_output", "call_id": "c", "output": "server down"}],
    ],
)
def test_reads_messages_calls_and_outputs(fake_openai: FakeOpenAI, input_: Any) -> None:
    assert decide(fake_openai, input_, TEAM)["answers"][0]["choice"] == "support"


def test_says_what_a_rule_says(fake_openai: FakeOpenAI) -> None:
    body = {"model": MODEL, "answers": [{"type": "refusal", "name": None}], "usage": {}}
    fake_openai.when(endpoint="decisions.create").always(Reply(body, unchecked=True))
    assert decide(fake_openai, "Hi", URGENT) == body


def test_refuses_questions_that_are_none_or_too_many(fake_openai: FakeOpenAI) -> None:
    assert decide(fake_openai, "Hi")["error"]["code"] == "empty_array"
    assert decide(fake_openai, "Hi", *[URGENT] * 401)["error"]["code"] == "array_above_max_length"
    assert decide(fake_openai, "Hi", {**TEAM, "choices": []})["error"]["param"] == "questions[0].choices"


@pytest.mark.fake_openai(models=["gpt-4o"])
def test_refuses_a_model_that_is_not_there(fake_openai: FakeOpenAI) -> None:
    expected = error(f"The requested model '{MODEL}' does not exist.", param="model", code="model_not_found")
    assert decide(fake_openai, "Hi", URGENT) == expected


@pytest.mark.fake_openai(validation="off")
def test_refuses_to_answer_what_is_no_question(fake_openai: FakeOpenAI) -> None:
    questions = [{"type": "riddle"}, {"type": ["x"], "name": "n"}, {**TEAM, "choices": []}, {**MOOD, "levels": []}]
    answers = decide(fake_openai, {"type": "input_json", "value": 1}, *questions)["answers"]
    assert [(answer["type"], answer["name"]) for answer in answers] == [
        ("refusal", None),
        ("refusal", "n"),
        ("refusal", None),
        ("refusal", None),
    ]
    assert send(fake_openai, "POST", "/v1/decisions", {}).json["answers"] == []


def test_wants_a_model(fake_openai: FakeOpenAI) -> None:
    missing = error("Missing required parameter: 'model'.", param="model", code="missing_required_parameter")
    assert send(fake_openai, "POST", "/v1/decisions", {"input": "Hi", "questions": [URGENT]}).json == missing
