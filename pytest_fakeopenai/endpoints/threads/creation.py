"""Threads, made by themselves or together with a run. https://platform.openai.com/docs/api-reference/threads"""

from __future__ import annotations

from ...pipeline.collections import Memory, new_id
from ...pipeline.surface import Exchange
from ...pipeline.validation import admit, read_body
from ...wire.contract import Breach, lengths
from ...wire.protocol.call import Fields, Json
from ..assistants.tool_resources import resolved
from . import messages
from .keeping import THREADS


async def create(exchange: Exchange) -> Json:
    """`POST /threads`."""
    body = await read_body(exchange)
    admit(exchange, lambda: map(Breach, lengths.metadata(body.get("metadata"))))
    return add(exchange, body)


def add(exchange: Exchange, given: Json) -> Json:
    """Keep a thread with the messages that a request gives it, and return its object."""
    body: Json = {
        "id": new_id(exchange)("thread"),
        "object": "thread",
        "created_at": exchange.world.ids.now(),
        "metadata": given.get("metadata") or {},
        "tool_resources": resolved(exchange, given.get("tool_resources")),
    }
    Memory(exchange, THREADS).add(body)
    for each in Fields(given).objects("messages"):
        messages.add(exchange, body["id"], each)
    return body
