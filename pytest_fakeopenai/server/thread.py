"""A server in a thread of its own: bound when it is made, ready at once, stopped in a moment."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import os
import socket
import threading
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from ..endpoints._delivery import TRANSPORT

# asyncio would shorten the queue of a socket that already listens to 100, and bursts of connections would be lost.
_BACKLOG = 4096
# Longer than any test, so that the server never closes an idle connection just as the client writes to it.
_KEEP_ALIVE = 3600
_LOGGER = logging.getLogger("pytest_fakeopenai.server")


class _Protocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, quiet, and with a way for an answer to cut its connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.logger = _LOGGER
        self.access_log = False

    def on_message_begin(self) -> None:
        super().on_message_begin()
        extensions: Any = {TRANSPORT: self.transport}
        self.scope["extensions"] = extensions


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; OSError when the address cannot be had.

    asyncio turns Nagle's algorithm off only for sockets that name their protocol.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # on Windows it would share a port that another server listens on
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(_BACKLOG)
    except BaseException:  # a port beyond 65535 is an OverflowError
        bound.close()
        raise
    return bound


class ServerThread:
    """Serves an application until `stop()`; making one returns when it serves, or raises what kept it from it."""

    def __init__(self, app: ASGIApp, host: str = "127.0.0.1", port: int = 0) -> None:
        self._app = app
        self._socket = listen(host, port)
        self.host = host
        self.port: int = self._socket.getsockname()[1]
        started: concurrent.futures.Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]]
        started = concurrent.futures.Future()
        self._thread = threading.Thread(target=self._run, args=(started,), name="fake-openai", daemon=True)
        self._thread.start()
        try:
            self._loop, self._stopping = started.result()
        except Exception:
            self._thread.join()  # which closes the socket
            raise

    @property
    def url(self) -> str:
        """The root of the server's URLs."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def call(self, function: Callable[..., object], *args: object) -> None:
        """Run a function on the server's loop, soon."""
        self._loop.call_soon_threadsafe(function, *args)

    def stop(self) -> None:
        """Cut every connection and end the thread; nothing of the server is left."""
        if self._thread.is_alive():
            self.call(self._stopping.set)
            self._thread.join()

    def _run(self, started: concurrent.futures.Future[Any]) -> None:
        loop = asyncio.SelectorEventLoop()
        try:
            loop.run_until_complete(self._serve(started))
            loop.run_until_complete(loop.shutdown_asyncgens())
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)
        finally:
            self._socket.close()
            loop.close()

    async def _serve(self, started: concurrent.futures.Future[Any]) -> None:
        loop = asyncio.get_running_loop()
        stopping = asyncio.Event()
        state = ServerState()
        config = _config(self._app)
        server = await loop.create_server(
            lambda: _Protocol(config, state, {}, loop), sock=self._socket, backlog=_BACKLOG
        )
        started.set_result((loop, stopping))
        await stopping.wait()
        server.close()
        await _abandon(state)


def _config(app: ASGIApp) -> Config:
    """uvicorn's settings; its own loggers stay as the process has them, for `_Protocol` does not use them."""
    config = Config(
        app,
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


async def _abandon(state: ServerState) -> None:
    """Drop every connection, and give the answers that were under way one moment to notice."""
    for connection in list(state.connections):
        if connection.transport is not None:
            connection.transport.abort()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=1)
    await asyncio.sleep(0)  # aborted transports close their sockets in the loop's next turn
