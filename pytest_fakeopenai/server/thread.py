"""A server on a socket, in a thread of its own: bound when it is made, ready at once, stopped in a moment."""

from __future__ import annotations

import asyncio
import copy
import logging
import os
import socket
from functools import cache
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from ..pipeline.scope import TRANSPORT
from ..unpatched import Socket
from .loop import SocketLoop
from .loop_thread import LoopThread

# asyncio would shorten the queue of a socket that already listens to 100, and bursts of connections would be lost.
_BACKLOG = 4096
# Longer than any test, so that the server never closes an idle connection just as the client writes to it.
_KEEP_ALIVE = 3600
_HALF_CLOSE = 0.1  # seconds in which a request is followed by the end of its client's side
_PATIENCE = 5  # seconds in which an answer to a half-closed client has to begin
_LOGGER = logging.getLogger("pytest_fakeopenai.server")


class _BufferedTransport:
    """A transport on which all that is written in one turn of the loop leaves at once: an answer's head and body."""

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._pieces: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Have the bytes sent when the loop's turn is over."""
        if not self._pieces:
            self._loop.call_soon(self._send)
        self._pieces.append(data)

    def close(self) -> None:
        """Close the connection behind what has been written."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        if self._pieces:
            data, self._pieces = b"".join(self._pieces), []
            self._transport.write(data)


class _Protocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, quiet, and with a way for an answer to cut its connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.logger = _LOGGER
        self.access_log = False
        self._request_ended = 0.0

    def connection_made(self, transport: Any) -> None:
        buffered: Any = _BufferedTransport(transport, self.loop)
        super().connection_made(buffered)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._note_end()
        self.loop.call_soon(self._note_end)  # behind the answer's first turn, which may load modules for a while

    def _note_end(self) -> None:
        self._request_ended = self.loop.time()

    def eof_received(self) -> bool | None:  # type: ignore[override]  # uvicorn says None, asyncio either
        """Keep the connection for an answer where its client has ended its own side right behind the request.

        Who goes away later, or in the midst of an answer, has given up. So has, as far as can be known, who has got no
        answer for some seconds; that an answer begins for nobody, its first bytes tell.
        """
        cycle = self.cycle
        if cycle is None or cycle.response_started or self.loop.time() - self._request_ended > _HALF_CLOSE:
            return None
        cycle.keep_alive = False  # the answer ends the connection
        self.loop.call_later(_PATIENCE, self._give_up, cycle)
        return True

    def _give_up(self, cycle: Any) -> None:
        if not cycle.response_started:
            self.transport.abort()

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: an upgrade that is not served is answered as any request, and no further library would help."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        extensions: Any = {TRANSPORT: self.transport}
        self.scope["extensions"] = extensions


def listen(host: str, port: int) -> Socket:
    """A listening socket; OSError when the address cannot be had.

    asyncio turns Nagle's algorithm off only for sockets that name their protocol.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = Socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # on Windows it would share a port that another server listens on
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except BaseException:  # a port beyond 65535 is an OverflowError
        listener.close()
        raise
    return listener


class ServerThread(LoopThread):
    """Serves an application on a socket until `stop()`; `port` 0 stands for any that is free."""

    def __init__(self, app: ASGIApp, host: str = "127.0.0.1", port: int = 0) -> None:
        self._app = app
        self._socket = listen(host, port)
        self.host = host
        self.port: int = self._socket.getsockname()[1]
        self._state = ServerState()
        super().__init__()

    @property
    def url(self) -> str:
        """The root of the server's URLs."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def _new_loop(self) -> asyncio.AbstractEventLoop:
        return SocketLoop()

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        config = copy.copy(_config())
        config.loaded_app = self._app
        self._server = await loop.create_server(
            lambda: _Protocol(config, self._state, {}, loop), sock=self._socket, backlog=_BACKLOG
        )

    def _cut(self) -> None:
        self._server.close()
        for connection in list(self._state.connections):
            if connection.transport is not None:
                connection.transport.abort()

    def _clean_up(self) -> None:
        self._socket.close()


async def _no_app(scope: Scope, receive: Receive, send: Send) -> None:
    """Stands for an application until there is one."""


@cache
def _config() -> Config:
    """uvicorn's settings but for the application; its loggers stay as they are, for `_Protocol` does not use them."""
    config = Config(
        _no_app,
        http="httptools",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=_KEEP_ALIVE,
    )
    config.load()
    return config
