"""Vector stores, created, retrieved and changed. https://platform.openai.com/docs/api-reference/vector-stores"""

from __future__ import annotations

from ...pipeline.callables import in_thread
from ...pipeline.collections import Memory, new_id
from ...pipeline.surface import Exchange
from ...pipeline.validation import admit, read_body
from ...state.store import Record
from ...wire.contract import Breach
from ...wire.protocol.call import Json
from . import rules
from .chunks import strategy
from .shelf import STORES, Shelf, counts, lasting

_CHANGEABLE = ("name", "expires_after", "metadata")


async def create(exchange: Exchange) -> Json:
    """`POST /vector_stores`: in progress with the files that it is made of, completed when it is next asked for."""
    body = await read_body(exchange)
    admit(exchange, lambda: map(Breach, rules.of_store(body)))
    store = (await in_thread(lambda: filled(exchange, body))).body
    number = store["file_counts"]["total"]
    begun = {"usage_bytes": 0, "file_counts": in_progress(number), "status": "in_progress"}
    return {**store, **begun} if number else store


def _new(exchange: Exchange, asked: Json) -> Record:
    created = exchange.world.ids.now()
    body: Json = {
        "id": new_id(exchange)("vector_store"),
        "object": "vector_store",
        "created_at": created,
        "name": asked.get("name"),
        "description": asked.get("description"),
        "usage_bytes": 0,
        "file_counts": counts([]),
        "status": "completed",
        "expires_after": asked.get("expires_after"),
        **lasting(asked, created),
        "metadata": asked.get("metadata") or {},
    }
    return Memory(exchange, STORES).add(body)


def filled(exchange: Exchange, asked: Json) -> Record:
    """A new vector store with the files that it is made of; ApiError where nobody has uploaded one."""
    files = [uploaded(exchange, each) for each in texts(asked.get("file_ids"))]
    store = _new(exchange, asked)
    shelf, told = Shelf(exchange, store.body["id"]), strategy(asked.get("chunking_strategy"))
    for file in files:
        shelf.put(file, None, told)
    shelf.settle()
    return store


def texts(value: object) -> list[str]:
    """The texts in a list, whatever else it may hold."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def uploaded(exchange: Exchange, file_id: str) -> Record:
    """The file with this id, which is to be attached; ApiError where nobody has uploaded it."""
    return Memory(exchange, "/files").get(file_id)


def in_progress(number: int) -> Json:
    """The counts of so many files that have just been attached."""
    return counts([{"status": "in_progress"}] * number)


def shelf(exchange: Exchange) -> Shelf:
    """The vector store that the request's path names."""
    return Shelf(exchange, exchange.path["vector_store_id"])


def retrieve(exchange: Exchange) -> Json:
    """`GET /vector_stores/{vector_store_id}`."""
    return shelf(exchange).store.body


async def update(exchange: Exchange) -> Json:
    """`POST /vector_stores/{vector_store_id}`."""
    body = await read_body(exchange)
    admit(exchange, lambda: map(Breach, rules.of_store(body)))
    store = shelf(exchange).store
    changed = {**store.body, **{name: body[name] for name in _CHANGEABLE if name in body}}
    renewed = lasting(changed, exchange.world.ids.now()) if "expires_after" in body else {}
    store.body = {**changed, **renewed, "metadata": changed.get("metadata") or {}}
    return store.body


def list_all(exchange: Exchange) -> Json:
    """`GET /vector_stores`."""
    memory = Memory(exchange, STORES)
    return memory.page([Shelf(exchange, key).store.body for key, _ in memory.records.items()]).body()
