"""MP4: a film of pictures, one for each second. https://developer.apple.com/documentation/quicktime-file-format

The pictures are JPEG, which players know as a way of coding films; the prompt is the comment of each.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import replace

from .pictures import draw
from .pictures.pattern import Pattern

_SECOND = 1_000  # the units of time in a second
_SQUARE = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)  # neither turned nor stretched
_JPEG, _A_VIDEO = 0x6C, 0x11  # what is coded, as MPEG-4 numbers it
_NO_LANGUAGE = 0x55C4


def film(pattern: Pattern, seconds: int) -> bytes:
    """A film of so many seconds, in which the pattern comes to be from the top."""
    kind = _box(b"ftyp", b"isom" + struct.pack(">I", 512) + b"isommp42")
    shares = [(number + 1) / seconds for number in range(seconds)]
    pictures = [draw(replace(pattern, share=share), "jpeg") for share in shares]
    start = len(kind) + 8
    return kind + _box(b"mdat", *pictures) + _movie(pattern, [len(picture) for picture in pictures], start)


def _box(kind: bytes, *content: bytes) -> bytes:
    data = b"".join(content)
    return struct.pack(">I", len(data) + 8) + kind + data


def _full(kind: bytes, *content: bytes, flags: int = 0) -> bytes:
    """A box with a version, the first, and flags."""
    return _box(kind, struct.pack(">I", flags), *content)


def _movie(pattern: Pattern, sizes: Sequence[int], start: int) -> bytes:
    length = len(sizes) * _SECOND
    head = struct.pack(">4I", 0, 0, _SECOND, length) + struct.pack(">IH10x", 0x10000, 0x100)
    track = struct.pack(">5I8xhhhH", 0, 0, 1, 0, length, 0, 0, 0, 0) + _SQUARE
    media = struct.pack(">4IHH", 0, 0, _SECOND, length, _NO_LANGUAGE, 0)
    return _box(
        b"moov",
        _full(b"mvhd", head, _SQUARE, bytes(24), struct.pack(">I", 2)),
        _box(
            b"trak",
            _full(b"tkhd", track, struct.pack(">II", pattern.width << 16, pattern.height << 16), flags=3),
            _box(
                b"mdia",
                _full(b"mdhd", media),
                _full(b"hdlr", bytes(4) + b"vide" + bytes(12) + b"video\0"),
                _box(b"minf", _full(b"vmhd", bytes(8), flags=1), _here(), _samples(pattern, sizes, start)),
            ),
        ),
    )


def _here() -> bytes:
    """The pictures are in this very file."""
    return _box(b"dinf", _full(b"dref", struct.pack(">I", 1), _full(b"url ", flags=1)))


def _samples(pattern: Pattern, sizes: Sequence[int], start: int) -> bytes:
    """How the pictures are coded, how long each is shown, and where it stands: one behind the other."""
    count = len(sizes)
    return _box(
        b"stbl",
        _full(b"stsd", struct.pack(">I", 1), _coding(pattern)),
        _full(b"stts", struct.pack(">3I", 1, count, _SECOND)),
        _full(b"stsc", struct.pack(">4I", 1, 1, count, 1)),
        _full(b"stsz", struct.pack(f">{count + 2}I", 0, count, *sizes)),
        _full(b"stco", struct.pack(">2I", 1, start)),
    )


def _coding(pattern: Pattern) -> bytes:
    dots = 72 << 16
    shape = struct.pack(">6xH16x2H2I4xH32xHh", 1, pattern.width, pattern.height, dots, dots, 1, 24, -1)
    decoder = struct.pack(">BB3xII", _JPEG, _A_VIDEO, 0, 0)
    stream = struct.pack(">HB", 1, 0) + _descriptor(4, decoder) + _descriptor(6, b"\x02")
    return _box(b"mp4v", shape, _full(b"esds", _descriptor(3, stream)))


def _descriptor(tag: int, data: bytes) -> bytes:
    return bytes((tag, len(data))) + data
