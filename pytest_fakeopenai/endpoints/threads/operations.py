"""What can be done with a run but creating it. https://platform.openai.com/docs/api-reference/runs"""

from __future__ import annotations

from ...pipeline.context import RequestContext
from ...pipeline.results import Response
from ...pipeline.validation import enforce, read_body
from ...wire.contract import Violation
from ...wire.protocol.call import Json
from . import refusals
from .storage import find_run, find_thread, runs

# How long the official client's helpers wait between two looks at a run.
_POLL = {"openai-poll-after-ms": "10"}
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
