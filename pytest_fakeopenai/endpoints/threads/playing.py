"""Playing a reply to a run, which outlives the request that it was created by.

A blocking request is answered when the run has begun, and a client that follows it as a stream may hang up: the run
goes on as a task of its world. Faults before it has begun are those of the request, as on every endpoint.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from ...pipeline.conforming import conforming
from ...pipeline.context import RequestContext
from ...pipeline.player import ReplyPlayer, Step, each, next_of, past_gate
from ...pipeline.surface import ResponseBuilder, Surface
from ...pipeline.tasks import BackgroundTask
from ...pipeline.writer import ClientGone, Interrupted
from ...replies.faults import ApiError, Disconnect, Timeout
from ...replies.parts import Control, Part
from ...replies.timing import Delay, Gate, Pace
from ...wire.protocol.call import Call, Json
from .builder import RunBuilder

Steps = AsyncIterator[Step]


class RunReplyPlayer(ReplyPlayer):
    """One reply, played to a run: as a stream to whoever listens, or out of hearing."""

    def __init__(
        self, context: RequestContext, surface: Surface, call: Call, answer: ResponseBuilder, pace: Pace
    ) -> None:
        super().__init__(context, surface, call, answer, pace)
        assert isinstance(answer, RunBuilder)
        self._run = answer
        self._held: Step | None = None
        self._coming: asyncio.Future[Step | None] | None = None

    async def play(self, voices: Sequence[Iterable[Part]]) -> None:
        """Play the parts."""
        self._steps = self._all(each(voices[0]))
        await self._attend(self._steps)

    async def follow(self, source: AsyncIterator[Part]) -> None:
        """Play the parts of a live source, each as it comes."""
        self._steps = self._all(source)
        await self._attend(self._attended(self._steps))

    async def _attend(self, steps: Steps) -> None:
        try:
            await (self._stream(steps) if self._call.stream else self._begin(steps))
        except asyncio.CancelledError:
            self._hear_no_more()
            raise

    async def _all(self, parts: AsyncIterator[Part]) -> Steps:
        """The steps of all parts, the run beginning before a wait and not behind it."""
        async for part in parts:
            if isinstance(part, (Delay, Gate)):
                for event in self._open():
                    yield event
            for step in self._part(0, part):
                yield step
        for step in self._end(0):
            yield step

    async def _attended(self, steps: Steps) -> Steps:
        """The steps of a source that may take its time; when the client hangs up it goes on if the run has begun."""
        while True:
            self._coming = asyncio.ensure_future(next_of(steps))
            try:
                step = await self._writer.wait(_unharmed(self._coming))
            except ClientGone:
                if not self._opened:
                    self._hear_no_more()
                raise
            self._coming = None
            if step is None:
                return
            yield step

    def _hear_no_more(self) -> None:
        """Give up what is still to come of a live source."""
        if self._coming is not None:
            self._coming.cancel()

    def _open(self) -> Iterable[Json]:
        return [*super()._open()]  # whether or not anybody listens, it is at work

    # ---- to a client that listens

    async def _stream(self, steps: Steps) -> None:
        self._run.stop = self._writer.interruptible()
        await self._wait(self._pace.first)
        try:
            await self._through(steps)
        except ApiError as error:
            await self._fail(error)
        except ClientGone:
            self._go_on()
            raise
        except Interrupted:
            self._hear_no_more()
            for event in self._run.last_words:
                self.write(event)
            await self._writer.finish()

    async def _through(self, steps: Steps) -> None:
        async for step in steps:
            if await self._ends_in([step]):
                return
        await self._finish()

    async def _apply_fault(self, part: Control) -> bool:
        self._held = part
        if isinstance(part, Disconnect):
            self._go_on()
        ended = await super()._apply_fault(part)
        self._held = None
        return ended

    # ---- to a client that waits for no more than the beginning

    async def _begin(self, steps: Steps) -> None:
        step = await anext(steps)
        while not self._opened:
            await self._wait(self._pace.first)
            if not isinstance(step, (dict, list)) and await self._apply_fault(step):
                return
            step = await anext(steps)
        self._held = step
        self._go_on(self._pace.first)
        await asyncio.sleep(0)  # what waits for nothing is done before the client can ask
        receipt = self._surface.encode(self._receipt())
        self._context.record.answered = receipt
        await self._writer.whole(receipt if self._garbage is None else self._garbage)

    def _receipt(self) -> Any:
        told = self._run.receipt
        return conforming(self._context, told) if self._context.world.follows_types else told

    # ---- to nobody

    def _go_on(self, seconds: float = 0.0) -> None:
        """Have the rest played out of hearing, once the run has begun."""
        if not self._opened:
            return
        self._run.stop = BackgroundTask(self._context.world, lambda: self._unheard(seconds)).cancel

    async def _unheard(self, seconds: float) -> None:
        try:
            if seconds:
                await asyncio.sleep(seconds)
            async for step in self._rest():
                if isinstance(step, Timeout):
                    _exhaust(self._run.expire())
                    return
                await self._pass(step)
            _exhaust(self._run.close())
        except ApiError as error:
            self._give_up(error)
        except Exception as fault:
            self._give_up(self._context.broken(fault))

    def _give_up(self, error: ApiError) -> None:
        _exhaust(self._run.fail(error.on(self._call.endpoint)))
        error.__traceback__ = None  # a scripted one may be raised many times, and would keep every frame

    async def _rest(self) -> Steps:
        """What has not been played: what was being waited for, and what comes behind it."""
        if self._held is not None:
            yield self._held
        if self._coming is not None and (step := await self._coming) is not None:
            yield step
        async for step in self._steps:
            yield step

    async def _pass(self, step: Step) -> None:
        """Let a part take effect that is no fault of a connection."""
        if isinstance(step, ApiError):
            raise step
        if isinstance(step, Delay):
            await asyncio.sleep(step.seconds)
        elif isinstance(step, Gate):
            await past_gate(self._context, step.passed())


async def _unharmed(future: asyncio.Future[Any]) -> Any:
    """The future's result, for one that may give up waiting for it."""
    return await asyncio.shield(future)


def _exhaust(events: Iterable[Json]) -> None:
    for _ in events:
        pass
