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
from . import contract
from .chunks import strategy
from .files import page
from .indexing import index
from .store import VectorStore, counts
from .stores import in_progress, texts, uploaded, vector_store

_CANCELLED: Json = {"status": "cancelled", "usage_bytes": 0, "last_error": None}


@dataclass
class FileBatch:
    """What is stored of a batch beside its object: its files, and whether it was `seen`, and so cannot be cancelled."""

    file_ids: list[str] = field(default_factory=list)
    seen: bool = False


_BATCHES = CollectionPath[FileBatch]("/vector_stores/{vector_store_id}/file_batches")


async def create(context: RequestContext) -> Json:
    """`POST …/file_batches`: the files are in progress; they are done when they are next asked for."""
    body = await read_body(context)
    enforce(context, lambda: map(Violation, contract.of_batch(body)))
    store, entries = vector_store(context), _entries(body)
    files = [uploaded(context, entry["file_id"]) for entry in entries]
    strategies = [strategy(entry.get("chunking_strategy")) for entry in entries]
    indexes = await in_thread(lambda: [*map(index, files, strategies)])
    store.touch()
    for file, indexed, chunking, entry in zip(files, indexes, strategies, entries, strict=True):
        store.attach(file, indexed, chunking, entry.get("attributes"))
    return _add(context, store, [*dict.fromkeys(file.body["id"] for file in files)])


def _entries(body: Json) -> list[Json]:
    """The files of a batch one by one: {`file_id`, `attributes`, `chunking_strategy`}."""
    files = body.get("files")
    if isinstance(files, list):
        return [each for each in files if isinstance(each, dict) and isinstance(each.get("file_id"), str)]
    shared = {name: body.get(name) for name in ("attributes", "chunking_strategy")}
    return [{"file_id": each, **shared} for each in texts(body.get("file_ids"))]


def _add(context: RequestContext, store: VectorStore, file_ids: list[str]) -> Json:
    """Store a batch of files that are attached, and return its object as its request is answered."""
    batch: Json = {
        "id": new_id(context)("vector_store.files_batch"),
        "object": "vector_store.files_batch",
        "created_at": context.world.ids.now(),
        "status": "completed",
        "vector_store_id": store.id,
        "file_counts": counts(file.body for file in store.select(file_ids)),
    }
    _BATCHES.view(context).add(batch, FileBatch(file_ids))
    return {**batch, "status": "in_progress", "file_counts": in_progress(len(file_ids))}


def _batch(context: RequestContext) -> Record[FileBatch]:
    return _BATCHES.view(context).get(context.path["batch_id"])


def retrieve(context: RequestContext) -> Json:
    """`GET …/file_batches/{batch_id}`: it is done by then."""
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
    files = store.select(state.file_ids)
    for file in files:
        file.body = {**file.body, **_CANCELLED}
    batch.body = {**batch.body, "status": "cancelled", "file_counts": counts(file.body for file in files)}
    state.seen = True
    return batch.body


def list_files(context: RequestContext) -> Json:
    """`GET …/file_batches/{batch_id}/files`: they are done by then."""
    store, state = vector_store(context), _batch(context).ensure(FileBatch)
    state.seen = True
    return page(context, store, store.select(state.file_ids))
