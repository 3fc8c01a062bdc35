"""Batches: files of requests, which this server makes to itself.

Reference: https://platform.openai.com/docs/api-reference/batch
"""

from __future__ import annotations

import asyncio

from ...pipeline.callables import in_thread
from ...pipeline.collections import new_id
from ...pipeline.context import RequestContext
from ...pipeline.operate import operate
from ...pipeline.operation import Operation
from ...pipeline.validation import read_body, refuse
from ...replies.faults import ApiError
from ...state.store import Record
from ...wire.json_values import as_text
from ...wire.protocol import errors, sse
from ...wire.protocol.call import Json
from ..files import FILES, content_of
from .input_file import InputFile, batch_error, read
from .running import BATCHES, BatchRun, new_batch

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
    """`POST /batches`: a batch with the status `validating`; it has ended when it is next read.

    Its requests are made to this same server. Where the reply to one of them waits, it is `in_progress` until then.
    Reference: https://platform.openai.com/docs/api-reference/batch/create
    """
    body = await read_body(context)
    batch = _new(context, body)
    record = BATCHES.view(context).add(batch, None)
    input_file = await _input(context, batch)
    if input_file.errors:
        failed = {"status": "failed", "failed_at": context.world.ids.now()}
        record.body = {**batch, **failed, "errors": {"object": "list", "data": input_file.errors}}
    else:
        record.data = BatchRun(context, record, input_file, _lifetime(body))
        await _settle(record)
    return batch


def _new(context: RequestContext, body: Json) -> Json:
    created = context.world.ids.now()
    return new_batch(new_id(context)("batch"), created, _endpoint(context, body), body)


def _endpoint(context: RequestContext, body: Json) -> str:
    """The URL of the requests, which on Azure may have no version; raises ApiError for any but those of batches."""
    endpoint = as_text(body.get("endpoint"))
    is_azure = context.record.path.startswith("/openai/")
    if (f"/v1{endpoint}" if is_azure and not endpoint.startswith("/v1/") else endpoint) not in _ENDPOINTS:
        refuse(context, errors.invalid_value("endpoint", endpoint, _ENDPOINTS))
    return endpoint


def _lifetime(body: Json) -> int | None:
    """The seconds after which the output files expire, None where they do not."""
    policy = body.get("output_expires_after")
    seconds = policy.get("seconds") if isinstance(policy, dict) else None
    return seconds if isinstance(seconds, int) else None


async def _input(context: RequestContext, batch: Json) -> InputFile:
    """The requests of a batch, or the errors for which it fails."""
    file_id = batch["input_file_id"]
    try:
        file = FILES.view(context).get(file_id)
    except ApiError:
        message = f"Cannot find file {file_id}, or organization org-fakeopenai does not have access to it."
        return InputFile(errors=[batch_error("invalid_request", message, "file_id")])
    if file.assumed:  # its content is not known
        return InputFile()
    if file.body.get("purpose") != "batch":
        message = f"The purpose of file {file_id} must be 'batch', but is '{file.body.get('purpose')}'."
        return InputFile(errors=[batch_error("invalid_request", message, "file_id")])
    content = content_of(file)
    return await in_thread(lambda: read(content, batch["endpoint"], context.world.settings.knows_model))


async def _settle(record: Record[BatchRun]) -> None:
    if record.data is not None:
        await record.data.settle()


async def retrieve(context: RequestContext) -> Json:
    """`GET /batches/{batch_id}`: the batch once it has ended, or waits for a scripted reply.

    Reference: https://platform.openai.com/docs/api-reference/batch/retrieve
    """
    record = BATCHES.view(context).get(context.path["batch_id"])
    await _settle(record)
    return record.body


async def list_batches(context: RequestContext) -> Json:
    """`GET /batches`: a page of batches, the newest first, each once it has ended or waits.

    Reference: https://platform.openai.com/docs/api-reference/batch/list
    """
    batches = BATCHES.view(context)
    await asyncio.gather(*map(_settle, batches.records.records()))
    return batches.page().body()


async def cancel(context: RequestContext) -> Json:
    """`POST /batches/{batch_id}/cancel`: the output file has the answers so far; a 409 for a batch that has ended.

    Reference: https://platform.openai.com/docs/api-reference/batch/cancel
    """
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
