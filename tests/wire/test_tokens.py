"""Tokens: counted and cut with OpenAI's vocabularies, or nearly so."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from importlib.machinery import PathFinder

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakeopenai.wire import tokens
from pytest_fakeopenai.wire.tokens import count, encoding, pieces

from ..properties import unhurried

with_tokenizer = pytest.mark.usefixtures("with_tokenizer")
without_tokenizer = pytest.mark.usefixtures("without_tokenizer")

PROSE = (
    "The quick brown fox jumps over the lazy dog, while the rest of the animals watch quietly from the hill. Nobody "
    "knew where it had come from, and by the time the farmer's daughter opened the gate, it was gone."
)
CODE = """async def load(path: str) -> dict[str, object]:
    # What is not there is nothing.
    if not path.exists():
        return {}
    return json.loads(path.read_text(encoding="utf-8"))["items"][0]
"""
JSON = '{"city":"Paris","days":3,"items":[{"id":17,"email":"ada@example.com","tags":["a","b"],"score":0.25}]}'
GERMAN = "Der schnelle braune Fuchs springt über den faulen Hund, während die übrigen Tiere vom Hügel aus zusehen."
RUSSIAN = "Быстрая коричневая лиса перепрыгивает через ленивую собаку, пока остальные животные смотрят на неё."
CHINESE = "敏捷的棕色狐狸跳过了懒狗。其他动物在山上静静地看着。今天天气很好。我们一起去公园散步吧。"
JAPANESE = "素早い茶色の狐がのろまな犬を飛び越える。今日は天気がいいので、公園を散歩しましょう。"

# text, tokens of o200k_base, tokens of cl100k_base
COUNTED = [
    ("", 0, 0),
    ("Hello", 1, 1),
    ("Hello, world!", 4, 4),
    ("<|endoftext|>", 7, 7),
    ('{"city":"Paris"}', 5, 5),
    ("안녕하세요 세계", 3, 9),
    ("\U0001f937\u200d♀️ hm", 6, 8),
    (PROSE, 46, 46),
    (CODE, 50, 49),
    (JSON, 36, 34),
    (GERMAN, 26, 31),
    (RUSSIAN, 29, 47),
    (CHINESE, 39, 62),
    (JAPANESE, 33, 55),
]


@with_tokenizer
@pytest.mark.parametrize(("text", "late", "early"), COUNTED)
def test_counts_with_the_vocabulary_of_the_model(text: str, late: int, early: int) -> None:
    assert count(text, "gpt-4o") == count(text, "gpt-5") == count(text, "one-of-my-own") == late
    assert count(text, "gpt-4") == count(text, "gpt-3.5-turbo-instruct") == early


@without_tokenizer
@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        (" \t", 1),
        ("Hello", 1),
        ("Hello, world!", 4),
        ("extraordinarily", 2),
        ("a b c", 3),
        ("...", 1),
        ("getHTTPResponse(1234567)", 9),
        ("if x:\n        return\n", 6),
        ("犬だ", 2),
        ("лиса", 2),
    ],
)
def test_counts_about_as_much_without_a_tokenizer(text: str, tokens: int) -> None:
    assert count(text, "gpt-4o") == tokens


@without_tokenizer
@pytest.mark.parametrize(
    ("texts", "error"),
    [([PROSE, CODE, JSON], 0.12), ([GERMAN, RUSSIAN, CHINESE, JAPANESE], 0.35)],
    ids=["english and code", "other languages"],
)
def test_errs_little_without_a_tokenizer(texts: list[str], error: float) -> None:
    true = {text: late for text, late, _ in COUNTED}

    assert [text for text in texts if abs(count(text, "gpt-4o") - true[text]) > error * true[text]] == []


@without_tokenizer
@unhurried
@given(st.text())
def test_counts_at_most_a_token_for_each_character(text: str) -> None:
    assert bool(text) <= count(text, "gpt-4o") <= len(text)


@with_tokenizer
@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("", []),
        ("It is 21 °C.", ["It", " is", " ", "21", " °", "C", "."]),
        ('{"city":"Paris"}', ['{"', "city", '":"', "Paris", '"}']),
        ("\U0001f937 hm", ["\U0001f937", " hm"]),  # whose first character is two tokens
        ("안녕하세요 세계", ["안", "녕하세요", " 세계"]),
    ],
)
def test_cuts_into_tokens_that_are_whole_characters(text: str, cut: list[str]) -> None:
    assert list(pieces(text, "gpt-4o") or ()) == cut


@with_tokenizer
@unhurried
@given(st.text())
@pytest.mark.parametrize("model", ["gpt-4o", "gpt-4"])
def test_cuts_into_pieces_that_make_the_text(model: str, text: str) -> None:
    cut = list(pieces(text, model) or ())

    assert "".join(cut) == text
    assert all(cut)
    assert len(cut) <= count(text, model)


@with_tokenizer
def test_counts_and_cuts_a_long_text() -> None:
    text = "word " * 400_000

    assert count(text, "gpt-4o") == 400_001
    assert "".join(pieces(text, "gpt-4o") or ()) == text


@without_tokenizer
def test_cuts_nothing_without_a_tokenizer() -> None:
    assert pieces("Hello", "gpt-4o") is None


@with_tokenizer
def test_loads_a_vocabulary_once_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[object] = []
    tokenizers = tokens._tokenizers

    def load_them() -> object:
        loads.append(tokenizers())
        return loads[-1]

    monkeypatch.setattr(tokens, "_tokenizers", load_them)
    tokens._loaded.clear()
    start = threading.Barrier(4)

    def load(_: int) -> tokens.Encoding | None:
        start.wait()
        return encoding("o200k_base")

    with ThreadPoolExecutor(4) as pool:
        encodings = list(pool.map(load, range(4)))

    assert len(loads) == 1
    assert len(set(encodings)) == 1


def test_does_without_a_tokenizer_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PathFinder, "find_spec", lambda *args: None)

    assert tokens._tokenizers() is None
