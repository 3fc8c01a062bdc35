"""Bits packed into bytes. Until then they are texts of 0 and 1, which are cheap to join and to repeat."""

from __future__ import annotations


def bits(number: int, width: int) -> str:
    """A number in `width` bits, the highest first."""
    return f"{number:0{width}b}" if width else ""


def msb_first(text: str, filler: str = "0") -> bytes:
    """The bits in bytes, each from its highest bit down; the last is filled up with the filler."""
    filled = text + filler * (-len(text) % 8)
    return int(filled or "0", 2).to_bytes(len(filled) // 8, "big")


def lsb_first(text: str) -> bytes:
    """The bits in bytes, each from its lowest bit up; the text is read from its end. The last is filled with zeros."""
    return int(text or "0", 2).to_bytes(-(-len(text) // 8), "little")
