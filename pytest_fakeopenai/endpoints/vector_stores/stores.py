"""Vector stores, created, retrieved and changed. https://platform.openai.com/docs/api-reference/vector-stores"""

from __future__ import annotations

from ...pipeline.callables import in_thread
from ...pipeline.collections import new_id
from ...pipeline.context import RequestContext
from ...pipeline.validation import enforce, read_body
from ...state.store import Record
from ...wire.contract import Violation
from ...wire.protocol.call import Json
from ..files import FILES, FileContent
from . import rules
from .chunks import strategy
from .store import STORES, VectorStore, counts, lasting

_CHANGEABLE = ("name", "expires_after", "metadata")


async def create(context: RequestContext) -> Json:
    """`POST /vector_stores`: in progress with the files that it is made of, completed when it is next asked for."""
    body = await read_body(context)
    enforce(context, lambda: map(Violation, rules.of_store(body)))
    store = (await in_thread(lambda: filled(context, body))).body
    number = store["file_counts"]["total"]
    begun = {"usage_bytes": 0, "file_counts": in_progress(number), "status": "in_progress"}
    return {**store, **begun} if number else store


def _new(context: RequestContext, asked: Json) -> Record:
    created = context.world.ids.now()
    body: Json = {
        "id": new_id(context)("vector_store"),
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
    return STORES.view(context).add(body)


def filled(context: RequestContext, asked: Json) -> Record:
    """A new vector store with the files that it is made of; ApiError where nobody has uploaded one."""
    files = [uploaded(context, each) for each in texts(asked.get("file_ids"))]
    store = _new(context, asked)
    vector_store, told = VectorStore(context, store.body["id"]), strategy(asked.get("chunking_strategy"))
    for file in files:
        vector_store.put(file, None, told)
    vector_store.settle()
    return store


def texts(value: object) -> list[str]:
    """The texts in a list, whatever else it may apply_control."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def uploaded(context: RequestContext, file_id: str) -> Record[FileContent]:
    """The file with this id, which is to be attached; ApiError where nobody has uploaded it."""
    return FILES.view(context).get(file_id)


def in_progress(number: int) -> Json:
    """The counts of so many files that have just been attached."""
    return counts([{"status": "in_progress"}] * number)


def vector_store(context: RequestContext) -> VectorStore:
    """The vector store that the request's path names."""
    return VectorStore(context, context.path["vector_store_id"])


def retrieve(context: RequestContext) -> Json:
    """`GET /vector_stores/{vector_store_id}`."""
    return vector_store(context).store.body


async def update(context: RequestContext) -> Json:
    """`POST /vector_stores/{vector_store_id}`."""
    body = await read_body(context)
    enforce(context, lambda: map(Violation, rules.of_store(body)))
    store = vector_store(context).store
    changed = {**store.body, **{name: body[name] for name in _CHANGEABLE if name in body}}
    renewed = lasting(changed, context.world.ids.now()) if "expires_after" in body else {}
    store.body = {**changed, **renewed, "metadata": changed.get("metadata") or {}}
    return store.body


def list_all(context: RequestContext) -> Json:
    """`GET /vector_stores`."""
    memory = STORES.view(context)
    return memory.page([VectorStore(context, key).store.body for key, _ in memory.records.items()]).body()
