"""Embeddings of the test's own: `Vectors`, where they are scripted, and the forms in which they are sent."""

from __future__ import annotations

import base64
import math
import re
import struct
from collections.abc import Sequence
from typing import Any

import openai
import pytest

from pytest_fakeopenai import Delay, FakeOpenAI, RateLimit, Reply, Vectors, VerdictError
from pytest_fakeopenai.wire import tokens

from ._requests import both_clients, call_method

CAT, DOG = [1.0, 0.0], [0.0, -0.5]
BROKEN: list[Any] = [lambda text: "no", lambda text: [[1.0]], lambda text: 1 / 0]


def embed(fake: FakeOpenAI, kind: str = "sync", value: Any = "Hi", **options: Any) -> list[Any]:
    """The embeddings of the inputs."""
    answer = call_method(fake, kind, "embeddings.create", model="text-embedding-3-small", input=value, **options)
    assert [each.index for each in answer.data] == [*range(len(answer.data))]
    return [each.embedding for each in answer.data]


def animal(text: str) -> Sequence[float]:
    return CAT if "cat" in text else DOG


async def animal_later(text: str) -> Sequence[float]:
    return animal(text)


def chat(fake: FakeOpenAI, model: str = "gpt-4o") -> str | None:
    messages: Any = [{"role": "user", "content": "Hello"}]
    return fake.client.chat.completions.create(model=model, messages=messages).choices[0].message.content


@both_clients
@pytest.mark.parametrize(
    "vectors",
    [Vectors(CAT, DOG), Vectors(animal), Vectors(animal_later), [CAT, DOG], Reply(Delay(0.001), Vectors(CAT, DOG))],
)
@pytest.mark.parametrize("encoding", ["float", openai.NOT_GIVEN])
def test_gives_each_input_its_vector(fake_openai: FakeOpenAI, kind: str, vectors: object, encoding: Any) -> None:
    fake_openai.when(endpoint="embeddings").always(vectors)

    assert embed(fake_openai, kind, ["a cat", "a dog"], encoding_format=encoding) == [CAT, DOG]


def test_sends_the_vectors_as_asked(fake_openai: FakeOpenAI) -> None:
    fake_openai.otherwise(Vectors([0.1, 0.2]))

    (text,) = embed(fake_openai, encoding_format="base64")
    assert struct.unpack("<2f", base64.b64decode(text)) == pytest.approx((0.1, 0.2))
    assert embed(fake_openai, encoding_format="float") == [[0.1, 0.2]]
    answer = fake_openai.client.embeddings.create(model="text-embedding-3-large", input="four words make tokens")
    assert (answer.object, answer.model) == ("list", "text-embedding-3-large")
    assert answer.usage.prompt_tokens == answer.usage.total_tokens > 1


@pytest.mark.parametrize("function", [False, True])
def test_shortens_vectors_as_openai_does(fake_openai: FakeOpenAI, function: bool) -> None:
    vector = [3.0, 4.0, 12.0]
    fake_openai.otherwise(Vectors(lambda text: vector) if function else Vectors(vector))

    assert embed(fake_openai, dimensions=3) == [vector]
    (short,) = embed(fake_openai, dimensions=2)
    assert short == pytest.approx([0.6, 0.8])
    assert math.hypot(*short) == pytest.approx(1.0)


def test_takes_a_vector_by_itself_and_what_iterates_as_one(fake_openai: FakeOpenAI) -> None:
    rule = fake_openai.when(endpoint="embeddings")
    rule.script(CAT, Vectors(range(2)), Vectors(iter(CAT)), lambda request: [CAT], lambda request: Vectors(CAT))

    assert [embed(fake_openai) for _ in range(5)] == [[CAT], [[0.0, 1.0]], [CAT], [CAT], [CAT]]


def test_answers_embeddings_wherever_it_is_scripted(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(model=re.compile("small")).script(Vectors(CAT), "Three")
    fake_openai.script("One", Vectors(DOG), "Two")
    fake_openai.otherwise(Vectors([0.5]))
    fake_openai.otherwise("Four")

    assert [embed(fake_openai) for _ in range(4)] == [[CAT], [DOG], [[0.5]], [[0.5]]]
    assert [chat(fake_openai) for _ in range(3)] == ["One", "Two", "Four"]
    assert chat(fake_openai, "gpt-small") == "Three"


def test_leaves_what_generates_to_itself(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Vectors(CAT))
    fake_openai.when(text="x").always(Vectors(DOG))
    fake_openai.otherwise(Vectors(CAT))

    assert chat(fake_openai) == "Hello"  # echoed, for nothing is scripted
    assert embed(fake_openai) == [CAT]


def test_goes_wrong_first(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(endpoint="embeddings").script(RateLimit(), Vectors(CAT))

    assert embed(fake_openai) == [CAT]
    assert [each.status for each in fake_openai.requests] == [429, 200]


def test_misses_a_request_for_vectors_that_never_comes() -> None:
    fake = FakeOpenAI()
    with pytest.raises(VerdictError, match=r"never asked for[\s\S]*Vectors\(\[1.0, 0.0\]\)"), fake:
        fake.script(Vectors(CAT))


def test_gives_a_function_the_text_of_token_ids(fake_openai: FakeOpenAI) -> None:
    inputs: list[object] = []

    def noted(text: object) -> Sequence[float]:
        inputs.append(text)
        return CAT

    fake_openai.otherwise(Vectors(noted))
    ids = [9906, 1917]

    embed(fake_openai, value=ids)
    embed(fake_openai, value=[ids, [2**40]])

    text = "Hello world" if tokens.is_exact("text-embedding-3-small") else ids
    assert inputs == [text, text, [2**40]]


@pytest.mark.usefixtures("without_tokenizer")
def test_gives_a_function_token_ids_where_no_tokenizer_is_installed(fake_openai: FakeOpenAI) -> None:
    fake_openai.otherwise(Vectors(lambda ids: [float(each) for each in ids]))

    assert embed(fake_openai, value=[[1, 2], [3]]) == [[1.0, 2.0], [3.0]]


# What cannot be sent


@pytest.mark.parametrize(
    ("entry", "options", "problem"),
    [
        (
            Vectors(CAT),
            {"value": ["a", "b"]},
            "Vectors([1.0, 0.0]) has 1 for 2 inputs; Vectors(function) makes one for each",
        ),
        (Vectors(CAT, DOG), {}, "has 2 for 1 inputs"),
        (Vectors(CAT), {"dimensions": 3}, "the vector (1.0, 0.0) has 2 dimensions, not the 3 asked for"),
        (Vectors(animal), {"dimensions": 3}, "has 2 dimensions, not the 3 asked for"),
        (Vectors(BROKEN[0]), {}, "Vectors takes lists of numbers"),
        (Vectors(BROKEN[1]), {}, "a vector is a list of numbers"),
        (Vectors(BROKEN[2]), {}, "ZeroDivisionError"),
        ([["a"]], {}, "cannot answer embeddings, which Vectors(…), or a whole answer as a dict, can"),
        ([True], {}, "cannot answer embeddings"),
        (5, {}, None),
        ("5", {}, "cannot answer embeddings"),
    ],
)
def test_refuses_what_does_not_fit_the_request(entry: object, options: Any, problem: str | None) -> None:
    fake = FakeOpenAI()
    if problem is None:
        with pytest.raises(TypeError):
            fake.when(endpoint="embeddings").always(entry)
        return
    with pytest.raises(VerdictError, match=re.escape(problem)), fake:  # noqa: PT012  # the end of the fake raises
        fake.when(endpoint="embeddings").always(entry)
        with pytest.raises(openai.BadRequestError):
            embed(fake, **options)


@pytest.mark.parametrize("vectors", [Vectors(CAT, unchecked=True), Reply(Vectors(CAT), unchecked=True)])
@pytest.mark.parametrize("options", [{"value": ["a", "b"]}, {"dimensions": 3}])
def test_sends_what_does_not_fit_where_that_is_meant(fake_openai: FakeOpenAI, vectors: object, options: Any) -> None:
    fake_openai.otherwise(vectors)

    assert embed(fake_openai, **options) == [CAT]


@pytest.mark.parametrize("endpoint", ["chat.completions", "responses"])
def test_cannot_answer_what_generates(endpoint: str) -> None:
    fake = FakeOpenAI()
    with pytest.raises(VerdictError, match=r"cannot be carried by .*; embeddings can"), fake:  # noqa: PT012  # the end of the fake raises
        fake.when(endpoint=endpoint).always(Vectors(CAT))
        with pytest.raises(openai.BadRequestError):
            chat(fake) if endpoint != "responses" else fake.client.responses.create(model="gpt-4o", input="Hi")


@pytest.mark.parametrize(
    "vectors",
    [
        (CAT, "a"),
        (1.0, 0.0),
        ([CAT, DOG],),
        (["a"],),
        ([True],),
        ([None],),
        (animal, CAT),
        ({"a": 1.0},),
        ([math.nan],),
        ([math.inf],),
        ([1e39],),
        (None,),
    ],
)
def test_takes_only_numbers_that_can_be_sent(vectors: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"vector|Vectors"):
        Vectors(*vectors)


def test_shows_itself_briefly() -> None:
    assert repr(Vectors(CAT, [0.1] * 1536)) == "Vectors([1.0, 0.0], [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, ...])"
    assert repr(Vectors(animal)) == "Vectors(animal)"
    assert Vectors(CAT) == Vectors((1, 0)) != Vectors(DOG)
