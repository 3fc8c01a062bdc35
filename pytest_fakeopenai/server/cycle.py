"""One request and its response in memory: an ASGI application's connection, with what a socket would show of it."""

from __future__ import annotations

import asyncio
import logging
import re
import urllib.parse
from collections.abc import Callable, Iterable

from starlette.types import ASGIApp, Message, Scope

from ..pipeline.scope import TRANSPORT
from ..settings import MEMORY_HOST
from .messages import Headers, Request, ResponseChunk, ResponseHead

_LOGGER = logging.getLogger("pytest_fakeopenai.server")
_CONTROL_CHARACTER = re.compile(b"[\x00-\x08\x0a-\x1f\x7f]")  # no value of a header may hold one
_INTERNAL_ERROR = b"Internal Server Error"
_NO_RESPONSE = "Server disconnected without sending a response."


class RequestResponseCycle:
    """Has an application answer one request; `deliver` gets each chunk of the response, on the server's thread."""

    def __init__(self, request: Request, deliver: Callable[[ResponseChunk], None]) -> None:
        self._request = request
        self._deliver = deliver
        self._received = False
        self._started = False
        self._complete = False
        self._head: ResponseHead | None = None  # until it is delivered, with the first piece
        self._has_head = False
        self._left: int | None = 0  # what the body still owes to its content-length; None where it has none
        self._sent = 0
        self._closed = asyncio.Event()

    # For the server

    async def run(self, app: ASGIApp) -> None:
        """Have the application answer; where it fails, the response is a 500, or is cut."""
        try:
            await app({**_scope(self._request), "extensions": {TRANSPORT: self}}, self._receive, self._send)
        except BaseException as error:
            _LOGGER.error("Exception in ASGI application\n", exc_info=error)
            await self._fail()
        else:
            if not self.closed:
                _LOGGER.error("ASGI callable returned without completing response.")
                await self._fail()

    @property
    def closed(self) -> bool:
        """Whether the response has ended, or the client has gone."""
        return self._closed.is_set()

    def drop(self) -> None:
        """Tell the client that the connection has ended: the server has stopped, and the application runs no more."""
        if not self.closed:
            self._deliver(self._end())

    # For the application, as the connection's transport

    def close(self) -> None:
        """Cut the connection, behind what has been sent: the application is to know, and whoever reads."""
        if not self.closed:
            self._closed.set()
            self._deliver(self._end())

    abort = close

    def _end(self) -> ResponseChunk:
        """The connection's end, as the client's library words it."""
        head, self._head = self._head, None
        if not self._has_head:
            return ResponseChunk(None, b"", error=_NO_RESPONSE)
        if self._left == 0:
            return ResponseChunk(head, b"", ended=True)
        total = self._sent + (self._left or 0)
        reason = f"received {self._sent} bytes, expected {total}" if self._left else "incomplete chunked read"
        return ResponseChunk(
            head, b"", error=f"peer closed connection without sending complete message body ({reason})"
        )

    # For the application, as ASGI

    async def _receive(self) -> Message:
        if not self._received:
            self._received = True
            return {"type": "http.request", "body": self._request.body, "more_body": False}
        await self._closed.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if self._complete:
            raise RuntimeError(f"Unexpected ASGI message {message['type']!r} sent, after response already completed.")
        if self.closed:
            return
        expected = "http.response.body" if self._started else "http.response.start"
        if message["type"] != expected:
            raise RuntimeError(f"Expected ASGI message {expected!r}, but got {message['type']!r}.")
        if self._started:
            self._send_body(message.get("body", b""), message.get("more_body", False))
        else:
            self._start(message["status"], message.get("headers", ()))

    def _start(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Note how the response begins; it leaves with the first piece, or in the loop's next turn."""
        self._started = True
        checked = [(name.lower(), _header_value(value)) for name, value in headers]
        self._left = self._body_length(status, checked)
        if self._left is None and (b"transfer-encoding", b"chunked") not in checked:
            checked.append((b"transfer-encoding", b"chunked"))
        self._head, self._has_head = ResponseHead(status, checked), True
        asyncio.get_running_loop().call_soon(self._deliver_head)

    def _body_length(self, status: int, headers: Headers) -> int | None:
        """The length of the body in bytes; None where no header tells it."""
        length = next((int(value) for name, value in headers if name == b"content-length"), None)
        return 0 if self._request.method == "HEAD" or status in (204, 304) else length

    def _deliver_head(self) -> None:
        if self._head is not None and not self.closed:
            self._deliver_body(b"")

    def _send_body(self, body: bytes, more: bool) -> None:
        """Deliver a piece of the body; RuntimeError where the whole is longer or shorter than its content-length."""
        if self._request.method == "HEAD":
            body = b""
        if self._left is not None:
            if len(body) > self._left:
                raise RuntimeError("Response content longer than Content-Length")
            self._left -= len(body)
        self._sent += len(body)
        self._complete = not more and not self._left
        if body or self._complete:
            self._deliver_body(body)
        if not more and not self._complete:
            raise RuntimeError("Response content shorter than Content-Length")

    def _deliver_body(self, body: bytes) -> None:
        head, self._head = self._head, None
        if self._complete:
            self._closed.set()
        self._deliver(ResponseChunk(head, body, self._complete))

    async def _fail(self) -> None:
        """500, or a cut where the response has begun."""
        if self._started:
            self.close()
            return
        await self._send({"type": "http.response.start", "status": 500, "headers": _FAILURE_HEADERS})
        await self._send({"type": "http.response.body", "body": _INTERNAL_ERROR})


_FAILURE_HEADERS = [
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"content-length", b"%d" % len(_INTERNAL_ERROR)),
    (b"connection", b"close"),
]


def _header_value(value: bytes) -> bytes:
    """The value of a header as it arrives; RuntimeError for what cannot be one."""
    if _CONTROL_CHARACTER.search(value):
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
