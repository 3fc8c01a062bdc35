"""Images at an address: kept by this server and given to whoever asks, without a key, as OpenAI's store does."""

from __future__ import annotations

from ...pipeline.collections import CollectionView
from ...pipeline.context import RequestContext
from ...pipeline.results import Response
from ...wire.media.pictures import MEDIA_TYPES

_FOLDER = "/private/org-fakeopenai"
PATH = f"{_FOLDER}/{{name}}"


def keep(context: RequestContext, image: bytes, image_format: str) -> str:
    """The URL at which an image is kept for as long as the test runs."""
    name = f"img-{context.world.ids.letters(24)}.{image_format}"
    CollectionView(context, _FOLDER).add({"id": name}, kept={"content": image, "format": image_format})
    return f"{context.address}{_FOLDER}/{name}"


def serve(context: RequestContext) -> Response:
    """An image that was kept; 404 for any other name."""
    kept = CollectionView(context, _FOLDER).records.get(context.path["name"]).kept
    return Response(kept["content"], media_type=MEDIA_TYPES[kept["format"]])
