"""GIF, animated: rows of cells come frame by frame. https://www.w3.org/Graphics/GIF/spec-gif89a.txt"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ..bits import bits, low_first
from .pattern import Pattern

_SMALLEST = 2  # bits of a colour, as codes count them
_FORGET, _END, _FIRST = 4, 5, 6
_NARROW = 3  # bits of a code when nothing is known yet
_FOR_EVER = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
_LONGEST_PAUSE = 65_535


def write(pattern: Pattern) -> bytes:
    """The pattern as a GIF; the prompt is its comment."""
    screen = struct.pack("<HHBBB", pattern.width, pattern.height, 0x80, 0, 0) + bytes((*pattern.paper, *pattern.ink))
    comment = b"\x21\xfe" + _blocks(pattern.prompt.encode("utf-8", "replace"))
    return b"GIF89a" + screen + _FOR_EVER + comment + b"".join(_frames(pattern)) + b"\x3b"


def _blocks(data: bytes) -> bytes:
    pieces = (data[start : start + 255] for start in range(0, len(data), 255))
    return b"".join(bytes([len(piece)]) + piece for piece in pieces) + b"\0"


def _frames(pattern: Pattern) -> Iterator[bytes]:
    """Each frame adds its share of the rows; where there are fewer rows than frames some show a row again."""
    rows, frames = pattern.rows, pattern.frames
    pause = struct.pack("<H", min(round(pattern.pause / 10), _LONGEST_PAUSE))
    for number in range(frames):
        first = min(len(rows) * number // frames, len(rows) - 1)
        last = max(len(rows) * (number + 1) // frames, first + 1)
        height = sum(map(pattern.height_of, range(first, last)))
        place = struct.pack("<BHHHHB", 0x2C, 0, first * pattern.cell, pattern.width, height, 0)
        control = b"\x21\xf9\x04" + bytes([0x05 if pattern.clear else 0x04]) + pause + b"\0\0"
        yield control + place + bytes([_SMALLEST]) + _blocks(_pixels(pattern, first, last))


def _pixels(pattern: Pattern, first: int, last: int) -> bytes:
    """The codes of some rows, the first at the end; within a row of cells all lines are alike."""
    lines = [_line(pattern, pattern.rows[row]) * pattern.height_of(row) for row in range(first, last)]
    return low_first("".join([bits(_END, _NARROW), *reversed(lines), bits(_FORGET, _NARROW)]))


def _line(pattern: Pattern, cells: list[bool]) -> str:
    return "".join(reversed([_run(int(inked), length) for inked, length in pattern.stretched(cells, 1)]))


def _run(colour: int, length: int) -> str:
    """Pixels of one colour: each code stands for one pixel more than the last; at the end all are forgotten."""
    codes, width, known, left = [bits(colour, _NARROW)], _NARROW, _FIRST, length - 1
    while left > 0:
        take = min(known - _FIRST + 2, left)
        codes.append(bits(colour if take == 1 else _FIRST + take - 2, width))
        left -= take
        known += 1
        width += known == 1 << width
    return "".join(reversed([*codes, bits(_FORGET, width)])) if length else ""
