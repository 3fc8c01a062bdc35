"""Batches. https://platform.openai.com/docs/api-reference/batch"""

from __future__ import annotations

import asyncio

from ...pipeline.callables import in_thread
from ...pipeline.collections import new_id
from ...pipeline.context import RequestContext
from ...pipeline.operate import operate
from ...pipeline.operation import Operation
from ...pipeline.validation import read_body
from ...replies.faults import ApiError
from ...state.store import Record
from ...wire.protocol import errors, sse
from ...wire.protocol.call import Fields, Json
from ..files import FILES, content_of
from . import results
from .reading import Input, problem, read
from .running import BATCHES, Run

_DAY = 86_400
_ENDPOINTS = (
    "/v1/responses",
    "/v1/chat/completions",
    "/v1/embeddings",
    "/v1/completions",
    "/v1/moderations",
    "/v1/images/generations",
    "/v1/images/edits",
    "/v1/videos",
)


async def create(context: RequestContext) -> Json:
    """`POST /batches`: the answer says that the file is being validated; whoever asks next sees the batch ended.

    The requests are made to this same server. Where one of them waits, the batch is in progress until it has passed.
    """
    body = await read_body(context)
    batch = _new(context, body)
    record = BATCHES.view(context).add(batch, None)
    given = await _input(context, batch)
    if given.problems:
        failed = {"status": "failed", "failed_at": context.world.ids.now()}
        record.body = {**batch, **failed, "errors": {"object": "list", "data": given.problems}}
    else:
        record.data = Run(context, record, given, _lifetime(body))
        await _settle(record)
    return batch


def _new(context: RequestContext, body: Json) -> Json:
    created = context.world.ids.now()
    return {
        "id": new_id(context)("batch"),
        "object": "batch",
        "endpoint": _endpoint(context, body),
        "model": None,
        "errors": None,
        "input_file_id": Fields(body).required("input_file_id"),
        "completion_window": body.get("completion_window", "24h"),
        "status": "validating",
        "output_file_id": None,
        "error_file_id": None,
        "created_at": created,
        "in_progress_at": None,
        "expires_at": created + _DAY,
        "finalizing_at": None,
        "completed_at": None,
        "failed_at": None,
        "expired_at": None,
        "cancelling_at": None,
        "cancelled_at": None,
        "request_counts": {"total": 0, "completed": 0, "failed": 0},
        "usage": results.usage([]),
        "metadata": body.get("metadata"),
    }


def _endpoint(context: RequestContext, body: Json) -> str:
    """Where the requests go; Azure's own URLs may be given without a version."""
    endpoint = Fields(body).required("endpoint")
    is_azure = context.record.path.startswith("/openai/")
    if (f"/v1{endpoint}" if is_azure and not endpoint.startswith("/v1/") else endpoint) not in _ENDPOINTS:
        raise errors.invalid_value("endpoint", endpoint, _ENDPOINTS)
    return endpoint


def _lifetime(body: Json) -> int | None:
    """After how many seconds the files that come out expire."""
    policy = body.get("output_expires_after")
    seconds = policy.get("seconds") if isinstance(policy, dict) else None
    return seconds if isinstance(seconds, int) else None


async def _input(context: RequestContext, batch: Json) -> Input:
    file_id = batch["input_file_id"]
    try:
        file = FILES.view(context).get(file_id)
    except ApiError:
        told = f"Cannot find file {file_id}, or organization org-fakeopenai does not have access to it."
        return Input(problems=[problem("invalid_request", told, "file_id")])
    if file.assumed:  # nobody knows what stands in it
        return Input()
    if file.body.get("purpose") != "batch":
        told = f"The purpose of file {file_id} must be 'batch', but is '{file.body.get('purpose')}'."
        return Input(problems=[problem("invalid_request", told, "file_id")])
    content = content_of(file)
    return await in_thread(lambda: read(content, batch["endpoint"], context.world.settings.knows_model))


async def _settle(record: Record[Run]) -> None:
    if record.data is not None:
        await record.data.settle()


async def retrieve(context: RequestContext) -> Json:
    """`GET /batches/{batch_id}`: as far as it has come once nothing happens by itself any more."""
    record = BATCHES.view(context).get(context.path["batch_id"])
    await _settle(record)
    return record.body


async def list_batches(context: RequestContext) -> Json:
    """`GET /batches`: the newest first."""
    memory = BATCHES.view(context)
    await asyncio.gather(*map(_settle, memory.records.records()))
    return memory.page().body()


async def cancel(context: RequestContext) -> Json:
    """`POST /batches/{batch_id}/cancel`: what has been answered by then is in the output file."""
    record = BATCHES.view(context).get(context.path["batch_id"])
    await _settle(record)
    if record.assumed:
        record.body = {**record.body, "status": "cancelling", "cancelling_at": context.world.ids.now()}
    elif record.data is not None and record.body["status"] == "in_progress":
        record.data.cancel()
    elif record.body["status"] not in ("cancelling", "cancelled"):
        raise ApiError(409, f"Cannot cancel a batch with status '{record.body['status']}'.")
    return record.body


ROUTES = [
    Operation("POST", "/batches", "batches.create", operate(create)),
    Operation("GET", "/batches", "batches.list", operate(list_batches)),
    Operation("GET", "/batches/{batch_id}", "batches.retrieve", operate(retrieve)),
    Operation("POST", "/batches/{batch_id}/cancel", "batches.cancel", operate(cancel, sse.compact)),
]
