"""Videos. https://platform.openai.com/docs/api-reference/videos

A video is queued when it is created and completed when it is next retrieved. Its film is a real MP4: a frame for each
second, in which the pattern of its prompt is drawn bit by bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..pipeline.callables import in_thread
from ..pipeline.collections import CollectionPath, Identify, new_id
from ..pipeline.context import RequestContext
from ..pipeline.forms import Upload, file_of
from ..pipeline.media import model_of
from ..pipeline.operate import operate
from ..pipeline.operation import Operation
from ..pipeline.results import Response
from ..pipeline.validation import enforce, read_body
from ..replies.faults import ApiError
from ..state.store import Record
from ..wire.contract import Violation
from ..wire.json_values import Fields
from ..wire.media import mp4
from ..wire.media.image_models import size_of
from ..wire.media.images import MEDIA_TYPES, draw
from ..wire.media.images.pattern import Pattern
from ..wire.protocol import errors
from ..wire.protocol.call import Json

_MODEL, _SECONDS, _SIZE = "sora-2", "4", "720x1280"
_DAY = 86_400
_LONGEST = 120  # seconds
_VARIANTS = ("video", "thumbnail", "spritesheet")


def _body(key: str, created: int, prompt: str, traits: Json) -> Json:
    return {
        "id": key,
        "object": "video",
        "model": traits["model"],
        "status": "queued",
        "progress": 0,
        "created_at": created,
        "completed_at": None,
        "expires_at": None,
        "prompt": prompt,
        "size": traits["size"],
        "seconds": traits["seconds"],
        "remixed_from_video_id": traits.get("remixed_from_video_id"),
        "error": None,
    }


def _done(completed: int) -> Json:
    """What changes about a video when it is completed."""
    return {"status": "completed", "progress": 100, "completed_at": completed, "expires_at": completed + _DAY}


def _assumed(identify: Identify, now: int, ids: Mapping[str, str]) -> Json:
    traits = {"model": _MODEL, "seconds": _SECONDS, "size": _SIZE}
    return {**_body("", now, "", traits), **_done(now)}


_VIDEOS, _CHARACTERS = CollectionPath("/videos", _assumed), CollectionPath("/videos/characters")


async def create(context: RequestContext) -> Json:
    """`POST /videos`: a video that is queued."""
    body = await read_body(context)
    fields = Fields(body)
    traits = {
        "model": model_of(context, body, _MODEL),
        "seconds": fields.string("seconds") or _SECONDS,
        "size": fields.string("size") or _SIZE,
    }
    return _queue(context, fields.string("prompt") or "", traits)


async def remix(context: RequestContext) -> Json:
    """`POST /videos/{video_id}/remix`: another video, which names the one that it was made of."""
    fields = Fields(await read_body(context))
    original = _VIDEOS.view(context).get(context.path["video_id"]).body
    traits = {**_traits(original), "remixed_from_video_id": original["id"]}
    return _queue(context, fields.string("prompt") or "", traits)


async def edit(context: RequestContext) -> Json:
    """`POST /videos/edits`: another video, as long as the one that it was made of."""
    body = await read_body(context)
    return _queue(context, Fields(body).string("prompt") or "", _traits(_original(context, body)))


async def extend(context: RequestContext) -> Json:
    """`POST /videos/extensions`: another video, longer than the one that it was made of by so many seconds."""
    body = await read_body(context)
    traits = _traits(_original(context, body))
    whole = _number(traits["seconds"]) + _number(Fields(body).string("seconds"))
    return _queue(context, Fields(body).string("prompt") or "", {**traits, "seconds": str(whole)})


def _original(context: RequestContext, body: Json) -> Json:
    """The video that a request names by {`id`}; {} for a file, of which nothing is known."""
    video: Any = body.get("video")
    if isinstance(video, Upload):
        return {}
    if not isinstance(video, dict) or not isinstance(video.get("id"), str):
        raise errors.missing_parameter("video") if video is None else errors.invalid_type("video", "a file", video)
    return _VIDEOS.view(context).get(video["id"]).body


def _traits(video: Json) -> Json:
    """`model`, `seconds` and `size`, which a video has from the one that it was made of."""
    usual = {"model": _MODEL, "seconds": _SECONDS, "size": _SIZE}
    return {name: video.get(name) or value for name, value in usual.items()}


def _number(seconds: str | None) -> int:
    return int(seconds) if seconds and seconds.isdecimal() and len(seconds) < 6 else int(_SECONDS)


def _queue(context: RequestContext, prompt: str, traits: Json) -> Json:
    body = _body(new_id(context)("video"), context.world.ids.now(), prompt, traits)
    _VIDEOS.view(context).add(body)
    return body


def retrieve(context: RequestContext) -> Json:
    """`GET /videos/{video_id}`: completes a queued video; `completed_at` is a second after `created_at` at least."""
    record = _VIDEOS.view(context).get(context.path["video_id"])
    if record.body.get("status") == "queued":
        completed = max(context.world.ids.present(), record.body["created_at"] + 1)
        record.body = {**record.body, **_done(completed)}
    return record.body


async def content(context: RequestContext) -> Response:
    """`GET /videos/{video_id}/content`: the film, or a picture of it."""
    record = _VIDEOS.view(context).get(context.path["video_id"])
    variant = context.record.query.get("variant", _VARIANTS[0])
    enforce(context, lambda: map(Violation, _refusals(record, variant)))
    width, height = size_of(record.body.get("size"))
    pattern = Pattern(record.body.get("prompt") or "", width, height)
    if variant == "thumbnail":
        return Response(draw(pattern, "webp"), media_type=MEDIA_TYPES["webp"])
    if variant == "spritesheet":
        return Response(draw(pattern, "jpeg"), media_type=MEDIA_TYPES["jpeg"])
    seconds = min(max(_number(record.body.get("seconds")), 1), _LONGEST)
    return Response(await in_thread(lambda: mp4.write(pattern, seconds)), media_type="video/mp4")


def _refusals(record: Record, variant: str) -> Iterator[ApiError]:
    if variant not in _VARIANTS:
        yield errors.invalid_value("variant", variant, _VARIANTS)
    if record.body.get("status") != "completed" and not record.assumed:
        yield ApiError(404, "Video is not ready yet, use GET /v1/videos/{video_id} to check status.")


async def create_character(context: RequestContext) -> Json:
    """`POST /videos/characters`: a character for later videos; the file is not looked at."""
    body = await read_body(context)
    file_of(body, "video")
    name = Fields(body).string("name") or ""
    character = {"id": new_id(context)("video.character"), "created_at": context.world.ids.now(), "name": name}
    _CHARACTERS.view(context).add(character)
    return character


ROUTES = [
    Operation("POST", "/videos", "videos.create", operate(create)),
    Operation("POST", "/videos/edits", "videos.edit", operate(edit)),
    Operation("POST", "/videos/extensions", "videos.extend", operate(extend)),
    Operation("POST", "/videos/characters", "videos.create_character", operate(create_character)),
    Operation("GET", "/videos/{video_id}", "videos.retrieve", operate(retrieve)),
    Operation("POST", "/videos/{video_id}/remix", "videos.remix", operate(remix)),
    Operation("GET", "/videos/{video_id}/content", "videos.download_content", operate(content)),
]
