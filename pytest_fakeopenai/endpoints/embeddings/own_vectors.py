"""Vectors of the test's own: what a rule's reply says of them, and one for each input of a request."""

from __future__ import annotations

import inspect
import math
from collections.abc import Sequence
from typing import Any

from ...pipeline.callables import in_thread
from ...pipeline.context import RequestContext
from ...pipeline.fit import report_misfit
from ...pipeline.operate import as_json
from ...replies.answers import Embedder, Vector, Vectors, as_vector
from ...replies.reply import Reply
from ...wire import tokens
from ...wire.protocol.call import Call, Json

Input = str | Sequence[int]


def vectors_of(context: RequestContext, reply: Reply) -> Vectors | Json:
    """The vectors of a rule's reply, given as `Vectors` or as lists; or, where its text is an object, that."""
    if (part := reply.part_of(Vectors)) is not None:
        source = [part.function] if part.function else part.vectors
        return Vectors(*source, unchecked=part.unchecked or reply.unchecked)
    value: Any = as_json(context, reply)
    if isinstance(value, dict):
        return value
    several = isinstance(value, list) and any(isinstance(each, list) for each in value)
    try:
        return Vectors(*value) if several else Vectors(value)
    except (TypeError, ValueError) as error:
        problem = f"{reply!r} cannot answer embeddings, which Vectors(…), or a whole answer as a dict, can: {error}"
        raise context.refuse(problem) from None


async def own_vectors(
    context: RequestContext, call: Call, vectors: Vectors, inputs: Sequence[Input]
) -> Sequence[Sequence[float]]:
    """A vector for each input, of as many dimensions as the request asks for."""
    own = [*vectors.vectors]
    if vectors.function is not None:
        own = [await _applied(context, vectors.function, _readable(each, call.model)) for each in inputs]
    if vectors.unchecked:
        return own
    if len(own) != len(inputs):
        count = f"{vectors!r} has {len(own)} for {len(inputs)} inputs"
        report_misfit(context, f"{count}; Vectors(function) makes one for each, Vectors(…, unchecked=True) sends these")
    size = call.body.get("dimensions")
    return [_shortened(context, each, size) for each in own] if type(size) is int else own


async def _applied(context: RequestContext, function: Embedder, value: Input) -> Vector:
    try:
        result = await in_thread(lambda: function(value))
        return as_vector(await result if inspect.isawaitable(result) else result)
    except Exception as fault:
        raise context.failed(function, fault) from fault


def _readable(value: Input, model: str) -> Input:
    """The text of an input that comes as the ids of its tokens, where that can be told."""
    return value if isinstance(value, str) else tokens.text_of(value, model) or value


def _shortened(context: RequestContext, vector: Vector, size: int) -> Vector:
    """A vector cut to a size and normalised, as OpenAI shortens one; one of that size as it is."""
    if len(vector) < size:
        hint = "Vectors(…, unchecked=True) sends it"
        report_misfit(context, f"the vector {vector} has {len(vector)} dimensions, not the {size} asked for; {hint}")
    if len(vector) <= size:
        return vector
    norm = math.hypot(*vector[:size]) or 1.0
    return tuple(value / norm for value in vector[:size])
