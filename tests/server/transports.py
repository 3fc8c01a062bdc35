"""An application on a server of either transport, what it may do, and what a client of either kind sees of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import anyio
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pytest_fakeopenai.clients.intercept import INTERCEPTION, LIBRARY
from pytest_fakeopenai.pipeline.scope import TRANSPORT
from pytest_fakeopenai.server.memory import MemoryServer

from .peers import serving

KINDS = ("sync", "asyncio", "trio")
each_kind = pytest.mark.parametrize("kind", KINDS)
each_transport = pytest.mark.parametrize("transport", ["socket", "memory"])
PATIENT = 20.0


@contextlib.contextmanager
def reachable(transport: str, app: ASGIApp) -> Iterator[str]:
    """An application on a server of this transport; the root of its URLs."""
    if transport == "socket":
        with serving(app) as url:
            yield url
        return
    server = MemoryServer(app)
    try:
        with INTERCEPTION.leading_to(server):
            yield server.url
    finally:
        server.stop()


@dataclass
class Seen:
    """What a client saw of an answer."""

    status: int = 0
    reason: str = ""
    version: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    error: tuple[str, str] | None = None

    def begin(self, response: Any) -> None:
        """Note how the answer begins."""
        self.status, self.reason, self.version = response.status_code, response.reason_phrase, response.http_version
        self.headers = list(response.headers.multi_items())

    @contextlib.contextmanager
    def noting(self) -> Iterator[None]:
        """Note how the answer breaks."""
        try:
            yield
        except LIBRARY.TransportError as error:
            self.error = type(error).__name__, str(error)


def look(kind: str, url: str, *, method: str = "GET", read: float = PATIENT, **request: Any) -> Seen:
    """Ask with a client of this kind, and read to the end."""
    timeout = LIBRARY.Timeout(PATIENT, read=read)
    seen = Seen()
    if kind == "sync":
        with (
            LIBRARY.Client(verify=False, timeout=timeout) as client,
            seen.noting(),
            client.stream(method, url, **request) as response,
        ):
            seen.begin(response)
            for piece in response.iter_raw():
                seen.body += piece
        return seen

    async def main() -> None:
        async with LIBRARY.AsyncClient(verify=False, timeout=timeout) as client:
            with seen.noting():
                async with client.stream(method, url, **request) as response:
                    seen.begin(response)
                    async for piece in response.aiter_raw():
                        seen.body += piece

    anyio.run(main, backend=kind)
    return seen


# What an application may say: its messages in order, a cut, a failure, or silence.
Act = Message | Literal["close", "abort", "fail", "hang"]


def start(*headers: tuple[bytes, bytes], status: int = 200) -> Message:
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def body(data: bytes, more: bool = True) -> Message:
    return {"type": "http.response.body", "body": data, "more_body": more}


def length(number: int) -> tuple[bytes, bytes]:
    return b"content-length", b"%d" % number


def acting(*acts: Act) -> ASGIApp:
    """An application that reads its request and then acts."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        for act in acts:
            if not isinstance(act, str):
                await send(act)
            elif act == "fail":
                raise ZeroDivisionError("the application failed")
            elif act == "hang":
                await asyncio.Event().wait()
            else:
                getattr(scope["extensions"][TRANSPORT], act)()

    return app
