"""Files in vector stores. https://platform.openai.com/docs/api-reference/vector-stores-files"""

from __future__ import annotations

from collections.abc import Iterable

from ...pipeline.callables import in_thread
from ...pipeline.context import RequestContext
from ...pipeline.validation import enforce, read_body
from ...state.store import Record
from ...wire.contract import Violation
from ...wire.protocol import errors
from ...wire.protocol.call import Json
from . import contract
from .chunks import strategy
from .indexing import IndexedFile, index
from .store import VectorStore
from .stores import uploaded, vector_store

_FILTERS = ("in_progress", "completed", "failed", "cancelled")


async def create(context: RequestContext) -> Json:
    """`POST …/files`: attaches an uploaded file, which is in progress; it is done when it is next asked for."""
    body = await read_body(context)
    enforce(context, lambda: map(Violation, contract.of_file(body)))
    store, file_id = vector_store(context), body.get("file_id")
    if not isinstance(file_id, str):
        raise errors.missing_parameter("file_id")
    file, chunking = uploaded(context, file_id), strategy(body.get("chunking_strategy"))
    indexed = await in_thread(lambda: index(file, chunking))
    store.touch()
    attached = store.attach(file, indexed, chunking, body.get("attributes"))
    return {**attached.body, "usage_bytes": 0, "status": "in_progress", "last_error": None}


def retrieve(context: RequestContext) -> Json:
    """`GET …/files/{file_id}`."""
    return vector_store(context).find(context.path["file_id"]).body


async def update(context: RequestContext) -> Json:
    """`POST …/files/{file_id}`: gives a file other attributes."""
    body = await read_body(context)
    enforce(context, lambda: map(Violation, contract.of_file(body)))
    file = vector_store(context).find(context.path["file_id"])
    file.body = {**file.body, "attributes": body.get("attributes") or {}}
    return file.body


def delete(context: RequestContext) -> Json:
    """`DELETE …/files/{file_id}`: takes a file out of the store; it stays uploaded."""
    file_id = context.path["file_id"]
    vector_store(context).detach(file_id)
    return {"id": file_id, "object": "vector_store.file.deleted", "deleted": True}


def content(context: RequestContext) -> Json:
    """`GET …/files/{file_id}/content`: the text that was taken from a file."""
    indexed = vector_store(context).find(context.path["file_id"]).data
    data = [{"type": "text", "text": indexed.text}] if indexed and indexed.text else []
    return {"object": "vector_store.file_content.page", "data": data, "has_more": False, "next_page": None}


def list_all(context: RequestContext) -> Json:
    """`GET …/files`."""
    store = vector_store(context)
    return page(context, store, store.attached())


def page(context: RequestContext, store: VectorStore, files: Iterable[Record[IndexedFile]]) -> Json:
    """The page of some files of a store that the query asks for, of one status where its `filter` names one."""
    status = context.record.query.get("filter")
    enforce(context, lambda: _violations(status))
    every = status not in _FILTERS
    return store.files.page([file.body for file in files if every or file.body["status"] == status]).body()


def _violations(status: str | None) -> Iterable[Violation]:
    if status is not None and status not in _FILTERS:
        yield Violation(errors.invalid_value("filter", status, _FILTERS))
