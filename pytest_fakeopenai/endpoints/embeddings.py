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
from ..wire.contract.embeddings import is_input, is_tokens
from ..wire.contract.overrides import Override, anything, within
from ..wire.json_values import as_count
from ..wire.models import resolved
from ..wire.protocol import sse
from ..wire.protocol.call import Call, Json
from ..wire.protocol.front_end import FrontEnd
from ..wire.vectors import embed, to_base64

Input = str | Sequence[int]

# What is known of the parameters beyond the SDK's types.
_OVERRIDES: list[Override] = [(("dimensions",), within(1)), (("input",), anything)]


async def create(context: RequestContext) -> Json:
    """`POST /embeddings`: a unit vector for each input, similar for similar texts.

    The vectors are computed in a thread, for those of a long text take milliseconds.
    Reference: https://platform.openai.com/docs/api-reference/embeddings/create
    """
    call = await validate_call(context, contract, read)
    model, body, inputs = call.model, call.body, _inputs(call.body)
    size = contract.vector_size(model)
    dimensions = as_count(body.get("dimensions"), size, size)
    as_text = body.get("encoding_format") == "base64" and not context.world.follows_types
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
    """The inputs one by one; a flat list of token ids is one input. What is no input is left out."""
    value = body.get("input")
    inputs: list[object] = value if isinstance(value, list) and not is_tokens(value) else [value]
    return [each for each in inputs if is_input(each)]


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
