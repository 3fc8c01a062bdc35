"""Searching vector stores. https://platform.openai.com/docs/api-reference/vector-stores/search"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ...pipeline.callables import in_thread
from ...pipeline.context import RequestContext
from ...pipeline.validation import read_body
from ...wire.evaluation.similarity import Query
from ...wire.protocol.call import Json
from .filters import matches
from .store import VectorStore
from .stores import texts

_MOST = 10


def search(
    context: RequestContext,
    store_ids: Iterable[str],
    queries: Sequence[str],
    *,
    filters: object = None,
    most: int = _MOST,
    threshold: float = 0.0,
) -> list[Json]:
    """The chunks in some vector stores that are most like any of the queries, best first.

    ApiError for a store that is unknown or has expired.
    """
    looked_for = [Query(query) for query in queries]
    vector_stores = [VectorStore(context, store_id) for store_id in store_ids]
    found = [each for vector_store in vector_stores for each in _scored(vector_store, looked_for, filters)]
    best = sorted((each for each in found if each["score"] >= threshold), key=lambda each: -each["score"])
    return best[: max(most, 0)]


def _scored(vector_store: VectorStore, queries: Sequence[Query], filters: object) -> Iterator[Json]:
    vector_store.use()
    for entry in vector_store.entries():
        attributes = entry.body.get("attributes") or {}
        if entry.data is None or entry.body["status"] != "completed" or not matches(filters, attributes):
            continue
        for chunk in entry.data.chunks:
            yield {
                "file_id": entry.body["id"],
                "filename": entry.data.filename,
                "score": max((chunk.indexed.score(query) for query in queries), default=0.0),
                "attributes": attributes,
                "content": [{"type": "text", "text": chunk.text}],
            }


async def answer(context: RequestContext) -> Json:
    """`POST /vector_stores/{vector_store_id}/search`."""
    body = await read_body(context)
    given = body.get("query")
    queries = [given] if isinstance(given, str) else texts(given)
    wanted: dict[str, Any] = {"filters": body.get("filters"), **narrowing(body, _MOST)}
    found = await in_thread(lambda: search(context, [context.path["vector_store_id"]], queries, **wanted))
    return {
        "object": "vector_store.search_results.page",
        "search_query": queries,
        "data": found,
        "has_more": False,
        "next_page": None,
    }


def narrowing(asked: Json, most: int) -> Json:
    """How many results are asked for, by default `most`, and the score that they need."""
    ranking = asked.get("ranking_options")
    threshold = ranking.get("score_threshold") if isinstance(ranking, dict) else None
    number = asked.get("max_num_results")
    return {
        "most": number if type(number) is int else most,
        "threshold": threshold if isinstance(threshold, (int, float)) else 0.0,
    }
