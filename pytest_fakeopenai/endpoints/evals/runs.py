"""Runs of evals: they work beside the requests, and show how far they came when somebody looks.

Reference: https://platform.openai.com/docs/api-reference/evals/createRun
"""

from __future__ import annotations

import asyncio
from typing import Any

from ...pipeline.collections import CollectionPath, new_id
from ...pipeline.context import RequestContext
from ...pipeline.results import Response, Result
from ...pipeline.validation import read_body
from ...state.store import Record
from ...wire.protocol.call import Fields, Json
from .._fallback import answer_by_types
from .definitions import EVALS
from .sources import BadRows, rows
from .work import Work

_RUNS = CollectionPath[Work](
    "/evals/{eval_id}/runs"
)  # beside its object a run has its work, until somebody sees it done
_OUTPUT_ITEMS = CollectionPath("/evals/{eval_id}/runs/{run_id}/output_items")


async def create(context: RequestContext) -> Response:
    """`POST /evals/{eval_id}/runs`: the answer says that the run is queued; whoever asks next sees it ended."""
    tested = EVALS.view(context).get(context.path["eval_id"]).body
    body = await read_body(context)
    source = Fields(body).object("data_source")
    Fields(source, "data_source.").object("sampling_params")
    run = _new(context, body, source)
    record = _RUNS.view(context).add(run, None)
    try:
        found = rows(context, Fields(source, "data_source.").object("source"))
    except BadRows as bad:
        failure = {"code": "invalid_data_source", "message": f"The data source cannot be read: {bad}."}
        record.body = {**run, "status": "failed", "error": failure}
    else:
        record.data = Work(context, tested.get("testing_criteria") or [], source, found)
    return Response(run, status=201)


def _new(context: RequestContext, body: Json, source: Json) -> Json:
    eval_id, run_id = context.path["eval_id"], new_id(context)("eval.run")
    return {
        "object": "eval.run",
        "id": run_id,
        "eval_id": eval_id,
        "report_url": f"https://platform.openai.com/evaluations/{eval_id}?run_id={run_id}",
        "status": "queued",
        "model": source.get("model") or "",
        "name": Fields(body).string("name") or "",
        "created_at": context.world.ids.now(),
        "result_counts": {"total": 0, "errored": 0, "failed": 0, "passed": 0},
        "per_model_usage": None,
        "per_testing_criteria_results": None,
        "data_source": source,
        "metadata": body.get("metadata") or {},
        "error": None,
    }


# ---- looking at runs


async def list_all(context: RequestContext) -> Result:
    """`GET /evals/{eval_id}/runs`."""
    await asyncio.gather(*(_show(context, record) for record in _RUNS.view(context).records.records()))
    return await answer_by_types(context)


async def look(context: RequestContext) -> Result:
    """`GET /evals/{eval_id}/runs/{run_id}` and what is below it."""
    record = _RUNS.view(context).records.find(context.path["run_id"])
    if record is not None:
        await _show(context, record)
    return await answer_by_types(context)


async def _show(context: RequestContext, record: Record[Work]) -> None:
    """Have a run say how far it came, and keep its output items once it has ended."""
    work = record.data
    if work is None:
        return
    await work.settle()
    if record.data is None:  # whoever asked at the same time was faster
        return
    if not work.is_done:
        _update(record, status="in_progress", result_counts={**record.body["result_counts"], "total": work.total})
        return
    record.data = None
    _update(record, status="completed", **work.totals())
    items = _OUTPUT_ITEMS.view(context, run_id=record.body["id"])
    for made in work.items:
        key = new_id(context)("eval.run.output_item")
        owner = {"run_id": record.body["id"], "eval_id": record.body["eval_id"]}
        created = context.world.ids.now()
        items.add({"object": "eval.run.output_item", "id": key, "created_at": created, **owner, **made})


def _update(record: Record[Work], **changes: Any) -> None:
    record.body = {**record.body, **changes}


def cancel(context: RequestContext) -> Json:
    """`POST /evals/{eval_id}/runs/{run_id}/cancel`: a run that nobody has seen end is cancelled, any other stays."""
    EVALS.view(context).get(context.path["eval_id"])
    record = _RUNS.view(context).get(context.path["run_id"])
    work, record.data = record.data, None
    if work is not None:
        work.cancel()
        _update(record, status="canceled")
    return record.body
