"""Files attached together. https://platform.openai.com/docs/api-reference/vector-stores-file-batches

A batch is done when anyone looks at it, so it can be cancelled only before that.
"""

from __future__ import annotations

from ...pipeline.callables import in_thread
from ...pipeline.collections import CollectionView, new_id
from ...pipeline.context import RequestContext
from ...pipeline.validation import enforce, read_body
from ...state.store import Record
from ...wire.contract import Violation
from ...wire.protocol.call import Json
from . import rules
from .chunks import strategy
from .files import listed
from .store import VectorStore, counts
from .stores import in_progress, texts, uploaded, vector_store

_BATCHES = "/vector_stores/{vector_store_id}/file_batches"
_FILE_IDS, _SEEN = "file_ids", "seen"
_CANCELLED: Json = {"status": "cancelled", "usage_bytes": 0, "last_error": None}


async def create(context: RequestContext) -> Json:
    """`POST …/file_batches`."""
    body = await read_body(context)
    enforce(context, lambda: map(Violation, rules.of_batch(body)))
    store = vector_store(context)
    asked = [(uploaded(context, each["file_id"]), each) for each in _asked(body)]
    await in_thread(lambda: [_put(store, file, each) for file, each in asked])
    store.use()
    file_ids = list(dict.fromkeys(file.body["id"] for file, _ in asked))
    batch: Json = {
        "id": new_id(context)("vector_store.files_batch"),
        "object": "vector_store.files_batch",
        "created_at": context.world.ids.now(),
        "status": "completed",
        "vector_store_id": store.id,
        "file_counts": counts([record.body for record in _records(store, file_ids)]),
    }
    CollectionView(context, _BATCHES).add(batch, kept={_FILE_IDS: file_ids})
    return {**batch, "status": "in_progress", "file_counts": in_progress(len(file_ids))}


def _asked(body: Json) -> list[Json]:
    """The files of a batch one by one, each with its attributes and strategy."""
    files = body.get("files")
    if isinstance(files, list):
        return [each for each in files if isinstance(each, dict) and isinstance(each.get("file_id"), str)]
    shared = {name: body.get(name) for name in ("attributes", "chunking_strategy")}
    return [{"file_id": each, **shared} for each in texts(body.get("file_ids"))]


def _put(store: VectorStore, file: Record, asked: Json) -> Record:
    return store.put(file, asked.get("attributes"), strategy(asked.get("chunking_strategy")))


def _records(store: VectorStore, file_ids: list[str]) -> list[Record]:
    return [record for key in file_ids if (record := store.files.records.find(key)) is not None]


def _batch(context: RequestContext) -> Record:
    return CollectionView(context, _BATCHES).get(context.path["batch_id"])


def retrieve(context: RequestContext) -> Json:
    """`GET …/file_batches/{batch_id}`."""
    vector_store(context)
    batch = _batch(context)
    batch.kept[_SEEN] = True
    return batch.body


def cancel(context: RequestContext) -> Json:
    """`POST …/file_batches/{batch_id}/cancel`: one that is done is answered unchanged."""
    store, batch = vector_store(context), _batch(context)
    if batch.kept.get(_SEEN):
        return batch.body
    records = _records(store, batch.kept.get(_FILE_IDS, []))
    for record in records:
        record.body = {**record.body, **_CANCELLED}
    batch.body = {**batch.body, "status": "cancelled", "file_counts": counts([record.body for record in records])}
    batch.kept[_SEEN] = True
    return batch.body


def list_files(context: RequestContext) -> Json:
    """`GET …/file_batches/{batch_id}/files`."""
    store, batch = vector_store(context), _batch(context)
    batch.kept[_SEEN] = True
    return listed(context, store, batch.kept.get(_FILE_IDS, ()))
