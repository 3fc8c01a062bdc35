"""The embeddings: unit length, the same everywhere, and closer for texts that have more in common."""

from __future__ import annotations

import base64
import itertools
import math
import os
import struct
import subprocess
import sys
from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from pytest_fakeopenai.wire.vectors import embed, to_base64

ROOT = Path(__file__).parents[2]
SENTENCE = "the capital of France is Paris"

ODD_TEXTS = ["", " \n\t", "?", "a", "the", "\x00", "\ud800", "caf\udce9 \udfff", "的", "🍕", "👩‍💻", "x" * 5000]

TRIPLES = [
    (SENTENCE, "what is the capital of France?", "the price of a banana is low"),
    ("How do I reset my password?", "Password reset: click the link in the e-mail", "We are open from nine to five"),
    ("running shoes for men", "Men's shoe for runners", "a recipe for onion soup"),
    ("The cat sat on the mat", "Cats sitting on mats", "The stock market fell today"),
    ("refund policy", "We refund purchases within 30 days; see our policies", "The train leaves at noon"),
    ("HELLO, WORLD!", "hello world", "Goodbye, moon!"),
    ("embedding models", "The model embeds each document", "tomatoes are ripe in summer"),
    ("How many employees work here?", "The company employs forty workers", "It will rain in Lisbon tomorrow"),
    ("connection timed out", "a timeout while connecting to the database", "she painted the fence green"),
    ("sick days and vacation policy", "Vacation and sick day rules", "Deploying a cluster on bare metal"),
    ("recieve the package", "receive the packages", "paint the fence"),
    ("Die Hauptstadt von Frankreich", "Hauptstädte in Frankreich", "Der Preis einer Banane"),
    ("Какая столица Франции?", "Столица Франции — Париж", "Бананы стоят дёшево"),
    ("法国的首都是哪里\uff1f", "法国的首都是巴黎。", "香蕉价格很低"),
    ("今天天气很好", "天气预报说今天下雨", "我喜欢吃苹果"),
    ("日本の首都は東京です", "東京は日本の首都", "バナナは安い"),
    ("프랑스의 수도는 어디인가요", "프랑스 수도는 파리", "바나나 가격이 낮다"),
    ("ประเทศไทยเมืองหลวงกรุงเทพ", "กรุงเทพเป็นเมืองหลวง", "กล้วยราคาถูก"),
    ("भारत की राजधानी क्या है", "भारत की राजधानी दिल्ली है।", "केला सस्ता फल"),
    ("iPhone手机", "手机壳\uff0c适用于 iPhone", "Android 平板"),
]

UNRELATED = [
    "The quick brown fox jumps over the lazy dog",
    "Quarterly revenue grew by twelve percent",
    "She planted roses in the garden",
    "The database connection pool is exhausted",
    "My grandmother baked an apple pie",
    "The court dismissed the appeal on Monday",
    "Install the package with pip",
    "Jupiter is the largest planet",
    "The bridge was closed for repairs",
    "Mix flour, butter and milk",
    "Whales sing to one another",
    "香蕉价格很低",
    "Бананы стоят дёшево",
]


def short_id(content: object) -> str:
    return ascii(content)[:40]


def cosine(first: Iterable[float], second: Iterable[float]) -> float:
    return sum(a * b for a, b in zip(first, second, strict=True))


def similarity(first: str, second: str, *, size: int = 1536, dimensions: int | None = None) -> float:
    return cosine(embed(first, size=size, dimensions=dimensions), embed(second, size=size, dimensions=dimensions))


def normalised(values: Sequence[float]) -> list[float]:
    norm = math.hypot(*values)
    return [value / norm for value in values]


@pytest.mark.parametrize("size", [1536, 3072])
@pytest.mark.parametrize("content", [SENTENCE, *ODD_TEXTS, [], [9906], [9906, 1917]], ids=short_id)
def test_native_vector_has_unit_length(content: str | list[int], size: int) -> None:
    vector = embed(content, size=size)
    assert (vector.typecode, len(vector)) == ("f", size)
    assert math.hypot(*vector) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("dimensions", [1, 2, 8, 256])
@pytest.mark.parametrize("content", [SENTENCE, *ODD_TEXTS, [], [9906], [9906, 1917]], ids=short_id)
def test_cut_vector_is_the_start_of_the_native_one_normalised(content: str | list[int], dimensions: int) -> None:
    cut = embed(content, size=1536, dimensions=dimensions)
    assert math.hypot(*cut) == pytest.approx(1, abs=1e-6)
    assert list(cut) == pytest.approx(normalised(embed(content, size=1536)[:dimensions]), abs=1e-6)


def test_one_dimension_is_never_zero() -> None:
    # The weighted sum of this token and its pair with itself is zero in the first dimension.
    assert abs(embed([4857] * 3, size=1536, dimensions=1)[0]) == 1
    assert abs(embed([4857] * 3, size=1536)[0]) < 1e-4


def test_dimensions_may_be_the_native_size() -> None:
    assert embed(SENTENCE, size=1536, dimensions=1536) == embed(SENTENCE, size=1536)


def test_vector_is_the_same_in_every_version() -> None:
    expected = [0.024497561, 0.006294869, 0.006795169, -0.025539283]
    assert list(embed(SENTENCE, size=1536)[:4]) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_vector_is_the_same_in_another_process(seed: str) -> None:
    code = f"from pytest_fakeopenai.wire.vectors import *; print(to_base64(embed({SENTENCE!r}, size=1536)))"
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    printed = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    assert printed.stdout.strip() == to_base64(embed(SENTENCE, size=1536))


@pytest.mark.parametrize("text", [SENTENCE, *ODD_TEXTS], ids=short_id)
def test_identical_texts_have_cosine_one(text: str) -> None:
    assert similarity(text, text) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(("size", "dimensions"), [(1536, None), (1536, 512), (1536, 256), (3072, None), (3072, 1024)])
@pytest.mark.parametrize(("anchor", "near", "far"), TRIPLES)
def test_similar_text_is_closer(anchor: str, near: str, far: str, size: int, dimensions: int | None) -> None:
    nearer = similarity(anchor, near, size=size, dimensions=dimensions)
    assert nearer > similarity(anchor, far, size=size, dimensions=dimensions) + 0.05
    assert nearer > similarity(near, far, size=size, dimensions=dimensions) + 0.05


@pytest.mark.parametrize(("first", "second"), list(itertools.combinations(UNRELATED, 2)))
def test_unrelated_texts_are_nearly_orthogonal(first: str, second: str) -> None:
    assert abs(similarity(first, second)) < 0.15


def test_common_words_weigh_little() -> None:
    assert similarity("the capital of France is Paris", "capital France Paris") > 0.9
    assert similarity("the capital of France is Paris", "the banana of Peru is cheap") < 0.2


def test_punctuation_weighs_little() -> None:
    assert similarity("hello world", "Hello -- world?!") > 0.9


def test_case_and_width_are_ignored() -> None:
    assert embed("\uff28\uff25\uff2c\uff2c\uff2f World", size=1536) == embed("hello WORLD", size=1536)


def test_word_order_counts_a_little() -> None:
    assert 0.9 < similarity("dog bites man", "man bites dog") < 0.999


def test_query_finds_its_sentence_in_long_documents() -> None:
    filler = " ".join(UNRELATED)
    documents = [filler, f"{filler} The warranty lasts two years. {filler}", f"{filler} Lunch is at one. {filler}"]
    query = "How long is the warranty?"
    assert max(documents, key=lambda document: similarity(query, document)) == documents[1]


def test_text_with_more_features_than_are_summed() -> None:
    text = " ".join(f"word{number}" for number in range(5000))
    assert math.hypot(*embed(text, size=1536)) == pytest.approx(1, abs=1e-6)
    assert similarity("words", text) > similarity("banana bread", text) + 0.2


def test_token_ids_are_the_features() -> None:
    anchor, near, far = ([464, 3139, 286, 4881], [464, 3139, 286, 3303], [91, 92, 93, 94])
    vectors = [embed(token_ids, size=1536) for token_ids in (anchor, near, far)]
    assert vectors[0] == embed(tuple(anchor), size=1536)
    assert cosine(vectors[0], vectors[1]) > 0.5
    assert abs(cosine(vectors[0], vectors[2])) < 0.15
    assert abs(cosine(vectors[0], embed("464 3139 286 4881", size=1536))) < 0.15


@pytest.mark.parametrize(("size", "length"), [(1536, 8192), (3072, 16384)])
def test_base64_is_little_endian_floats(size: int, length: int) -> None:
    vector = embed(SENTENCE, size=size)
    encoded = to_base64(vector)
    assert len(encoded) == length
    assert struct.unpack(f"<{size}f", base64.b64decode(encoded)) == tuple(vector)


def test_base64_swaps_bytes_on_a_big_endian_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    native = array("f", [1.0, -2.5])
    other = "little" if sys.byteorder == "big" else "big"
    swapped = base64.b64encode(native.tobytes() if other == "little" else struct.pack(">2f", *native)).decode()
    monkeypatch.setattr("sys.byteorder", other)
    assert to_base64(native) == swapped
    assert list(native) == [1.0, -2.5]
