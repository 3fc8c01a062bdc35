"""A server in memory: it answers clients of its own process, without a socket and without bytes of HTTP between.

What a client sees is what it sees over a socket: the same headers, the same pieces, the same ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import re
import urllib.parse
from collections.abc import Callable, Iterable
from contextvars import Context
from typing import NamedTuple

from starlette.types import ASGIApp, Message, Scope

from ..pipeline.scope import TRANSPORT
from ..settings import MEMORY_HOST
from .loop import SocketlessLoop
from .loop_thread import LoopThread

_LOGGER = logging.getLogger("pytest_fakeopenai.server")
_UNSPEAKABLE = re.compile(b"[\x00-\x08\x0a-\x1f\x7f]")  # what no value of a header may hold
_FAILED = b"Internal Server Error"
_UNTOLD = "incomplete chunked read"
Headers = list[tuple[bytes, bytes]]


class Head(NamedTuple):
    """How an answer begins."""

    status: int
    headers: Headers


class Said(NamedTuple):
    """What a client is told in one go: a piece of an answer, whether that was all, or how the connection broke."""

    head: Head | None
    body: bytes
    ended: bool = False
    broken: str | None = None


class Request(NamedTuple):
    """What a client asks: `target` is the path and the query, as they are written."""

    method: str
    scheme: str
    target: bytes
    headers: Iterable[tuple[bytes, bytes]]
    body: bytes


class Exchange:
    """One request and its answer, as the application's connection; `tell` is called on the server's thread."""

    def __init__(self, request: Request, tell: Callable[[Said], None]) -> None:
        self._request = request
        self._read = False
        self._tell = tell
        self._head: Head | None = None
        self._begun = False
        self._framed = False
        self._complete = False
        self._left: int | None = 0  # what the body still owes to its content-length; None where it has none
        self._sent = 0
        self._over = asyncio.Event()  # nobody listens any more

    # For the server

    async def run(self, app: ASGIApp) -> None:
        """Have the application answer."""
        try:
            await app({**_scope(self._request), "extensions": {TRANSPORT: self}}, self._receive, self._send)
        except BaseException as fault:
            _LOGGER.error("Exception in ASGI application\n", exc_info=fault)
            await self._fail()
        else:
            if not self.over:
                _LOGGER.error("ASGI callable returned without completing response.")
                await self._fail()

    def leave(self) -> None:
        """Learn that the client is not there any more."""
        self._over.set()

    @property
    def over(self) -> bool:
        """Whether nobody listens any more."""
        return self._over.is_set()

    def lose(self) -> None:
        """Tell the client of a server that has gone: nothing runs any more that could."""
        if not self.over:
            self._tell(self._end())

    # For the application, as the connection's transport

    def close(self) -> None:
        """Cut the connection, behind what has been said."""
        if not self.over:
            self._over.set()
            self._tell(self._end())

    abort = close

    def _end(self) -> Said:
        """The connection's end, as the client's library words it."""
        head, self._head = self._head, None
        if not self._framed:
            return Said(None, b"", broken="Server disconnected without sending a response.")
        if self._left == 0:
            return Said(head, b"", ended=True)
        owed = f"received {self._sent} bytes, expected {self._sent + self._left}" if self._left else _UNTOLD
        return Said(head, b"", broken=f"peer closed connection without sending complete message body ({owed})")

    # For the application, as ASGI

    async def _receive(self) -> Message:
        if not self._read:
            self._read = True
            return {"type": "http.request", "body": self._request.body, "more_body": False}
        await self._over.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if self._complete:
            raise RuntimeError(f"Unexpected ASGI message {message['type']!r} sent, after response already completed.")
        if self.over:
            return
        expected = "http.response.body" if self._begun else "http.response.start"
        if message["type"] != expected:
            raise RuntimeError(f"Expected ASGI message {expected!r}, but got {message['type']!r}.")
        if self._begun:
            self._continue(message.get("body", b""), message.get("more_body", False))
        else:
            self._begin(message["status"], message.get("headers", ()))

    def _begin(self, status: int, given: Iterable[tuple[bytes, bytes]]) -> None:
        """Note how the answer begins; it leaves with the first piece, or in the loop's next turn."""
        self._begun = True
        headers = [(name.lower(), _spoken(value)) for name, value in given]
        bodiless = self._request.method == "HEAD" or status in (204, 304)
        length = next((int(value) for name, value in headers if name == b"content-length"), None)
        self._left = 0 if bodiless else length
        if self._left is None and (b"transfer-encoding", b"chunked") not in headers:
            headers.append((b"transfer-encoding", b"chunked"))
        self._head, self._framed = Head(status, headers), True
        asyncio.get_running_loop().call_soon(self._announce)

    def _announce(self) -> None:
        if self._head is not None and not self.over:
            self._say(b"", ended=False)

    def _continue(self, body: bytes, more: bool) -> None:
        if self._request.method == "HEAD":
            body = b""
        if self._left is not None:
            if len(body) > self._left:
                raise RuntimeError("Response content longer than Content-Length")
            self._left -= len(body)
        self._sent += len(body)
        self._complete = not more and not self._left
        if body or self._complete:
            self._say(body, self._complete)
        if not more and not self._complete:
            raise RuntimeError("Response content shorter than Content-Length")

    def _say(self, body: bytes, ended: bool) -> None:
        head, self._head = self._head, None
        if ended:
            self._over.set()
        self._tell(Said(head, body, ended))

    async def _fail(self) -> None:
        """500, or a cut where the answer has begun."""
        if self._begun:
            self.close()
            return
        headers = {b"content-type": b"text/plain; charset=utf-8", b"content-length": b"%d" % len(_FAILED)}
        await self._send(
            {"type": "http.response.start", "status": 500, "headers": [*headers.items(), (b"connection", b"close")]}
        )
        await self._send({"type": "http.response.body", "body": _FAILED})


def _spoken(value: bytes) -> bytes:
    """The value of a header as it arrives; RuntimeError for what cannot be one."""
    if _UNSPEAKABLE.search(value):
        raise RuntimeError("Invalid HTTP header value.")
    return value.strip(b" \t")


def _scope(request: Request) -> Scope:
    """The ASGI scope that uvicorn makes of a request."""
    raw_path, _, query = request.target.partition(b"?")
    path = raw_path.decode("ascii")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "server": (MEMORY_HOST, None),
        "client": None,
        "scheme": request.scheme,
        "root_path": "",
        "method": request.method,
        "path": urllib.parse.unquote(path) if "%" in path else path,
        "raw_path": raw_path,
        "query_string": query,
        "headers": [(name.lower(), value) for name, value in request.headers],
        "state": {},
    }


class MemoryServer(LoopThread):
    """Serves an application to clients of its own process until `stop()`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._exchanges: dict[Exchange, asyncio.Task[None] | None] = {}
        self._context = Context()  # a client's own shall not reach what answers it
        super().__init__()

    @property
    def url(self) -> str:
        """The root of the server's URLs; its host is known to nobody but clients of this process."""
        return f"http://{MEMORY_HOST}"

    def exchange(self, request: Request, tell: Callable[[Said], None]) -> Exchange:
        """Begin to answer a request; ConnectionRefusedError where the server has stopped. For any thread."""
        exchange = Exchange(request, tell)
        self._exchanges[exchange] = None
        try:
            self._loop.call_soon_threadsafe(self._answer, exchange, context=self._context)
        except RuntimeError:
            self._exchanges.pop(exchange, None)
            raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED)) from None
        return exchange

    def hang_up(self, exchange: Exchange) -> None:
        """The client listens no more. For any thread."""
        with contextlib.suppress(RuntimeError):  # stopped, and so is the answer
            self.call(exchange.leave)

    def _answer(self, exchange: Exchange) -> None:
        if exchange.over:
            self._exchanges.pop(exchange, None)
            return
        task = self._exchanges[exchange] = self._loop.create_task(exchange.run(self._app))
        task.add_done_callback(lambda done: self._exchanges.pop(exchange, None))

    def _new_loop(self) -> asyncio.AbstractEventLoop:
        return SocketlessLoop()

    async def _open(self) -> None:
        """Nothing is to be opened."""

    def _cut(self) -> None:
        for exchange in list(self._exchanges):
            exchange.abort()

    def _leave(self) -> None:
        """Tell the clients whose requests came too late to be answered."""
        for exchange in list(self._exchanges):
            exchange.lose()
