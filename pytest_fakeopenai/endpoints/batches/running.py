"""A batch on its way: its requests are made one after the other, beside whoever asks how far it has come."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from ...pipeline.callables import in_thread
from ...pipeline.collections import CollectionPath
from ...pipeline.context import RequestContext
from ...pipeline.dispatch import dispatch
from ...pipeline.tasks import BackgroundTask
from ...state.store import Record
from ...wire.models import resolved
from ...wire.protocol import sse
from ...wire.protocol.call import Json
from ..files import keep_file
from . import results
from .reading import Input, Line


class Run:
    """What makes the requests of a batch, and keeps its object and its files."""

    def __init__(self, context: RequestContext, record: Record[Run], given: Input, lifetime: int | None) -> None:
        self._context = context
        self._record = record
        self._waiting = deque(given.lines)
        self._done: list[Json] = []
        self._lifetime = lifetime
        self._cancelled = False
        self._start(given)
        self._task = BackgroundTask(context.world, self._work)

    async def settle(self) -> None:
        """Wait until the batch has ended, or waits as one of its replies prescribes."""
        await self._task.settle()

    def cancel(self) -> None:
        """Make no further request; what has been answered is kept."""
        self._update(status="cancelling", cancelling_at=self._now())
        self._cancelled = True
        self._task.go_on()
        self._task.cancel()

    def _start(self, given: Input) -> None:
        model = given.model and resolved(given.model)
        counts = {"total": len(given.lines), "completed": 0, "failed": 0}
        self._update(status="in_progress", in_progress_at=self._now(), model=model, request_counts=counts)

    async def _work(self) -> None:
        try:
            while self._waiting and self._is_remembered():
                await self._make(self._waiting[0])
                await asyncio.sleep(0)  # an answer without waits is made in one go; others want to be answered as well
        except asyncio.CancelledError:
            if not self._cancelled:
                raise
        if self._is_remembered():
            await self._finalize()

    def _is_remembered(self) -> bool:
        """Whether nobody has made the fake forget what is stored."""
        found = BATCHES.view(self._context).records.find(self._record.body["id"])
        return found is self._record

    async def _make(self, line: Line) -> None:
        path: str = self._record.body["endpoint"]
        outcome = await dispatch(self._context, path, sse.compact(line.body), self._task.halt)
        self._task.go_on()
        self._waiting.popleft()
        ids = self._context.world.ids
        made = results.answered(f"batch_req_{ids.hexadecimal(32)}", line.custom_id, ids.uuid(), outcome)
        self._done.append(made)
        side = "completed" if results.succeeded(made) else "failed"
        counts = self._record.body["request_counts"]
        self._update(request_counts={**counts, side: counts[side] + 1})

    async def _finalize(self) -> None:
        if not self._cancelled:
            self._update(status="finalizing", finalizing_at=self._now())
        good = [line for line in self._done if results.succeeded(line)]
        bad = [line for line in self._done if not results.succeeded(line)] + [*map(self._skipped, self._waiting)]
        output, errors, used = await in_thread(lambda: (results.jsonl(good), results.jsonl(bad), results.usage(good)))
        if self._is_remembered():
            self._end(output, errors, used)

    def _end(self, output: bytes, errors: bytes, used: Json) -> None:
        status = "cancelled" if self._cancelled else "completed"
        files = {"output_file_id": self._file("output", output), "error_file_id": self._file("error", errors)}
        self._update(status=status, usage=used, **{f"{status}_at": self._now()}, **files)

    def _skipped(self, line: Line) -> Json:
        key = f"batch_req_{self._context.world.ids.hexadecimal(32)}"
        return results.unanswered(key, line.custom_id, results.CANCELLED)

    def _file(self, kind: str, content: bytes) -> str | None:
        """The id of a new file with this content; None where there is none."""
        if not content:
            return None
        file = keep_file(
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


BATCHES = CollectionPath[Run]("/batches")  # beside its object a batch has its run; one that failed at once has none
