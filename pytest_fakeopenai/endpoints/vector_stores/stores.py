"""Vector stores, created, retrieved and changed. https://platform.openai.com/docs/api-reference/vector-stores"""

from __future__ import annotations

from collections.abc import Iterable

from ...pipeline.callables import in_thread
from ...pipeline.collections import new_id
from ...pipeline.context import RequestContext
from ...pipeline.validation import enforce, read_body
from ...state.store import Record
from ...wire.contract import Violation
from ...wire.protocol.call import Json
from ..files import FILES, FileContent
from . import contract
from .chunks import strategy
from .indexing import IndexedFile, index
from .store import STORES, VectorStore, counts, lifetime, new_store

_CHANGEABLE = ("name", "expires_after", "metadata")


async def create(context: RequestContext) -> Json:
    """`POST /vector_stores`: in progress with the files that it is made of, completed when it is next asked for."""
    body = await read_body(context)
    enforce(context, lambda: map(Violation, contract.of_store(body)))
    files = _files(context, body)
    indexes = await in_thread(lambda: _indexes(files, body))
    store = _add(context, body, zip(files, indexes, strict=True)).body
    number = store["file_counts"]["total"]
    begun = {"usage_bytes": 0, "file_counts": in_progress(number), "status": "in_progress"}
    return {**store, **begun} if number else store


def create_described(context: RequestContext, description: Json) -> VectorStore:
    """A new vector store as another request describes it, with the fields of `POST /vector_stores`.

    ApiError where nobody has uploaded one of its files. They are indexed on the loop.
    """
    files = _files(context, description)
    return _add(context, description, zip(files, _indexes(files, description), strict=True))


def _files(context: RequestContext, body: Json) -> list[Record[FileContent]]:
    return [uploaded(context, file_id) for file_id in texts(body.get("file_ids"))]


def _indexes(files: Iterable[Record[FileContent]], body: Json) -> list[IndexedFile]:
    return [index(file, strategy(body.get("chunking_strategy"))) for file in files]


def _add(context: RequestContext, body: Json, files: Iterable[tuple[Record[FileContent], IndexedFile]]) -> VectorStore:
    store = VectorStore(context, _new(context, body).body["id"])
    for file, indexed in files:
        store.attach(file, indexed, strategy(body.get("chunking_strategy")))
    return store


def _new(context: RequestContext, body: Json) -> Record:
    store = new_store(new_id(context)("vector_store"), context.world.ids.now(), body)
    return STORES.view(context).add(store)


def texts(value: object) -> list[str]:
    """The strings in a list, whatever else it holds; [] for what is no list."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def uploaded(context: RequestContext, file_id: str) -> Record[FileContent]:
    """The file with this id, which is to be attached; ApiError where nobody has uploaded it."""
    return FILES.view(context).get(file_id)


def in_progress(number: int) -> Json:
    """The `file_counts` of so many files that have just been attached."""
    return counts([{"status": "in_progress"}] * number)


def vector_store(context: RequestContext) -> VectorStore:
    """The vector store that the request's path names; ApiError where there is none."""
    return VectorStore(context, context.path["vector_store_id"])


def retrieve(context: RequestContext) -> Json:
    """`GET /vector_stores/{vector_store_id}`."""
    return vector_store(context).body


async def update(context: RequestContext) -> Json:
    """`POST /vector_stores/{vector_store_id}`: what is named changes; another `expires_after` counts from now."""
    body = await read_body(context)
    enforce(context, lambda: map(Violation, contract.of_store(body)))
    store = vector_store(context)
    changed = {**store.record.body, **{name: body[name] for name in _CHANGEABLE if name in body}}
    renewed = lifetime(changed, context.world.ids.now()) if "expires_after" in body else {}
    store.record.body = {**changed, **renewed, "metadata": changed.get("metadata") or {}}
    return store.body


def list_all(context: RequestContext) -> Json:
    """`GET /vector_stores`."""
    stores = STORES.view(context)
    return stores.page([VectorStore(context, key).body for key, _ in stores.records.items()]).body()
