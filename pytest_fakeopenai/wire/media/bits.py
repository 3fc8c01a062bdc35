"""Bits on their way into bytes: texts of 0 and 1, which are cheap to put together and to repeat."""

from __future__ import annotations


def bits(number: int, width: int) -> str:
    """A number in so many bits, the highest first."""
    return f"{number:0{width}b}" if width else ""


def high_first(text: str, filler: str = "0") -> bytes:
    """Bytes that begin with their highest bit; the last is filled up."""
    filled = text + filler * (-len(text) % 8)
    return int(filled or "0", 2).to_bytes(len(filled) // 8, "big")


def low_first(text: str) -> bytes:
    """Bytes that begin with their lowest bit: the text is read from its end. The last is filled up with zeros."""
    return int(text or "0", 2).to_bytes(-(-len(text) // 8), "little")
