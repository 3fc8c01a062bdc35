"""Clients that end their own side of a connection: right behind the request, as some do, or when they give up."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from typing import Any

import pytest

from .peers import answer, dial, serving

REQUEST = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"


class Slow:
    """An application that answers after some seconds, unless it is told before that its client has gone."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.left = threading.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(receive(), self.seconds)
            self.left.set()
            return
        await answer(send, "hello")


def rest(peer: socket.socket) -> bytes:
    """Everything that still comes."""
    return b"".join(iter(lambda: peer.recv(4096), b""))


@pytest.mark.parametrize("seconds", [0, 0.4])
def test_answers_a_client_that_ends_its_side_behind_the_request(seconds: float) -> None:
    app = Slow(seconds)
    for _ in range(5):
        with serving(app) as url, dial(url) as peer:
            peer.sendall(REQUEST)
            peer.shutdown(socket.SHUT_WR)
            received = rest(peer)
        assert received.startswith(b"HTTP/1.1 200 ")
        assert received.endswith(b"hello")
        assert not app.left.is_set()


async def busy(scope: Any, receive: Any, send: Any) -> None:
    """Keep the loop busy before answering, as a first request does."""
    time.sleep(0.3)
    await asyncio.sleep(0.01)
    await answer(send, "hello")


def test_answers_a_client_that_ends_its_side_while_the_loop_is_busy() -> None:
    with serving(busy) as url, dial(url) as peer:
        peer.sendall(REQUEST)
        peer.shutdown(socket.SHUT_WR)
        assert rest(peer).endswith(b"hello")


def test_tells_of_a_client_that_goes_while_it_waits() -> None:
    app = Slow(60)
    with serving(app) as url:
        with dial(url) as peer:
            peer.sendall(REQUEST)
            time.sleep(0.3)
        assert app.left.wait(30)


@pytest.mark.parametrize("beginning", [b"", REQUEST[:20]])
def test_answers_nothing_to_no_whole_request(beginning: bytes) -> None:
    with serving(Slow(0)) as url, dial(url) as peer:
        peer.sendall(beginning)
        peer.shutdown(socket.SHUT_WR)
        assert rest(peer) == b""


def test_ends_a_connection_that_has_been_served_and_is_left() -> None:
    with serving(Slow(0)) as url, dial(url) as peer:
        peer.sendall(REQUEST)
        assert b"hello" in peer.recv(4096)
        peer.shutdown(socket.SHUT_WR)
        assert rest(peer) == b""
