"""JPEG, baseline. https://www.w3.org/Graphics/JPEG/itu-t81.pdf

A cell is a multiple of a block of eight by eight pixels of one colour. So of every block only the mean is coded, and of
the lines of blocks only one for each row of cells: every line is a restart interval, coded by itself.
"""

from __future__ import annotations

import struct

from ..bits import bits, msb_first
from .pattern import Colour, Pattern

_BLOCK = 8
_LONGEST_COMMENT = 65_533
# The Huffman table of the bits that a mean's difference to the last one has: the code of 0 has one bit, others five.
_DC_TABLE = bytes((1, 0, 0, 0, 8, *[0] * 11)) + bytes(range(9))
_AC_TABLE = bytes((1, *[0] * 15, 0))  # of which only the end of a block is used
_SAME_BLOCK = "00"  # no difference of the mean, and the end of the block


def write(pattern: Pattern) -> bytes:
    """The pattern as a JPEG; the prompt is its comment."""
    comment = pattern.prompt.encode("utf-8", "replace")[:_LONGEST_COMMENT]
    across = -(-pattern.width // _BLOCK)
    components = b"".join(bytes((number, 0x11, 0)) for number in (1, 2, 3))
    segments = [
        _segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        _segment(0xFE, comment),
        _segment(0xDB, b"\0" + bytes([_BLOCK]) * 64),
        _segment(0xC0, struct.pack(">BHHB", 8, pattern.height, pattern.width, 3) + components),
        _segment(0xC4, b"\x00" + _DC_TABLE + b"\x10" + _AC_TABLE),
        _segment(0xDD, struct.pack(">H", across)),
        _segment(0xDA, b"\x03\x01\0\x02\0\x03\0\0\x3f\0"),
    ]
    return b"\xff\xd8" + b"".join(segments) + _scan(pattern) + b"\xff\xd9"


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def _scan(pattern: Pattern) -> bytes:
    intervals = []
    for place, cells in enumerate(pattern.rows):
        interval = _interval(pattern, cells)
        intervals += [interval] * -(-pattern.height_of(place) // _BLOCK)
    restarts = (b"\xff" + bytes([0xD0 + number % 8]) for number in range(len(intervals) - 1))
    return b"".join(interval + mark for interval, mark in zip(intervals, (*restarts, b""), strict=True))


def _interval(pattern: Pattern, cells: list[bool]) -> bytes:
    """A line of blocks: the difference of the colour where a cell begins, no difference for its other blocks."""
    foreground, background = _ycbcr(pattern.foreground), _ycbcr(pattern.background)
    coded, before = [], (0, 0, 0)
    for filled, blocks in pattern.cell_widths(cells, _BLOCK):
        now = foreground if filled else background
        coded += [_difference(new - old) for new, old in zip(now, before, strict=True)] if blocks else []
        coded.append(_SAME_BLOCK * 3 * (blocks - 1))
        before = now
    return msb_first("".join(coded), filler="1").replace(b"\xff", b"\xff\x00")


def _ycbcr(colour: Colour) -> tuple[int, int, int]:
    """A colour as Y, Cb and Cr, each around zero."""
    red, green, blue = colour
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    return round(luma - 128), round(0.564 * (blue - luma)), round(0.713 * (red - luma))


def _difference(value: int) -> str:
    """The bits of a block whose mean differs by this from that of the block before."""
    size = abs(value).bit_length()
    if not size:
        return _SAME_BLOCK
    shown = value if value > 0 else value + (1 << size) - 1
    return bits(16 + size - 1, 5) + bits(shown, size) + "0"
