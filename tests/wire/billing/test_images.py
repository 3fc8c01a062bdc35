"""The tokens of images, by tiles and by patches."""

from __future__ import annotations

import base64

import pytest

from pytest_fakeopenai.wire.billing.images import image_tokens
from pytest_fakeopenai.wire.protocol.call import Image


def gif(width: int, height: int) -> str:
    """The URL of an image of this size."""
    header = b"GIF89a" + width.to_bytes(2, "little") + height.to_bytes(2, "little")
    return f"data:image/gif;base64,{base64.b64encode(header).decode()}"


@pytest.mark.parametrize(
    ("model", "billed"),
    [
        ("gpt-4o", 425),
        ("gpt-4o-2024-08-06", 425),
        ("ft:gpt-4o:mine", 425),
        ("gpt-4.1", 425),
        ("gpt-4o-mini", 14_167),
        ("gpt-5", 350),
        ("gpt-4.1-mini", 488),
        ("gpt-4.1-nano", 740),
        ("gpt-5-mini", 361),
        ("gpt-5-nano", 451),
        ("gpt-5.4", 362),
        ("o4-mini", 517),
        ("my-own", 425),
    ],
)
def test_bills_an_image_as_recorded(model: str, billed: int) -> None:
    assert image_tokens(Image(gif(640, 480)), model) == billed


@pytest.mark.parametrize(
    ("size", "tiles"),
    [
        ((1, 1), 1),
        ((512, 512), 1),
        ((513, 512), 2),
        ((1024, 1024), 4),
        ((2048, 4096), 6),
        ((4096, 8192), 6),
        ((8000, 100), 4),
    ],
)
def test_cuts_an_image_into_tiles(size: tuple[int, int], tiles: int) -> None:
    assert image_tokens(Image(gif(*size)), "gpt-4o") == 85 + 170 * tiles
    assert image_tokens(Image(gif(*size), "low"), "gpt-4o") == 85


@pytest.mark.parametrize(
    ("size", "patches"), [((32, 32), 1), ((33, 32), 2), ((1024, 1024), 1_024), ((5000, 5000), 1_536)]
)
def test_covers_an_image_with_patches(size: tuple[int, int], patches: int) -> None:
    assert image_tokens(Image(gif(*size)), "gpt-5-mini") == 120 * patches // 100 + 1


@pytest.mark.parametrize(
    "url", ["", "https://example.com/lamp.png", "data:image/png;base64,!", "data:,x", "data:image/gif;base64,R0lG"]
)
def test_takes_an_image_that_cannot_be_measured_for_one_of_usual_size(url: str) -> None:
    assert image_tokens(Image(url), "gpt-4o") == 85 + 170 * 4
