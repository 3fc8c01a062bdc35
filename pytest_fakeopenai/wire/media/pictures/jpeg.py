"""JPEG, baseline. https://www.w3.org/Graphics/JPEG/itu-t81.pdf

A cell is a multiple of a block of eight by eight pixels of one colour. So of every block only the mean is coded, and of
the lines of blocks only one for each row of cells: every line begins anew, as after a loss of data.
"""

from __future__ import annotations

import struct

from ..bits import bits, high_first
from .pattern import Colour, Pattern

_BLOCK = 8
_LONGEST_COMMENT = 65_533
# The difference of a mean to the one before, by the number of its bits: none is the code 0, others have five bits.
_MEANS = bytes((1, 0, 0, 0, 8, *[0] * 11)) + bytes(range(9))
_ONLY_THE_END = bytes((1, *[0] * 15, 0))  # which is all that comes behind a mean
_SAME = "00"  # no difference, and the end


def write(pattern: Pattern) -> bytes:
    """The pattern as a JPEG; the prompt is its comment."""
    comment = pattern.prompt.encode("utf-8", "replace")[:_LONGEST_COMMENT]
    across = -(-pattern.width // _BLOCK)
    parts = b"".join(bytes((number, 0x11, 0)) for number in (1, 2, 3))
    segments = [
        _segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        _segment(0xFE, comment),
        _segment(0xDB, b"\0" + bytes([_BLOCK]) * 64),
        _segment(0xC0, struct.pack(">BHHB", 8, pattern.height, pattern.width, 3) + parts),
        _segment(0xC4, b"\x00" + _MEANS + b"\x10" + _ONLY_THE_END),
        _segment(0xDD, struct.pack(">H", across)),
        _segment(0xDA, b"\x03\x01\0\x02\0\x03\0\0\x3f\0"),
    ]
    return b"\xff\xd8" + b"".join(segments) + _scan(pattern) + b"\xff\xd9"


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def _scan(pattern: Pattern) -> bytes:
    lines = []
    for place, cells in enumerate(pattern.rows):
        line = _line(pattern, cells)
        lines += [line] * -(-pattern.height_of(place) // _BLOCK)
    anew = (b"\xff" + bytes([0xD0 + number % 8]) for number in range(len(lines) - 1))
    return b"".join(line + mark for line, mark in zip(lines, (*anew, b""), strict=True))


def _line(pattern: Pattern, cells: list[bool]) -> bytes:
    """A line of blocks: where a cell begins the difference of its colour, from then on none."""
    ink, paper = _means(pattern.ink), _means(pattern.paper)
    coded, before = [], (0, 0, 0)
    for inked, blocks in pattern.stretched(cells, _BLOCK):
        now = ink if inked else paper
        coded += [_difference(new - old) for new, old in zip(now, before, strict=True)] if blocks else []
        coded.append(_SAME * 3 * (blocks - 1))
        before = now
    return high_first("".join(coded), filler="1").replace(b"\xff", b"\xff\x00")


def _means(colour: Colour) -> tuple[int, int, int]:
    """A colour as brightness, blueness and redness, each around zero."""
    red, green, blue = colour
    bright = 0.299 * red + 0.587 * green + 0.114 * blue
    return round(bright - 128), round(0.564 * (blue - bright)), round(0.713 * (red - bright))


def _difference(value: int) -> str:
    size = abs(value).bit_length()
    if not size:
        return _SAME
    shown = value if value > 0 else value + (1 << size) - 1
    return bits(16 + size - 1, 5) + bits(shown, size) + "0"
