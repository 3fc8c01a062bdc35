"""Videos: a real MP4 with a frame for each second."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import pytest

from pytest_fakeopenai.wire.media import mp4
from pytest_fakeopenai.wire.media.images import draw
from pytest_fakeopenai.wire.media.images.pattern import Pattern

_HOLDERS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"dinf")
FOX = Pattern("a red fox", 128, 64)


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Every box of an MP4, those within others among them."""
    place = 0
    while place < len(data):
        size, kind = struct.unpack_from(">I4s", data, place)
        content = data[place + 8 : place + size]
        assert size == len(content) + 8
        yield kind, content
        if kind in _HOLDERS:
            yield from boxes(content)
        place += size


@pytest.mark.parametrize("seconds", [1, 4, 12])
def test_shows_a_picture_each_second(seconds: int) -> None:
    video = mp4.write(FOX, seconds)
    box_bodies = dict(boxes(video))
    _, count, *sizes = struct.unpack(f">4x{seconds + 2}I", box_bodies[b"stsz"])
    _, start = struct.unpack(">4x2I", box_bodies[b"stco"])
    assert count == seconds
    for size in sizes:
        assert (video[start : start + 2], video[start + size - 2 : start + size]) == (b"\xff\xd8", b"\xff\xd9")
        start += size
    assert video[start - sizes[-1] : start] == draw(FOX, "jpeg")


def test_says_how_long_and_how_large_it_is() -> None:
    box_bodies = dict(boxes(mp4.write(FOX, 4)))
    assert list(box_bodies)[:3] == [b"ftyp", b"mdat", b"moov"]
    assert struct.unpack_from(">12x2I", box_bodies[b"mvhd"]) == (1000, 4000)
    assert struct.unpack(">2I", box_bodies[b"tkhd"][-8:]) == (128 << 16, 64 << 16)


def test_is_the_same_for_the_same_prompt_only() -> None:
    assert mp4.write(FOX, 2) == mp4.write(FOX, 2)
    assert mp4.write(FOX, 2) != mp4.write(Pattern("a red hen", 128, 64), 2)
