"""Threads, made by themselves or together with a run. https://platform.openai.com/docs/api-reference/threads"""

from __future__ import annotations

from ...pipeline.collections import new_id
from ...pipeline.context import RequestContext
from ...pipeline.validation import read_body
from ...wire.json_values import Fields
from ...wire.protocol.call import Json
from ..assistants.tool_resources import resolve
from . import messages
from .storage import THREADS


async def create(context: RequestContext) -> Json:
    """`POST /threads`."""
    body = await read_body(context)
    return add(context, body)


def add(context: RequestContext, fields: Json) -> Json:
    """Store a thread with the `messages` in a request's fields, and return its object."""
    body: Json = {
        "id": new_id(context)("thread"),
        "object": "thread",
        "created_at": context.world.ids.now(),
        "metadata": fields.get("metadata") or {},
        "tool_resources": resolve(context, fields.get("tool_resources")),
    }
    THREADS.view(context).add(body)
    for each in Fields(fields).objects("messages"):
        messages.add(context, body["id"], each)
    return body
