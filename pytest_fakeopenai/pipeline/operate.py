"""The handler of an endpoint that answers by itself, unless a rule of the script stands in for it."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pydantic_core import from_json

from ..replies.answers import Patch
from ..replies.arguments import json_text
from ..replies.faults import Disconnect, Garbage, Truncate
from ..replies.parts import CONTENT, Part, StreamEvent, Text, Verbatim
from ..replies.raw import RawResponse
from ..replies.reply import Reply
from ..state.script import ScriptEntry
from ..wire.protocol import sse
from ..wire.protocol.call import Json
from .context import RequestContext
from .control import apply_control
from .entries import resolve
from .operation import Handler
from .player import next_of
from .raw import send_raw
from .results import EventStream, LiveEventStream, Response, Result

Render = Callable[[RequestContext, Reply], "Result | Awaitable[Result]"]


def as_json(context: RequestContext, reply: Reply) -> Json:
    """What a rule says in place of an endpoint: its text is the JSON body."""
    try:
        body: Json = from_json(reply.text)
    except ValueError:
        raise context.refuse(f"{reply!r} is not JSON, which {context.record.endpoint} answers with") from None
    return body


def operate(
    answer: Callable[[RequestContext], Result | Awaitable[Result]],
    encode: Callable[[Any], bytes] = sse.pretty,
    render: Render = as_json,
) -> Handler:
    """The handler of an endpoint that answers by itself, unless a rule names it: then with the rule's text or error.

    `encode` puts a body into bytes; `render` makes the result of a rule's reply, by default the JSON that its text is.
    """

    async def handler(context: RequestContext) -> None:
        entry = context.world.override_for(context.record)
        if entry is None:
            await _send(context, encode, answer(context))
        elif (reply := await _override(context, entry)) is not None:
            await _send(context, encode, _overridden(context, reply), reply.headers)

    async def _overridden(context: RequestContext, reply: Reply) -> Result:
        from .overriding import check_whole, patched  # loaded with the first such reply

        if (patch := reply.part_of(Patch)) is None:
            check_whole(context, reply, takes_others=render is not as_json)
            return await _settled(render(context, reply))
        return patched(context, await _settled(answer(context)), reply, patch)

    return handler


async def _settled(pending: Result | Awaitable[Result]) -> Result:
    return await pending if inspect.isawaitable(pending) else pending


async def _send(
    context: RequestContext,
    encode: Callable[[Any], bytes],
    pending: Result | Awaitable[Result],
    headers: Mapping[str, str] | None = None,
) -> None:
    """Send the result of an endpoint, once it is there."""
    result = await _settled(pending)
    if context.world.follows_types:
        from .conforming import conforming  # for servers of this kind alone, and not loaded by others

        result = conforming(context, result)
    if isinstance(result, EventStream):
        await _send_events(context, result)
    elif isinstance(result, LiveEventStream):
        await _send_events_live(context, result)
    else:
        await _send_body(context, encode, result if isinstance(result, Response) else Response(result), headers or {})


async def _send_body(
    context: RequestContext, encode: Callable[[Any], bytes], response: Response, headers: Mapping[str, str]
) -> None:
    body = response.body
    encoded = body if body is None or isinstance(body, bytes) else encode(body)
    context.record.response_body, context.record.is_json = encoded, encoded is not body
    context.writer.head(response.media_type, {**response.headers, **headers}, response.status)
    await context.writer.whole(encoded or b"")


async def _send_events(context: RequestContext, stream: EventStream) -> None:
    context.record.frames = [stream.frame(event) for event in stream.events]
    context.writer.head(sse.EVENT_STREAM, stream.headers)
    await context.writer.whole(b"".join(context.record.frames) + stream.done)


async def _send_events_live(context: RequestContext, stream: LiveEventStream) -> None:
    context.writer.head(sse.EVENT_STREAM, {})
    await context.writer.open()
    while (batch := await context.writer.wait(next_of(stream.batches))) is not None:
        context.writer.write_events([stream.frame(event) for event in batch])
    await context.writer.finish()


def _instead(part: Garbage | Truncate, reply: Reply) -> bytes:
    """The body in place of an endpoint's: garbage, or half of what the rule says."""
    if isinstance(part, Garbage):
        return part.encoded
    body = reply.text.encode()
    return body[: len(body) // 2]


def _as_text(part: Part) -> Part:
    """A part as an endpoint says it that answers by itself: an object of the SDK is the JSON that it is."""
    return Text(json_text(part.payload)) if isinstance(part, (StreamEvent, Verbatim)) else part


async def _override(context: RequestContext, entry: ScriptEntry) -> Reply | None:
    """A rule's reply in place of an endpoint's, its waits and faults having taken effect; None where they end it."""
    reply = await resolve(context, entry)
    if isinstance(reply, RawResponse):
        await send_raw(context, reply)
        return None
    if not isinstance(reply, Reply):
        raise context.refuse(f"{reply!r} cannot answer {context.record.endpoint}; a dict or an error can")
    reply = reply.with_content([_as_text(part) for part in reply.parts], reply.choices)
    for part in reply.parts:
        if isinstance(part, Disconnect):
            await context.writer.cut()
            return None
        if isinstance(part, (Garbage, Truncate)):
            context.writer.head(sse.JSON, reply.headers)
            await context.writer.answer(_instead(part, reply), is_json=False)
            return None
        if not isinstance(part, CONTENT):
            await apply_control(context, context.writer, part)
    return reply
