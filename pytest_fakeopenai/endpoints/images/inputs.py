"""The input images of a request: files in a form, or references in JSON."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field

from ...pipeline.context import RequestContext
from ...pipeline.forms import Upload
from ...pipeline.validation import enforce
from ...replies.faults import ApiError
from ...wire.contract import Violation
from ...wire.media.file_types import image_format, png_size
from ...wire.protocol import errors
from ...wire.protocol.call import Json
from ..files import FILES

_LARGEST = 50 * 2**20
_LARGEST_OF_DALL_E = 4 * 2**20
_MOST = 16


@dataclass(frozen=True)
class InputImage:
    """An image of a request: the path of its parameter, and its bytes, or None for what is not looked at."""

    param: str
    content: bytes | None = field(repr=False)


def input_images(context: RequestContext, body: Json, for_dall_e: bool) -> tuple[InputImage, ...]:
    """The images of a request, its mask among them; what OpenAI refuses of them is refused.

    ApiError where there is none, or where one is neither a file nor a reference to an image. `image[0].file_id` is the
    path of a parameter.
    """
    images = (*_images(context, body), *_masks(context, body))
    enforce(context, lambda: map(Violation, _refusals(images, for_dall_e)))
    return images


def _images(context: RequestContext, body: Json) -> Iterator[InputImage]:
    name = "images" if body.get("images") is not None else "image"
    value = body.get(name)
    if value is None or value == []:
        raise errors.missing_parameter("image")
    if not isinstance(value, list):
        yield _image(context, name, value)
        return
    for index, each in enumerate(value):
        yield _image(context, f"{name}[{index}]", each)


def _masks(context: RequestContext, body: Json) -> Iterator[InputImage]:
    names = (name for name in ("mask", "markup") if body.get(name) is not None)
    return (_image(context, name, body[name]) for name in names)


def _image(context: RequestContext, param: str, value: object) -> InputImage:
    """An image as a form or a JSON body has it; a URL is never fetched, so there may be anything at it."""
    if isinstance(value, Upload):
        return InputImage(param, value.content)
    if isinstance(value, dict) and isinstance(url := value.get("image_url"), str):
        return InputImage(f"{param}.image_url", _data(url))
    if isinstance(value, dict) and isinstance(key := value.get("file_id"), str):
        file = FILES.view(context).get(key)
        return InputImage(f"{param}.file_id", None if file.data is None else file.data.content)
    raise errors.invalid_type(param, "a file", value)


def _data(url: str) -> bytes | None:
    """The bytes in a data URL, b"" for broken ones; None for any other URL."""
    head, comma, data = url.partition(",")
    if not head.startswith("data:"):
        return None
    try:
        return base64.b64decode(data, validate=True) if comma else b""
    except (binascii.Error, ValueError):
        return b""


def _refusals(images: tuple[InputImage, ...], for_dall_e: bool) -> Iterator[ApiError]:
    number = sum(image.param.startswith("image") for image in images)
    if number > _MOST:
        yield errors.array_too_long("image", number, _MOST)
    for image in images:
        if image.content is not None:
            yield from _no_square_png(image.content) if for_dall_e else _no_image(image.param, image.content)


def _no_square_png(content: bytes) -> Iterator[ApiError]:
    width, height = png_size(content)
    if image_format(content) != "png" or len(content) > _LARGEST_OF_DALL_E:
        yield ApiError(400, "Uploaded image must be a PNG and less than 4 MB.")
    elif width != height:
        yield ApiError(400, "Uploaded image must be square.")


def _no_image(param: str, content: bytes) -> Iterator[ApiError]:
    if image_format(content) is None:
        kind, code = "image_generation_user_error", "invalid_image_file"
        yield ApiError(400, "Invalid image data.", type=kind, param=param, code=code)
    elif len(content) > _LARGEST:
        yield errors.content_too_large(_LARGEST, len(content))
