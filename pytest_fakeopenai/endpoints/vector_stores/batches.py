"""Files attached together. https://platform.openai.com/docs/api-reference/vector-stores-file-batches

A batch is done when anyone looks at it, so it can be cancelled only before that.
"""

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
from .files import listed
from .shelf import Shelf, counts
from .stores import in_progress, shelf, texts, uploaded

_BATCHES = "/vector_stores/{vector_store_id}/file_batches"
_FILE_IDS, _SEEN = "file_ids", "seen"
_CANCELLED: Json = {"status": "cancelled", "usage_bytes": 0, "last_error": None}


async def create(exchange: Exchange) -> Json:
    """`POST …/file_batches`."""
    body = await read_body(exchange)
    admit(exchange, lambda: map(Breach, rules.of_batch(body)))
    store = shelf(exchange)
    asked = [(uploaded(exchange, each["file_id"]), each) for each in _asked(body)]
    await in_thread(lambda: [_put(store, file, each) for file, each in asked])
    store.use()
    file_ids = list(dict.fromkeys(file.body["id"] for file, _ in asked))
    batch: Json = {
        "id": new_id(exchange)("vector_store.files_batch"),
        "object": "vector_store.files_batch",
        "created_at": exchange.world.ids.now(),
        "status": "completed",
        "vector_store_id": store.id,
        "file_counts": counts([record.body for record in _records(store, file_ids)]),
    }
    Memory(exchange, _BATCHES).add(batch, kept={_FILE_IDS: file_ids})
    return {**batch, "status": "in_progress", "file_counts": in_progress(len(file_ids))}


def _asked(body: Json) -> list[Json]:
    """The files of a batch one by one, each with its attributes and strategy."""
    files = body.get("files")
    if isinstance(files, list):
        return [each for each in files if isinstance(each, dict) and isinstance(each.get("file_id"), str)]
    shared = {name: body.get(name) for name in ("attributes", "chunking_strategy")}
    return [{"file_id": each, **shared} for each in texts(body.get("file_ids"))]


def _put(store: Shelf, file: Record, asked: Json) -> Record:
    return store.put(file, asked.get("attributes"), strategy(asked.get("chunking_strategy")))


def _records(store: Shelf, file_ids: list[str]) -> list[Record]:
    return [record for key in file_ids if (record := store.files.records.find(key)) is not None]


def _batch(exchange: Exchange) -> Record:
    return Memory(exchange, _BATCHES).get(exchange.path["batch_id"])


def retrieve(exchange: Exchange) -> Json:
    """`GET …/file_batches/{batch_id}`."""
    shelf(exchange)
    batch = _batch(exchange)
    batch.kept[_SEEN] = True
    return batch.body


def cancel(exchange: Exchange) -> Json:
    """`POST …/file_batches/{batch_id}/cancel`: one that is done is answered unchanged."""
    store, batch = shelf(exchange), _batch(exchange)
    if batch.kept.get(_SEEN):
        return batch.body
    records = _records(store, batch.kept.get(_FILE_IDS, []))
    for record in records:
        record.body = {**record.body, **_CANCELLED}
    batch.body = {**batch.body, "status": "cancelled", "file_counts": counts([record.body for record in records])}
    batch.kept[_SEEN] = True
    return batch.body


def list_files(exchange: Exchange) -> Json:
    """`GET …/file_batches/{batch_id}/files`."""
    store, batch = shelf(exchange), _batch(exchange)
    batch.kept[_SEEN] = True
    return listed(exchange, store, batch.kept.get(_FILE_IDS, ()))
