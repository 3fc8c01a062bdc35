"""The pipeline of every request: record, check, read, answer, unfold, pace, send, close.

An endpoint names an `Operation`. Its handler is `operate(function)` where the endpoint answers by itself, or
`generate(surface)` where the script answers.
"""

from __future__ import annotations

import asyncio
import inspect
import urllib.parse
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from pydantic_core import from_json

from ..replies.faults import ApiError, Disconnect, Garbage
from ..replies.parts import CONTENT, Part
from ..replies.reply import Reply, Verbatim
from ..replies.timing import Pace
from ..sdk.params import OF_METHOD, Parameters
from ..state.request import RecordedRequest
from ..state.world import World
from ..wire.billing import deltas
from ..wire.jsonschema.example import SchemaError
from ..wire.protocol import sse
from ..wire.protocol.call import Call, Json
from ..wire.protocol.front_end import NEWER, FrontEnd
from .callables import ask
from .context import RequestContext
from .fit import cannot_answer, misfit
from .forms import is_form, read_form
from .player import ReplyPlayer, apply_control, next_of
from .results import EventStream, LiveEventStream, Response, Result
from .scope import ADDRESS, DEPLOYMENT, SHOWN_PATH, WORLD, Message, Receive, Send
from .surface import Player, ResponseBuilder, Surface
from .validation import authenticate, require_beta_header, validate_call
from .writer import ClientGone, ConnectionCut, ResponseWriter

Handler = Callable[[RequestContext], Awaitable[None]]
Voice = Callable[[RequestContext, Reply], "Result | Awaitable[Result]"]
Said = Reply | Verbatim | AsyncIterator[Part]
Stage = Callable[[RequestContext, Surface, Call, ResponseBuilder, Pace], Player]


@dataclass(eq=False)
class Operation:
    """An operation of the API as an ASGI application: `endpoint` is its name in conditions and records.

    One that is `open` needs no API key, as the address of a file needs none. `front_end` decides on the headers and
    errors of its answers, `parameters` describe what its requests may have; `surface` is that of an endpoint that the
    script answers.
    """

    method: str
    path: str
    endpoint: str
    handler: Handler
    open: bool = False
    front_end: FrontEnd = NEWER
    parameters: Parameters = OF_METHOD
    surface: Surface | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Record the request, run the handler, and answer what it raises."""
        world: World = scope[WORLD]
        record = _record(world, scope, self.endpoint, await _read(receive))
        writer = ResponseWriter(record, scope, receive, send, world.ids.request(), self.front_end)
        path, app, deployment = scope.get("path_params", {}), scope["app"], scope.get(DEPLOYMENT)
        address, facts = scope.get(ADDRESS, ""), (self.front_end, self.parameters)
        context = RequestContext(world, record, writer, path, app, deployment, address, *facts)
        try:
            await self._answer(context)
        finally:
            context.ending.close()
            writer.close()
            if record.duration is None:
                record.disconnected = True
                record.close()

    async def _answer(self, context: RequestContext) -> None:
        try:
            if not self.open:
                authenticate(context)
                require_beta_header(context)
            if is_form(context.record):  # rules look at its fields
                await read_form(context.record)
            await self.handler(context)
        except ApiError as error:
            await context.writer.error(error)
            error.__traceback__ = None  # a scripted one may be raised many times, and would keep every frame
        except ClientGone:
            return
        except (ConnectionCut, asyncio.CancelledError, GeneratorExit):
            raise
        except BaseException as fault:
            broken = context.broken(fault)
            if context.writer.started:
                raise
            await context.writer.error(broken)


async def _read(receive: Receive) -> bytes:
    chunks = []
    more = True
    while more:
        message = await receive()
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(chunks)


def _record(world: World, scope: Message, endpoint: str, body: bytes) -> RecordedRequest:
    return world.journal.open(
        method=scope["method"],
        path=scope.get(SHOWN_PATH, scope["path"]),
        endpoint=endpoint,
        headers=dict(map(_decoded, scope["headers"])),
        query=_query(scope["query_string"]),
        body=body,
    )


@lru_cache(maxsize=1024)  # a client sends nearly the same headers each time
def _decoded(header: tuple[bytes, bytes]) -> tuple[str, str]:
    return header[0].decode("latin-1"), header[1].decode("latin-1")


def _query(text: bytes) -> dict[str, str]:
    return dict(urllib.parse.parse_qsl(text.decode("latin-1"), keep_blank_values=True)) if text else {}


def _as_json(context: RequestContext, reply: Reply) -> Json:
    """What a rule says in place of an endpoint: its text is the JSON body."""
    try:
        body: Json = from_json(reply.text)
    except ValueError:
        raise context.refuse(f"{reply!r} is not JSON, which {context.record.endpoint} answers with") from None
    return body


def operate(
    answer: Callable[[RequestContext], Result | Awaitable[Result]],
    encode: Callable[[Any], bytes] = sse.pretty,
    voice: Voice = _as_json,
) -> Handler:
    """The handler of an endpoint that answers by itself, unless a rule names it: then with the rule's text or error.

    `voice` makes the answer of a rule's text, by default the JSON that it is.
    """

    async def handler(context: RequestContext) -> None:
        entry = context.world.override_for(context.record)
        if entry is None:
            await _state(context, encode, answer(context))
        elif (reply := await _stand_in(context, entry)) is not None:
            await _state(context, encode, voice(context, reply), reply.headers)

    return handler


async def _state(
    context: RequestContext,
    encode: Callable[[Any], bytes],
    said: Result | Awaitable[Result],
    headers: Mapping[str, str] | None = None,
) -> None:
    """Send what an endpoint that answers by itself says."""
    stated = await said if inspect.isawaitable(said) else said
    if context.world.follows_types:
        from .conforming import conforming  # for servers of this kind alone, and not loaded by others

        stated = conforming(context, stated)
    if isinstance(stated, (EventStream, LiveEventStream)):
        await (_replay(context, stated) if isinstance(stated, EventStream) else _relay(context, stated))
        return
    whole = stated if isinstance(stated, Response) else Response(stated)
    encoded = whole.body if whole.body is None or isinstance(whole.body, bytes) else encode(whole.body)
    context.record.answered, context.record.is_json = encoded, encoded is not whole.body
    context.writer.head(whole.media_type, {**whole.headers, **(headers or {})}, whole.status)
    await context.writer.whole(encoded or b"")


async def _replay(context: RequestContext, said: EventStream) -> None:
    context.record.sent = [said.frame(event) for event in said.events]
    context.writer.head(sse.EVENT_STREAM, said.headers)
    await context.writer.whole(b"".join(context.record.sent) + said.done)


async def _relay(context: RequestContext, said: LiveEventStream) -> None:
    context.writer.head(sse.EVENT_STREAM, {})
    await context.writer.open()
    while (batch := await context.writer.wait(next_of(said.batches))) is not None:
        for event in batch:
            context.writer.say(said.frame(event))
    await context.writer.finish()


async def _stand_in(context: RequestContext, entry: object) -> Reply | None:
    """What a rule says in place of an endpoint, its waits and faults having taken effect; None where these end it."""
    reply = await _spoken(context, entry)
    if not isinstance(reply, Reply):
        raise context.refuse(f"{reply!r} cannot answer {context.record.endpoint}; a dict or an error can")
    for part in reply.parts:
        if isinstance(part, Disconnect):
            await context.writer.cut()
            return None
        if isinstance(part, Garbage):
            context.writer.head(sse.JSON, reply.headers)
            await context.writer.whole(part.encoded)
            return None
        if not isinstance(part, CONTENT):
            await apply_control(context, part)
    return reply


def scripted(method: str, path: str, surface: Surface, stage: Stage = ReplyPlayer) -> Operation:
    """The operation of an endpoint that the script answers, with what its surface says of it."""
    handler = generate(surface, stage)
    return Operation(method, path, surface.endpoint, handler, False, surface.front_end, surface.parameters, surface)


def generate(surface: Surface, stage: Stage = ReplyPlayer) -> Handler:
    """The handler of an endpoint that the script answers; `stage` makes what plays a reply."""

    async def handler(context: RequestContext) -> None:
        with context.world.pending_requests:
            call = await validate_call(context, surface.rules, surface.read, surface.model_of)
            entry = context.world.answer(context.record)
        said: Said | None = await _spoken(context, _echo(context, surface, call) if entry is None else entry)
        if isinstance(said, Verbatim):
            said = await _verbatim(context, surface, call, said)
        if said is not None:
            await _perform(context, surface, call, said, stage)

    return handler


def _echo(context: RequestContext, surface: Surface, call: Call) -> Reply:
    try:
        return surface.echo(call, context)
    except SchemaError as error:
        raise context.refuse(str(error)) from None


async def _spoken(context: RequestContext, entry: Any) -> Said:
    """The reply behind a script entry, and a note of it in the record."""
    context.record.reply = entry
    if isinstance(entry, (Reply, Verbatim)):
        return entry
    try:
        said = await ask(entry, context.record)
    except ApiError as error:
        return Reply(error)
    except asyncio.CancelledError:
        raise
    except BaseException as fault:  # a pytest.fail() in the callable is one
        raise context.failed(entry, fault) from fault
    if not isinstance(said, (Reply, Verbatim)):
        return _guarded(context, entry, said)
    context.record.reply = said
    return said


async def _guarded(context: RequestContext, entry: object, parts: AsyncIterator[Part]) -> AsyncIterator[Part]:
    """The parts of a generator, its failure told apart from ours."""
    try:
        async for part in parts:
            yield part
    except (ApiError, asyncio.CancelledError, GeneratorExit):
        raise
    except BaseException as fault:
        raise context.failed(entry, fault) from fault


async def _verbatim(context: RequestContext, surface: Surface, call: Call, given: Verbatim) -> Reply | None:
    """Send an SDK object as it is; one that has to be streamed, or stands for a run's reply, is handed back as one."""
    whole = surface.keep is not None
    if given.kind == "chunks" and call.stream and whole:
        await _send_events(context, surface, given.payload)
        return None
    if given.kind != surface.whole:
        wanted = "stream=True" if given.kind == "chunks" and whole else f"a {surface.whole}"
        raise context.refuse(f"{given!r} cannot answer this request to {call.endpoint}, which needs {wanted}")
    if call.stream or surface.keep is None:
        try:
            return surface.unpack(given.payload, call)
        except (KeyError, TypeError) as error:
            raise context.refuse(f"{given!r} cannot be streamed: {error}") from error
    surface.keep(context, call, given.payload)
    context.writer.head(sse.JSON, {})
    await context.writer.answer(surface.encode(given.payload))
    return None


async def _send_events(context: RequestContext, surface: Surface, events: list[Json]) -> None:
    context.writer.head(surface.stream_type, {})
    for event in events:
        context.writer.say(surface.frame(event, None))
    context.writer.write(surface.done)
    await context.writer.finish()


async def _perform(
    context: RequestContext, surface: Surface, call: Call, said: Reply | AsyncIterator[Part], stage: Stage
) -> None:
    if not isinstance(said, Reply) and call.n > 1:  # every choice says the same, so it must be known before it is said
        said = Reply(*[part async for part in said])
    reply = said if isinstance(said, Reply) else Reply()
    _check(context, reply, surface, call)
    cut = partial(deltas.cut, model=call.model) if call.stream else deltas.whole
    answer = surface.answer(call, reply, context, cut)
    context.writer.head(surface.stream_type if call.stream else sse.JSON, reply.headers)
    performance = stage(context, surface, call, answer, reply.pace or context.world.pace)
    if isinstance(said, Reply):
        await performance.play([choice.parts for choice in said.choices or (said,) * call.n])
    else:
        await performance.follow(said)


def _check(context: RequestContext, reply: Reply, surface: Surface, call: Call) -> None:
    if problem := cannot_answer(reply, call, surface, context.world.surfaces):
        raise context.refuse(problem)
    level = context.world.settings.validation
    if level != "off" and (problem := misfit(reply, call)):
        if level != "warn":
            raise context.refuse(problem)
        context.world.warn(f"the reply to request {context.record.number} does not fit: {problem}")
