"""Searching vector stores. https://platform.openai.com/docs/api-reference/vector-stores/search"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ...pipeline.callables import in_thread
from ...pipeline.context import RequestContext
from ...pipeline.validation import read_body
from ...wire.evaluation.similarity import Query
from ...wire.protocol.call import Json
from .filters import matches
from .store import VectorStore
from .stores import texts

_MOST = 10


def stores_in_use(context: RequestContext, store_ids: Iterable[str]) -> list[VectorStore]:
    """The vector stores with these ids, which are touched; ApiError for one that is unknown or has expired."""
    stores = [VectorStore(context, store_id) for store_id in store_ids]
    for store in stores:
        store.touch()
    return stores


def search(
    stores: Iterable[VectorStore],
    queries: Sequence[str],
    *,
    filters: object = None,
    most: int = _MOST,
    threshold: float = 0.0,
) -> list[Json]:
    """The chunks in some vector stores that are most like any of the queries, best first.

    Each is {`file_id`, `filename`, `score`, `attributes`, `content`}, its score at least the threshold. ApiError for a
    filter of an unknown kind.
    """
    parsed = [Query(query) for query in queries]
    results = [result for store in stores for result in _scored(store, parsed, filters)]
    best = sorted((result for result in results if result["score"] >= threshold), key=lambda result: -result["score"])
    return best[: max(most, 0)]


def _scored(store: VectorStore, queries: Sequence[Query], filters: object) -> Iterator[Json]:
    for file in store.attached():
        attributes = file.body.get("attributes") or {}
        if file.data is None or file.body["status"] != "completed" or not matches(filters, attributes):
            continue
        for chunk in file.data.chunks:
            yield {
                "file_id": file.body["id"],
                "filename": file.data.filename,
                "score": max((chunk.indexed.score(query) for query in queries), default=0.0),
                "attributes": attributes,
                "content": [{"type": "text", "text": chunk.text}],
            }


async def answer(context: RequestContext) -> Json:
    """`POST /vector_stores/{vector_store_id}/search`: the results, scored beside the loop."""
    body = await read_body(context)
    query, filters = body.get("query"), body.get("filters")
    queries = [query] if isinstance(query, str) else texts(query)
    stores = stores_in_use(context, [context.path["vector_store_id"]])
    results = await in_thread(lambda: search(stores, queries, filters=filters, **narrowing(body, _MOST)))
    return {
        "object": "vector_store.search_results.page",
        "search_query": queries,
        "data": results,
        "has_more": False,
        "next_page": None,
    }


def narrowing(options: Json, most: int) -> Json:
    """The keywords `most` and `threshold` of a search, from `max_num_results` and `ranking_options`.

    Without them there are `most` results, whatever their score.
    """
    ranking = options.get("ranking_options")
    threshold = ranking.get("score_threshold") if isinstance(ranking, dict) else None
    number = options.get("max_num_results")
    return {
        "most": number if type(number) is int else most,
        "threshold": threshold if isinstance(threshold, (int, float)) else 0.0,
    }
