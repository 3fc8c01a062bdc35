"""Bits in bytes, from either end."""

from __future__ import annotations

import pytest

from pytest_fakeopenai.wire.media.bits import bits, lsb_first, msb_first


@pytest.mark.parametrize(("number", "width", "text"), [(0, 0, ""), (0, 3, "000"), (5, 4, "0101"), (255, 8, "11111111")])
def test_writes_numbers(number: int, width: int, text: str) -> None:
    assert bits(number, width) == text


@pytest.mark.parametrize(
    ("text", "filler", "data"),
    [("", "0", b""), ("1", "0", b"\x80"), ("1", "1", b"\xff"), ("000000001", "0", b"\0\x80")],
)
def test_begins_with_the_highest_bit(text: str, filler: str, data: bytes) -> None:
    assert msb_first(text, filler) == data


@pytest.mark.parametrize(("text", "data"), [("", b""), ("1", b"\x01"), ("110000000", b"\x80\x01")])
def test_begins_with_the_lowest_bit(text: str, data: bytes) -> None:
    assert lsb_first(text) == data
