"""The tokens of an image in a prompt: by the tiles that cover it, or by patches, as its model counts.

https://platform.openai.com/docs/guides/images-vision#calculating-costs
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from ..media.image_size import Size, image_size
from ..protocol.call import Image

_ELSEWHERE: Size = (1024, 1024)  # of an image that is not in the request itself, and is never fetched
_DATA_URL = re.compile(r"data:[^,]*;base64,")
_HEADER = 4 * 100_000  # as much as is read of one: the sizes stand near its beginning


@dataclass(frozen=True)
class Tiles:
    """An image is shrunk into 2,048 by 2,048, then to a shorter side of 768, and cut into tiles of 512 by 512."""

    base: int
    tile: int

    def tokens(self, size: Size, detail: str) -> int:
        """The tokens of an image of this size; one of low detail is not cut at all."""
        if detail == "low":
            return self.base
        shrunk = min(1.0, 2048 / max(size))
        shrunk *= min(1.0, 768 / (min(size) * shrunk))
        across, down = (_ceiling(round(side * shrunk), 512) for side in size)
        return self.base + self.tile * across * down


@dataclass(frozen=True)
class Patches:
    """An image is covered with patches of 32 by 32, 1,536 at most; each costs so many hundredths of a token."""

    hundredths: int
    base: int

    def tokens(self, size: Size, detail: str) -> int:
        """The tokens of an image of this size, whatever its detail."""
        width, height = size
        patches = min(_ceiling(width, 32) * _ceiling(height, 32), 1536)
        return self.hundredths * patches // 100 + self.base


# By the beginning of a model's name, the longest that fits.
_COUNTING: dict[str, Tiles | Patches] = {
    "": Tiles(85, 170),
    "gpt-4o-mini": Tiles(2_833, 5_667),
    "gpt-4.1-mini": Patches(162, 2),
    "gpt-4.1-nano": Patches(246, 2),
    "gpt-5": Tiles(70, 140),
    "gpt-5-mini": Patches(120, 1),
    "gpt-5-nano": Patches(150, 1),
    "gpt-5.4": Patches(120, 2),
    "o1": Tiles(75, 150),
    "o3": Tiles(75, 150),
    "o4-mini": Patches(172, 1),
}


def image_tokens(image: Image, model: str) -> int:
    """The tokens of an image; one whose size cannot be told counts as one of 1,024 by 1,024."""
    name = model.split(":")[1] if model.startswith("ft:") else model
    prefix = max((each for each in _COUNTING if name.startswith(each)), key=len)
    return _COUNTING[prefix].tokens(_size(image.url) or _ELSEWHERE, image.detail)


def _size(url: str) -> Size | None:
    """The size of an image that a data URL holds."""
    head = _DATA_URL.match(url)
    if head is None:
        return None
    try:
        return image_size(base64.b64decode(url[head.end() : head.end() + _HEADER]))
    except ValueError:
        return None


def _ceiling(side: int, part: int) -> int:
    return -(-side // part)
