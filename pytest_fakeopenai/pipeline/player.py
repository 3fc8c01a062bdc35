"""Playing a reply: its parts become events or a body, at the pace and with the mishaps that the reply prescribes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator, Sequence
from typing import TypeVar

from ..replies.faults import ApiError, Disconnect, Garbage, Timeout
from ..replies.parts import CONTENT, Control, Part
from ..replies.timing import Delay, Gate, GateNeverOpenedError, Pace
from ..wire.protocol import errors
from ..wire.protocol.call import Call, Json
from ..wire.protocol.sse import Event
from .context import RequestContext
from .fit import cannot_carry
from .surface import ResponseBuilder, Surface

T = TypeVar("T")
Step = Event | Control


async def next_of(source: AsyncIterator[T]) -> T | None:
    """What a source gives next, or None at its end."""
    return await anext(source, None)


async def each(parts: Iterable[Part]) -> AsyncIterator[Part]:
    """The parts as a source that gives one after the other."""
    for part in parts:
        yield part


async def apply_control(context: RequestContext, part: Control) -> None:
    """Let a part that waits, or that is an error, take effect before anything of the answer is sent."""
    if isinstance(part, Delay):
        await context.writer.pause(part.seconds)
    elif isinstance(part, Timeout):
        await context.writer.hang()
    elif isinstance(part, ApiError):
        raise part
    elif isinstance(part, Gate):
        await past_gate(context, context.writer.wait(part.passed()))


async def past_gate(context: RequestContext, waiting: Awaitable[None]) -> None:
    """Wait at a gate; ApiError, which also fails the test, where nobody opens it."""
    try:
        await waiting
    except GateNeverOpenedError as error:
        context.world.record_failure(str(error))
        raise errors.refusal("gate_never_opened", str(error)) from None


def _singly(steps: Iterable[Step]) -> Iterator[Step]:
    """The steps, of several frames one after the other."""
    for step in steps:
        if isinstance(step, list):
            yield from ([frame] for frame in step)
        else:
            yield step


class ReplyPlayer:
    """One answer, played to the client: as a stream, or as a body at the end."""

    def __init__(
        self, context: RequestContext, surface: Surface, call: Call, answer: ResponseBuilder, pace: Pace
    ) -> None:
        self._context = context
        self._writer = context.writer
        self._surface = surface
        self._call = call
        self._answer = answer
        self._pace = pace
        self._opened = False
        self._spoken = False
        self._garbage: bytes | None = None

    async def play(self, voices: Sequence[Iterable[Part]]) -> None:
        """Play the parts of each choice."""
        await self._wait(self._pace.first)
        try:
            if not await self._ends_in(self._voice(0, voices[0]) if len(voices) == 1 else self._in_turn(voices)):
                await self._finish()
        except ApiError as error:
            await self._fail(error)

    async def follow(self, source: AsyncIterator[Part]) -> None:
        """Play the parts of a source that may take its time, or never end, as long as the client is there."""
        await self._wait(self._pace.first)
        try:
            while (part := await self._writer.wait(next_of(source))) is not None:
                if await self._ends_in(self._part(0, part)):
                    return
            if not await self._ends_in(self._end(0)):
                await self._finish()
        except ApiError as error:
            await self._fail(error)

    async def _ends_in(self, steps: Iterable[Step]) -> bool:
        """Play the steps; whether the answer has ended in them."""
        for step in steps:
            if isinstance(step, list):
                await self._say(step)
            elif isinstance(step, dict):
                if self._call.stream:
                    if self._pace.between and self._surface.is_piece(step):
                        await self._space()
                    self.write(step)
            elif await self._apply_fault(step):
                return True
        return False

    def _voice(self, index: int, parts: Iterable[Part]) -> Iterator[Step]:
        for part in parts:
            yield from self._part(index, part)
        yield from self._end(index)

    def _part(self, index: int, part: Part) -> Iterator[Step]:
        if not isinstance(part, CONTENT):
            yield part
            return
        if problem := cannot_carry((part,), self._surface, self._context.world.surfaces):
            raise self._context.refuse(problem)
        yield from self._open()
        yield from self._answer.add(part, index)

    def _end(self, index: int) -> Iterator[Step]:
        yield from self._open()
        yield from self._answer.end(index)

    def _open(self) -> Iterable[Json]:
        """What precedes the first part, sent with it: a reply that begins with an error has no beginning."""
        if self._opened:
            return ()
        self._opened = True
        return self._answer.open()

    def _in_turn(self, voices: Sequence[Iterable[Part]]) -> Iterator[Step]:
        """The choices of an answer, an event of each in turn; each begins with two, its role and its first piece.

        A wait is no event: behind one in front of the first choice the others would begin before it.
        """
        speaking = [_singly(self._voice(index, parts)) for index, parts in enumerate(voices)]
        rounds = 2
        while speaking:
            for voice in tuple(speaking):
                said = 0
                while said < rounds:
                    step = next(voice, None)
                    if step is None:
                        speaking.remove(voice)
                        break
                    yield step
                    said += isinstance(step, (dict, list))
            rounds = 1

    async def _say(self, frames: list[bytes]) -> None:
        """Add pieces to the stream, which are framed already."""
        if not self._pace.between:
            self._writer.say(*frames)
            return
        for frame in frames:
            await self._space()
            self._writer.say(frame)

    async def _space(self) -> None:
        """Wait between two pieces."""
        if self._spoken:
            await self._wait(self._pace.between)
        self._spoken = True

    def write(self, event: Json) -> None:
        """Add an event to the stream and to the record."""
        self._writer.say(self._surface.frame(event, self._call))

    async def _wait(self, seconds: float) -> None:
        if seconds:
            await self._writer.pause(seconds)

    async def _apply_fault(self, part: Control) -> bool:
        """Let a timing part or fault take effect; whether it ends the answer."""
        if isinstance(part, Disconnect):
            await self._cut()
            return True
        if isinstance(part, Garbage):
            self._add_garbage(part.encoded)
        else:
            await apply_control(self._context, part)
        return False

    def _add_garbage(self, data: bytes) -> None:
        if self._call.stream:
            self._writer.write(data)
        else:
            self._garbage = (self._garbage or b"") + data

    async def _cut(self) -> None:
        """Cut the connection behind what has been said; of a blocking body half has been."""
        if self._call.stream or not self._opened:
            await self._writer.cut()
            return
        data = self._surface.encode(self._answer.body())
        self._writer.write(data[: len(data) // 2])
        await self._writer.cut(promised=len(data))

    async def _fail(self, error: ApiError) -> None:
        """An error in mid-stream is an event; before anything is sent, or in a blocking answer, it is the status."""
        if not (self._call.stream and self._writer.touched):
            raise error
        for event in self._answer.fail(error.on(self._call.endpoint)):
            self.write(event)
        await self._writer.finish()

    async def _finish(self) -> None:
        await self._ends_in(self._answer.close())
        body = self._surface.encode(self._answer.body())
        self._context.record.answered = body
        if self._call.stream:
            self._writer.write(self._surface.done)
            await self._writer.finish()
        else:
            await self._writer.whole(body if self._garbage is None else self._garbage)
