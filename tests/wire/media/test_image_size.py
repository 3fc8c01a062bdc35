"""The sizes of images, by their headers."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakeopenai.wire.media.image_size import image_size
from pytest_fakeopenai.wire.media.images import draw
from pytest_fakeopenai.wire.media.images.pattern import Pattern

from ...properties import unhurried

VP8 = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 640, 480)
VP8L = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + struct.pack("<I", (640 - 1) | (480 - 1) << 14)
VP8X = b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x7f\x02\0\xdf\x01\0"
START, FRAME = b"\xff\xd8", b"\xff\xc2\0\x0b\x08\x01\xe0\x02\x80"
SEGMENT = b"\xff\xe1\0\x06Exif"


@pytest.mark.parametrize("image_format", ["png", "jpeg", "webp", "gif"])
@pytest.mark.parametrize("size", [(640, 480), (64, 1024)])
def test_measures_the_images_that_are_drawn_here(image_format: str, size: tuple[int, int]) -> None:
    assert image_size(draw(Pattern("A lamp", *size), image_format)) == size


@pytest.mark.parametrize(
    "content",
    [VP8, VP8L, VP8X, START + FRAME, START + SEGMENT + FRAME, START + SEGMENT + b"\xff\xff" + FRAME],
)
def test_measures_the_formats_of_others(content: bytes) -> None:
    assert image_size(content) == (640, 480)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"text",
        b"<svg/>",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"GIF89a\0\0\0\0",
        START + SEGMENT,
        START + b"\xff\xe1\0\0" * 3,
        b"RIFF\0\0\0\0WEBP????",
        VP8[:-1],
        VP8X[:-4],
    ],
)
def test_measures_nothing_that_tells_no_size(content: bytes) -> None:
    assert image_size(content) is None


@unhurried
@given(st.sampled_from([VP8, VP8L, VP8X, START + SEGMENT + FRAME, b"GIF89a", b"\x89PNG\r\n\x1a\n"]), st.binary())
def test_measures_whatever_begins_like_an_image(begin: bytes, rest: bytes) -> None:
    size = image_size(begin[: len(begin) // 2] + rest)

    assert size is None or all(side > 0 for side in size)
