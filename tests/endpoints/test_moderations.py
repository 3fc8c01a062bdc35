"""Moderations: a result for each text or for a whole message, and as a rule says."""

from __future__ import annotations

import re
from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI, ServerError
from pytest_fakeopenai.wire.moderation import result

from ._requests import both_clients, call_method, error, send

URL = "/v1/moderations"
IMAGE = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}


def moderate(fake: FakeOpenAI, kind: str = "sync", **request: Any) -> Any:
    return call_method(fake, kind, "moderations.create", **request)


@both_clients
def test_flags_a_text(fake_openai: FakeOpenAI, kind: str) -> None:
    answer = moderate(fake_openai, kind, input="I want to kill them.")
    (result,) = answer.results
    assert (result.flagged, result.categories.violence, result.categories.hate) == (True, True, False)
    assert result.category_scores.violence > 0.8 > 0.001 > result.category_scores.hate
    assert answer.model == "omni-moderation-latest"
    assert re.fullmatch(r"modr-\d{4}", answer.id)
    assert fake_openai.requests.only.endpoint == "moderations.create"


def test_gives_each_text_a_result(fake_openai: FakeOpenAI) -> None:
    answer = moderate(fake_openai, input=["Hello", "you idiot"], model="omni-moderation-2024-09-26")
    assert [result.flagged for result in answer.results] == [False, True]
    assert answer.model == "omni-moderation-2024-09-26"


@pytest.mark.parametrize(
    ("parts", "flagged", "looked_at"),
    [
        ([{"type": "text", "text": "I will kill you"}], True, ["text"]),
        ([{"type": "text", "text": "Hello"}, IMAGE], False, ["text", "image"]),
        ([{"type": "text", "text": "Hello"}, {"type": "text", "text": "murder"}, IMAGE], True, ["text", "image"]),
        ([IMAGE], False, ["image"]),
    ],
)
def test_gives_a_whole_message_one_result(
    fake_openai: FakeOpenAI, parts: Any, flagged: bool, looked_at: list[str]
) -> None:
    (result,) = send(fake_openai, "POST", URL, {"input": parts}).json["results"]
    assert result["flagged"] is flagged
    assert result["category_applied_input_types"]["violence"] == looked_at
    assert result["category_applied_input_types"]["hate"] == [each for each in looked_at if each == "text"]


def test_sends_the_body_that_the_api_sends(fake_openai: FakeOpenAI) -> None:
    answer = send(fake_openai, "POST", URL, {"input": "Hello"})
    assert [*answer.json] == ["id", "model", "results"]
    assert answer.json["results"] == [result(["Hello"])]
    assert answer.body.startswith(b'{\n  "id": "modr-')


@pytest.mark.parametrize(
    ("model", "snapshot"),
    [("text-moderation-latest", "text-moderation-007"), ("text-moderation-stable", "text-moderation-006")],
)
def test_answers_for_an_older_model_as_that_did(fake_openai: FakeOpenAI, model: str, snapshot: str) -> None:
    answer = send(fake_openai, "POST", URL, {"input": "you idiot", "model": model}).json
    assert answer["model"] == snapshot
    assert answer["results"] == [result(["you idiot"], older=True)]
    assert re.fullmatch(r"modr-[0-9A-Za-z]{29}", answer["id"])


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({}, error("Missing required parameter: 'input'.", param="input", code="missing_required_parameter")),
        (
            {"input": []},
            error(
                "Invalid 'input': empty array. "
                "Expected an array with minimum length 1, but got an empty array instead.",
                param="input",
                code="empty_array",
            ),
        ),
        (
            {"input": [IMAGE], "model": "text-moderation-latest"},
            error(
                "Invalid value for 'input': images are not supported by model 'text-moderation-latest'.", param="input"
            ),
        ),
    ],
)
def test_refuses_what_the_api_refuses(fake_openai: FakeOpenAI, body: Any, problem: Any) -> None:
    answer = send(fake_openai, "POST", URL, body)
    assert (answer.status, answer.json) == (400, problem)


@pytest.mark.parametrize("input_", [5, True, {"a": 1}, [5], [None, "Hello"], [{"type": "text"}, "x"], None])
def test_answers_anything_where_nothing_is_checked(input_: Any) -> None:
    with FakeOpenAI(validation="off") as fake:
        answer = send(fake, "POST", URL, {"input": input_})
    assert answer.status == 200
    assert len(answer.json["results"]) <= 1


def test_knows_only_the_models_that_the_test_names() -> None:
    with FakeOpenAI(models=["omni-moderation-latest"]) as fake:
        assert moderate(fake, input="Hello").results
        with pytest.raises(openai.NotFoundError) as refused:
            moderate(fake, input="Hello", model="text-moderation-latest")
    message = "The model `text-moderation-latest` does not exist or you do not have access to it."
    assert {"error": refused.value.body} == error(message, code="model_not_found")


@both_clients
def test_answers_what_a_rule_says(fake_openai: FakeOpenAI, kind: str) -> None:
    body = {"id": "modr-1", "model": "mine", "results": [{**result(["Hello"]), "flagged": True}]}
    fake_openai.when(endpoint="moderations.create").script(ServerError(), body)
    assert moderate(fake_openai, kind, input="Hello").results[0].flagged is True
    assert moderate(fake_openai, kind, input="Hello").results[0].flagged is False
