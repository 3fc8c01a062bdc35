"""Playing a reply: its parts are fed to a builder, and the builder's events go to a sink, at the pace of the reply."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from ..replies.faults import ApiError, Disconnect, Garbage, Timeout, Truncate
from ..replies.parts import CONTENT, Content, Control, Part, StreamEvent
from ..replies.timing import Pace
from ..unpatched import sleep
from ..wire.protocol.call import Call
from ..wire.protocol.events import Event
from .adapting import NoTool, adapted
from .context import RequestContext
from .control import apply_control
from .event_log import EventLog
from .fit import cannot_call, cannot_carry, report_misfit
from .sinks import Sink
from .surface import ResponseBuilder, Surface

T = TypeVar("T")
S = TypeVar("S")
Step = Event | Control

# What a reply may begin with that happens to its request and not to the reply.
_OF_THE_REQUEST = (Disconnect, Truncate, Garbage, ApiError, Timeout)


async def next_of(source: AsyncIterator[T]) -> T | None:
    """What a source gives next, or None at its end."""
    return await anext(source, None)


async def one_by_one(parts: Iterable[Part]) -> AsyncIterator[Part]:
    """The parts as a source that gives one after the other."""
    for part in parts:
        yield part


async def _behind(part: Part | None, source: AsyncIterator[Part]) -> AsyncIterator[Part]:
    """A part that has been taken from a source already, if there is one, and the rest of the source."""
    if part is not None:
        yield part
    async for each in source:
        yield each


@dataclass(eq=False)
class Generation:
    """One answer that is made of a reply: to which call of which surface, by which builder, for which sink."""

    context: RequestContext
    surface: Surface
    call: Call
    builder: ResponseBuilder
    pace: Pace
    sink: Sink

    def body(self) -> bytes:
        """The blocking answer as far as it has come."""
        return self.surface.encode(self.builder.body())


class ReplyPlayer:
    """Plays one reply: feeds the builder with its parts, and writes the events to the sink.

    Parts that wait, fail, cut or spoil take effect on the sink. A reply that outlives its request is begun by it, and
    goes on with another sink, the log that is read by whoever asks for the reply.
    """

    def __init__(self, generation: Generation) -> None:
        self._context = generation.context
        self._surface = generation.surface
        self._call = generation.call
        self._builder = generation.builder
        self._body = generation.body
        self._sink = generation.sink
        self._wait_before = generation.pace.first
        self._wait_between = generation.pace.between if generation.sink.takes_pieces else 0.0
        self._is_open = False
        self._has_events = False
        self._has_said_a_piece = False

    # ---- a reply that ends with its request

    async def play(self, choices: Sequence[Iterable[Part]]) -> None:
        """Play the parts of each choice to the end of the answer."""
        if self._wait_before:
            await self._wait_first()
        try:
            steps = [self._choice(index, parts) for index, parts in enumerate(choices)]
            if not await self._ends_in(steps[0] if len(steps) == 1 else in_turn(steps)):
                await self._finish()
        except ApiError as error:
            await self._fail(error)

    async def follow(self, source: AsyncIterator[Part]) -> None:
        """Play the parts of a source that may take its time, or never end, as long as the client is there."""
        await self._wait_first()
        try:
            if not await self._ends_in_source(source):
                await self._finish()
        except ApiError as error:
            await self._fail(error)

    # ---- a reply that outlives its request

    async def begin(self, source: AsyncIterator[Part]) -> AsyncIterator[Part] | None:
        """Play the faults that a reply begins with, which are those of its request.

        What is left of the source, or None where the request has ended by them.
        """
        while isinstance(part := await self._sink.wait(next_of(source)), _OF_THE_REQUEST):
            await self._wait_first()
            if await self._ends_at(part):
                return None
        return _behind(part, source)

    def detach(self, log: EventLog) -> None:
        """Begin the answer, and go on with it in a log, whether or not its client stays."""
        self._sink = log
        for event in self._open():
            log.emit(event)

    async def go_on(self, source: AsyncIterator[Part]) -> None:
        """Play what is left of the source into the log; where that fails, the log tells so."""
        try:
            await self._wait_first()
            if not await self._ends_in_source(source):
                await self._close()
                await self._sink.finish(None)
        except ApiError as error:
            await self._fail(error)
        except Exception as fault:
            await self._fail(self._context.broken(fault))

    # ---- steps

    async def _ends_in_source(self, source: AsyncIterator[Part]) -> bool:
        """Play the parts of a source as they come; whether the answer has ended in them."""
        while (part := await self._sink.wait(next_of(source))) is not None:
            if await self._ends_in(self._part_of_source(part)):
                return True
        return await self._ends_in(self._end(0))

    async def _ends_in(self, steps: Iterable[Step]) -> bool:
        """Play the steps; whether the answer has ended in them."""
        for step in steps:
            if not isinstance(step, Event):
                if await self._ends_at(step):
                    return True
            elif step.is_piece and self._wait_between:
                await self._emit_spaced(step)
            else:
                self._sink.emit(step)
                if step.has_more:
                    await self._sink.flush()
        return False

    async def _ends_at(self, part: Control) -> bool:
        """Let a part that is no content take effect; whether it ends the answer."""
        if isinstance(part, Disconnect):
            return await self._sink.disconnect(self._body if self._is_open else None)
        if isinstance(part, Truncate):
            return await self._sink.truncate(self._body if self._is_open else None)
        if isinstance(part, Garbage):
            self._sink.add_garbage(part.encoded)
            return False
        await apply_control(self._context, self._sink, part)
        return isinstance(part, Timeout)

    async def _emit_spaced(self, pieces: Event) -> None:
        for piece in pieces.singly():
            if self._has_said_a_piece:
                await self._sink.wait(sleep(self._wait_between), self._wait_between)
            self._has_said_a_piece = True
            self._sink.emit(piece)

    async def _wait_first(self) -> None:
        """Wait before the first part; once, however often it is asked for."""
        seconds, self._wait_before = self._wait_before, 0.0
        if seconds:
            await self._sink.wait(sleep(seconds), seconds)

    # ---- parts as steps

    def _choice(self, index: int, parts: Iterable[Part]) -> Iterator[Step]:
        for part in parts:
            if isinstance(part, CONTENT):
                yield from self._add(part, index)
            else:
                yield part
        yield from self._end(index)

    def _add(self, part: Content, index: int) -> Iterator[Event]:
        """The events of a part; one that is an event of a stream needs no beginning of ours."""
        if isinstance(part, StreamEvent):
            self._has_events = True
        elif not self._is_open:
            yield from self._open()
        yield from self._builder.add(part, index)

    def _part_of_source(self, part: Part) -> Iterator[Step]:
        """A part of a live source, of which nobody could know beforehand whether the surface carries it."""
        part = self._adapted(part)
        if not isinstance(part, CONTENT):
            yield part
            return
        problem = cannot_carry((part,), self._call, self._surface, self._context.world.surfaces)
        if problem := problem or cannot_call((part,), self._call, self._surface):
            raise self._context.refuse(problem)
        yield from self._add(part, 0)

    def _adapted(self, part: Part) -> Part:
        try:
            return adapted(part, self._call, partial(report_misfit, self._context))
        except NoTool as problem:
            raise self._context.refuse(str(problem)) from None

    def _end(self, index: int) -> Iterator[Event]:
        if self._is_all_events:
            return
        if not self._is_open:
            yield from self._open()
        yield from self._builder.end(index)

    @property
    def _is_all_events(self) -> bool:
        """Whether the reply is nothing but events of a stream, which has no end of ours either."""
        return self._has_events and not self._is_open

    def _open(self) -> Iterable[Event]:
        """What precedes the first part, sent with it: a reply that begins with an error has no beginning."""
        self._is_open = True
        return self._builder.open()

    # ---- the end

    async def _fail(self, error: ApiError) -> None:
        """An error in mid-answer is an event; before anything of it is sent, it is the request's status."""
        if not self._sink.is_begun:
            raise error
        for event in self._builder.fail(error.on(self._surface.endpoint)):
            self._sink.emit(event)
        error.__traceback__ = None  # a scripted one may be raised many times, and would keep every frame
        await self._sink.finish(None)

    async def _finish(self) -> None:
        await self._close()
        if self._has_events:  # which are not read, so nobody knows what they add up to
            await self._sink.finish(b"")
            return
        body = self._context.record.response_body = self._body()
        await self._sink.finish(body)

    async def _close(self) -> None:
        if not self._is_all_events:
            await self._ends_in(self._builder.close())


def in_turn(choices: Iterable[Iterable[S]]) -> Iterator[S]:
    """The choices of an answer, an event of each in turn; each begins with two, its role and its first piece.

    A wait is no event: behind one in front of the first choice the others would begin before it.
    """
    unfinished = [_singly(choice) for choice in choices]
    turn = 2
    while unfinished:
        for choice in tuple(unfinished):
            count = 0
            for step in choice:
                yield step
                count += isinstance(step, Event)
                if count == turn:
                    break
            else:
                unfinished.remove(choice)
        turn = 1


def _singly(steps: Iterable[Any]) -> Iterator[Any]:
    """The steps, of several events one after the other."""
    for step in steps:
        if isinstance(step, Event):
            yield from step.singly()
        else:
            yield step
