"""Conversations and their items. https://platform.openai.com/docs/api-reference/conversations"""

from __future__ import annotations

from collections.abc import Iterator

from ..pipeline.collections import Memory, new_id
from ..pipeline.operation import Operation, operate
from ..pipeline.surface import Exchange
from ..pipeline.validation import admit, read_body
from ..replies.faults import ApiError
from ..state.store import Page
from ..wire.contract import Breach, lengths
from ..wire.protocol import errors
from ..wire.protocol.call import Fields, Json
from ..wire.protocol.ids import ResponseIds
from .responses.conversing import ITEMS, conversation, items
from .responses.given import kept_items

_MOST_ITEMS = 20


def _problems(body: Json) -> Iterator[ApiError]:
    yield from lengths.array("items", body.get("items"), _MOST_ITEMS)
    yield from lengths.metadata(body.get("metadata"))


async def _read(exchange: Exchange) -> Json:
    body = await read_body(exchange)
    admit(exchange, lambda: map(Breach, _problems(body)))
    for index, item in enumerate(Fields(body).objects("items")):
        Fields(item, f"items[{index}].").string("type")
    return body


async def create(exchange: Exchange) -> Json:
    """`POST /conversations`, with its first items."""
    body = await _read(exchange)
    key, created = new_id(exchange)("conversation"), exchange.world.ids.now()
    metadata = Fields(body).object("metadata")
    made = {"id": key, "object": "conversation", "created_at": created, "metadata": metadata}
    Memory(exchange, "/conversations").add(made)
    _add(exchange, items(exchange, key), body, created)
    return made


def _add(exchange: Exchange, memory: Memory, body: Json, created: int) -> list[Json]:
    """Keep the items of a request, and return them as they are kept."""
    added = kept_items(body.get("items") or (), ResponseIds(exchange.world.ids, created, stored=True))
    for item in added:
        memory.add(item)
    return added


async def create_items(exchange: Exchange) -> Json:
    """`POST /conversations/{conversation_id}/items`: a list of those that were added, in their order."""
    memory = _items(exchange)
    body = await _read(exchange)
    if body.get("items") is None:
        raise errors.missing_parameter("items")
    return Page(_add(exchange, memory, body, exchange.world.ids.now()), has_more=False).body()


def _items(exchange: Exchange) -> Memory:
    """The items of the conversation in the path, which there must be."""
    conversation(exchange, exchange.path["conversation_id"])
    return Memory(exchange, ITEMS)


def list_items(exchange: Exchange) -> Json:
    """`GET /conversations/{conversation_id}/items`, newest first."""
    return _items(exchange).page().body()


def retrieve_item(exchange: Exchange) -> Json:
    """`GET /conversations/{conversation_id}/items/{item_id}`."""
    return _items(exchange).get(exchange.path["item_id"]).body


def delete_item(exchange: Exchange) -> Json:
    """`DELETE /conversations/{conversation_id}/items/{item_id}`: answers the conversation."""
    _items(exchange).delete(exchange.path["item_id"])
    return conversation(exchange, exchange.path["conversation_id"]).body


_ONE = f"{ITEMS}/{{item_id}}"

ROUTES = [
    Operation("POST", "/conversations", "conversations.create", operate(create)),
    Operation("POST", ITEMS, "conversations.items.create", operate(create_items)),
    Operation("GET", ITEMS, "conversations.items.list", operate(list_items)),
    Operation("GET", _ONE, "conversations.items.retrieve", operate(retrieve_item)),
    Operation("DELETE", _ONE, "conversations.items.delete", operate(delete_item)),
]
