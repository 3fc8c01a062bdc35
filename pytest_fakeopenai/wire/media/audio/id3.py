"""ID3, version 2.4: metadata in front of a stream of frames. https://id3.org/id3v2.4.0-structure"""

from __future__ import annotations

from ..bits import bits, msb_first

_UTF_8 = b"\x03"


def tag(comment: bytes) -> bytes:
    """A tag whose only frame is a comment."""
    content = _UTF_8 + b"eng\0" + comment
    frame = b"COMM" + _synchsafe(len(content)) + b"\0\0" + content
    return b"ID3\x04\0\0" + _synchsafe(len(frame)) + frame


def _synchsafe(number: int) -> bytes:
    """A synchsafe number: seven bits in each of four bytes, so that no frame of audio can be seen in it."""
    return msb_first("".join("0" + bits(number >> shift & 127, 7) for shift in (21, 14, 7, 0)))
