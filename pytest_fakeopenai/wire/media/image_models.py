"""The models that make images: the sizes and qualities that they offer, and what an image costs.

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

DEFAULT_SIZE: Size = (1024, 1024)  # of a request that does not say
_LONGEST_SIDE = 4096  # that is ever drawn
_SIZE = re.compile(r"([1-9]\d{0,4})x([1-9]\d{0,4})")


@dataclass(frozen=True)
class ImageFamily:
    """Models that behave alike; an empty tuple stands for what is not known.

    - `sizes` and `qualities` are the values that they take; `any_size` says that they take other drawable sizes too.
    - `max_prompt` is the limit of a prompt in characters, `max_images` that of `n`.
    - `returns_urls` says that the API serves their images at URLs, `revises_prompts` that it sends `revised_prompt`.
    - `bills_text` says that text is billed as output besides the image.
    """

    sizes: tuple[str, ...] = ()
    qualities: tuple[str, ...] = ()
    any_size: bool = False
    max_prompt: int = 32_000
    max_images: int = 10
    returns_urls: bool = False
    revises_prompts: bool = False
    bills_text: bool = False


_UNKNOWN = ImageFamily()
_GPT = ImageFamily(("1024x1024", "1024x1536", "1536x1024", "auto"), ("low", "medium", "high", "auto"))
_GPT_2 = replace(_GPT, any_size=True)
_GPT_25 = replace(_GPT_2, qualities=("low", "medium", "high", "xhigh", "max", "auto"))
_DALL_E = ImageFamily(returns_urls=True)

# By the beginning of a model's name; the longest that fits counts.
_FAMILIES = {
    "dall-e-2": replace(
        _DALL_E, sizes=("256x256", "512x512", "1024x1024"), qualities=("standard", "auto"), max_prompt=1_000
    ),
    "dall-e-3": replace(
        _DALL_E,
        sizes=("1024x1024", "1792x1024", "1024x1792"),
        qualities=("standard", "hd", "auto"),
        max_prompt=4_000,
        max_images=1,
        revises_prompts=True,
    ),
    "gpt-image-1": _GPT,
    "gpt-image-1.5": replace(_GPT, bills_text=True),
    "chatgpt-image": _GPT,
    "gpt-image-2": _GPT_2,
    "gpt-image-2.": _GPT_25,
}


@cache
def image_family(model: str) -> ImageFamily:
    """The family of a model."""
    names = [name for name in _FAMILIES if model.startswith(name)]
    return _FAMILIES[max(names, key=len)] if names else _UNKNOWN


def size_of(text: str | None) -> Size:
    """The width and height of a `size` such as `1024x1536`; the default for what is no size, or too large to draw."""
    match = _SIZE.fullmatch(text or "")
    size = (int(match[1]), int(match[2])) if match else DEFAULT_SIZE
    return size if max(size) <= _LONGEST_SIDE else DEFAULT_SIZE


def unsupported(model: str, size: str | None, quality: str | None) -> Iterator[ApiError]:
    """The errors for a size and a quality that a model does not offer."""
    family = image_family(model)
    if size is not None and not _offers(family, size):
        yield _invalid_size(size) if family.any_size else errors.invalid_value("size", size, family.sizes)
    if quality is not None and family.qualities and quality not in family.qualities:
        yield errors.invalid_value("quality", quality, family.qualities)


def _offers(family: ImageFamily, size: str) -> bool:
    return not family.sizes or size in family.sizes or (family.any_size and _is_drawable(size))


def _is_drawable(size: str) -> bool:
    match = _SIZE.fullmatch(size)
    if match is None:
        return False
    short, long = sorted((int(match[1]), int(match[2])))
    return short % 16 == long % 16 == 0 and long <= 3 * short and long <= 3840 and short <= 2160


def _invalid_size(size: str) -> ApiError:
    message = (
        f"Invalid size '{size}'. Width and height must both be divisible by 16, the aspect ratio must be between 1:3 "
        "and 3:1, and the resolution must not exceed 3840x2160."
    )
    return ApiError(400, message, param="size", code="invalid_value")


# Output tokens of a square of 1024 pixels, and of the one size that is not billed by its pixels alone.
_SQUARE = {"low": 272, "medium": 1056, "high": 4160}
_WIDE = {"low": 400, "medium": 1568, "high": 6208}
PARTIAL_IMAGE_TOKENS = 100
INPUT_IMAGE_TOKENS = 388


def image_tokens(size: Size, quality: str) -> int:
    """The output tokens of an image; a quality above high costs as much as that."""
    level = quality if quality in _SQUARE else "high"
    if size == (1536, 1024):
        return _WIDE[level]
    return round(_SQUARE[level] * size[0] * size[1] / (1024 * 1024))
