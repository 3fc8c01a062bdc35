"""Moderations. https://platform.openai.com/docs/api-reference/moderations

A short list of words, `wire.moderation.WORDS`, is all that is flagged; whatever else a test needs a rule says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..pipeline.callables import in_thread
from ..pipeline.context import RequestContext
from ..pipeline.media import model_of
from ..pipeline.operate import operate
from ..pipeline.operation import Operation
from ..pipeline.validation import enforce, read_body
from ..replies.faults import ApiError
from ..wire.contract import Violation
from ..wire.moderation import result
from ..wire.protocol import errors
from ..wire.protocol.call import Json

_DEFAULT = "omni-moderation-latest"
_OLDER = "text-moderation"
# The snapshots behind the older models' aliases; a newer one is called as it was asked for.
_SNAPSHOTS = {"text-moderation-latest": "text-moderation-007", "text-moderation-stable": "text-moderation-006"}


async def create(context: RequestContext) -> Json:
    """`POST /moderations`: a result for each text, or one for all parts of a message."""
    body = await read_body(context)
    model = model_of(context, body, _DEFAULT)
    older = model.startswith(_OLDER)
    given = body.get("input")
    enforce(context, lambda: map(Violation, _problems(given, older, model)))
    ids = context.world.ids
    return {
        "id": f"modr-{ids.letters(29)}" if older else f"modr-{int(ids.hexadecimal(8), 16) % 10_000:04}",
        "model": _SNAPSHOTS.get(model, model),
        "results": await in_thread(lambda: _results(given, older)),
    }


def _results(given: Any, older: bool) -> list[Json]:
    if isinstance(given, list) and any(isinstance(part, dict) for part in given):
        parts = [part for part in given if isinstance(part, dict)]
        texts = [part["text"] for part in parts if isinstance(part.get("text"), str)]
        return [result(texts, images=any("image_url" in part for part in parts), older=older)]
    listed = given if isinstance(given, list) else [given]
    return [result([text], older=older) for text in listed if isinstance(text, str)]


def _problems(given: Any, older: bool, model: str) -> Iterator[ApiError]:
    if given == []:
        yield errors.empty_array("input")
    if older and isinstance(given, list) and any(isinstance(part, dict) and "image_url" in part for part in given):
        yield ApiError(400, f"Invalid value for 'input': images are not supported by model '{model}'.", param="input")


ROUTES = [Operation("POST", "/moderations", "moderations.create", operate(create))]
