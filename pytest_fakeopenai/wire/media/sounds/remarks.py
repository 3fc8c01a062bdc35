"""Vorbis comments, which FLAC and Opus share. https://www.xiph.org/vorbis/doc/v-comment.html"""

from __future__ import annotations

import struct

_MAKER = b"pytest-fakeopenai"


def remarks(note: bytes) -> bytes:
    """A maker's name and one comment."""
    comment = b"COMMENT=" + note
    return struct.pack("<I", len(_MAKER)) + _MAKER + struct.pack("<II", 1, len(comment)) + comment
