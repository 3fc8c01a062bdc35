"""What is known of the models that make images: the sizes and qualities that they offer, and what is billed.

A name that belongs to no family is taken for a GPT image model of which nothing is refused.
Reference: https://platform.openai.com/docs/guides/image-generation
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from ...replies.faults import ApiError
from ..protocol import errors

Size = tuple[int, int]

USUAL: Size = (1024, 1024)  # what is drawn where the request leaves it open
_LONGEST_SIDE = 4096  # that is ever drawn
_SIZE = re.compile(r"([1-9]\d{0,4})x([1-9]\d{0,4})")


@dataclass(frozen=True)
class ImageFamily:
    """Models that behave alike; an empty tuple stands for what is not known.

    - `sizes` and `qualities` are the values that they take; `free` tells whether other sizes will do as well.
    - `longest` is the limit of a prompt, in characters, and `most` that of images at a time.
    - `addressed` marks the models whose images come as URLs, and `revising` those that say how they read the prompt.
    - `wordy` marks those that are billed for text that they think.
    """

    sizes: tuple[str, ...] = ()
    qualities: tuple[str, ...] = ()
    free: bool = False
    longest: int = 32_000
    most: int = 10
    addressed: bool = False
    revising: bool = False
    wordy: bool = False


_UNKNOWN = ImageFamily()
_GPT = ImageFamily(("1024x1024", "1024x1536", "1536x1024", "auto"), ("low", "medium", "high", "auto"))
_GPT_2 = replace(_GPT, free=True)
_GPT_25 = replace(_GPT_2, qualities=("low", "medium", "high", "xhigh", "max", "auto"))
_DALL_E = ImageFamily(addressed=True)

# A name that continues one of these is a model of its family; the longest such name counts.
_FAMILIES = {
    "dall-e-2": replace(
        _DALL_E, sizes=("256x256", "512x512", "1024x1024"), qualities=("standard", "auto"), longest=1_000
    ),
    "dall-e-3": replace(
        _DALL_E,
        sizes=("1024x1024", "1792x1024", "1024x1792"),
        qualities=("standard", "hd", "auto"),
        longest=4_000,
        most=1,
        revising=True,
    ),
    "gpt-image-1": _GPT,
    "gpt-image-1.5": replace(_GPT, wordy=True),
    "chatgpt-image": _GPT,
    "gpt-image-2": _GPT_2,
    "gpt-image-2.": _GPT_25,
}


@cache
def image_family(model: str) -> ImageFamily:
    """What is known of a model."""
    begun = [name for name in _FAMILIES if model.startswith(name)]
    return _FAMILIES[max(begun, key=len)] if begun else _UNKNOWN


def size_of(text: str | None) -> Size:
    """The width and height that are drawn for a size asked for; the usual one for what cannot be."""
    match = _SIZE.fullmatch(text or "")
    size = (int(match[1]), int(match[2])) if match else USUAL
    return size if max(size) <= _LONGEST_SIDE else USUAL


def misfits(model: str, size: str | None, quality: str | None) -> Iterator[ApiError]:
    """The sizes and qualities that a model does not offer."""
    known = image_family(model)
    if size is not None and known.sizes and size not in known.sizes and not (known.free and _is_drawable(size)):
        yield _no_size(size) if known.free else errors.invalid_value("size", size, known.sizes)
    if quality is not None and known.qualities and quality not in known.qualities:
        yield errors.invalid_value("quality", quality, known.qualities)


def _is_drawable(size: str) -> bool:
    match = _SIZE.fullmatch(size)
    if match is None:
        return False
    short, long = sorted((int(match[1]), int(match[2])))
    return short % 16 == long % 16 == 0 and long <= 3 * short and long <= 3840 and short <= 2160


def _no_size(size: str) -> ApiError:
    message = (
        f"Invalid size '{size}'. Width and height must both be divisible by 16, the aspect ratio must be between 1:3 "
        "and 3:1, and the resolution must not exceed 3840x2160."
    )
    return ApiError(400, message, param="size", code="invalid_value")


# Output tokens of a square of 1024 pixels, and of the one size that is not billed by its pixels alone.
_SQUARE = {"low": 272, "medium": 1056, "high": 4160}
_WIDE = {"low": 400, "medium": 1568, "high": 6208}
A_PARTIAL_IMAGE = 100
AN_INPUT_IMAGE = 388


def image_tokens(size: Size, quality: str) -> int:
    """What an image costs; the qualities above high as much as that."""
    level = quality if quality in _SQUARE else "high"
    if size == (1536, 1024):
        return _WIDE[level]
    return round(_SQUARE[level] * size[0] * size[1] / (1024 * 1024))
