"""What the tool file_search finds. https://platform.openai.com/docs/guides/tools-file-search"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ...pipeline.context import RequestContext
from ...pipeline.echo import echo
from ...pipeline.validation import refuse
from ...replies.faults import ApiError
from ...replies.parts import FileSearch
from ...replies.reply import Reply
from ...wire.json_values import as_list, as_objects
from ...wire.protocol.call import Call, Json
from ..vector_stores.searching import narrowing, search, stores_in_use
from ..vector_stores.store import STORES, VectorStore
from ..vector_stores.stores import texts

_KIND = "file_search"
_MOST = 20
_RESULTS = "file_search_call.results"


def find_chunks(context: RequestContext, call: Call, query: str) -> list[Json]:
    """The chunks that the request's tool finds, best first; [] where it offers no such tool, or its stores are lost."""
    tool = _tool(call)
    options = {"filters": tool.get("filters"), **narrowing(tool, _MOST)}
    stores = [store_id for store_id in _stores(tool) if _is_there(context, store_id)]
    return search(stores_in_use(context, stores), [query], **options)


def _tool(call: Call) -> Json:
    return next(_tools(call.body), {})


def _tools(body: Json) -> Iterator[Json]:
    return (tool for tool in as_objects(body.get("tools")) if tool.get("type") == _KIND)


def _stores(tool: Json) -> list[str]:
    return texts(tool.get("vector_store_ids"))


def _is_there(context: RequestContext, store_id: str) -> bool:
    exists = STORES.view(context).records.find(store_id) is not None
    return exists or context.world.settings.assume_exists


def refuse_lost_stores(context: RequestContext, body: Json) -> None:
    """Refuse tools that name a vector store which is not there, or has expired."""
    for store_id in (each for tool in _tools(body) for each in _stores(tool)):
        if _is_there(context, store_id):
            VectorStore(context, store_id).refuse_expired()
        else:
            refuse(context, ApiError(404, f"Vector store with id [{store_id}] not found."))


def results(call: Call, chunks: list[Json]) -> list[Json] | None:
    """The `results` of an item, where the request includes them; None where it does not."""
    if _RESULTS not in as_list(call.body.get("include")):
        return None
    return [
        {
            "attributes": each["attributes"],
            "file_id": each["file_id"],
            "filename": each["filename"],
            "score": each["score"],
            "text": each["content"][0]["text"],
        }
        for each in chunks
    ]


def sources(chunks: Iterable[Json]) -> dict[str, str]:
    """The names of the files that the chunks are of, by their ids, best first."""
    return {each["file_id"]: each["filename"] for each in chunks}


def echo_best_chunk(call: Call, context: RequestContext) -> Reply:
    """The best chunk that the request's tool finds for the last user text, in place of the text itself."""
    calls = call.demanded is not None and not call.tool_outputs
    chunks = [] if calls or call.body.get("tool_choice") == "none" else find_chunks(context, call, call.text)
    if not chunks:
        return echo(call)
    best: str = chunks[0]["content"][0]["text"]
    return Reply(FileSearch(), *echo(replace(call, text=best)).parts)
