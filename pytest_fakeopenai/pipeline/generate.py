"""The handler of an endpoint that the script answers: validate, match, resolve, build and play."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial

from ..replies.faults import ApiError
from ..replies.parts import Part, Verbatim
from ..replies.raw import RawResponse
from ..replies.reply import Reply, unpacked, whole_answer
from ..wire.billing import deltas
from ..wire.jsonschema import SchemaError
from ..wire.protocol import sse
from ..wire.protocol.call import Call
from .adapting import NoTool, adapt
from .background import play_in_background
from .context import RequestContext
from .entries import resolve
from .fit import cannot_answer, misfit, report_misfit
from .operation import Handler, Operation
from .player import Generation, ReplyPlayer
from .raw import send_raw
from .sinks import BodySink, StreamSink
from .surface import Cut, Detachable, ResponseBuilder, Surface
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
        if isinstance(reply, RawResponse):
            await send_raw(context, reply)
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


async def _play(context: RequestContext, surface: Surface, call: Call, reply: Reply | AsyncIterator[Part]) -> None:
    """Play a reply, or the parts of a generator, to the client."""
    if not isinstance(reply, Reply) and call.n > 1:  # every choice has the same parts, so all must be there before
        reply = Reply(*[part async for part in reply])
    if isinstance(reply, Reply):
        reply = _adapted(context, call, _unpacked(context, surface, call, reply))
    generation = _prepare(context, surface, call, reply if isinstance(reply, Reply) else Reply())
    if isinstance(generation.builder, Detachable):
        await play_in_background(generation, generation.builder, reply)
    elif isinstance(reply, Reply):
        await ReplyPlayer(generation).play([choice.parts for choice in reply.for_choices(call.n)])
    else:
        await ReplyPlayer(generation).follow(reply)


def _unpacked(context: RequestContext, surface: Surface, call: Call, reply: Reply) -> Reply:
    """The reply with the parts that say what an object of the SDK says, where the surface sends no such object."""
    whole = whole_answer(reply)
    if whole is None or surface.replay is not None or whole.kind != surface.whole:
        return reply
    with _streaming(context, whole):
        return unpacked(reply, surface.unpack(whole.payload, call))


@contextmanager
def _streaming(context: RequestContext, whole: Verbatim) -> Iterator[None]:
    """Refuse an object of the SDK whose form is none that can be streamed."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise context.refuse(f"{whole!r} cannot be streamed: {error}") from error


def _adapted(context: RequestContext, call: Call, reply: Reply) -> Reply:
    try:
        return adapt(reply, call, partial(report_misfit, context))
    except NoTool as problem:
        raise context.refuse(str(problem)) from None


def _prepare(context: RequestContext, surface: Surface, call: Call, reply: Reply) -> Generation:
    """Hold the reply against its request, and begin the answer."""
    _check(context, reply, surface, call)
    cut = partial(deltas.cut, model=call.model) if call.stream else deltas.whole
    builder = _builder(context, surface, call, reply, cut)
    context.writer.head(surface.stream_type if call.stream else sse.JSON, reply.headers)
    sink = StreamSink(context.writer, surface.done) if call.stream else BodySink(context.writer)
    return Generation(context, surface, call, builder, reply.pace or context.world.pace, sink)


def _builder(context: RequestContext, surface: Surface, call: Call, reply: Reply, cut: Cut) -> ResponseBuilder:
    """What builds an answer of parts, or, of an object of the SDK, what sends that."""
    whole = whole_answer(reply)
    if whole is None or surface.replay is None:
        return surface.builder(call, reply, context, cut)
    with _streaming(context, whole):
        return surface.replay(whole.payload, call, context, cut)


def _check(context: RequestContext, reply: Reply, surface: Surface, call: Call) -> None:
    if problem := cannot_answer(reply, call, surface, context.world.surfaces):
        raise context.refuse(problem)
    if context.world.settings.validation != "off" and (problem := misfit(reply, call)):
        report_misfit(context, problem)
