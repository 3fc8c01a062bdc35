"""Files in vector stores. https://platform.openai.com/docs/api-reference/vector-stores-files"""

from __future__ import annotations

from collections.abc import Iterable

from ...pipeline.callables import in_thread
from ...pipeline.context import RequestContext
from ...pipeline.validation import enforce, read_body
from ...wire.contract import Violation
from ...wire.protocol import errors
from ...wire.protocol.call import Json
from . import rules
from .chunks import strategy
from .store import VectorStore
from .stores import uploaded, vector_store

_FILTERS = ("in_progress", "completed", "failed", "cancelled")


async def create(context: RequestContext) -> Json:
    """`POST …/files`: attaches an uploaded file, which is in progress; it is done when it is next asked for."""
    body = await read_body(context)
    enforce(context, lambda: map(Violation, rules.of_file(body)))
    store, file_id = vector_store(context), body.get("file_id")
    if not isinstance(file_id, str):
        raise errors.missing_parameter("file_id")
    file, told = uploaded(context, file_id), strategy(body.get("chunking_strategy"))
    entry = await in_thread(lambda: store.put(file, body.get("attributes"), told))
    store.use()
    return {**entry.body, "usage_bytes": 0, "status": "in_progress", "last_error": None}


def retrieve(context: RequestContext) -> Json:
    """`GET …/files/{file_id}`."""
    return vector_store(context).find(context.path["file_id"]).body


async def update(context: RequestContext) -> Json:
    """`POST …/files/{file_id}`: gives a file other attributes."""
    body = await read_body(context)
    enforce(context, lambda: map(Violation, rules.of_file(body)))
    entry = vector_store(context).find(context.path["file_id"])
    entry.body = {**entry.body, "attributes": body.get("attributes") or {}}
    return entry.body


def delete(context: RequestContext) -> Json:
    """`DELETE …/files/{file_id}`: takes a file out of the store; it stays uploaded."""
    store, file_id = vector_store(context), context.path["file_id"]
    store.find(file_id)
    store.files.records.delete(file_id)
    return {"id": file_id, "object": "vector_store.file.deleted", "deleted": True}


def content(context: RequestContext) -> Json:
    """`GET …/files/{file_id}/content`: the text that was taken from a file."""
    indexed = vector_store(context).find(context.path["file_id"]).data
    data = [{"type": "text", "text": indexed.text}] if indexed and indexed.text else []
    return {"object": "vector_store.file_content.page", "data": data, "has_more": False, "next_page": None}


def list_all(context: RequestContext) -> Json:
    """`GET …/files`."""
    store = vector_store(context)
    return listed(context, store, (key for key, _ in store.files.records.items()))


def listed(context: RequestContext, store: VectorStore, file_ids: Iterable[str]) -> Json:
    """Some files of a store, as far as they are in the state that the query asks for."""
    wanted = context.record.query.get("filter")
    enforce(context, lambda: _problems(wanted))
    found = [record.body for key in file_ids if (record := store.files.records.find(key)) is not None]
    state = wanted if wanted in _FILTERS else None
    return store.files.page([body for body in found if state in (None, body["status"])]).body()


def _problems(wanted: str | None) -> Iterable[Violation]:
    if wanted is not None and wanted not in _FILTERS:
        yield Violation(errors.invalid_value("filter", wanted, _FILTERS))
