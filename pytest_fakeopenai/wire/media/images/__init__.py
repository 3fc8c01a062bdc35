"""Real images without an image library: a pattern that a prompt decides, in each format that the API sends.

The prompt is in the image's metadata, so a test can look for it in the bytes.
Reference: https://platform.openai.com/docs/guides/image-generation
"""

from __future__ import annotations

from collections.abc import Callable

from . import gif, jpeg, png, svg, webp
from .pattern import Pattern

MEDIA_TYPES = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "svg": "image/svg+xml",
}
_WRITERS: dict[str, Callable[[Pattern], bytes]] = {
    "png": png.write,
    "jpeg": jpeg.write,
    "webp": webp.write,
    "gif": gif.write,
    "svg": svg.write,
}


def draw(pattern: Pattern, image_format: str = "png") -> bytes:
    """The pattern as an image file of a format in MEDIA_TYPES."""
    return _WRITERS[image_format](pattern)
