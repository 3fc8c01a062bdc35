"""Running a batch: its requests are made one after the other, in the background."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from ...pipeline.callables import in_thread
from ...pipeline.collections import CollectionPath, Identify
from ...pipeline.context import RequestContext
from ...pipeline.dispatch import dispatch
from ...pipeline.tasks import BackgroundTask
from ...state.store import Record
from ...unpatched import turn
from ...wire.json_values import as_text
from ...wire.models import resolved
from ...wire.protocol import sse
from ...wire.protocol.call import Json
from ..files import store_file
from . import results
from .input_file import InputFile, Line

_DAY = 86_400


class BatchRun:
    """A batch under way: makes its requests, updates its object and stores its files."""

    def __init__(
        self, context: RequestContext, record: Record[BatchRun], input_file: InputFile, lifetime: int | None
    ) -> None:
        self._context = context
        self._record = record
        self._waiting = deque(input_file.lines)
        self._done: list[Json] = []
        self._lifetime = lifetime
        self._cancelled = False
        self._start(input_file)
        self._task = BackgroundTask(context.world, self._run)

    async def settle(self) -> None:
        """Wait until the batch has ended, or halts as one of its replies prescribes."""
        await self._task.settle()

    def cancel(self) -> None:
        """End the batch: no further request is made, and the results so far are stored."""
        self._update(status="cancelling", cancelling_at=self._now())
        self._cancelled = True
        self._task.go_on()
        self._task.cancel()

    def _start(self, input_file: InputFile) -> None:
        model = input_file.model and resolved(input_file.model)
        counts = {"total": len(input_file.lines), "completed": 0, "failed": 0}
        self._update(status="in_progress", in_progress_at=self._now(), model=model, request_counts=counts)

    async def _run(self) -> None:
        try:
            while self._waiting and self._is_stored():
                await self._request(self._waiting[0])
                # An answer that does not wait takes one turn of the loop; other requests get theirs between.
                await turn()
        except asyncio.CancelledError:
            if not self._cancelled:
                raise
        if self._is_stored():
            await self._finalize()

    def _is_stored(self) -> bool:
        """Whether the batch is still stored: a reset of the fake forgets it."""
        record = BATCHES.view(self._context).records.find(self._record.body["id"])
        return record is self._record

    async def _request(self, line: Line) -> None:
        path: str = self._record.body["endpoint"]
        outcome = await dispatch(self._context, path, sse.compact(line.body), self._task.halt)
        self._task.go_on()
        self._waiting.popleft()
        ids = self._context.world.ids
        result = results.response_line(f"batch_req_{ids.hexadecimal(32)}", line.custom_id, ids.uuid(), outcome)
        self._done.append(result)
        count = "completed" if results.succeeded(result) else "failed"
        counts = self._record.body["request_counts"]
        self._update(request_counts={**counts, count: counts[count] + 1})

    async def _finalize(self) -> None:
        if not self._cancelled:
            self._update(status="finalizing", finalizing_at=self._now())
        succeeded = [line for line in self._done if results.succeeded(line)]
        failed = [line for line in self._done if not results.succeeded(line)]
        failed += map(self._cancelled_line, self._waiting)
        output, errors, usage = await in_thread(lambda: _files_and_usage(succeeded, failed))
        if self._is_stored():
            self._end(output, errors, usage)

    def _end(self, output: bytes, errors: bytes, usage: Json) -> None:
        status = "cancelled" if self._cancelled else "completed"
        files = {"output_file_id": self._file("output", output), "error_file_id": self._file("error", errors)}
        self._update(status=status, usage=usage, **{f"{status}_at": self._now()}, **files)

    def _cancelled_line(self, line: Line) -> Json:
        line_id = f"batch_req_{self._context.world.ids.hexadecimal(32)}"
        return results.error_line(line_id, line.custom_id, results.CANCELLED)

    def _file(self, kind: str, content: bytes) -> str | None:
        """The id of a new file with this content; None where it is empty."""
        if not content:
            return None
        file = store_file(
            self._context,
            filename=f"{self._record.body['id']}_{kind}.jsonl",
            purpose="batch_output",
            content=content,
            lifetime=self._lifetime,
        )
        return str(file["id"])

    def _now(self) -> int:
        return self._context.world.ids.now()

    def _update(self, **changes: Any) -> None:
        self._record.body = {**self._record.body, **changes}


def _files_and_usage(succeeded: Sequence[Json], failed: Sequence[Json]) -> tuple[bytes, bytes, Json]:
    return results.jsonl(succeeded), results.jsonl(failed), results.usage(succeeded)


# A batch is stored with its run; one whose input file has errors has none.
def new_batch(key: str, created: int, endpoint: str, body: Json) -> Json:
    """A batch that is about to be validated; `body` is the request that it was created by."""
    return {
        "id": key,
        "object": "batch",
        "endpoint": endpoint,
        "model": None,
        "errors": None,
        "input_file_id": as_text(body.get("input_file_id")),
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


def _assumed(identify: Identify, now: int, ids: Mapping[str, str]) -> Json:
    """A batch that is over."""
    times = dict.fromkeys(("in_progress_at", "finalizing_at", "completed_at"), now)
    batch = new_batch("", now, "/v1/responses", {"input_file_id": identify("file")})
    return {**batch, "status": "completed", "output_file_id": identify("file"), **times}


BATCHES = CollectionPath[BatchRun]("/batches", _assumed)
