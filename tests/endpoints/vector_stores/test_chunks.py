"""Taking the text of files and cutting it, by value."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from pytest_fakeopenai.endpoints.vector_stores.chunks import NotText, chunks, cut, strategy, text_in

WORDS = " ".join(f"word{number}" for number in range(300))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"plain", "plain"),
        ("Grüße, 世界 😀".encode(), "Grüße, 世界 😀"),
        (b"\xef\xbb\xbfmarked", "marked"),
        ("wide".encode("utf-16"), "wide"),
        (b'{"a": [1]}', '{"a": [1]}'),
        (b"<p>Hi</p>", "<p>Hi</p>"),
    ],
)
def test_takes_text_as_it_is(content: bytes, text: str) -> None:
    assert text_in(content) == text


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe\x00", "unsupported_file"),
        (b"\x80", "unsupported_file"),
        (b"a\0b", "unsupported_file"),
        (b"%PDF-1.4", "unsupported_file"),
        (b"PK\x03\x04docx", "unsupported_file"),
        (b"{\\rtf1}", "unsupported_file"),
        (b"", "invalid_file"),
        (b"\n\t ", "invalid_file"),
    ],
)
def test_finds_no_text_in_the_rest(content: bytes, code: str) -> None:
    with pytest.raises(NotText) as caught:
        text_in(content)

    assert caught.value.error["code"] == code


@pytest.mark.parametrize("tokenizer", ["with_tokenizer", "without_tokenizer"])
@pytest.mark.parametrize(("size", "overlap"), [(100, 50), (100, 0), (137, 20), (4096, 0)])
def test_cuts_chunks_that_overlap(request: pytest.FixtureRequest, tokenizer: str, size: int, overlap: int) -> None:
    request.getfixturevalue(tokenizer)

    pieces = [*cut(WORDS, size, overlap)]

    assert WORDS.startswith(pieces[0])
    assert WORDS.endswith(pieces[-1])
    assert all(piece in WORDS for piece in pieces)
    for before, after in itertools.pairwise(pieces):
        shared = next(length for length in range(len(after), -1, -1) if before.endswith(after[:length]))
        assert (shared > 0) is (overlap > 0)
    assert len(pieces) == 1 if size == 4096 else len(pieces) > 2


def test_leaves_a_short_text_in_one_piece() -> None:
    assert [*cut("short", 100, 50)] == ["short"]


@pytest.mark.parametrize(
    ("settings", "size", "overlap"),
    [
        (None, 800, 400),
        ({"type": "auto"}, 800, 400),
        ({"type": "static", "static": {"max_chunk_size_tokens": 200, "chunk_overlap_tokens": 50}}, 200, 50),
        ({"type": "static", "static": "broken"}, 800, 400),
    ],
)
def test_tells_a_strategy_in_full(settings: Any, size: int, overlap: int) -> None:
    sizes = {"max_chunk_size_tokens": size, "chunk_overlap_tokens": overlap}

    assert strategy(settings) == {"type": "static", "static": sizes}


@pytest.mark.parametrize(("size", "overlap"), [(0, 0), (100, 60), (100, -1), ("x", 0), (100, None), (True, False)])
def test_cuts_as_usual_by_a_strategy_that_makes_no_sense(size: Any, overlap: Any) -> None:
    settings = {"type": "static", "static": {"max_chunk_size_tokens": size, "chunk_overlap_tokens": overlap}}

    assert [chunk.text for chunk in chunks("Hi", settings)] == ["Hi"]
    assert [chunk.size for chunk in chunks("Hi", settings)] == [1026]
