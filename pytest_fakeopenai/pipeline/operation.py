"""An operation of the API: records a request, authenticates it, has its handler answer, and renders what that raises.

The handler is `operate(function)` where the endpoint answers by itself, or `generate(surface)` where the script does.
"""

from __future__ import annotations

import asyncio
import urllib.parse
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache

from ..replies.faults import ApiError
from ..sdk.params import OF_METHOD, Parameters
from ..state.masking import masked
from ..state.request import RecordedRequest
from ..state.world import World
from ..wire.protocol.front_end import NEWER, FrontEnd
from .authentication import authenticate, require_beta_header
from .context import RequestContext
from .forms import is_form, read_form
from .scope import ADDRESS, DEPLOYMENT, SHOWN_PATH, WORLD, Message, Receive, Send
from .surface import Surface
from .writer import ClientGone, ConnectionCut, ResponseWriter

Handler = Callable[[RequestContext], Awaitable[None]]


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
        writer = ResponseWriter(record, scope, receive, send, world.request_ids.request(), self.front_end)
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
                record._note_end()

    async def _answer(self, context: RequestContext) -> None:
        """Have the request answered; whatever fails on the way, the rendering of an error included, fails the test."""
        try:
            await self._handle(context)
        except ClientGone:
            return
        except (ConnectionCut, asyncio.CancelledError, GeneratorExit):
            raise
        except BaseException as fault:
            broken = context.broken(fault)
            if context.writer.started:
                raise
            context.writer.discard()
            await context.writer.error(broken)

    async def _handle(self, context: RequestContext) -> None:
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
        _deployment=scope.get(DEPLOYMENT),
        method=scope["method"],
        path=scope.get(SHOWN_PATH, scope["path"]),
        endpoint=endpoint,
        headers=dict(map(_decoded, scope["headers"])),
        query=_query(scope["query_string"]),
        body=body,
    )


@lru_cache(maxsize=1024)  # a client sends nearly the same headers each time
def _decoded(header: tuple[bytes, bytes]) -> tuple[str, str]:
    name = header[0].decode("latin-1")
    return name, masked(name, header[1].decode("latin-1"))


def _query(text: bytes) -> dict[str, str]:
    pairs = urllib.parse.parse_qsl(text.decode("latin-1"), keep_blank_values=True) if text else ()
    return {name: masked(name, value) for name, value in pairs}
