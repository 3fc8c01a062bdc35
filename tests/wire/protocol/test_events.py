"""Events, framed or bare, and the template of those that are alike."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakeopenai.wire.protocol import sse
from pytest_fakeopenai.wire.protocol.events import Event, Template, hole

from ...properties import unhurried
from .test_sse import TEXT


@pytest.mark.parametrize(
    ("event", "frames"),
    [
        (Event((b'{"a":1}',)), [b'data: {"a":1}\n\n']),
        (Event((b"[DONE]",), "done"), [b"event: done\ndata: [DONE]\n\n"]),
        (Event((b"1", b"2"), "piece"), [b"event: piece\ndata: 1\n\n", b"event: piece\ndata: 2\n\n"]),
        (Event(()), []),
    ],
)
def test_is_framed(event: Event, frames: list[bytes]) -> None:
    assert event.frames() == frames


def test_is_read() -> None:
    assert Event((b'{"a":1}', b'{"a":2}')).values() == [{"a": 1}, {"a": 2}]


def test_comes_apart() -> None:
    singles = [*Event((b"1", b"2"), "piece", is_piece=True).singly()]
    assert [(each.payloads, each.name, each.is_piece) for each in singles] == [
        ((b"1",), "piece", True),
        ((b"2",), "piece", True),
    ]


@unhurried
@given(st.lists(TEXT), TEXT)
def test_is_filled(texts: list[str], other: str) -> None:
    template = Template({"n": hole("n"), "a": [other, "%d"], "text": hole("text"), "b": 1}, numbers=["n"])
    payloads = template.fill(text=map(sse.compact, texts), n=range(len(texts)))
    assert [json.loads(payload) for payload in payloads] == [
        {"n": n, "a": [other, "%d"], "text": text, "b": 1} for n, text in enumerate(texts)
    ]


def test_is_not_filled_with_columns_of_different_lengths() -> None:
    with pytest.raises(ValueError, match="shorter"):
        Template({"a": hole("a"), "b": hole("b")}).fill(a=[b"1"], b=[])
