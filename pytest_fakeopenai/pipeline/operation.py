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
from ..replies.reply import CONTENT, Part, Reply, Verbatim
from ..replies.timing import Pace
from ..state.journal import RecordedRequest
from ..state.world import World
from ..wire.billing import deltas
from ..wire.jsonschema.example import SchemaError
from ..wire.protocol import sse
from ..wire.protocol.call import Call, Json
from .callables import ask
from .fit import cannot_answer, misfit
from .forms import is_form, read_form
from .player import Performance, hold, next_of
from .surface import Answer, Answered, Events, Exchange, Live, Player, Stated, Surface
from .validation import announce, authenticate, let_in
from .writer import ClientGone, ConnectionCut, Delivery, Message, Receive, Send

# Where the gate leaves, in an ASGI scope, what it learned from the URL.
WORLD = "fake_openai_world"
SHOWN_PATH = "fake_openai_path"
DEPLOYMENT = "fake_openai_deployment"
ADDRESS = "fake_openai_address"

Handler = Callable[[Exchange], Awaitable[None]]
Voice = Callable[[Exchange, Reply], "Stated | Awaitable[Stated]"]
Said = Reply | Verbatim | AsyncIterator[Part]
Stage = Callable[[Exchange, Surface, Call, Answer, Pace], Player]


@dataclass(eq=False)
class Operation:
    """An operation of the API as an ASGI application: `endpoint` is its name in conditions and records.

    One that is `open` needs no API key, as the address of a file needs none.
    """

    method: str
    path: str
    endpoint: str
    handler: Handler
    open: bool = False

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Record the request, run the handler, and answer what it raises."""
        world: World = scope[WORLD]
        record = _record(world, scope, self.endpoint, await _read(receive))
        delivery = Delivery(record, scope, receive, send, world.ids.request())
        path, app, deployment = scope.get("path_params", {}), scope["app"], scope.get(DEPLOYMENT)
        exchange = Exchange(world, record, delivery, path, app, deployment, scope.get(ADDRESS, ""))
        try:
            await self._answer(exchange)
        finally:
            exchange.ending.close()
            delivery.close()
            if record.duration is None:
                record.disconnected = True
                record.close()

    async def _answer(self, exchange: Exchange) -> None:
        try:
            if not self.open:
                authenticate(exchange)
                announce(exchange)
            if is_form(exchange.record):  # rules look at its fields
                await read_form(exchange.record)
            await self.handler(exchange)
        except ApiError as error:
            await exchange.delivery.error(error)
            error.__traceback__ = None  # a scripted one may be raised many times, and would keep every frame
        except ClientGone:
            return
        except (ConnectionCut, asyncio.CancelledError, GeneratorExit):
            raise
        except BaseException as fault:
            broken = exchange.broken(fault)
            if exchange.delivery.started:
                raise
            await exchange.delivery.error(broken)


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


def _as_json(exchange: Exchange, reply: Reply) -> Json:
    """What a rule says in place of an endpoint: its text is the JSON body."""
    try:
        body: Json = from_json(reply.text)
    except ValueError:
        raise exchange.refuse(f"{reply!r} is not JSON, which {exchange.record.endpoint} answers with") from None
    return body


def operate(
    answer: Callable[[Exchange], Stated | Awaitable[Stated]],
    encode: Callable[[Any], bytes] = sse.pretty,
    voice: Voice = _as_json,
) -> Handler:
    """The handler of an endpoint that answers by itself, unless a rule names it: then with the rule's text or error.

    `voice` makes the answer of a rule's text, by default the JSON that it is.
    """

    async def handler(exchange: Exchange) -> None:
        entry = exchange.world.exception(exchange.record)
        if entry is None:
            await _state(exchange, encode, answer(exchange))
        elif (reply := await _stand_in(exchange, entry)) is not None:
            await _state(exchange, encode, voice(exchange, reply), reply.headers)

    return handler


async def _state(
    exchange: Exchange,
    encode: Callable[[Any], bytes],
    said: Stated | Awaitable[Stated],
    headers: Mapping[str, str] | None = None,
) -> None:
    """Send what an endpoint that answers by itself says."""
    stated = await said if inspect.isawaitable(said) else said
    if exchange.world.follows_types:
        from .conforming import conforming  # for servers of this kind alone, and not loaded by others

        stated = conforming(exchange, stated)
    if isinstance(stated, (Events, Live)):
        await (_replay(exchange, stated) if isinstance(stated, Events) else _relay(exchange, stated))
        return
    whole = stated if isinstance(stated, Answered) else Answered(stated)
    encoded = whole.body if whole.body is None or isinstance(whole.body, bytes) else encode(whole.body)
    exchange.record.answered, exchange.record.is_json = encoded, encoded is not whole.body
    exchange.delivery.head(whole.media_type, {**whole.headers, **(headers or {})}, whole.status)
    await exchange.delivery.whole(encoded or b"")


async def _replay(exchange: Exchange, said: Events) -> None:
    exchange.record.sent = [said.frame(event) for event in said.events]
    exchange.delivery.head(sse.EVENT_STREAM, said.headers)
    await exchange.delivery.whole(b"".join(exchange.record.sent) + said.done)


async def _relay(exchange: Exchange, said: Live) -> None:
    exchange.delivery.head(sse.EVENT_STREAM, {})
    await exchange.delivery.open()
    while (batch := await exchange.delivery.wait(next_of(said.batches))) is not None:
        for event in batch:
            exchange.delivery.say(said.frame(event))
    await exchange.delivery.finish()


async def _stand_in(exchange: Exchange, entry: object) -> Reply | None:
    """What a rule says in place of an endpoint, its waits and faults having taken effect; None where these end it."""
    reply = await _spoken(exchange, entry)
    if not isinstance(reply, Reply):
        raise exchange.refuse(f"{reply!r} cannot answer {exchange.record.endpoint}; a dict or an error can")
    for part in reply.parts:
        if isinstance(part, Disconnect):
            await exchange.delivery.cut()
            return None
        if isinstance(part, Garbage):
            exchange.delivery.head(sse.JSON, reply.headers)
            await exchange.delivery.whole(part.encoded)
            return None
        if not isinstance(part, CONTENT):
            await hold(exchange, part)
    return reply


def generate(surface: Surface, stage: Stage = Performance) -> Handler:
    """The handler of an endpoint that the script answers; `stage` makes what plays a reply."""

    async def handler(exchange: Exchange) -> None:
        with exchange.world.deciding:
            call = await let_in(exchange, surface.rules, surface.read, surface.model_of)
            entry = exchange.world.answer(exchange.record)
        said: Said | None = await _spoken(exchange, _echo(exchange, surface, call) if entry is None else entry)
        if isinstance(said, Verbatim):
            said = await _verbatim(exchange, surface, call, said)
        if said is not None:
            await _perform(exchange, surface, call, said, stage)

    return handler


def _echo(exchange: Exchange, surface: Surface, call: Call) -> Reply:
    try:
        return surface.echo(call, exchange)
    except SchemaError as error:
        raise exchange.refuse(str(error)) from None


async def _spoken(exchange: Exchange, entry: Any) -> Said:
    """The reply behind a script entry, and a note of it in the record."""
    exchange.record.reply = entry
    if isinstance(entry, (Reply, Verbatim)):
        return entry
    try:
        said = await ask(entry, exchange.record)
    except ApiError as error:
        return Reply(error)
    except asyncio.CancelledError:
        raise
    except BaseException as fault:  # a pytest.fail() in the callable is one
        raise exchange.failed(entry, fault) from fault
    if not isinstance(said, (Reply, Verbatim)):
        return _guarded(exchange, entry, said)
    exchange.record.reply = said
    return said


async def _guarded(exchange: Exchange, entry: object, parts: AsyncIterator[Part]) -> AsyncIterator[Part]:
    """The parts of a generator, its failure told apart from ours."""
    try:
        async for part in parts:
            yield part
    except (ApiError, asyncio.CancelledError, GeneratorExit):
        raise
    except BaseException as fault:
        raise exchange.failed(entry, fault) from fault


async def _verbatim(exchange: Exchange, surface: Surface, call: Call, given: Verbatim) -> Reply | None:
    """Send an SDK object as it is; one that has to be streamed, or stands for a run's reply, is handed back as one."""
    whole = surface.keep is not None
    if given.kind == "chunks" and call.stream and whole:
        await _send_events(exchange, surface, given.payload)
        return None
    if given.kind != surface.whole:
        wanted = "stream=True" if given.kind == "chunks" and whole else f"a {surface.whole}"
        raise exchange.refuse(f"{given!r} cannot answer this request to {call.endpoint}, which needs {wanted}")
    if call.stream or surface.keep is None:
        try:
            return surface.unpack(given.payload, call)
        except (KeyError, TypeError) as error:
            raise exchange.refuse(f"{given!r} cannot be streamed: {error}") from error
    surface.keep(exchange, call, given.payload)
    exchange.delivery.head(sse.JSON, {})
    await exchange.delivery.answer(surface.encode(given.payload))
    return None


async def _send_events(exchange: Exchange, surface: Surface, events: list[Json]) -> None:
    exchange.delivery.head(surface.stream_type, {})
    for event in events:
        exchange.delivery.say(surface.frame(event, None))
    exchange.delivery.write(surface.done)
    await exchange.delivery.finish()


async def _perform(
    exchange: Exchange, surface: Surface, call: Call, said: Reply | AsyncIterator[Part], stage: Stage
) -> None:
    if not isinstance(said, Reply) and call.n > 1:  # every choice says the same, so it must be known before it is said
        said = Reply(*[part async for part in said])
    reply = said if isinstance(said, Reply) else Reply()
    _check(exchange, reply, call)
    cut = partial(deltas.cut, model=call.model) if call.stream else deltas.whole
    answer = surface.answer(call, reply, exchange, cut)
    exchange.delivery.head(surface.stream_type if call.stream else sse.JSON, reply.headers)
    performance = stage(exchange, surface, call, answer, reply.pace or exchange.world.pace)
    if isinstance(said, Reply):
        await performance.play([choice.parts for choice in said.choices or (said,) * call.n])
    else:
        await performance.follow(said)


def _check(exchange: Exchange, reply: Reply, call: Call) -> None:
    if problem := cannot_answer(reply, call):
        raise exchange.refuse(problem)
    level = exchange.world.settings.validation
    if level != "off" and (problem := misfit(reply, call)):
        if level != "warn":
            raise exchange.refuse(problem)
        exchange.world.warn(f"the reply to request {exchange.record.number} does not fit: {problem}")
