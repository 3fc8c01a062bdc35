"""The type of a file by the signature that it begins with."""

from __future__ import annotations

import re

_IMAGES = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpeg": re.compile(rb"\xff\xd8\xff"),
    "webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
    "gif": re.compile(rb"GIF8[79]a"),
}
_AUDIO = re.compile(
    rb"""
      RIFF.{4}WAVE | ID3 | fLaC | OggS
    | \xff[\xe0-\xff]        # a frame of MPEG audio
    | .{4}ftyp               # MP4, M4A
    | \x1a\x45\xdf\xa3       # WebM
    | \x00\x00\x01\xba       # an MPEG stream
    """,
    re.VERBOSE | re.DOTALL,
)
_PNG_SIZE = slice(16, 24)


def image_format(content: bytes) -> str | None:
    """The format of an image file, as MEDIA_TYPES names it; None for another file."""
    return next((name for name, begin in _IMAGES.items() if begin.match(content)), None)


def is_audio(content: bytes) -> bool:
    """Whether a file is audio, or video, which may hold audio."""
    return _AUDIO.match(content) is not None


def png_size(content: bytes) -> tuple[int, int]:
    """The width and height in the header of a PNG; zeros where it ends before them."""
    size = content[_PNG_SIZE].ljust(8, b"\0")
    return int.from_bytes(size[:4], "big"), int.from_bytes(size[4:], "big")
