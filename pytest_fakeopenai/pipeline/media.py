"""What images, audio, videos and moderations share: the model of the request, and what a rule's reply means."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic_core import from_json

from ..replies.reply import Reply
from ..wire.contract import Violation
from ..wire.json_values import as_text
from ..wire.protocol import errors
from ..wire.protocol.call import Json
from .available import is_available
from .context import RequestContext
from .validation import enforce, named_model, refuse


def model_of(context: RequestContext, body: Json, default: str | None = None) -> str:
    """The model that the URL or the body names, or else the default; ApiError where there is none.

    One that the test does not know is refused, as its validation has it.
    """
    model = context.deployment or as_text(body.get("model")) or default
    if model is None:
        refuse(context, errors.missing_parameter("model"))
        return named_model(context, body)
    enforce(context, lambda: _violations(context, model))
    return model


def _violations(context: RequestContext, model: str) -> Iterator[Violation]:
    if not is_available(context.world, model):
        yield Violation(errors.no_such_model(model))


def body_or_text(reply: Reply) -> Json | str:
    """What a rule's reply is: the whole body where its text is a JSON object, else the text, to make the answer of."""
    try:
        value = from_json(reply.text)
    except ValueError:
        return reply.text
    return value if isinstance(value, dict) else reply.text
