"""Conversations as responses use them, and items in the form in which they are stored and listed.

A conversation is read before a response is made, added to afterwards, and locked for one response at a time.
https://platform.openai.com/docs/guides/conversation-state
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ...pipeline.collections import CollectionPath, CollectionView, new_id
from ...pipeline.context import RequestContext
from ...pipeline.validation import refuse
from ...replies.faults import ApiError
from ...state.request import RecordedRequest
from ...state.store import Record
from ...wire.protocol.call import Json
from ...wire.protocol.ids import ConversationIds, ResponseIds


@dataclass
class ConversationState:
    """What is stored of a conversation beside its object: the requests that are being answered with it."""

    holders: list[RecordedRequest] = field(default_factory=list)


CONVERSATIONS = CollectionPath[ConversationState]("/conversations")
ITEMS = CollectionPath("/conversations/{conversation_id}/items")


def conversation_id(body: Json) -> str | None:
    """The id of the conversation that a request names, by itself or in an object."""
    value = body.get("conversation")
    key = value.get("id") if isinstance(value, dict) else value
    return key if isinstance(key, str) else None


def conversation(context: RequestContext, key: str) -> Record[ConversationState]:
    """The conversation with this id; the API's 404 where there is none, unless ids are assumed to exist."""
    return CONVERSATIONS.view(context).get(key)


def items(context: RequestContext, key: str) -> CollectionView:
    """The items of a conversation."""
    return ITEMS.view(context, conversation_id=key)


def history(context: RequestContext, body: Json) -> list[Json]:
    """The items that a conversation holds before a request."""
    key = conversation_id(body)
    if key is None:
        return []
    conversation(context, key)
    return items(context, key).records.bodies()


def find(context: RequestContext, key: str) -> Json | None:
    """The item with this id, of whichever conversation; None where none has it."""
    for name, _ in CONVERSATIONS.view(context).records.items():
        record = items(context, name).records.find(key)
        if record is not None:
            return record.body
    return None


def lock(context: RequestContext, body: Json) -> None:
    """Lock the conversation of a request until it has been answered; refused while another request has it."""
    key = conversation_id(body)
    if key is None:
        return
    holders = conversation(context, key).ensure(ConversationState).holders
    if holders:
        refuse(context, _locked())
    holders.append(context.record)
    context.ending.callback(_unlock, holders, context.record)


def _unlock(holders: list[RecordedRequest], holder: RecordedRequest) -> None:
    if holder in holders:
        holders.remove(holder)


def add_items(context: RequestContext, body: Json, added: Iterable[Json]) -> None:
    """Add items to the conversation of a request that has been answered, and unlock it.

    One that was deleted meanwhile stays so; an item that is only referred to is there already.
    """
    key = conversation_id(body)
    record = CONVERSATIONS.view(context).records.find(key) if key is not None else None
    if record is None or key is None:
        return
    collection = items(context, key)
    for item in added:
        if item["type"] != "item_reference":
            collection.add(item if item.get("id") else {"id": new_id(context)("item"), **item})
    _unlock(record.ensure(ConversationState).holders, context.record)


def _locked() -> ApiError:
    return ApiError(
        400,
        "Another process is currently operating on this conversation. Please retry in a few seconds.",
        param="conversation",
        code="conversation_locked",
    )


_PREFIXES = {
    "function_call": "fc",
    "function_call_output": "fco",
    "custom_tool_call": "ctc",
    "custom_tool_call_output": "ctco",
    "reasoning": "rs",
    "web_search_call": "ws",
    "file_search_call": "fs",
    "code_interpreter_call": "ci",
    "image_generation_call": "ig",
    "mcp_list_tools": "mcpl",
    "mcp_call": "mcp",
    "mcp_approval_request": "mcpr",
    "computer_call": "cu",
    "local_shell_call": "lsh",
    "shell_call": "sh",
    "apply_patch_call": "apc",
    "tool_search_call": "tsc",
    "tool_search_output": "tso",
    "compaction": "cmp",
    "program": "cm",
}
_WITH_STATUS = _PREFIXES.keys() - {"reasoning", "mcp_list_tools", "mcp_approval_request", "compaction", "program"}


def listed_items(items: Iterable[Json], ids: ResponseIds | ConversationIds) -> list[Json]:
    """Items of a request as they are listed and continued: each with an id, a text as a list of one part."""
    return [_listed(item, ids) for item in items]


def _listed(item: Json, ids: ResponseIds | ConversationIds) -> Json:
    kind = item.get("type") or "message"
    if kind != "message":
        head = {"id": item.get("id") or ids.make(_PREFIXES.get(kind, "item")), "type": kind}
        if kind in _WITH_STATUS:
            head["status"] = item.get("status") or "completed"
        return {**head, **item, **head}
    head = {"id": item.get("id") or ids.make("msg"), "type": "message", "status": "completed"}
    return {**head, "content": _content(item), "role": item.get("role")}


def _content(item: Json) -> object:
    """The parts of a message, of which a string is one."""
    content = item.get("content")
    if not isinstance(content, str):
        return content
    is_output = item.get("role") == "assistant"
    head: Json = {"type": "output_text", "annotations": [], "logprobs": []} if is_output else {"type": "input_text"}
    return [{**head, "text": content}]
