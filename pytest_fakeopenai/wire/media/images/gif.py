"""GIF, animated: each frame adds rows of cells. https://www.w3.org/Graphics/GIF/spec-gif89a.txt"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ..bits import bits, lsb_first
from .pattern import Pattern

_MIN_CODE_SIZE = 2  # bits of a colour, as the LZW codes need them
_CLEAR, _END, _FIRST_FREE = 4, 5, 6  # codes of LZW
_FIRST_WIDTH = 3  # bits of the first codes after a clear code
# Shown again without end.
_LOOP = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
_MAX_DELAY = 65_535  # hundredths of a second


def write(pattern: Pattern) -> bytes:
    """The pattern as a GIF; the prompt is its comment."""
    screen = struct.pack("<HHBBB", pattern.width, pattern.height, 0x80, 0, 0)
    colours = bytes((*pattern.background, *pattern.foreground))
    comment = b"\x21\xfe" + _sub_blocks(pattern.prompt.encode("utf-8", "replace"))
    return b"GIF89a" + screen + colours + _LOOP + comment + b"".join(_frames(pattern)) + b"\x3b"


def _sub_blocks(data: bytes) -> bytes:
    """Data in blocks of up to 255 bytes, behind which an empty one ends it."""
    pieces = (data[start : start + 255] for start in range(0, len(data), 255))
    return b"".join(bytes([len(piece)]) + piece for piece in pieces) + b"\0"


def _frames(pattern: Pattern) -> Iterator[bytes]:
    """The frames, each with its part of the rows; where there are fewer rows than frames some repeat a row."""
    rows, frames = pattern.rows, pattern.frames
    delay = struct.pack("<H", min(round(pattern.delay / 10), _MAX_DELAY))
    for number in range(frames):
        first = min(len(rows) * number // frames, len(rows) - 1)
        last = max(len(rows) * (number + 1) // frames, first + 1)
        height = sum(map(pattern.height_of, range(first, last)))
        place = struct.pack("<BHHHHB", 0x2C, 0, first * pattern.cell, pattern.width, height, 0)
        control = b"\x21\xf9\x04" + bytes([0x05 if pattern.transparent else 0x04]) + delay + b"\0\0"
        yield control + place + bytes([_MIN_CODE_SIZE]) + _sub_blocks(_pixels(pattern, first, last))


def _pixels(pattern: Pattern, first: int, last: int) -> bytes:
    """The LZW codes of some rows of cells; within a row all lines are alike."""
    lines = [_line(pattern, pattern.rows[row]) * pattern.height_of(row) for row in range(first, last)]
    return lsb_first("".join([bits(_END, _FIRST_WIDTH), *reversed(lines), bits(_CLEAR, _FIRST_WIDTH)]))


def _line(pattern: Pattern, cells: list[bool]) -> str:
    return "".join(reversed([_run(int(filled), length) for filled, length in pattern.cell_widths(cells, 1)]))


def _run(colour: int, length: int) -> str:
    """The codes of pixels of one colour, the first at the end; each stands for one pixel more than the last."""
    codes, width, next_code, left = [bits(colour, _FIRST_WIDTH)], _FIRST_WIDTH, _FIRST_FREE, length - 1
    while left > 0:
        take = min(next_code - _FIRST_FREE + 2, left)
        codes.append(bits(colour if take == 1 else _FIRST_FREE + take - 2, width))
        left -= take
        next_code += 1
        width += next_code == 1 << width
    return "".join(reversed([*codes, bits(_CLEAR, width)])) if length else ""
