"""The handler of an endpoint that the script answers: validate, match, resolve, build and play."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

from ..replies.faults import ApiError
from ..replies.parts import Part
from ..replies.reply import Reply, Verbatim
from ..wire.billing import deltas
from ..wire.jsonschema import SchemaError
from ..wire.protocol import sse
from ..wire.protocol.call import Call, Json
from .adapting import NoTool, adapt
from .background import play_in_background
from .context import RequestContext
from .entries import resolve
from .fit import cannot_answer, misfit, report_misfit
from .operation import Handler, Operation
from .player import Generation, ReplyPlayer
from .sinks import BodySink, StreamSink
from .surface import Detachable, Surface
from .validation import validate_call


def scripted(method: str, path: str, surface: Surface) -> Operation:
    """The operation of an endpoint that the script answers, with what its surface says of it."""
    return Operation(
        method,
        path,
        surface.endpoint,
        generate(surface),
        front_end=surface.front_end,
        parameters=surface.parameters,
        surface=surface,
    )


def generate(surface: Surface) -> Handler:
    """The handler of an endpoint that the script answers."""

    async def handler(context: RequestContext) -> None:
        with context.world.pending_requests:
            try:
                call = await validate_call(context, surface.contract, surface.read, surface.model_of)
            except ApiError:
                await _reject_key(context)
                raise
            entry = context.world.answer(context.record)
        reply = await resolve(context, _echo(context, surface, call) if entry is None else entry)
        if isinstance(reply, Verbatim):
            await _answer_verbatim(context, surface, call, reply)
        else:
            await _play(context, surface, call, reply)

    return handler


async def _reject_key(context: RequestContext) -> None:
    """Raise the scripted error that turns a request's key away, which comes before any other refusal."""
    world, record = context.world, context.record
    with world.lock:
        entry = world.answer(record) if world.script.rejects_key(record) else None
    if entry is not None and isinstance(reply := await resolve(context, entry), Reply):
        raise next(part for part in reply.parts if isinstance(part, ApiError))


def _echo(context: RequestContext, surface: Surface, call: Call) -> Reply:
    try:
        return surface.echo(call, context)
    except SchemaError as error:
        raise context.refuse(str(error)) from None


# ---- an object of the SDK


async def _answer_verbatim(context: RequestContext, surface: Surface, call: Call, reply: Verbatim) -> None:
    """Send an SDK object as it is; one that has to be streamed, or answers a run, is played like any other reply."""
    takes_chunks = surface.keep is not None
    if reply.kind == "chunks" and call.stream and takes_chunks:
        await _send_chunks(context, surface, reply.payload)
        return
    if reply.kind != surface.whole:
        needed = "stream=True" if reply.kind == "chunks" and takes_chunks else f"a {surface.whole or 'reply of parts'}"
        raise context.refuse(f"{reply!r} cannot answer this request to {call.endpoint}, which needs {needed}")
    if call.stream or surface.keep is None:
        await _play(context, surface, call, _unpacked(context, surface, call, reply))
        return
    surface.keep(context, call, reply.payload)
    context.writer.head(sse.JSON, {})
    await context.writer.answer(surface.encode(reply.payload))


def _unpacked(context: RequestContext, surface: Surface, call: Call, reply: Verbatim) -> Reply:
    try:
        return surface.unpack(reply.payload, call)
    except (KeyError, TypeError) as error:
        raise context.refuse(f"{reply!r} cannot be streamed: {error}") from error


async def _send_chunks(context: RequestContext, surface: Surface, chunks: list[Json]) -> None:
    context.writer.head(surface.stream_type, {})
    for chunk in chunks:
        context.writer.write_events(surface.event(chunk).frames())
    await context.writer.whole(surface.done)


# ---- a reply of parts


async def _play(context: RequestContext, surface: Surface, call: Call, reply: Reply | AsyncIterator[Part]) -> None:
    """Play a reply, or the parts of a generator, to the client."""
    if not isinstance(reply, Reply) and call.n > 1:  # every choice has the same parts, so all must be there before
        reply = Reply(*[part async for part in reply])
    if isinstance(reply, Reply):
        reply = _adapted(context, call, reply)
    generation = _prepare(context, surface, call, reply if isinstance(reply, Reply) else Reply())
    if isinstance(generation.builder, Detachable):
        await play_in_background(generation, generation.builder, reply)
    elif isinstance(reply, Reply):
        await ReplyPlayer(generation).play([choice.parts for choice in reply.choices or (reply,) * call.n])
    else:
        await ReplyPlayer(generation).follow(reply)


def _adapted(context: RequestContext, call: Call, reply: Reply) -> Reply:
    try:
        return adapt(reply, call, partial(report_misfit, context))
    except NoTool as problem:
        raise context.refuse(str(problem)) from None


def _prepare(context: RequestContext, surface: Surface, call: Call, reply: Reply) -> Generation:
    """Hold the reply against its request, and begin the answer."""
    _check(context, reply, surface, call)
    cut = partial(deltas.cut, model=call.model) if call.stream else deltas.whole
    builder = surface.builder(call, reply, context, cut)
    context.writer.head(surface.stream_type if call.stream else sse.JSON, reply.headers)
    sink = StreamSink(context.writer, surface.done) if call.stream else BodySink(context.writer)
    return Generation(context, surface, call, builder, reply.pace or context.world.pace, sink)


def _check(context: RequestContext, reply: Reply, surface: Surface, call: Call) -> None:
    if problem := cannot_answer(reply, call, surface, context.world.surfaces):
        raise context.refuse(problem)
    if context.world.settings.validation != "off" and (problem := misfit(reply, call)):
        report_misfit(context, problem)
