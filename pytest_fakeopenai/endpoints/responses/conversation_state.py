"""Conversations as responses use them: read before, added to afterwards, and locked for one response at a time.

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


@dataclass
class ConversationState:
    """What is stored of a conversation beside its object: the requests that are being answered with it."""

    holders: list[RecordedRequest] = field(default_factory=list)


CONVERSATIONS = CollectionPath[ConversationState]("/conversations")
ITEMS = CollectionPath("/conversations/{conversation_id}/items")


def named(body: Json) -> str | None:
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
    key = named(body)
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


def enter(context: RequestContext, body: Json) -> None:
    """Lock the conversation of a request until it has been answered; refused while another request has it."""
    key = named(body)
    if key is None:
        return
    holders = conversation(context, key).ensure(ConversationState).holders
    if holders:
        refuse(context, _locked())
    holders.append(context.record)
    context.ending.callback(_leave, holders, context.record)


def _leave(holders: list[RecordedRequest], holder: RecordedRequest) -> None:
    if holder in holders:
        holders.remove(holder)


def settle(context: RequestContext, body: Json, added: Iterable[Json]) -> None:
    """Add items to the conversation of a request that has been answered, and unlock it.

    One that was deleted meanwhile stays so; an item that is only referred to is there already.
    """
    key = named(body)
    record = CONVERSATIONS.view(context).records.find(key) if key is not None else None
    if record is None or key is None:
        return
    collection = items(context, key)
    for item in added:
        if item["type"] != "item_reference":
            collection.add(item if item.get("id") else {"id": new_id(context)("item"), **item})
    _leave(record.ensure(ConversationState).holders, context.record)


def _locked() -> ApiError:
    return ApiError(
        400,
        "Another process is currently operating on this conversation. Please retry in a few seconds.",
        param="conversation",
        code="conversation_locked",
    )
