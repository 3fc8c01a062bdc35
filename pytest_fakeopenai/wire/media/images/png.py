"""PNG. https://www.w3.org/TR/png-3/"""

from __future__ import annotations

import struct
import zlib

from .pattern import Pattern

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_BIT_DEPTH, _INDEXED_COLOUR, _FASTEST = 2, 3, 1
_FILTER_NONE, _FILTER_UP = b"\x00", b"\x02"
_FOUR_FILLED = b"\x55"  # pixels: a byte of the second colour


def write(pattern: Pattern) -> bytes:
    """The pattern as a PNG of two colours; the prompt is the text chunk `prompt`."""
    header = struct.pack(">IIBBBBB", pattern.width, pattern.height, _BIT_DEPTH, _INDEXED_COLOUR, 0, 0, 0)
    chunks = [
        _chunk(b"IHDR", header),
        _chunk(b"PLTE", bytes((*pattern.background, *pattern.foreground))),
        _chunk(b"tRNS", b"\x00") if pattern.transparent else b"",
        _chunk(b"iTXt", b"prompt\0\0\0\0\0" + pattern.prompt.encode("utf-8", "replace")),
        _chunk(b"IDAT", zlib.compress(_scanlines(pattern), _FASTEST)),
        _chunk(b"IEND", b""),
    ]
    return _SIGNATURE + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _scanlines(pattern: Pattern) -> bytes:
    """The scanlines, four pixels to a byte; within a row of cells each repeats the one above."""
    lines = []
    for place, cells in enumerate(pattern.rows):
        line = b"".join((_FOUR_FILLED if cell else b"\x00") * length for cell, length in pattern.cell_widths(cells, 4))
        repeated = _FILTER_UP + bytes(len(line))
        lines.append(_FILTER_NONE + line + repeated * (pattern.height_of(place) - 1))
    return b"".join(lines)
