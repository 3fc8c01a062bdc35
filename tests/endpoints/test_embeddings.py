"""Embeddings: which vectors come in which form, and what a rule says instead."""

from __future__ import annotations

import base64
import http.client
import json
import math
import re
import struct
from collections.abc import Iterator, Sequence
from typing import Any

import openai
import pytest

from pytest_fakeopenai import (
    ApiError,
    Delay,
    Disconnect,
    FakeOpenAI,
    Garbage,
    RateLimit,
    Reply,
    ServerError,
    VerdictError,
)

from ._requests import both_clients, call_method, error, send

URL = "/v1/embeddings"
SMALL, LARGE, ADA = "text-embedding-3-small", "text-embedding-3-large", "text-embedding-ada-002"
INVALID = error("'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.")


def embed(fake: FakeOpenAI, kind: str = "sync", **request: Any) -> Any:
    return call_method(fake, kind, "embeddings.create", **{"model": SMALL, "input": "Hi", **request})


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(x * y for x, y in zip(one, other, strict=True))


def decoded(text: str) -> list[float]:
    data = base64.b64decode(text, validate=True)
    return list(struct.unpack(f"<{len(data) // 4}f", data))


@both_clients
def test_gives_each_text_its_unit_vector_in_order(fake_openai: FakeOpenAI, kind: str) -> None:
    texts = ["one fish", "two fishes", "red", "blue"]
    answer = embed(fake_openai, kind, input=texts)
    alone = [embed(fake_openai, kind, input=text).data[0].embedding for text in texts]
    assert [(each.index, each.object) for each in answer.data] == [(index, "embedding") for index in range(4)]
    assert [each.embedding for each in answer.data] == alone
    assert [math.hypot(*vector) for vector in alone] == pytest.approx([1.0] * 4, abs=1e-6)
    assert len({tuple(vector) for vector in alone}) == 4
    assert (answer.object, answer.model, answer.usage.to_dict()) == (
        "list",
        SMALL,
        {"prompt_tokens": 6, "total_tokens": 6},
    )


@both_clients
def test_brings_similar_texts_together(fake_openai: FakeOpenAI, kind: str) -> None:
    documents = ["How to reset your password", "Our refund policy", "Opening hours on Sundays"]
    question, *vectors = [
        each.embedding for each in embed(fake_openai, kind, input=["I forgot my password", *documents]).data
    ]
    likeness = [cosine(question, vector) for vector in vectors]
    assert likeness.index(max(likeness)) == 0
    assert cosine(question, question) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(
    ("model", "dimensions", "size"),
    [
        (SMALL, None, 1536),
        (LARGE, None, 3072),
        (ADA, None, 1536),
        ("mine", None, 1536),
        (SMALL, 128, 128),
        (LARGE, 1, 1),
    ],
)
def test_has_as_many_dimensions_as_the_model_or_the_request_says(
    fake_openai: FakeOpenAI, model: str, dimensions: int | None, size: int
) -> None:
    fields: Any = {} if dimensions is None else {"dimensions": dimensions}
    answer = embed(fake_openai, model=model, **fields)
    snapshot = "text-embedding-ada-002-v2" if model == ADA else model
    assert (len(answer.data[0].embedding), answer.model) == (size, snapshot)
    assert math.hypot(*answer.data[0].embedding) == pytest.approx(1.0, abs=1e-6)


@both_clients
def test_means_the_same_in_every_form(fake_openai: FakeOpenAI, kind: str) -> None:
    forms: Any = [{}, {"encoding_format": "float"}, {"encoding_format": "base64"}]
    default, floats, text = (embed(fake_openai, kind, **form).data[0].embedding for form in forms)
    assert default == pytest.approx(floats, abs=1e-9)
    assert decoded(text) == default
    encodings = [request.json.get("encoding_format") for request in fake_openai.requests]
    assert encodings == ["base64", "float", "base64"]


def test_sends_the_bytes_that_the_api_sends(fake_openai: FakeOpenAI) -> None:
    answer = send(
        fake_openai, "POST", URL, {"model": SMALL, "input": "Hi", "dimensions": 2, "encoding_format": "base64"}
    )
    vector = answer.json["data"][0]["embedding"]
    expected = {
        "object": "list",
        "data": [{"object": "embedding", "index": 0, "embedding": vector}],
        "model": SMALL,
        "usage": {"prompt_tokens": 1, "total_tokens": 1},
    }
    assert len(base64.b64decode(vector, validate=True)) == 8
    assert answer.body.decode().rstrip("\n") == json.dumps(expected, indent=2)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert fake_openai.requests.only.response == expected


def test_answers_floats_unless_asked_otherwise(fake_openai: FakeOpenAI) -> None:
    answer = send(fake_openai, "POST", URL, {"model": SMALL, "input": "Hi", "dimensions": 3})
    vector = answer.json["data"][0]["embedding"]
    assert [type(number) for number in vector] == [float] * 3
    assert answer.body.count(b"\n") > 3


@pytest.mark.parametrize(
    ("input_", "inputs", "tokens"),
    [
        ("one two three", 1, 3),
        (["one", "two three"], 2, 3),
        ([1, 2, 3, 4], 1, 4),
        ([[1, 2], [3]], 2, 3),
    ],
    ids=["text", "texts", "tokens", "token lists"],
)
def test_counts_inputs_and_tokens(fake_openai: FakeOpenAI, input_: Any, inputs: int, tokens: int) -> None:
    answer = embed(fake_openai, input=input_)
    assert len(answer.data) == inputs
    assert answer.usage.to_dict() == {"prompt_tokens": tokens, "total_tokens": tokens}


def test_takes_as_many_inputs_as_the_api(fake_openai: FakeOpenAI) -> None:
    body = {"model": SMALL, "dimensions": 1, "encoding_format": "base64"}
    most, more = (send(fake_openai, "POST", URL, {**body, "input": [[1]] * count}) for count in (2048, 2049))
    assert (most.status, len(most.json["data"])) == (200, 2048)
    assert (more.status, more.json) == (400, INVALID)


@pytest.mark.parametrize(
    "input_",
    ["", [], [""], ["a", ""], [[]], [[1], []], 5, True, {"a": 1}, [None], [1.5], [-1], [True], ["a", 1]],
    ids=repr,
)
def test_refuses_what_cannot_be_embedded(fake_openai: FakeOpenAI, input_: Any) -> None:
    answer = send(fake_openai, "POST", URL, {"model": SMALL, "input": input_})
    assert (answer.status, answer.json) == (400, INVALID)


@pytest.mark.parametrize("input_", ["", ["a", ""]], ids=repr)
def test_embeds_an_empty_text_with_the_oldest_model(fake_openai: FakeOpenAI, input_: Any) -> None:
    answer = send(fake_openai, "POST", URL, {"model": ADA, "input": input_})
    assert (answer.status, len(answer.json["data"])) == (200, 2 if isinstance(input_, list) else 1)


@pytest.mark.parametrize(
    ("change", "message", "param", "code"),
    [
        ({"model": None}, "you must provide a model parameter", None, None),
        ({"input": None}, "Missing required parameter: 'input'.", "input", "missing_required_parameter"),
        ({"model": ADA, "dimensions": 5}, "This model does not support specifying dimensions.", None, None),
        ({"dimensions": 0}, "0 is less than the minimum of 1 - 'dimensions'", None, None),
        (
            {"dimensions": 1537},
            "Invalid value for 'dimensions' = 1537. Must be less than or equal to 1536.",
            None,
            None,
        ),
        ({"dimensions": "5"}, "'5' is not of type 'integer' - 'dimensions'", None, None),
        ({"encoding_format": 1}, "1 is not of type 'string' - 'encoding_format'", None, None),
        (
            {"encoding_format": "md5"},
            "Invalid value for 'encoding_format' = md5. Supported values: ['float', 'base64'].",
            None,
            None,
        ),
    ],
)
def test_refuses_a_bad_body(
    fake_openai: FakeOpenAI, change: Any, message: str, param: str | None, code: str | None
) -> None:
    answer = send(fake_openai, "POST", URL, {"model": SMALL, "input": "Hi", **change})
    assert (answer.status, answer.json) == (400, error(message, param=param, code=code))


@both_clients
def test_goes_wrong_where_a_rule_says(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.when(endpoint="embeddings").script(RateLimit())
    assert len(embed(fake_openai, kind).data) == 1
    assert [(each.attempt, each.status) for each in fake_openai.requests] == [(0, 429), (1, 200)]


@both_clients
def test_raises_the_error_of_a_rule(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.when(endpoint="embeddings", body={"input": "bad"}).script(ApiError(422, "Too bad", code="bad"))
    with pytest.raises(openai.UnprocessableEntityError) as caught:
        embed(fake_openai, kind, input="bad")
    assert {"error": caught.value.body} == error("Too bad", code="bad")
    assert len(embed(fake_openai, kind, input="good").data) == 1


@both_clients
def test_answers_what_a_rule_says_always(fake_openai: FakeOpenAI, kind: str) -> None:
    body = {
        "object": "list",
        "data": [{"object": "embedding", "index": 0, "embedding": [0.5, -0.5]}],
        "model": "mine",
        "usage": {"prompt_tokens": 1, "total_tokens": 1},
    }
    fake_openai.when(endpoint="embeddings").script(ServerError()).always(body)
    assert [embed(fake_openai, kind).to_dict() for _ in range(2)] == [body, body]
    assert [request.status for request in fake_openai.requests] == [500, 200, 200]


def test_leaves_the_script_to_those_who_generate(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Hi")
    assert len(embed(fake_openai).data) == 1
    completion = fake_openai.client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "?"}])
    assert completion.choices[0].message.content == "Hi"
    assert [request.endpoint for request in fake_openai.requests] == ["embeddings", "chat.completions"]


def test_says_all_that_the_reply_of_a_rule_says(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    gate.open()
    rule = fake_openai.when(endpoint="embeddings")
    rule.script(
        Reply(gate, Delay(0.01), {"a": [1]}, headers={"X-A": "b"}, unchecked=True),
        Garbage("{oops"),
        Reply("{}", Disconnect()),
    )
    answer, garbled = (send(fake_openai, "POST", URL, {}) for _ in range(2))
    assert (answer.json, answer.headers["x-a"], gate.reached) == ({"a": [1]}, "b", True)
    assert (garbled.status, garbled.body) == (200, b"{oops")
    with pytest.raises(http.client.RemoteDisconnected):
        send(fake_openai, "POST", URL, {})


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ("Hi", "Reply(Text('Hi')) is not JSON, which embeddings answers with"),
        (lambda _: iter_parts(), "cannot answer embeddings; a dict or an error can"),
    ],
    ids=["text", "generator"],
)
def test_refuses_a_rule_that_says_no_json(entry: object, complaint: str) -> None:
    with FakeOpenAI() as fake:
        fake.when(endpoint="embeddings").script(entry)
        with pytest.raises(openai.BadRequestError) as refused:
            embed(fake)
        assert (refused.value.code, complaint in refused.value.message) == ("unfit_reply", True)
        with pytest.raises(VerdictError, match=re.escape(complaint)):
            fake.check()
        fake.reset()


def iter_parts() -> Iterator[str]:
    yield "{}"
