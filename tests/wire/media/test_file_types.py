"""What a file is, by its first bytes."""

from __future__ import annotations

import pytest

from pytest_fakeopenai.wire.media.file_types import image_format, is_audio, png_size


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"RIFF\n\n\0\0WEBPVP8 ", "webp"),
        (b"GIF87a", "gif"),
        (b"GIF89a", "gif"),
        (b"RIFF\0\0\0\0WAVE", None),
        (b" \x89PNG\r\n\x1a\n", None),
        (b"", None),
    ],
)
def test_tells_images(content: bytes, named: str | None) -> None:
    assert image_format(content) == named


@pytest.mark.parametrize(
    "content",
    [
        b"RIFF\n\0\0\0WAVEfmt ",
        b"ID3\x04",
        b"\xff\xfb\x90",
        b"\xff\xf1",
        b"fLaC",
        b"OggS",
        b"\0\0\0\x20ftypM4A ",
        b"\n\0\0\x20ftypmp42",
        b"\x1a\x45\xdf\xa3",
        b"\0\0\x01\xba",
    ],
)
def test_tells_sounds(content: bytes) -> None:
    assert is_audio(content) is True


@pytest.mark.parametrize("content", [b"", b"RIFF\0\0\0\0WEBP", b"not a sound", b"\xff\xd8\xff", b" OggS"])
def test_takes_nothing_else_for_a_sound(content: bytes) -> None:
    assert is_audio(content) is False


def test_knows_no_size_of_a_png_that_ends_early() -> None:
    assert png_size(b"\x89PNG") == (0, 0)
