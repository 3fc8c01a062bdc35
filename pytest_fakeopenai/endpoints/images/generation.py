"""The images that answer a request: drawn, and put into a body, a stream, or at a URL.

https://platform.openai.com/docs/api-reference/images/object
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import replace

from ...pipeline.callables import in_thread
from ...pipeline.context import RequestContext
from ...pipeline.results import EventStream, Result
from ...wire import tokens
from ...wire.media.image_models import INPUT_IMAGE_TOKENS, PARTIAL_IMAGE_TOKENS, image_tokens
from ...wire.media.images import draw
from ...wire.media.images.pattern import Pattern
from ...wire.protocol.call import Json
from .hosting import store
from .request import ImageRequest

_TOKENIZER_MODEL = "gpt-4o"  # whose tokens are counted


async def generate(context: RequestContext, request: ImageRequest) -> Result:
    """The images that a request asks for; they are drawn beside the loop, for that takes milliseconds."""
    created = context.world.ids.now()
    images = await in_thread(lambda: [draw(pattern, request.image_format) for pattern in _patterns(request)])
    if request.returns_urls:
        return {"created": created, "data": [_image_object(context, request, image) for image in images]}
    usage = await in_thread(lambda: _usage(request))
    if request.stream:
        return EventStream(await in_thread(lambda: _events(request, images, usage, created)))
    return {
        "created": created,
        "background": request.background,
        "data": [{"b64_json": _encoded(image)} for image in images],
        "output_format": request.image_format,
        "quality": request.quality,
        "size": request.size_text,
        "usage": usage,
    }


def _patterns(request: ImageRequest) -> list[Pattern]:
    """What is drawn: of several images each another, and each another where the input images are others."""
    content = b"".join(image.param.encode() + (image.content or b"") for image in request.inputs)
    variant = hashlib.blake2b(content, digest_size=8).hexdigest() if request.inputs else ""
    first = Pattern(
        request.prompt,
        *request.size,
        variant,
        transparent=request.transparent,
        frames=request.frames,
        delay=request.frame_duration,
    )
    return [replace(first, variant=f"{variant}{number or ''}") for number in range(request.count)]


def _encoded(image: bytes) -> str:
    return base64.b64encode(image).decode()


def _image_object(context: RequestContext, request: ImageRequest, image: bytes) -> Json:
    """An image as the models of the time of URLs return it: by its URL, unless the request wants the bytes."""
    revised = {"revised_prompt": request.prompt} if request.family.revises_prompts else {}
    if not request.by_url:
        return {**revised, "b64_json": _encoded(image)}
    return {**revised, "url": store(context, image, request.image_format)}


def _usage(request: ImageRequest) -> Json:
    text = tokens.count(request.prompt, _TOKENIZER_MODEL)
    read = INPUT_IMAGE_TOKENS * len(request.inputs)
    partial = PARTIAL_IMAGE_TOKENS * request.partial_images if request.stream else 0
    drawn = request.count * (image_tokens(request.size, request.quality) + partial)
    written = text * request.count if request.family.bills_text else 0
    return {
        "input_tokens": text + read,
        "input_tokens_details": {"image_tokens": read, "text_tokens": text},
        "output_tokens": drawn + written,
        "output_tokens_details": {"image_tokens": drawn, "text_tokens": written},
        "total_tokens": text + read + drawn + written,
    }


def _events(request: ImageRequest, images: Sequence[bytes], usage: Json, created: int) -> list[Json]:
    """The events of each image: its partial images, and its completion with the usage of all images."""
    shared = {
        "created_at": created,
        "size": request.size_text,
        "quality": request.quality,
        "background": request.background,
        "output_format": request.image_format,
    }
    billed = {name: usage[name] for name in ("total_tokens", "input_tokens", "output_tokens", "input_tokens_details")}
    events: list[Json] = []
    for pattern, image in zip(_patterns(request), images, strict=True):
        events += _partial_events(request, pattern, shared)
        kind = f"{request.operation.event}.completed"
        events.append({"type": kind, "b64_json": _encoded(image), **shared, "usage": billed})
    return events


def _partial_events(request: ImageRequest, pattern: Pattern, shared: Json) -> list[Json]:
    """The events of an image in the making, as many as the request wants."""
    kind, number = f"{request.operation.event}.partial_image", request.partial_images
    patterns = [replace(pattern, progress=(index + 1) / (number + 1)) for index in range(number)]
    return [
        {"type": kind, "b64_json": _encoded(draw(each, request.image_format)), **shared, "partial_image_index": index}
        for index, each in enumerate(patterns)
    ]
