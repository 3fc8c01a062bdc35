"""What answers requests about a run and its steps by itself. https://platform.openai.com/docs/api-reference/runs"""

from __future__ import annotations

from ...pipeline.collections import CollectionView
from ...pipeline.context import RequestContext
from ...pipeline.results import Response
from ...pipeline.validation import enforce, read_body
from ...state.store import Record
from ...wire.contract import Violation
from ...wire.protocol.call import Json
from . import refusals
from .steps import SearchContent
from .storage import STEPS, find_run, find_thread, runs

_CONTENT = "step_details.tool_calls[*].file_search.results[*].content"
# How long the official client's helpers wait between two looks at a run.
_POLL = {"openai-poll-after-ms": "10"}
_FILE_SEARCH = "file_search"
_AT_WORK = ("queued", "in_progress", "cancelling")


def retrieve(context: RequestContext) -> Response:
    """`GET /threads/{thread_id}/runs/{run_id}`."""
    return Response(find_run(context).body, headers=_POLL)


def list_runs(context: RequestContext) -> Json:
    """`GET /threads/{thread_id}/runs`."""
    find_thread(context, context.path["thread_id"])
    return runs(context, context.path["thread_id"]).page().body()


async def update(context: RequestContext) -> Json:
    """`POST /threads/{thread_id}/runs/{run_id}`: only the metadata can be changed, and not while it is at work."""
    record = find_run(context)
    body = await read_body(context)
    status = record.body["status"]
    if status in _AT_WORK:
        enforce(context, lambda: [Violation(refusals.not_updatable(status))])
    if "metadata" in body:
        record.body = {**record.body, "metadata": body["metadata"] or {}}
    return record.body


def cancel(context: RequestContext) -> Json:
    """`POST /threads/{thread_id}/runs/{run_id}/cancel`: answered while it ends; it has by the next look."""
    record = find_run(context)
    run = record.data
    if run is not None and run.is_active:
        return run.cancel()
    if run is not None:
        enforce(context, lambda: [Violation(refusals.not_cancellable(record.body["status"]))])
    return record.body


def _steps(context: RequestContext) -> CollectionView[SearchContent]:
    find_run(context)
    return STEPS.view(context)


def list_steps(context: RequestContext) -> Json:
    """`GET …/runs/{run_id}/steps`."""
    steps = _steps(context)
    return steps.page([_shown(context, record) for record in steps.records.records()]).body()


def retrieve_step(context: RequestContext) -> Response:
    """`GET …/runs/{run_id}/steps/{step_id}`."""
    return Response(_shown(context, _steps(context).get(context.path["step_id"])))


def _shown(context: RequestContext, step: Record[SearchContent]) -> Json:
    """The object of a step, with the content of its results where the query includes it."""
    if step.data is None or context.record.query.get("include[]") != _CONTENT:
        return step.body
    (call,) = step.body["step_details"]["tool_calls"]
    results = zip(call[_FILE_SEARCH]["results"], step.data.results, strict=True)
    full = {**call[_FILE_SEARCH], "results": [{**result, "content": content} for result, content in results]}
    return {**step.body, "step_details": {"type": "tool_calls", "tool_calls": [{**call, _FILE_SEARCH: full}]}}
