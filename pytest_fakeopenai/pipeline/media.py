"""What images, sounds, films and moderations have in common: the model asked for, and what a rule says of them."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic_core import from_json

from ..replies.reply import Reply
from ..wire.contract import Violation
from ..wire.protocol import errors
from ..wire.protocol.call import Fields, Json
from .available import is_available
from .context import RequestContext
from .validation import enforce


def model_of(context: RequestContext, body: Json, default: str | None = None) -> str:
    """The model that the URL or the body names, or else the default; one that the test does not know is refused."""
    model = context.deployment or Fields(body).string("model") or default
    if model is None:
        raise errors.missing_parameter("model")
    enforce(context, lambda: _unknown(context, model))
    return model


def _unknown(context: RequestContext, model: str) -> Iterator[Violation]:
    if not is_available(context.world, model):
        yield Violation(errors.no_such_model(model))


def body_or_text(reply: Reply) -> Json | str:
    """What a rule says: the whole body where it is a JSON object, else a text of which the answer is to be made."""
    try:
        said = from_json(reply.text)
    except ValueError:
        return reply.text
    return said if isinstance(said, dict) else reply.text
