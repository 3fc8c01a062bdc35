"""The images that a request brings: files in a form, or references in JSON."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

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
class Source:
    """An image that a request brings: where it stands there, and its bytes, or None for what is not looked at."""

    param: str
    content: bytes | None = field(repr=False)


def sources(context: RequestContext, body: Json, for_dall_e: bool) -> tuple[Source, ...]:
    """The images that a request brings, the mask among them; what OpenAI refuses of them is refused."""
    given = _images(context, body)
    enforce(context, lambda: map(Violation, _problems(given, for_dall_e)))
    return given


def _images(context: RequestContext, body: Json) -> tuple[Source, ...]:
    """Every image; at an address there may be anything, for none is ever fetched."""
    named = "images" if body.get("images") is not None else "image"
    given = body.get(named)
    if given is None or given == []:
        raise errors.missing_parameter("image")
    listed = [(f"{named}[{place}]", each) for place, each in enumerate(given)] if isinstance(given, list) else []
    found = [_source(context, path, each) for path, each in listed or [(named, given)]]
    extra = [_source(context, name, body[name]) for name in ("mask", "markup") if body.get(name) is not None]
    return (*found, *extra)


def _source(context: RequestContext, path: str, given: Any) -> Source:
    if isinstance(given, Upload):
        return Source(path, given.content)
    if isinstance(given, dict) and isinstance(address := given.get("image_url"), str):
        return Source(f"{path}.image_url", _at(address))
    if isinstance(given, dict) and isinstance(key := given.get("file_id"), str):
        file = FILES.view(context).get(key)
        return Source(f"{path}.file_id", None if file.data is None else file.data.content)
    raise errors.invalid_type(path, "a file", given)


def _at(address: str) -> bytes | None:
    head, comma, data = address.partition(",")
    if not head.startswith("data:"):
        return None
    try:
        return base64.b64decode(data, validate=True) if comma else b""
    except (binascii.Error, ValueError):
        return b""


def _problems(given: tuple[Source, ...], for_dall_e: bool) -> Iterator[ApiError]:
    images = [source for source in given if source.param.startswith("image")]
    if len(images) > _MOST:
        yield errors.array_too_long("image", len(images), _MOST)
    for source in given:
        content = source.content
        if content is None:
            continue
        if for_dall_e:
            yield from _no_square_png(content)
        elif image_format(content) is None:
            yield _invalid_image(source.param)
        elif len(content) > _LARGEST:
            yield errors.content_too_large(_LARGEST, len(content))


def _no_square_png(content: bytes) -> Iterator[ApiError]:
    width, height = png_size(content)
    if image_format(content) != "png" or len(content) > _LARGEST_OF_DALL_E:
        yield ApiError(400, "Uploaded image must be a PNG and less than 4 MB.")
    elif width != height:
        yield ApiError(400, "Uploaded image must be square.")


def _invalid_image(param: str) -> ApiError:
    """The bytes are no image."""
    return ApiError(
        400, "Invalid image data.", type="image_generation_user_error", param=param, code="invalid_image_file"
    )
