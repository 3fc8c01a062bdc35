"""Images at an address: kept by this server and given to whoever asks, without a key, as OpenAI's store does."""

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
    """An image at an address: its bytes, and the name of their format, `png`."""

    content: bytes = field(repr=False)
    format: str


_IMAGES = CollectionPath[StoredImage](_FOLDER)


def keep(context: RequestContext, image: bytes, image_format: str) -> str:
    """The URL at which an image is kept for as long as the test runs."""
    name = f"img-{context.world.ids.letters(24)}.{image_format}"
    _IMAGES.view(context).add({"id": name}, StoredImage(image, image_format))
    return f"{context.address}{_FOLDER}/{name}"


def serve(context: RequestContext) -> Response:
    """An image that was kept; 404 for any other name."""
    image = _IMAGES.view(context).records.get(context.path["name"]).data
    assert image is not None  # only `keep` stores here
    return Response(image.content, media_type=MEDIA_TYPES[image.format])
