"""Log probabilities: invented plausibly, found by position, spelled as each surface does."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakeopenai import Logprob
from pytest_fakeopenai.wire.billing.logprobs import between, entry, entry_sorted, invent

from ...properties import unhurried

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@unhurried
@given(st.lists(TEXT), st.integers(0, 20))
def test_invents_one_for_each_piece(pieces: list[str], alternatives: int) -> None:
    logprobs = invent(pieces, alternatives)

    assert [each.token for each in logprobs] == pieces
    assert all(-0.5 <= each.logprob <= 0 for each in logprobs)
    assert [len(each.top_logprobs) for each in logprobs] == [alternatives] * len(pieces)
    assert logprobs == invent(pieces, alternatives)


@unhurried
@given(TEXT, st.integers(1, 20))
def test_invents_alternatives_that_are_less_and_less_likely(piece: str, alternatives: int) -> None:
    (invented,) = invent([piece], alternatives)
    tokens, values = zip(*invented.top_logprobs, strict=True)

    assert invented.top_logprobs[0] == (piece, invented.logprob)
    assert list(values) == sorted(set(values), reverse=True)
    assert len(set(tokens)) == alternatives


def test_gives_different_tokens_different_values() -> None:
    values = {each.logprob for each in invent(["the", "cat", "sat", "on", "a", "mat"], 0)}

    assert len(values) == 6


LOGPROBS = [Logprob("He", -0.1), Logprob("", -0.2), Logprob("llo", -0.3), Logprob(" you", -0.4)]


@pytest.mark.parametrize(
    ("start", "end", "tokens"),
    [
        (0, 9, ["He", "", "llo", " you"]),
        (0, 5, ["He", "", "llo"]),
        (5, 9, [" you"]),
        (0, 4, ["He", "", "llo"]),
        (4, 9, [" you"]),
        (0, 0, []),
        (9, 12, []),
    ],
)
def test_finds_the_tokens_that_begin_in_a_part(start: int, end: int, tokens: list[str]) -> None:
    assert [each.token for each in between(LOGPROBS, start, end)] == tokens


@unhurried
@given(st.lists(TEXT.filter(bool)), st.data())
def test_gives_each_token_to_exactly_one_part(tokens: list[str], data: st.DataObject) -> None:
    length = len("".join(tokens))
    cuts = sorted(data.draw(st.lists(st.integers(0, length), max_size=4)))
    edges = [0, *cuts, length]
    logprobs = [Logprob(token, -1.0) for token in tokens]

    divided = [each.token for start, end in itertools.pairwise(edges) for each in between(logprobs, start, end)]
    assert divided == tokens


def test_is_spelled_as_each_surface_does() -> None:
    logprob = Logprob("é", -0.5, (("é", -0.5), ("e", -1)))
    chat = entry(logprob)
    response = entry_sorted(logprob)

    assert chat == response
    assert chat == {
        "token": "é",
        "logprob": -0.5,
        "bytes": [195, 169],
        "top_logprobs": [
            {"token": "é", "logprob": -0.5, "bytes": [195, 169]},
            {"token": "e", "logprob": -1, "bytes": [101]},
        ],
    }
    assert list(chat) == ["token", "logprob", "bytes", "top_logprobs"]
    assert list(response) == ["bytes", "logprob", "token", "top_logprobs"]
    assert [list(top) for top in response["top_logprobs"]] == [["bytes", "logprob", "token"]] * 2
