"""Images at an address: kept by this server and given to whoever asks, without a key, as OpenAI's store does."""

from __future__ import annotations

from ...pipeline.collections import Memory
from ...pipeline.surface import Answered, Exchange
from ...wire.media.pictures import MEDIA_TYPES

_FOLDER = "/private/org-fakeopenai"
PATH = f"{_FOLDER}/{{name}}"


def keep(exchange: Exchange, image: bytes, image_format: str) -> str:
    """The URL at which an image is kept for as long as the test runs."""
    name = f"img-{exchange.world.ids.letters(24)}.{image_format}"
    Memory(exchange, _FOLDER).add({"id": name}, kept={"content": image, "format": image_format})
    return f"{exchange.address}{_FOLDER}/{name}"


def serve(exchange: Exchange) -> Answered:
    """An image that was kept; 404 for any other name."""
    kept = Memory(exchange, _FOLDER).records.get(exchange.path["name"]).kept
    return Answered(kept["content"], media_type=MEDIA_TYPES[kept["format"]])
