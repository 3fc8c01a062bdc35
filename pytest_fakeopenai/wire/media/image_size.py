"""The width and height of an image, by its header: PNG, JPEG, GIF and WebP."""

from __future__ import annotations

import struct

from .file_types import image_format, png_size

Size = tuple[int, int]

# The markers of JPEG that begin a frame, which tells its height and width.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def image_size(content: bytes) -> Size | None:
    """The width and height in pixels of an image file; None where it tells none."""
    readers = {"png": png_size, "jpeg": _jpeg, "gif": _gif, "webp": _webp}
    reader = readers.get(image_format(content) or "")
    try:
        size = reader(content) if reader else None
    except (struct.error, IndexError):
        return None
    return size if size and all(size) else None


def _gif(content: bytes) -> Size:
    width, height = struct.unpack_from("<HH", content, 6)
    return width, height


def _jpeg(content: bytes) -> Size | None:
    position = 2
    while position + 4 <= len(content):
        marker, length = struct.unpack_from(">xBH", content, position)
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, position + 5)
            return width, height
        position += 2 + length if marker != 0xFF else 1  # any number of 0xFF may precede a marker
    return None


def _webp(content: bytes) -> Size | None:
    match content[12:16]:
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", content, 26)
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", content, 21)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            width, more_width, height, more_height = struct.unpack_from("<HBHB", content, 24)
            return (more_width << 16 | width) + 1, (more_height << 16 | height) + 1
    return None
