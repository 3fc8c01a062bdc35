"""Embeddings.

Reference: https://platform.openai.com/docs/api-reference/embeddings
"""

from __future__ import annotations

from collections.abc import Sequence

from ..pipeline.callables import in_thread
from ..pipeline.context import RequestContext
from ..pipeline.operate import operate
from ..pipeline.operation import Operation
from ..pipeline.validation import named_model, validate_call
from ..sdk.params import Parameters
from ..wire.billing import usage
from ..wire.contract import embeddings as contract
from ..wire.contract.overrides import Override, anything, within
from ..wire.models import resolved
from ..wire.protocol import errors, sse
from ..wire.protocol.call import Call, Fields, Json
from ..wire.protocol.front_end import FrontEnd
from ..wire.vectors import embed, to_base64

_LARGE, _SMALL = 3072, 1536
_MAX_INPUTS = 2048

Input = str | Sequence[int]

# What is known of the parameters beyond the SDK's types.
_OVERRIDES: list[Override] = [(("dimensions",), within(1)), (("input",), anything)]


async def create(context: RequestContext) -> Json:
    """`POST /embeddings`: a unit vector for each input, similar for similar texts.

    The vectors are computed in a thread, for those of a long text take milliseconds.
    Reference: https://platform.openai.com/docs/api-reference/embeddings/create
    """
    call = await validate_call(context, contract, read)
    model, fields, inputs = call.model, Fields(call.body), _inputs(call.body)
    size = _LARGE if "large" in model else _SMALL
    dimensions = fields.integer("dimensions", 0, low=1, high=size) or None
    as_text = fields.string("encoding_format") == "base64" and not context.world.follows_types
    write = to_base64 if as_text else list
    vectors = await in_thread(lambda: [write(embed(each, size=size, dimensions=dimensions)) for each in inputs])
    prompt_tokens = usage.bare(inputs, model)
    data = [{"object": "embedding", "index": index, "embedding": vector} for index, vector in enumerate(vectors)]
    return {
        "object": "list",
        "data": data,
        "model": context.deployment or resolved(model),
        "usage": {"prompt_tokens": prompt_tokens, "total_tokens": prompt_tokens},
    }


def read(body: Json, context: RequestContext) -> Call:
    """The request as a call; it has no messages."""
    return Call("embeddings", named_model(context, body), body)


def encode(body: Json) -> bytes:
    """The body of an answer, indented as the API does."""
    return sse.pretty(body) + b"\n"


def _inputs(body: Json) -> list[Input]:
    """The inputs one by one; a flat list of token ids is one input."""
    input_ = body.get("input")
    if input_ is None:
        raise errors.missing_parameter("input")
    inputs: list[Input] = [input_] if isinstance(input_, str) or _is_tokens(input_) else input_
    if not isinstance(inputs, list) or not 0 < len(inputs) <= _MAX_INPUTS or not all(map(_is_input, inputs)):
        raise errors.unreadable_input()
    return inputs


def _is_input(value: object) -> bool:
    return bool(value) and (isinstance(value, str) or _is_tokens(value))


def _is_tokens(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(type(number) is int and number >= 0 for number in value)


ROUTES = [
    Operation(
        "POST",
        "/embeddings",
        "embeddings",
        operate(create, encode),
        front_end=FrontEnd(older=True, metered=True),
        parameters=Parameters("embedding_create_params.EmbeddingCreateParams", _OVERRIDES),
    )
]
