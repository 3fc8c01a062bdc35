"""The images that answer a request: in a body, as a stream, or at an address."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

from ...pipeline.callables import in_thread
from ...pipeline.context import RequestContext
from ...pipeline.results import EventStream, Result
from ...wire import tokens
from ...wire.media.image_models import INPUT_IMAGE_TOKENS, PARTIAL_IMAGE_TOKENS, image_tokens
from ...wire.media.images import draw
from ...wire.media.images.pattern import Pattern
from ...wire.protocol.call import Json
from .reading import Wanted
from .served import keep

_COUNTED_AS = "gpt-4o"


async def answer(context: RequestContext, wanted: Wanted) -> Result:
    """The images drawn, which takes milliseconds and so is done beside the loop, and what is said of them."""
    created = context.world.ids.now()
    images = await in_thread(lambda: [draw(each, wanted.image_format) for each in _patterns(wanted)])
    if wanted.addressed:
        return {"created": created, "data": [_addressed(context, wanted, image) for image in images]}
    usage = await in_thread(lambda: _usage(wanted))
    if wanted.stream:
        return EventStream(await in_thread(lambda: _events(wanted, images, usage, created)))
    return {
        "created": created,
        "background": "transparent" if wanted.clear else "opaque",
        "data": [{"b64_json": _text(image)} for image in images],
        **_said_of_all(wanted),
        "usage": usage,
    }


def _patterns(wanted: Wanted) -> list[Pattern]:
    """What is drawn: of several images each another, and each another where the sources are others."""
    seen = b"".join(source.param.encode() + (source.content or b"") for source in wanted.sources)
    given = hashlib.blake2b(seen, digest_size=8).hexdigest() if wanted.sources else ""
    width, height = wanted.size
    first = Pattern(
        wanted.prompt, width, height, given, transparent=wanted.clear, frames=wanted.frames, delay=wanted.pause
    )
    return [replace(first, variant=f"{given}{number or ''}") for number in range(wanted.count)]


def _text(image: bytes) -> str:
    return base64.b64encode(image).decode()


def _said_of_all(wanted: Wanted) -> Json:
    width, height = wanted.size
    return {"output_format": wanted.image_format, "quality": wanted.quality, "size": f"{width}x{height}"}


def _addressed(context: RequestContext, wanted: Wanted, image: bytes) -> Json:
    """An image as the older models give it: at an address of this server, unless it is asked for itself."""
    revised = {"revised_prompt": wanted.prompt} if wanted.family.revises_prompts else {}
    if not wanted.by_url:
        return {**revised, "b64_json": _text(image)}
    return {**revised, "url": keep(context, image, wanted.image_format)}


def _usage(wanted: Wanted) -> Json:
    text, count = tokens.count(wanted.prompt, _COUNTED_AS), wanted.count
    shown = sum(INPUT_IMAGE_TOKENS for _ in wanted.sources)
    partial = PARTIAL_IMAGE_TOKENS * wanted.partials if wanted.stream else 0
    drawn = count * (image_tokens(wanted.size, wanted.quality) + partial)
    thought = text * count if wanted.family.bills_text else 0
    return {
        "input_tokens": text + shown,
        "input_tokens_details": {"image_tokens": shown, "text_tokens": text},
        "output_tokens": drawn + thought,
        "output_tokens_details": {"image_tokens": drawn, "text_tokens": thought},
        "total_tokens": text + shown + drawn + thought,
    }


def _events(wanted: Wanted, images: list[bytes], usage: Json, created: int) -> list[Json]:
    """Each image in the making, as often as is asked for, and done, which says what all of the images cost."""
    said = {
        "created_at": created,
        "size": _said_of_all(wanted)["size"],
        "quality": wanted.quality,
        "background": "transparent" if wanted.clear else "opaque",
        "output_format": wanted.image_format,
    }
    spent = {name: usage[name] for name in ("total_tokens", "input_tokens", "output_tokens", "input_tokens_details")}
    made, done = f"{wanted.kind.event}.partial_image", f"{wanted.kind.event}.completed"
    events: list[Json] = []
    for pattern, image in zip(_patterns(wanted), images, strict=True):
        for number in range(wanted.partials):
            part = replace(pattern, progress=(number + 1) / (wanted.partials + 1))
            partial = _text(draw(part, wanted.image_format))
            events.append({"type": made, "b64_json": partial, **said, "partial_image_index": number})
        events.append({"type": done, "b64_json": _text(image), **said, "usage": spent})
    return events
