"""Counting what a request would be billed for. https://platform.openai.com/docs/api-reference/responses/input-tokens"""

from __future__ import annotations

from ...pipeline.callables import in_thread
from ...pipeline.context import RequestContext
from ...pipeline.validation import enforce, read_body, wrong_models
from ...wire.billing import usage
from ...wire.billing.overhead import RESPONSES
from ...wire.contract import Violation
from ...wire.contract import responses as contract
from ...wire.protocol.call import Call, Json
from .reading import understand

_MODEL = "gpt-4o"  # whose tokens are counted where none is named


async def count(context: RequestContext) -> Json:
    """`POST /responses/input_tokens`: the figure that the same request for a response would report."""
    given = await read_body(context)
    body = {"model": _MODEL, "input": [], **{name: value for name, value in given.items() if value is not None}}
    return {"object": "response.input_tokens", "input_tokens": await tokens_of(asked(context, body))}


def asked(context: RequestContext, body: Json) -> Call:
    """The call that such a request makes, its fields found right."""
    enforce(context, lambda: map(Violation, contract.field_errors(body)))
    call = understand(body, context)
    enforce(context, lambda: wrong_models(context, call.model))
    context.record._note_call(call)
    return call


async def tokens_of(call: Call) -> int:
    """The tokens of a call, counted beside the loop: they may need their vocabulary first."""
    return await in_thread(lambda: usage.prompt_tokens(call, RESPONSES))
