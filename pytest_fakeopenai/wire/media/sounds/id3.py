"""ID3, version 2.4: remarks in front of a stream of frames. https://id3.org/id3v2.4.0-structure"""

from __future__ import annotations

from ..bits import bits, high_first

_UTF_8 = b"\x03"


def tag(note: bytes) -> bytes:
    """A tag whose only entry is a comment."""
    comment = _UTF_8 + b"eng\0" + note
    frame = b"COMM" + _size(len(comment)) + b"\0\0" + comment
    return b"ID3\x04\0\0" + _size(len(frame)) + frame


def _size(number: int) -> bytes:
    """A number in seven bits of each of four bytes, so that no frame can be seen in it."""
    return high_first("".join("0" + bits(number >> shift & 127, 7) for shift in (21, 14, 7, 0)))
