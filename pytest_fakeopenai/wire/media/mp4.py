"""MP4: a video of one frame a second. https://developer.apple.com/documentation/quicktime-file-format

The frames are JPEG, which players know as a video codec; the prompt is the comment of each.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import replace

from .images import draw
from .images.pattern import Pattern

_TIMESCALE = 1_000  # units of time in a second
_IDENTITY_MATRIX = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_OBJECT_TYPE_JPEG, _STREAM_TYPE_VISUAL = 0x6C, 0x11  # as MPEG-4 numbers them
_UNDETERMINED = 0x55C4


def write(pattern: Pattern, seconds: int) -> bytes:
    """A video of so many seconds, each of which shows more of the pattern, from the top."""
    kind = _box(b"ftyp", b"isom" + struct.pack(">I", 512) + b"isommp42")
    parts = [replace(pattern, progress=(number + 1) / seconds) for number in range(seconds)]
    frames = [draw(part, "jpeg") for part in parts]
    start = len(kind) + 8
    return kind + _box(b"mdat", *frames) + _movie_box(pattern, [len(frame) for frame in frames], start)


def _box(kind: bytes, *content: bytes) -> bytes:
    """A box, which may contain others: its size, its type, its content."""
    data = b"".join(content)
    return struct.pack(">I", len(data) + 8) + kind + data


def _full_box(kind: bytes, *content: bytes, flags: int = 0) -> bytes:
    """A box with a version, which is 0, and flags."""
    return _box(kind, struct.pack(">I", flags), *content)


def _movie_box(pattern: Pattern, sizes: Sequence[int], start: int) -> bytes:
    """The box that describes the video; `sizes` are those of the frames, the first of which is at `start`."""
    length = len(sizes) * _TIMESCALE
    head = struct.pack(">4I", 0, 0, _TIMESCALE, length) + struct.pack(">IH10x", 0x10000, 0x100)
    track = struct.pack(">5I8xhhhH", 0, 0, 1, 0, length, 0, 0, 0, 0) + _IDENTITY_MATRIX
    media = struct.pack(">4IHH", 0, 0, _TIMESCALE, length, _UNDETERMINED, 0)
    return _box(
        b"moov",
        _full_box(b"mvhd", head, _IDENTITY_MATRIX, bytes(24), struct.pack(">I", 2)),
        _box(
            b"trak",
            _full_box(b"tkhd", track, struct.pack(">II", pattern.width << 16, pattern.height << 16), flags=3),
            _box(
                b"mdia",
                _full_box(b"mdhd", media),
                _full_box(b"hdlr", bytes(4) + b"vide" + bytes(12) + b"video\0"),
                _media_information(pattern, sizes, start),
            ),
        ),
    )


def _media_information(pattern: Pattern, sizes: Sequence[int], start: int) -> bytes:
    header = _full_box(b"vmhd", bytes(8), flags=1)
    return _box(b"minf", header, _data_information(), _sample_table(pattern, sizes, start))


def _data_information() -> bytes:
    """The box that says where the frames are: in this very file."""
    return _box(b"dinf", _full_box(b"dref", struct.pack(">I", 1), _full_box(b"url ", flags=1)))


def _sample_table(pattern: Pattern, sizes: Sequence[int], start: int) -> bytes:
    """The box of the samples, which are the frames: codec, duration, size and place in the file."""
    count = len(sizes)
    return _box(
        b"stbl",
        _full_box(b"stsd", struct.pack(">I", 1), _sample_entry(pattern)),
        _full_box(b"stts", struct.pack(">3I", 1, count, _TIMESCALE)),
        _full_box(b"stsc", struct.pack(">4I", 1, 1, count, 1)),
        _full_box(b"stsz", struct.pack(f">{count + 2}I", 0, count, *sizes)),
        _full_box(b"stco", struct.pack(">2I", 1, start)),
    )


def _sample_entry(pattern: Pattern) -> bytes:
    """The description of the samples: the size of a frame in pixels, and the codec."""
    dots = 72 << 16
    shape = struct.pack(">6xH16x2H2I4xH32xHh", 1, pattern.width, pattern.height, dots, dots, 1, 24, -1)
    decoder = struct.pack(">BB3xII", _OBJECT_TYPE_JPEG, _STREAM_TYPE_VISUAL, 0, 0)
    stream = struct.pack(">HB", 1, 0) + _descriptor(4, decoder) + _descriptor(6, b"\x02")
    return _box(b"mp4v", shape, _full_box(b"esds", _descriptor(3, stream)))


def _descriptor(tag: int, data: bytes) -> bytes:
    return bytes((tag, len(data))) + data
