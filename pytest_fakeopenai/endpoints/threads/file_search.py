"""Searching files in a run. https://platform.openai.com/docs/assistants/tools/file-search"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...pipeline.context import RequestContext
from ...pipeline.echo import echo
from ...replies.parts import FileSearch
from ...replies.reply import Reply
from ...wire.json_values import as_dict
from ...wire.protocol.call import Call, Json
from ..assistants import ASSISTANTS
from ..vector_stores.searching import narrowing, search, stores_in_use
from ..vector_stores.stores import texts
from .storage import THREADS

_KIND, _MOST = "file_search", 20
_RANKING: Json = {"ranker": "default_2024_08_21", "score_threshold": 0.0}


def find_chunks(context: RequestContext, call: Call, query: str, thread_id: str) -> list[Json]:
    """The chunks that the run's tool finds, best first; [] where it has no such tool."""
    tool = next((tool for tool in call.body["tools"] if tool.get("type") == _KIND), None)
    if tool is None:
        return []
    stores = stores_in_use(context, _stores(context, call.body, thread_id))
    return search(stores, [query], **narrowing(as_dict(tool.get(_KIND)), _MOST))


def _stores(context: RequestContext, request: Json, thread_id: str) -> list[str]:
    """The vector stores of the assistant, or those that the run has in their place, and of the thread."""
    assistant = ASSISTANTS.view(context).records.find(request["assistant_id"])
    thread = THREADS.view(context).records.find(thread_id)
    own = as_dict(request.get("tool_resources")) or (assistant.body if assistant else {}).get("tool_resources")
    its = thread.body["tool_resources"] if thread else as_dict(request.get("thread")).get("tool_resources")
    searches = [as_dict(as_dict(resources).get(_KIND)) for resources in (own, its)]
    return [each for search in searches for each in texts(search.get("vector_store_ids"))]


def call_of(key: str, chunks: Sequence[Json]) -> Json:
    """The tool call of a search in a step: its results without their content."""
    results = [{"file_id": each["file_id"], "file_name": each["filename"], "score": each["score"]} for each in chunks]
    return {"id": key, "type": _KIND, _KIND: {"ranking_options": dict(_RANKING), "results": results}}


def echo_best_chunk(call: Call, context: RequestContext) -> Reply:
    """The best chunk that the run's tool finds for the last user text, in place of the text itself."""
    calls = call.demanded is not None and not call.tool_outputs
    chunks = (
        []
        if calls or call.body["tool_choice"] == "none"
        else find_chunks(context, call, call.text, context.path.get("thread_id", ""))
    )
    if not chunks:
        return echo(call)
    best: str = chunks[0]["content"][0]["text"]
    return Reply(FileSearch(), *echo(replace(call, text=best)).parts)
