"""What the fake is held against: constant bytes, said by the least that can say them.

`Limit` is a raw asyncio protocol with httptools in a thread of the process: nothing that serves a socket from a thread
gets below it. `floor` is the official client over a transport that has the answer at hand. `Bare` is Starlette on
uvicorn's own server.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
import threading
from collections.abc import Iterator
from typing import Any

import httptools
import openai

MODEL = "gpt-4o"
TEXT = "It is 21 degrees and sunny."
QUESTION: list[Any] = [{"role": "user", "content": "What is the weather in Paris?"}]
PLAIN: dict[str, Any] = {"verify": False, "trust_env": False}


class _Protocol(asyncio.Protocol):
    """Writes the answer whenever a request is complete."""

    def __init__(self, answer: bytes, connections: set[asyncio.Transport]) -> None:
        self._answer = answer
        self._connections = connections
        self._parser: Any = httptools.HttpRequestParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._connections.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self._transport.write(self._answer)


def listening() -> socket.socket:
    """A socket that listens on a port of its own."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.bind(("127.0.0.1", 0))
    bound.listen(4096)
    return bound


def url_of(bound: socket.socket) -> str:
    """The root of the URLs behind a socket."""
    return f"http://127.0.0.1:{bound.getsockname()[1]}"


class Limit:
    """Answers every request with the same bytes, from a thread, until it is stopped."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._connections: set[asyncio.Transport] = set()
        self._socket = listening()
        self.url = url_of(self._socket)
        self._loop = asyncio.SelectorEventLoop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        serving = self._loop.create_server(self._protocol, sock=self._socket, backlog=4096)
        server = self._loop.run_until_complete(serving)
        self._loop.run_forever()
        server.close()
        for connection in tuple(self._connections):
            connection.abort()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def _protocol(self) -> _Protocol:
        return _Protocol(self._answer, self._connections)

    def stop(self) -> None:
        """Cut every connection and end the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()


class Bare:
    """Starlette on `uvicorn.Server` in a thread, as one would write it down: the same body for every request."""

    def __init__(self, answer: bytes) -> None:
        import uvicorn
        from starlette.applications import Starlette
        from starlette.requests import Request
        from starlette.responses import Response
        from starlette.routing import Route

        head, body = split(answer)
        media_type = head["content-type"]

        async def endpoint(request: Request) -> Response:
            await request.body()
            return Response(body, media_type=media_type)

        app = Starlette(routes=[Route("/{path:path}", endpoint, methods=["POST"])])
        self._socket = listening()
        self.url = url_of(self._socket)
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the server and its thread."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


@contextlib.contextmanager
def running(server: Limit | Bare) -> Iterator[str]:
    """The root of a server's URLs; the server ends with the block."""
    try:
        yield server.url
    finally:
        server.stop()


def split(answer: bytes) -> tuple[dict[str, str], bytes]:
    """The headers of an HTTP answer and its body."""
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")[1:]
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}, body


def client(url: str) -> openai.OpenAI:
    """An official client over plain HTTP, as the fake makes them."""
    return openai.OpenAI(base_url=f"{url}/v1", api_key="key", http_client=openai.DefaultHttpxClient(**PLAIN))


def async_client(url: str, kept: int = 20) -> openai.AsyncOpenAI:
    """The same for asyncio; `kept` idle connections stay open."""
    limits = _library().Limits(max_connections=None, max_keepalive_connections=kept)
    http = openai.DefaultAsyncHttpxClient(**PLAIN, limits=limits)
    return openai.AsyncOpenAI(base_url=f"{url}/v1", api_key="key", http_client=http)


def floor(answer: bytes) -> openai.OpenAI:
    """An official client that has the answer at hand."""
    return openai.OpenAI(base_url="http://floor/v1", api_key="key", http_client=_at_hand(answer))


def async_floor(answer: bytes) -> openai.AsyncOpenAI:
    """The same for asyncio."""
    library = _library()
    http = openai.DefaultAsyncHttpxClient(transport=library.MockTransport(_answering(library, answer)))
    return openai.AsyncOpenAI(base_url="http://floor/v1", api_key="key", http_client=http)


def _at_hand(answer: bytes) -> openai.DefaultHttpxClient:
    library = _library()
    return openai.DefaultHttpxClient(transport=library.MockTransport(_answering(library, answer)))


def _answering(library: Any, answer: bytes) -> Any:
    headers, body = split(answer)
    return lambda request: library.Response(200, headers=headers, content=body)


def _library() -> Any:
    """The HTTP library that the installed SDK runs on."""
    return sys.modules[openai.DefaultHttpxClient.__mro__[1].__module__.partition(".")[0]]
