"""Moderations, which flag the words of a short list, `wire.moderation.WORDS`; for other results script a rule.

Reference: https://platform.openai.com/docs/api-reference/moderations
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
_TEXT_MODELS = "text-moderation"  # the prefix of the older models
# The snapshots behind the aliases of the older models; a newer model is named as in the request.
_SNAPSHOTS = {"text-moderation-latest": "text-moderation-007", "text-moderation-stable": "text-moderation-006"}


async def create(context: RequestContext) -> Json:
    """`POST /moderations`: {`id`, `model`, `results`}: a result for each text, or one for all parts of a message.

    Reference: https://platform.openai.com/docs/api-reference/moderations/create
    """
    body = await read_body(context)
    model = model_of(context, body, _DEFAULT)
    older = model.startswith(_TEXT_MODELS)
    input_ = body.get("input")
    enforce(context, lambda: map(Violation, _errors(input_, older, model)))
    ids = context.world.ids
    return {
        "id": f"modr-{ids.letters(29)}" if older else f"modr-{int(ids.hexadecimal(8), 16) % 10_000:04}",
        "model": _SNAPSHOTS.get(model, model),
        "results": await in_thread(lambda: _results(input_, older)),
    }


def _results(input_: Any, older: bool) -> list[Json]:
    if isinstance(input_, list) and any(isinstance(part, dict) for part in input_):
        parts = [part for part in input_ if isinstance(part, dict)]
        texts = [part["text"] for part in parts if isinstance(part.get("text"), str)]
        return [result(texts, images=any("image_url" in part for part in parts), older=older)]
    inputs = input_ if isinstance(input_, list) else [input_]
    return [result([text], older=older) for text in inputs if isinstance(text, str)]


def _errors(input_: Any, older: bool, model: str) -> Iterator[ApiError]:
    if input_ == []:
        yield errors.empty_array("input")
    if older and isinstance(input_, list) and any(isinstance(part, dict) and "image_url" in part for part in input_):
        yield ApiError(400, f"Invalid value for 'input': images are not supported by model '{model}'.", param="input")


ROUTES = [Operation("POST", "/moderations", "moderations.create", operate(create))]
