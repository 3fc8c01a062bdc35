"""Runs of evals, which go on in the background; a run that is read shows its progress.

Reference: https://platform.openai.com/docs/api-reference/evals/createRun
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from ...pipeline.collections import CollectionPath, new_id
from ...pipeline.context import RequestContext
from ...pipeline.results import Response, Result
from ...pipeline.validation import read_body
from ...state.store import Record
from ...wire.json_values import Fields
from ...wire.protocol.call import Json
from ...wire.resources import identify
from .._fallback import answer_by_types
from .definitions import EVALS
from .running import EvalRun
from .sources import InvalidSource, read_rows

_RUNS = CollectionPath[EvalRun]("/evals/{eval_id}/runs")  # a run is stored with its task until that has ended
_OUTPUT_ITEMS = CollectionPath("/evals/{eval_id}/runs/{run_id}/output_items")


async def create(context: RequestContext) -> Response:
    """`POST /evals/{eval_id}/runs`: a queued run; it has ended when it is next read, unless a reply in it waits.

    Reference: https://platform.openai.com/docs/api-reference/evals/createRun
    """
    definition = EVALS.view(context).get(context.path["eval_id"]).body
    body = await read_body(context)
    source = Fields(body).object("data_source")
    run = _new(context, body, source)
    record = _RUNS.view(context).add(run, None)
    try:
        rows = read_rows(context, Fields(source).object("source"))
    except InvalidSource as bad:
        failure = {"code": "invalid_data_source", "message": f"The data source cannot be read: {bad}."}
        record.body = {**run, "status": "failed", "error": failure}
    else:
        record.data = EvalRun(context, definition.get("testing_criteria") or [], source, rows)
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


# ---- reading runs


async def list_runs(context: RequestContext) -> Result:
    """`GET /evals/{eval_id}/runs`.

    Reference: https://platform.openai.com/docs/api-reference/evals/getRuns
    """
    EVALS.view(context).get(context.path["eval_id"])
    await asyncio.gather(*(_advance(context, record) for record in _RUNS.view(context).records.records()))
    return await answer_by_types(context)


async def retrieve(context: RequestContext) -> Result:
    """`GET /evals/{eval_id}/runs/{run_id}`, and its output items.

    Reference: https://platform.openai.com/docs/api-reference/evals/getRun
    """
    EVALS.view(context).get(context.path["eval_id"])
    record = _RUNS.view(context).records.find(context.path["run_id"])
    if record is not None:
        await _advance(context, record)
    return await answer_by_types(context)


async def _advance(context: RequestContext, record: Record[EvalRun]) -> None:
    """Wait for a run, show its progress in its object, and store its output items once it has ended."""
    run_task = record.data
    if run_task is None:
        return
    await run_task.settle()
    if record.data is None:  # another request did so meanwhile
        return
    if not run_task.is_done:
        _update(record, status="in_progress", result_counts={**record.body["result_counts"], "total": run_task.total})
        return
    record.data = None
    _update(record, status="completed", **run_task.totals())
    _add_output_items(context, record.body, run_task.items)


def _add_output_items(context: RequestContext, run: Json, items: Iterable[Json]) -> None:
    """Store the output items of a run; their ids and times do not depend on who reads it when."""
    ids = context.world.ids.branch(run["id"])
    created = ids.present()
    owner = {"run_id": run["id"], "eval_id": run["eval_id"]}
    stored = _OUTPUT_ITEMS.view(context, run_id=run["id"])
    for item in items:
        key = identify(ids, "eval.run.output_item")
        stored.add({"object": "eval.run.output_item", "id": key, "created_at": created, **owner, **item})


def _update(record: Record[EvalRun], **changes: Any) -> None:
    record.body = {**record.body, **changes}


def cancel(context: RequestContext) -> Json:
    """`POST /evals/{eval_id}/runs/{run_id}/cancel`: cancels a run that has not been read as completed.

    Reference: https://platform.openai.com/docs/api-reference/evals/cancelRun
    """
    EVALS.view(context).get(context.path["eval_id"])
    record = _RUNS.view(context).get(context.path["run_id"])
    run_task, record.data = record.data, None
    if run_task is not None:
        run_task.cancel()
        _update(record, status="canceled")
    return record.body
