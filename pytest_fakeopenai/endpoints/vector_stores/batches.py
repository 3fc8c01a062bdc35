"""Files attached together. https://platform.openai.com/docs/api-reference/vector-stores-file-batches

A batch is done when anyone looks at it, so it can be cancelled only before that.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ...pipeline.callables import in_thread
from ...pipeline.collections import CollectionPath, new_id
from ...pipeline.context import RequestContext
from ...pipeline.validation import enforce, read_body
from ...state.store import Record
from ...wire.contract import Violation
from ...wire.protocol.call import Json
from ..files import FileContent
from . import rules
from .chunks import strategy
from .files import listed
from .store import IndexedFile, VectorStore, counts
from .stores import in_progress, texts, uploaded, vector_store

_CANCELLED: Json = {"status": "cancelled", "usage_bytes": 0, "last_error": None}


@dataclass
class FileBatch:
    """What is stored of a batch beside its object: its files, and whether it was `seen`, and so cannot be cancelled."""

    file_ids: list[str] = field(default_factory=list)
    seen: bool = False


_BATCHES = CollectionPath[FileBatch]("/vector_stores/{vector_store_id}/file_batches")


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
    _BATCHES.view(context).add(batch, FileBatch(file_ids))
    return {**batch, "status": "in_progress", "file_counts": in_progress(len(file_ids))}


def _asked(body: Json) -> list[Json]:
    """The files of a batch one by one, each with its attributes and strategy."""
    files = body.get("files")
    if isinstance(files, list):
        return [each for each in files if isinstance(each, dict) and isinstance(each.get("file_id"), str)]
    shared = {name: body.get(name) for name in ("attributes", "chunking_strategy")}
    return [{"file_id": each, **shared} for each in texts(body.get("file_ids"))]


def _put(store: VectorStore, file: Record[FileContent], asked: Json) -> Record[IndexedFile]:
    return store.put(file, asked.get("attributes"), strategy(asked.get("chunking_strategy")))


def _records(store: VectorStore, file_ids: list[str]) -> list[Record[IndexedFile]]:
    return [record for key in file_ids if (record := store.files.records.find(key)) is not None]


def _batch(context: RequestContext) -> Record[FileBatch]:
    return _BATCHES.view(context).get(context.path["batch_id"])


def retrieve(context: RequestContext) -> Json:
    """`GET …/file_batches/{batch_id}`."""
    vector_store(context)
    batch = _batch(context)
    batch.ensure(FileBatch).seen = True
    return batch.body


def cancel(context: RequestContext) -> Json:
    """`POST …/file_batches/{batch_id}/cancel`: one that is done is answered unchanged."""
    store, batch = vector_store(context), _batch(context)
    state = batch.ensure(FileBatch)
    if state.seen:
        return batch.body
    records = _records(store, state.file_ids)
    for record in records:
        record.body = {**record.body, **_CANCELLED}
    batch.body = {**batch.body, "status": "cancelled", "file_counts": counts([record.body for record in records])}
    state.seen = True
    return batch.body


def list_files(context: RequestContext) -> Json:
    """`GET …/file_batches/{batch_id}/files`."""
    store, batch = vector_store(context), _batch(context)
    state = batch.ensure(FileBatch)
    state.seen = True
    return listed(context, store, state.file_ids)
