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
from ..protocol.call import Json

Size = tuple[int, int]

DEFAULT_SIZE: Size = (1024, 1024)  # of a request that does not say
_LONGEST_SIDE = 4096  # that is ever drawn
_BOUNDS = "The aspect ratio must be between 1:3 and 3:1, and the resolution must not exceed 3840x2160"
_SIZE = re.compile(r"([1-9]\d{0,4})x([1-9]\d{0,4})")


@dataclass(frozen=True)
class ImageFamily:
    """Models that behave alike; an empty tuple stands for what is not known.

    - `sizes`, `qualities`, `backgrounds` and `formats` are the values that they take; `any_size` says that they take
      other drawable sizes too.
    - `unknown` are parameters that the API does not know for them.
    - `max_prompt` is the limit of a prompt in characters, `max_images` that of `n`.
    - `returns_urls` says that the API serves their images at URLs, `revises_prompts` that it sends `revised_prompt`.
    - `bills_text` says that text is billed as output besides the image.
    """

    sizes: tuple[str, ...] = ()
    qualities: tuple[str, ...] = ()
    backgrounds: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    any_size: bool = False
    max_prompt: int = 32_000
    max_images: int = 10
    returns_urls: bool = False
    revises_prompts: bool = False
    bills_text: bool = False


_UNKNOWN = ImageFamily()
_GPT = ImageFamily(
    sizes=("1024x1024", "1024x1536", "1536x1024", "auto"),
    qualities=("low", "medium", "high", "auto"),
    backgrounds=("transparent", "opaque", "auto"),
    formats=("png", "webp", "jpeg"),
    unknown=("response_format",),
)
_GPT_2 = replace(_GPT, any_size=True)
_GPT_25 = replace(
    _GPT_2,
    qualities=("low", "medium", "high", "xhigh", "max", "auto"),
    formats=("png", "webp", "jpeg", "gif", "svg"),
)
_DALL_E = ImageFamily(returns_urls=True)

# By the beginning of a model's name; the longest that fits counts.
_FAMILIES = {
    "dall-e-2": replace(_DALL_E, sizes=("256x256", "512x512", "1024x1024"), max_prompt=1_000, unknown=("quality",)),
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


def unsupported(model: str, body: Json) -> Iterator[ApiError]:
    """The errors for parameters that a model does not know, and for values of them that it does not offer."""
    family = image_family(model)
    supported = {"quality": family.qualities, "background": family.backgrounds, "output_format": family.formats}
    for name, value in body.items():
        if name in family.unknown and value is not None:
            yield errors.unknown_parameter(name)
        elif name in supported and isinstance(value, str) and value not in (supported[name] or (value,)):
            yield errors.invalid_value(name, value, supported[name])
    size = body.get("size")
    if isinstance(size, str) and not _offers(family, size):
        yield errors.invalid_value("size", size, family.sizes) if family.returns_urls else _invalid_size(size, family)


def _offers(family: ImageFamily, size: str) -> bool:
    return not family.sizes or size in family.sizes or (family.any_size and _is_drawable(size))


def _is_drawable(size: str) -> bool:
    match = _SIZE.fullmatch(size)
    if match is None:
        return False
    short, long = sorted((int(match[1]), int(match[2])))
    return short % 16 == long % 16 == 0 and long <= 3 * short and long <= 3840 and short <= 2160


def _invalid_size(size: str, family: ImageFamily) -> ApiError:
    *others, last = family.sizes
    why = f"Supported sizes are {', '.join(others)}, and {last}."
    if family.any_size and (match := _SIZE.fullmatch(size)):
        divisible = int(match[1]) % 16 == int(match[2]) % 16 == 0
        why = f"{_BOUNDS}." if divisible else "Width and height must both be divisible by 16."
    kind = "image_generation_user_error"
    return ApiError(400, f"Invalid size '{size}'. {why}", type=kind, param="size", code="invalid_value")


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
