"""What images, sounds, films and moderations have in common: the model asked for, and what a rule says of them."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic_core import from_json

from ..replies.reply import Reply
from ..wire.contract import Breach
from ..wire.protocol import errors
from ..wire.protocol.call import Fields, Json
from .available import is_available
from .surface import Exchange
from .validation import admit


def model_of(exchange: Exchange, body: Json, default: str | None = None) -> str:
    """The model that the URL or the body names, or else the default; one that the test does not know is refused."""
    model = exchange.deployment or Fields(body).string("model") or default
    if model is None:
        raise errors.missing_parameter("model")
    admit(exchange, lambda: _unknown(exchange, model))
    return model


def _unknown(exchange: Exchange, model: str) -> Iterator[Breach]:
    if not is_available(exchange.world, model):
        yield Breach(errors.no_such_model(model))


def body_or_text(reply: Reply) -> Json | str:
    """What a rule says: the whole body where it is a JSON object, else a text of which the answer is to be made."""
    try:
        said = from_json(reply.text)
    except ValueError:
        return reply.text
    return said if isinstance(said, dict) else reply.text
