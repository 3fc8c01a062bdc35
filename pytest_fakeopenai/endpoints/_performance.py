"""Playing a reply: its parts become events or a body, at the pace and with the mishaps that the reply prescribes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from typing import TypeVar

from ..faults import ApiError, Disconnect, Garbage, Timeout
from ..replies import CONTENT, Control, Part
from ..timing import Delay, Gate, GateNeverOpenedError, Pace
from ..wire import errors
from ..wire.call import Call, Json
from ._fitting import cannot_carry
from ._surface import Answer, Exchange, Surface

T = TypeVar("T")
Steps = AsyncIterator[Json | Control]


async def next_of(source: AsyncIterator[T]) -> T | None:
    """What a source gives next, or None at its end."""
    return await anext(source, None)


async def hold(exchange: Exchange, part: Control) -> None:
    """Let a part that waits, or that is an error, take effect before anything of the answer is sent."""
    if isinstance(part, Delay):
        await exchange.delivery.pause(part.seconds)
    elif isinstance(part, Timeout):
        await exchange.delivery.hang()
    elif isinstance(part, ApiError):
        raise part
    elif isinstance(part, Gate):
        await past_gate(exchange, exchange.delivery.wait(part.passed()))


async def past_gate(exchange: Exchange, waiting: Awaitable[None]) -> None:
    """Wait at a gate; ApiError, which also fails the test, where nobody opens it."""
    try:
        await waiting
    except GateNeverOpenedError as error:
        exchange.world.blame(str(error))
        raise errors.refusal("gate_never_opened", str(error)) from None


class Performance:
    """One answer, played to the client: as a stream, or as a body at the end."""

    def __init__(self, exchange: Exchange, surface: Surface, call: Call, answer: Answer, pace: Pace) -> None:
        self._exchange = exchange
        self._delivery = exchange.delivery
        self._surface = surface
        self._call = call
        self._answer = answer
        self._pace = pace
        self._opened = False
        self._spoken = False
        self._garbage: bytes | None = None

    async def play(self, voices: Sequence[AsyncIterator[Part]], *, live: bool) -> None:
        """Play the parts of each choice; of a live source send each part as it comes."""
        steps = self._voice(0, voices[0]) if len(voices) == 1 else self._in_turn(voices)
        await self._wait(self._pace.first)
        try:
            await self._through(self._attended(steps) if live else steps)
        except ApiError as error:
            await self._fail(error)

    async def _through(self, steps: Steps) -> None:
        """Play the steps, and what ends the answer behind them."""
        async for step in steps:
            if isinstance(step, dict):
                await self._event(step)
            elif await self._mishap(step):
                return
        await self._finish()

    async def _attended(self, steps: Steps) -> Steps:
        """The steps of a source that may take its time, or never end, as long as the client is there."""
        while (step := await self._delivery.wait(next_of(steps))) is not None:
            yield step

    async def _voice(self, index: int, parts: AsyncIterator[Part]) -> Steps:
        async for part in parts:
            if not isinstance(part, CONTENT):
                yield part
                continue
            if problem := cannot_carry((part,), self._call.endpoint):
                raise self._exchange.refuse(problem)
            for event in self._open():
                yield event
            for event in self._answer.add(part, index):
                yield event
        for event in self._open():
            yield event
        for event in self._answer.end(index):
            yield event

    def _open(self) -> Iterable[Json]:
        """What precedes the first part, sent with it: a reply that begins with an error has no beginning."""
        if self._opened:
            return ()
        self._opened = True
        return self._answer.open()

    async def _in_turn(self, voices: Sequence[AsyncIterator[Part]]) -> Steps:
        """The choices of an answer, an event of each in turn; each begins with two, its role and its first piece.

        A wait is no event: behind one in front of the first choice the others would begin before it.
        """
        speaking = [self._voice(index, parts) for index, parts in enumerate(voices)]
        rounds = 2
        while speaking:
            for voice in tuple(speaking):
                said = 0
                while said < rounds:
                    step = await anext(voice, None)
                    if step is None:
                        speaking.remove(voice)
                        break
                    yield step
                    said += isinstance(step, dict)
            rounds = 1

    async def _event(self, event: Json) -> None:
        if not self._call.stream:
            return
        if self._surface.is_piece(event):
            if self._spoken:
                await self._wait(self._pace.between)
            self._spoken = True
        self.write(event)

    def write(self, event: Json) -> None:
        """Add an event to the stream and to the record."""
        self._delivery.write(self._surface.frame(event, self._call))
        self._exchange.record.sent.append(event)

    async def _wait(self, seconds: float) -> None:
        if seconds:
            await self._delivery.pause(seconds)

    async def _mishap(self, part: Control) -> bool:
        """Let a timing part or fault take effect; whether it ends the answer."""
        if isinstance(part, Disconnect):
            await self._cut()
            return True
        if isinstance(part, Garbage):
            self._add_garbage(part.encoded)
        else:
            await hold(self._exchange, part)
        return False

    def _add_garbage(self, data: bytes) -> None:
        if self._call.stream:
            self._delivery.write(data)
        else:
            self._garbage = (self._garbage or b"") + data

    async def _cut(self) -> None:
        """Cut the connection behind what has been said; of a blocking body half has been."""
        if self._call.stream or not self._opened:
            await self._delivery.cut()
            return
        data = self._surface.encode(self._answer.body())
        self._delivery.write(data[: len(data) // 2])
        await self._delivery.cut(promised=len(data))

    async def _fail(self, error: ApiError) -> None:
        """An error in mid-stream is an event; before anything is sent, or in a blocking answer, it is the status."""
        if not (self._call.stream and self._delivery.touched):
            raise error
        for event in self._answer.fail(error.on(self._call.endpoint)):
            self.write(event)
        await self._delivery.finish()

    async def _finish(self) -> None:
        for event in self._answer.close():
            await self._event(event)
        body = self._answer.body()
        self._exchange.record.answered = body
        if self._call.stream:
            self._delivery.write(self._surface.done)
            await self._delivery.finish()
        else:
            await self._delivery.whole(self._surface.encode(body) if self._garbage is None else self._garbage)
