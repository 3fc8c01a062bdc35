"""Counting the tokens of a request, and compacting a conversation.

https://platform.openai.com/docs/api-reference/responses/input-tokens
https://platform.openai.com/docs/api-reference/responses/compact
"""

from __future__ import annotations

from ...pipeline.callables import in_thread
from ...pipeline.context import RequestContext
from ...pipeline.validation import enforce, model_errors, named_model, read_body, wrong_models
from ...wire import tokens
from ...wire.billing.prompt import prompt_tokens
from ...wire.contract import Violation, graded
from ...wire.contract import responses as contract
from ...wire.protocol.call import Call, Json
from ...wire.protocol.ids import ResponseIds, chain_key, encrypted
from .conversation_state import listed_items
from .reading import understand

_MODEL = "gpt-4o"  # whose tokens are counted where none is named


async def count(context: RequestContext) -> Json:
    """`POST /responses/input_tokens`: the figure that the same request for a response would report."""
    fields = await read_body(context)
    body = {"model": _MODEL, "input": [], **{name: value for name, value in fields.items() if value is not None}}
    return {"object": "response.input_tokens", "input_tokens": await tokens_of(call_of(context, body))}


def call_of(context: RequestContext, body: Json) -> Call:
    """The call that such a request makes, its fields found right."""
    enforce(context, lambda: map(graded, contract.field_errors(body)))
    call = understand(body, context)
    enforce(context, lambda: wrong_models(context, call.model))
    context.record._note_call(call)
    return call


async def tokens_of(call: Call) -> int:
    """The tokens of a call, counted beside the loop: they may need their vocabulary first."""
    return await in_thread(lambda: prompt_tokens(call))


async def compact(context: RequestContext) -> Json:
    """`POST /responses/compact`: what the user said, and one item in place of all the rest.

    The output is input for the next response.
    """
    fields = await read_body(context)
    enforce(context, lambda: map(Violation, model_errors(context, fields)))
    body = {"input": [], **{name: value for name, value in fields.items() if value is not None}}
    call = call_of(context, {**body, "model": named_model(context, fields)})
    created = context.world.ids.now()
    previous = body.get("previous_response_id")
    chain = chain_key(previous) if previous else None
    ids = ResponseIds(context.world.ids, created, stored=False, chain=chain)
    return {
        "id": ids.make("resp"),
        "object": "response.compaction",
        "created_at": created,
        "output": _output(call, ids),
        "usage": await _usage(call),
    }


def _output(call: Call, ids: ResponseIds) -> list[Json]:
    whole = [*call.history, *call.messages]
    users = [item for item in whole if item.get("role") == "user" and item.get("type") in (None, "message")]
    key = ids.make("cmp")
    compacted = {"id": key, "type": "compaction", "encrypted_content": encrypted(key, 0)}
    return [*listed_items(users, ids), compacted]


async def _usage(call: Call) -> Json:
    """The tokens that were read, and as many written as there are in what the model and its tools had said."""
    read = await tokens_of(call)
    messages = [each for each in call.contents if each.role in ("assistant", "tool")]
    uses = [use for each in messages for use in each.calls]
    texts = [each.text for each in messages] + [text for use in uses for text in (use.name, use.arguments)]
    written = await in_thread(lambda: sum(tokens.count(text, call.model) for text in texts))
    return {
        "input_tokens": read,
        "input_tokens_details": {"cache_write_tokens": 0, "cached_tokens": 0},
        "output_tokens": written,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": read + written,
    }
