"""Images at a URL: stored by this server and served to whoever asks, without a key, as OpenAI's storage does."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...pipeline.collections import CollectionPath
from ...pipeline.context import RequestContext
from ...pipeline.results import Response
from ...wire.media.images import MEDIA_TYPES

_FOLDER = "/private/org-fakeopenai"
PATH = f"{_FOLDER}/{{name}}"


@dataclass(frozen=True)
class StoredImage:
    """An image at a URL: its bytes, and the name of their format, `png`."""

    content: bytes = field(repr=False)
    format: str


_IMAGES = CollectionPath[StoredImage](_FOLDER)


def store(context: RequestContext, content: bytes, image_format: str) -> str:
    """The URL at which an image is served for as long as the test runs."""
    name = f"img-{context.world.ids.letters(24)}.{image_format}"
    _IMAGES.view(context).add({"id": name}, StoredImage(content, image_format))
    return f"{context.address}{_FOLDER}/{name}"


def serve(context: RequestContext) -> Response:
    """`GET /private/org-fakeopenai/{name}`: an image that was stored; 404 for any other name."""
    image = _IMAGES.view(context).records.get(context.path["name"]).data
    assert image is not None  # only `store` adds to the collection
    return Response(image.content, media_type=MEDIA_TYPES[image.format])
