"""Compacting a conversation. https://platform.openai.com/docs/api-reference/responses/compact"""

from __future__ import annotations

from ...pipeline.callables import in_thread
from ...pipeline.context import RequestContext
from ...pipeline.validation import enforce, model_errors, named_model, read_body
from ...wire import tokens
from ...wire.contract import Violation
from ...wire.protocol.call import Call, Json
from ...wire.protocol.ids import ResponseIds, chain_key, encrypted
from .counting import asked, tokens_of
from .listed_items import listed_items


async def compact(context: RequestContext) -> Json:
    """`POST /responses/compact`: what the user said, and one item in place of all the rest.

    The output is input for the next response.
    """
    given = await read_body(context)
    enforce(context, lambda: map(Violation, model_errors(context, given)))
    body = {"input": [], **{name: value for name, value in given.items() if value is not None}}
    call = asked(context, {**body, "model": named_model(context, given)})
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
    told = [each for each in call.contents if each.role in ("assistant", "tool")]
    texts = [text for each in told for text in (each.text, *(said for made in each.calls for said in made))]
    written = await in_thread(lambda: sum(tokens.count(text, call.model) for text in texts))
    return {
        "input_tokens": read,
        "input_tokens_details": {"cache_write_tokens": 0, "cached_tokens": 0},
        "output_tokens": written,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": read + written,
    }
