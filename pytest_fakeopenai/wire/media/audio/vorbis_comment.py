"""Vorbis comments, which FLAC and Opus share. https://www.xiph.org/vorbis/doc/v-comment.html"""

from __future__ import annotations

import struct

_VENDOR = b"pytest-fakeopenai"


def vorbis_comment(comment: bytes) -> bytes:
    """A vendor string and one comment."""
    field = b"COMMENT=" + comment
    return struct.pack("<I", len(_VENDOR)) + _VENDOR + struct.pack("<II", 1, len(field)) + field
