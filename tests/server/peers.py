"""What the tests of the server share: small ASGI applications, raw connections, and an account of what is open."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from pytest_fakeopenai.server.thread import ServerThread

from .. import plain

needs_proc = pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="counts open files in /proc")


async def answer(send: Send, text: str) -> None:
    """Answer a request with a text."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(text))]})
    await send({"type": "http.response.body", "body": text.encode()})


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer every request alike."""
    await answer(send, "hello")


class Counted:
    """An application that knows how many connections its requests came over."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.peers: set[tuple[str, int]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.peers.add(tuple(scope["client"]))
        await self._app(scope, receive, send)


@dataclass
class Response:
    """A whole answer."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@contextlib.contextmanager
def connected(url: str) -> Iterator[http.client.HTTPConnection]:
    """A connection of plain HTTP."""
    with contextlib.closing(plain.connection(url, timeout=20)) as connection:
        yield connection


def ask(connection: http.client.HTTPConnection, method: str, path: str, body: object = None) -> Response:
    """One request over a connection, and its whole answer."""
    data = None if body is None else json.dumps(body)
    connection.request(method, path, data, {"content-type": "application/json", "authorization": "Bearer any"})
    response = connection.getresponse()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Response(response.status, headers, response.read().decode())


def fetch(url: str, path: str, body: object = None) -> Response:
    """One request over a connection of its own: a POST where there is a body."""
    with connected(url) as connection:
        return ask(connection, "GET" if body is None else "POST", path, body)


def dial(url: str) -> socket.socket:
    """A bare connection."""
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname, int(parts.port or 0)), timeout=20)


def read_until(peer: socket.socket, end: bytes) -> bytes:
    """What a bare connection says up to and including `end`; what it said where it ends before."""
    data = b""
    while end not in data and (piece := peer.recv(65536)):
        data += piece
    return data


@contextlib.contextmanager
def serving(app: ASGIApp, host: str = "127.0.0.1") -> Iterator[str]:
    """An application on a server of its own; the root of its URLs."""
    server = ServerThread(app, host)
    try:
        yield server.url
    finally:
        server.stop()


def held() -> tuple[set[threading.Thread], Counter[str]]:
    """The threads that run and the files that are open."""
    files: Counter[str] = Counter()
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(FileNotFoundError):  # the listing's own descriptor
            files[os.readlink(f"/proc/self/fd/{name}")] += 1
    return set(threading.enumerate()), files


@contextlib.contextmanager
def nothing_left() -> Iterator[None]:
    """Fail where the block leaves a thread or an open file behind."""
    threads, files = held()
    yield
    threads_now, files_now = held()
    assert threads_now - threads == set()
    assert files_now - files == Counter()
