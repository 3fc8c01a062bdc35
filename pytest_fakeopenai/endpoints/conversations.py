"""Conversations and their items. https://platform.openai.com/docs/api-reference/conversations"""

from __future__ import annotations

from collections.abc import Iterator

from ..pipeline.collections import CollectionView, new_id
from ..pipeline.context import RequestContext
from ..pipeline.operate import operate
from ..pipeline.operation import Operation
from ..pipeline.validation import enforce, read_body, refuse
from ..replies.faults import ApiError
from ..state.pages import Page
from ..wire.contract import Violation, lengths
from ..wire.json_values import Fields, as_objects
from ..wire.protocol import errors
from ..wire.protocol.call import Json
from ..wire.protocol.ids import ConversationIds
from .responses.conversation_state import CONVERSATIONS, ITEMS, ConversationState, conversation, items, listed_items

_MOST_ITEMS = 20


def _refusals(body: Json) -> Iterator[ApiError]:
    yield from lengths.array("items", body.get("items"), _MOST_ITEMS)


async def _read(context: RequestContext) -> Json:
    body = await read_body(context)
    enforce(context, lambda: map(Violation, _refusals(body)))
    return {**body, "items": as_objects(body["items"])} if "items" in body else body


async def create(context: RequestContext) -> Json:
    """`POST /conversations`, with its first items."""
    body = await _read(context)
    key, created = new_id(context)("conversation"), context.world.ids.now()
    metadata = Fields(body).object("metadata")
    stored = {"id": key, "object": "conversation", "created_at": created, "metadata": metadata}
    CONVERSATIONS.view(context).add(stored, ConversationState())
    _add(context, items(context, key), body, created)
    return stored


def _add(context: RequestContext, collection: CollectionView, body: Json, created: int) -> list[Json]:
    """Store the items of a request, and return them as they are listed."""
    added = listed_items(body.get("items") or (), ConversationIds(context.world.ids, created))
    for item in added:
        collection.add(item)
    return added


async def create_items(context: RequestContext) -> Json:
    """`POST /conversations/{conversation_id}/items`: a list of those that were added, in their order."""
    collection = _items(context)
    body = await _read(context)
    if body.get("items") is None:
        refuse(context, errors.missing_parameter("items"))
    return Page(_add(context, collection, body, context.world.ids.now()), has_more=False).body()


def _items(context: RequestContext) -> CollectionView:
    """The items of the conversation in the path; the API's 404 where there is none."""
    conversation(context, context.path["conversation_id"])
    return ITEMS.view(context)


def list_items(context: RequestContext) -> Json:
    """`GET /conversations/{conversation_id}/items`, newest first."""
    return _items(context).page().body()


def retrieve_item(context: RequestContext) -> Json:
    """`GET /conversations/{conversation_id}/items/{item_id}`."""
    return _items(context).get(context.path["item_id"]).body


def delete_item(context: RequestContext) -> Json:
    """`DELETE /conversations/{conversation_id}/items/{item_id}`: answers the conversation."""
    _items(context).delete(context.path["item_id"])
    return conversation(context, context.path["conversation_id"]).body


_ITEMS = ITEMS.template
_ONE = f"{_ITEMS}/{{item_id}}"

ROUTES = [
    Operation("POST", "/conversations", "conversations.create", operate(create)),
    Operation("POST", _ITEMS, "conversations.items.create", operate(create_items)),
    Operation("GET", _ITEMS, "conversations.items.list", operate(list_items)),
    Operation("GET", _ONE, "conversations.items.retrieve", operate(retrieve_item)),
    Operation("DELETE", _ONE, "conversations.items.delete", operate(delete_item)),
]
