"""PNG. https://www.w3.org/TR/png-3/"""

from __future__ import annotations

import struct
import zlib

from .pattern import Pattern

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_DEPTH, _INDEXED, _ROUGHLY = 2, 3, 1
_SAME, _AS_ABOVE = b"\x00", b"\x02"  # how a line is filtered
_INK = b"\x55"  # four pixels of the second colour


def write(pattern: Pattern) -> bytes:
    """The pattern as a PNG of two colours; the prompt is the text chunk `prompt`."""
    header = struct.pack(">IIBBBBB", pattern.width, pattern.height, _DEPTH, _INDEXED, 0, 0, 0)
    chunks = [
        _chunk(b"IHDR", header),
        _chunk(b"PLTE", bytes((*pattern.paper, *pattern.ink))),
        _chunk(b"tRNS", b"\x00") if pattern.clear else b"",
        _chunk(b"iTXt", b"prompt\0\0\0\0\0" + pattern.prompt.encode("utf-8", "replace")),
        _chunk(b"IDAT", zlib.compress(_lines(pattern), _ROUGHLY)),
        _chunk(b"IEND", b""),
    ]
    return _SIGNATURE + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _lines(pattern: Pattern) -> bytes:
    """The lines of pixels, four to a byte; within a row of cells each is as the one above."""
    lines = []
    for place, cells in enumerate(pattern.rows):
        line = b"".join((_INK if cell else b"\x00") * length for cell, length in pattern.stretched(cells, 4))
        again = _AS_ABOVE + bytes(len(line))
        lines.append(_SAME + line + again * (pattern.height_of(place) - 1))
    return b"".join(lines)
