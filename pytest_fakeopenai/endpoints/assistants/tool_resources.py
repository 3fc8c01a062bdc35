"""The resources of the tools of assistants and threads: files, and vector stores, which may be created on the way.

https://platform.openai.com/docs/assistants/tools/file-search
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...pipeline.context import RequestContext
from ...state.store import Record
from ...wire.json_values import as_dict, as_list
from ...wire.protocol.call import Json
from ..files import FILES
from ..vector_stores.chunks import strategy
from ..vector_stores.indexing import index
from ..vector_stores.store import VectorStore
from ..vector_stores.stores import create_described, texts

# The expiry of a vector store that is created for attachments.
_WEEK = {"anchor": "last_active_at", "days": 7}


# The resources of a tool that has none.
EMPTY: dict[str, Json] = {"code_interpreter": {"file_ids": []}, "file_search": {"vector_store_ids": []}}


def resolve(context: RequestContext, value: object) -> Json:
    """`tool_resources` as they are stored: a vector store that is described is created, and named by its id."""
    resources: Json = dict(as_dict(value))
    search = as_dict(resources.get("file_search"))
    if "vector_stores" in search:
        stores = [create_described(context, dict(as_dict(each))) for each in as_list(search["vector_stores"])]
        ids = texts(search.get("vector_store_ids"))
        resources["file_search"] = {"vector_store_ids": [*ids, *(store.id for store in stores)]}
    return {kind: {**EMPTY.get(kind, {}), **as_dict(listed)} for kind, listed in resources.items()}


def attach(context: RequestContext, thread: Record, attachments: object) -> None:
    """Add the `attachments` of a message to the resources of its thread's tools."""
    for file_id, kind in _attached(attachments):
        resources: Json = dict(as_dict(thread.body.get("tool_resources")))
        if kind == "file_search":
            resources[kind] = {"vector_store_ids": _stores_with(context, as_dict(resources.get(kind)), file_id)}
        else:
            resources[kind] = {"file_ids": [*texts(as_dict(resources.get(kind)).get("file_ids")), file_id]}
        thread.body = {**thread.body, "tool_resources": resources}


def _attached(attachments: object) -> Iterator[tuple[str, Any]]:
    for each in map(as_dict, as_list(attachments)):
        for tool in map(as_dict, as_list(each.get("tools"))):
            if isinstance(file_id := each.get("file_id"), str):
                yield file_id, tool.get("type")


def _stores_with(context: RequestContext, search: Any, file_id: str) -> list[str]:
    """The ids of a thread's vector stores, once the first has the file; without any, one is created for it."""
    ids = texts(search.get("vector_store_ids"))
    if not ids:
        return [create_described(context, {"file_ids": [file_id], "expires_after": _WEEK}).id]
    file, chunking = FILES.view(context).get(file_id), strategy(None)
    VectorStore(context, ids[0]).attach(file, index(file, chunking), chunking)
    return ids
