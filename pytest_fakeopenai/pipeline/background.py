"""Playing a reply that outlives its request: begun by the request, and played on by a task of the world."""

from __future__ import annotations

from collections.abc import AsyncIterator

from ..replies.parts import Part
from ..replies.reply import Reply
from ..unpatched import turn
from .detached import DetachedReply
from .event_log import EventLog
from .player import Generation, ReplyPlayer, one_by_one
from .surface import Detachable

# How long, in seconds, whoever asks for such a reply waits for a callable to make its next part.
_PATIENCE = 0.1


async def play_in_background(generation: Generation, builder: Detachable, reply: Reply | AsyncIterator[Part]) -> None:
    """Have a reply played by a task of the world, and answer its request: with a receipt, or with the events.

    Faults that the reply begins with are those of the request. After that the request may be cut, or its client hang
    up: the reply goes on.
    """
    player = ReplyPlayer(generation)
    is_live = not isinstance(reply, Reply)
    source = one_by_one(reply.parts) if isinstance(reply, Reply) else reply
    parts = source if is_live and builder.begins_at_once else await player.begin(source)
    if parts is not None:
        log = _detach(generation, builder, player, parts, patience=_PATIENCE if is_live else 0.0)
        await turn()  # what waits for nothing is done before the client can ask
        await (_relay(generation, log) if generation.call.stream else _send_receipt(generation, builder))


def _detach(
    generation: Generation, builder: Detachable, player: ReplyPlayer, parts: AsyncIterator[Part], patience: float
) -> EventLog:
    """Let a task go on with the reply; what the request held until its end is held until the reply's."""
    context = generation.context
    ending = context.ending.pop_all()
    log = EventLog(takes_pieces=generation.call.stream, expire=builder.expire, ending=ending)
    player.detach(log)
    builder.detach(DetachedReply(log, context.world, lambda: player.go_on(parts), patience))
    return log


async def _send_receipt(generation: Generation, builder: Detachable) -> None:
    receipt = generation.context.record.response_body = generation.surface.encode(builder.receipt())
    await generation.sink.finish(receipt)


async def _relay(generation: Generation, log: EventLog) -> None:
    """Send the events as they come."""
    if await log.replay(generation.sink):
        body = generation.context.record.response_body = generation.body()
        await generation.sink.finish(body)
