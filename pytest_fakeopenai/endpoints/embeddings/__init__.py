"""Embeddings.

Reference: https://platform.openai.com/docs/api-reference/embeddings
"""

from __future__ import annotations

from collections.abc import Sequence

from ...pipeline.callables import in_thread
from ...pipeline.context import RequestContext
from ...pipeline.operate import operate
from ...pipeline.operation import Operation
from ...pipeline.validation import named_model, validate_call
from ...replies.reply import Reply
from ...sdk.params import Parameters
from ...wire.billing.prompt import bare
from ...wire.contract import embeddings as contract
from ...wire.contract.embeddings import is_input, is_tokens
from ...wire.contract.overrides import Override, anything
from ...wire.json_values import as_count
from ...wire.models import resolved
from ...wire.protocol import sse
from ...wire.protocol.call import Call, Json
from ...wire.protocol.front_end import FrontEnd
from ...wire.vectors import embed, to_base64
from .own_vectors import Input, own_vectors, vectors_of

# What the contract has words of its own for.
_OVERRIDES: list[Override] = [((name,), anything) for name in ("dimensions", "encoding_format", "input")]


async def create(context: RequestContext) -> Json:
    """`POST /embeddings`: a unit vector for each input, similar for similar texts.

    The vectors are computed in a thread, for those of a long text take milliseconds.
    Reference: https://platform.openai.com/docs/api-reference/embeddings/create
    """
    call = await validate_call(context, contract, read)
    size = contract.vector_size(call.model)
    dimensions = as_count(call.body.get("dimensions"), size, size)
    inputs = _inputs(call)
    vectors = await in_thread(lambda: [embed(each, size=size, dimensions=dimensions) for each in inputs])
    return _body(context, call, vectors)


async def create_from_reply(context: RequestContext, reply: Reply) -> Json:
    """The answer in which the vectors of a rule's reply stand; or the reply itself, where it is a whole answer."""
    own = vectors_of(context, reply)
    if isinstance(own, dict):
        return own
    call = await validate_call(context, contract, read)
    return _body(context, call, await own_vectors(context, call, own, _inputs(call)))


def _body(context: RequestContext, call: Call, vectors: Sequence[Sequence[float]]) -> Json:
    as_text = call.body.get("encoding_format") == "base64" and not context.world.follows_types
    write = to_base64 if as_text else list
    prompt_tokens = bare(_inputs(call), call.model)
    return {
        "object": "list",
        "data": [
            {"object": "embedding", "index": index, "embedding": write(vector)} for index, vector in enumerate(vectors)
        ],
        "model": context.deployment or resolved(call.model),
        "usage": {"prompt_tokens": prompt_tokens, "total_tokens": prompt_tokens},
    }


def read(body: Json, context: RequestContext) -> Call:
    """The request as a call; it has no messages."""
    return Call("embeddings", named_model(context, body), body)


def encode(body: Json) -> bytes:
    """The body of an answer, indented as the API does."""
    return sse.pretty(body) + b"\n"


def _inputs(call: Call) -> list[Input]:
    """The inputs one by one; a flat list of token ids is one input. What is no input is left out."""
    value = call.body.get("input")
    inputs: list[object] = value if isinstance(value, list) and not is_tokens(value) else [value]
    return [each for each in inputs if is_input(each, call.model)]


ROUTES = [
    Operation(
        "POST",
        "/embeddings",
        "embeddings",
        operate(create, encode, create_from_reply),
        front_end=FrontEnd(older=True, metered=True),
        parameters=Parameters("embedding_create_params.EmbeddingCreateParams", _OVERRIDES),
    )
]
