"""Threads and their messages.

https://platform.openai.com/docs/api-reference/threads
https://platform.openai.com/docs/api-reference/messages
"""

from __future__ import annotations

from ...pipeline.collections import new_id
from ...pipeline.context import RequestContext
from ...pipeline.validation import enforce, read_body
from ...wire.contract import Violation
from ...wire.json_values import Fields, as_dict
from ...wire.protocol.call import Json
from ..assistants.tool_resources import attach, resolve
from . import refusals
from .storage import MESSAGES, THREADS, active_run, find_thread

_IMAGES = ("image_file", "image_url")


async def create_thread(context: RequestContext) -> Json:
    """`POST /threads`."""
    body = await read_body(context)
    return add_thread(context, body)


def add_thread(context: RequestContext, fields: Json) -> Json:
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
        add_message(context, body["id"], each)
    return body


async def create_message(context: RequestContext) -> Json:
    """`POST /threads/{thread_id}/messages`, which a thread takes while no run is active."""
    body = await read_body(context)
    thread_id = context.path["thread_id"]
    find_thread(context, thread_id)
    if run_id := active_run(context, thread_id):
        enforce(context, lambda: [Violation(refusals.locked(thread_id, run_id))])
    return add_message(context, thread_id, body)


def add_message(context: RequestContext, thread_id: str, fields: Json) -> Json:
    """Store a message with the fields of a request, and return its object."""
    body = message(new_id(context)("thread.message"), context.world.ids.now(), thread_id, fields)
    attach(context, find_thread(context, thread_id), body["attachments"])
    MESSAGES.view(context, thread_id=thread_id).add(body)
    return body


def message(key: str, created: int, thread_id: str, fields: Json) -> Json:
    """The object of a message with the fields of a request."""
    return {
        "id": key,
        "object": "thread.message",
        "created_at": created,
        "assistant_id": fields.get("assistant_id"),
        "thread_id": thread_id,
        "run_id": fields.get("run_id"),
        "role": fields.get("role", "user"),
        "content": content(fields.get("content")),
        "attachments": fields.get("attachments") or [],
        "metadata": fields.get("metadata") or {},
    }


def content(value: object) -> list[Json]:
    """The content of a message as it is stored, a list of parts: a string is one part."""
    if isinstance(value, str):
        return [_text(value)]
    return [_part(as_dict(part)) for part in value] if isinstance(value, list) else []


def _text(value: object) -> Json:
    return {"type": "text", "text": {"value": value, "annotations": []}}


def _part(part: Json) -> Json:
    kind = part.get("type")
    if kind == "text":
        return _text(part.get("text"))
    if kind in _IMAGES:
        return {"type": kind, kind: {"detail": "auto", **as_dict(part.get(kind))}}
    return part


def as_sent(body: Json) -> Json:
    """A message as a request would send it: one text is a string."""
    parts = [_sent(part) for part in body["content"]]
    plain = [part["text"] for part in parts if part.get("type") == "text"]
    return {"role": body["role"], "content": plain[0] if len(parts) == len(plain) == 1 else parts}


def _sent(part: Json) -> Json:
    return {"type": "text", "text": part["text"]["value"]} if part.get("type") == "text" else part
