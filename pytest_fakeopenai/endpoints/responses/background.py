"""Responses in the background: queued at once, and made on the server whether or not anybody waits for them.

https://platform.openai.com/docs/guides/background
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from ...pipeline.context import RequestContext
from ...pipeline.player import ReplyPlayer, apply_control, each, next_of
from ...pipeline.scope import Message
from ...pipeline.surface import Player, ResponseBuilder, Surface
from ...pipeline.tasks import BackgroundTask
from ...pipeline.writer import ResponseWriter
from ...replies.faults import ApiError, Disconnect, Garbage, Timeout
from ...replies.parts import CONTENT, Content, Control, Part
from ...replies.timing import Pace
from ...wire.protocol.call import Call, Json
from ...wire.protocol.sse import Event
from .builder import ResponseObjectBuilder
from .running import Running, Word
from .stored import StoredResponse

# How long, in seconds, whoever asks for a response waits for a callable to make its next part.
_PATIENCE = 0.1


def stage(context: RequestContext, surface: Surface, call: Call, answer: ResponseBuilder, pace: Pace) -> Player:
    """What plays a reply: to whoever asked, or in the background where that was asked for."""
    if call.body.get("background") is True and isinstance(answer, ResponseObjectBuilder):
        return Background(context, surface, call, answer, pace)
    return ReplyPlayer(context, surface, call, answer, pace)


class Background:
    """A reply played in the background, and what its request gets: a queued response, or its events as they come.

    A fault that the reply begins with meets the request. After that the request may be cut, or hang up: the response
    goes on.
    """

    def __init__(
        self, context: RequestContext, surface: Surface, call: Call, answer: ResponseObjectBuilder, pace: Pace
    ) -> None:
        self._context = context
        self._writer = context.writer
        self._surface = surface
        self._call = call
        self._answer = answer
        self._making = Making(context, surface, call, answer, pace)
        self._garbage = b""

    async def play(self, voices: Sequence[Iterable[Part]]) -> None:
        """Begin to make the response, and answer the request."""
        parts = await self._begun(iter(voices[0]))
        if parts is not None:
            await self._answer_with(self._making.start(each(parts), live=False))

    async def follow(self, source: AsyncIterator[Part]) -> None:
        """Begin to make the response of what a live source says, and answer the request."""
        await self._answer_with(self._making.start(source, live=True))

    async def _answer_with(self, running: Running) -> None:
        if self._call.stream:
            self._writer.write(self._garbage)
            await self._relay(running.follow())
        else:
            body = self._surface.encode(self._answer.body())
            self._context.record.answered = body
            await self._writer.whole(self._garbage or body)

    async def _begun(self, parts: Iterator[Part]) -> Iterator[Part] | None:
        """The parts behind the faults that a reply begins with; None where these end the request."""
        for part in parts:
            if isinstance(part, Disconnect):
                await self._writer.cut()
                return None
            if isinstance(part, Garbage):
                self._garbage += part.encoded
            elif isinstance(part, (ApiError, Timeout)):
                await apply_control(self._context, part)
            else:
                return chain([part], parts)
        return parts

    async def _relay(self, batches: AsyncIterator[list[Word]]) -> None:
        while (batch := await self._writer.wait(next_of(batches))) is not None:
            for word in batch:
                if word is None:
                    await self._writer.cut()
                    return
                self._send(word)
        self._context.record.answered = self._surface.encode(self._answer.body())
        await self._writer.finish()

    def _send(self, word: Json | bytes) -> None:
        if isinstance(word, bytes):
            self._writer.write(word)
            return
        self._writer.say(self._surface.frame(word, self._call))


class Making:
    """The task that makes a response of a reply, out of anybody's hearing; it belongs to the world."""

    def __init__(
        self, context: RequestContext, surface: Surface, call: Call, answer: ResponseObjectBuilder, pace: Pace
    ) -> None:
        self._context = replace(context, writer=ResponseWriter(context.record, {}, _never, _nowhere, ""))
        self._surface = surface
        self._call = call
        self._answer = answer
        self._pace = pace
        self._spoken = False
        self._running = Running()

    def start(self, parts: AsyncIterator[Part], *, live: bool) -> Running:
        """Begin; what the request held until its end is held until the response's."""
        ending = self._context.ending.pop_all()
        self._answer.begin().ensure(StoredResponse).running = self._running
        task = BackgroundTask(self._context.world, lambda: self._make(parts), patience=_PATIENCE if live else 0.0)
        self._running.run(task, ending)
        return self._running

    async def _make(self, parts: AsyncIterator[Part]) -> None:
        try:
            await self._say(parts)
        except ApiError as error:
            self._fail(error)
        except Exception as fault:
            self._fail(self._context.broken(fault))
        finally:
            self._context.writer.close()
            self._running.end()

    async def _say(self, parts: AsyncIterator[Part]) -> None:
        self._tell(self._answer.open())
        await self._wait(self._pace.first)
        async for part in parts:
            if isinstance(part, CONTENT):
                await self._add(part)
            else:
                await self._meet(part)
        self._tell(self._answer.end(0))
        self._tell(self._answer.close())

    async def _add(self, part: Content) -> None:
        for event in _unframed(self._answer.add(part, 0)):
            if self._call.stream and self._surface.is_piece(event):
                if self._spoken:
                    await self._wait(self._pace.between)
                self._spoken = True
            self._running.say(event)

    async def _meet(self, part: Control) -> None:
        """Let a part that is no content take effect: here, or on the connection that the response began on."""
        if isinstance(part, Disconnect):
            self._running.say(None)
        elif isinstance(part, Garbage):
            self._running.say(part.encoded)
        else:
            await apply_control(self._context, part)

    async def _wait(self, seconds: float) -> None:
        if seconds:
            await self._context.writer.pause(seconds)

    def _fail(self, error: ApiError) -> None:
        self._tell(self._answer.fail(error.on(self._call.endpoint)))
        error.__traceback__ = None  # a scripted one may be raised many times, and would keep every frame

    def _tell(self, events: Iterable[Event]) -> None:
        for event in _unframed(events):
            self._running.say(event)


def _unframed(events: Iterable[Event]) -> Iterator[Json]:
    """The events, which are framed only when they are told: those of a response in the background are kept."""
    for event in events:
        assert isinstance(event, dict)
        yield event


async def _never() -> Message:
    """What is received of a client that is not there."""
    nothing: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
    return await nothing


async def _nowhere(message: Message) -> None:
    """Where an answer goes that nobody hears."""
