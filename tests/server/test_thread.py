"""The server in a thread: it starts or raises, serves what comes, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
import threading
import time
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from pytest_fakeopenai.pipeline.scope import TRANSPORT
from pytest_fakeopenai.server import thread
from pytest_fakeopenai.server.thread import ServerThread

from .peers import Counted, answer, ask, connected, dial, fetch, hello, needs_proc, nothing_left, read_until, serving

GET = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


async def endless(scope: Scope, receive: Receive, send: Send) -> None:
    """Begin an answer and never end it."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"begun", "more_body": True})
    while (await receive())["type"] != "http.disconnect":
        pass


async def moody(scope: Scope, receive: Receive, send: Send) -> None:
    """Fail on one path."""
    if scope["path"] == "/fail":
        raise ZeroDivisionError("the application failed")
    await answer(send, "fine")


@pytest.mark.parametrize("attempt", range(5))
def test_serves_the_moment_it_exists(attempt: int) -> None:
    server = ServerThread(hello)
    try:
        response = fetch(server.url, "/")
    finally:
        server.stop()
    assert (response.status, response.body) == (200, "hello")


@needs_proc
def test_raises_for_a_taken_port_and_leaves_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, nothing_left():
        with pytest.raises(OSError, match=r"[Aa]ddress already in use") as raised:
            ServerThread(hello, port=taken.getsockname()[1])
        assert raised.value.errno == errno.EADDRINUSE


@needs_proc
@pytest.mark.parametrize(
    ("host", "port", "expected"),
    [
        pytest.param("192.0.2.1", 0, OSError, id="an address of another machine"),
        pytest.param("127.0.0.1", 70_000, OverflowError, id="a port that cannot be"),
        pytest.param("127.0.0.1", "http", TypeError, id="a port that is no number"),
    ],
)
def test_raises_what_keeps_it_from_binding_and_leaves_nothing(host: str, port: Any, expected: type[Exception]) -> None:
    with nothing_left(), pytest.raises(expected):
        ServerThread(hello, host, port)


@needs_proc
def test_raises_what_goes_wrong_in_the_thread_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Any:
        raise LookupError("no such protocol")

    monkeypatch.setattr(thread, "_config", broken)
    with nothing_left(), pytest.raises(LookupError, match="no such protocol"):
        ServerThread(hello)


def test_sends_small_pieces_at_once() -> None:
    async def nodelay(scope: Scope, receive: Receive, send: Send) -> None:
        accepted = scope["extensions"][TRANSPORT].get_extra_info("socket")
        await answer(send, str(bool(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))))

    with serving(nodelay) as url:
        assert fetch(url, "/").body == "True"


class Wire:
    """A transport that keeps what it is given."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def close(self) -> None:
        self.closed = True


def test_sends_in_one_piece_what_is_written_in_one_turn() -> None:
    wire = Wire()

    async def write() -> None:
        gathering = thread._BufferedTransport(wire, asyncio.get_running_loop())
        gathering.write(b"head ")
        gathering.write(b"body")
        assert wire.written == []
        await asyncio.sleep(0)
        gathering.write(b"more")
        gathering.close()

    asyncio.run(write())
    assert (wire.written, wire.closed) == ([b"head body", b"more"], True)


def test_loses_none_of_a_burst_of_connections() -> None:
    # More than asyncio's own queue of 100 holds, and all before the server can accept the first.
    burst = 400
    server = ServerThread(hello)
    busy = threading.Event()
    with contextlib.ExitStack() as stack:
        stack.callback(server.stop)
        stack.callback(busy.set)
        server.call(busy.wait)
        peers = [stack.enter_context(dial(server.url)) for _ in range(burst)]
        for peer in peers:
            peer.sendall(GET)
        busy.set()
        answers = [read_until(peer, b"hello") for peer in peers]
    assert [text.partition(b"\r\n")[0] for text in answers] == [b"HTTP/1.1 200 OK"] * burst


@needs_proc
def test_stops_in_a_moment_while_a_hundred_answers_hang() -> None:
    # A server that waits for its connections would wait for ever; the bound leaves room for a slow machine.
    with nothing_left(), contextlib.ExitStack() as stack:
        server = ServerThread(endless)
        peers = [stack.enter_context(dial(server.url)) for _ in range(100)]
        for peer in peers:
            peer.sendall(GET)
            assert b"begun" in read_until(peer, b"begun")
        began = time.perf_counter()
        server.stop()
        assert time.perf_counter() - began < 5
        for peer in peers:
            wait_for_end(peer)


def wait_for_end(peer: socket.socket) -> None:
    """Return when the connection ends, in order or by a reset; TimeoutError where it does not."""
    with contextlib.suppress(ConnectionResetError):
        read_until(peer, b"what never comes")


def test_refuses_connections_once_stopped() -> None:
    with serving(hello) as url:
        assert fetch(url, "/").status == 200
    with pytest.raises(ConnectionRefusedError):
        dial(url)


@needs_proc
def test_may_be_stopped_twice() -> None:
    with nothing_left():
        server = ServerThread(hello)
        server.stop()
        server.stop()


def test_answers_500_when_the_application_fails_and_lives_on(caplog: pytest.LogCaptureFixture) -> None:
    with serving(moody) as url:
        failed, after = fetch(url, "/fail"), fetch(url, "/")
    assert (failed.status, after.body) == (500, "fine")
    faults = [record.exc_info for record in caplog.records if record.name == "pytest_fakeopenai.server"]
    assert [info[0] for info in faults if info] == [ZeroDivisionError]


@pytest.mark.parametrize(
    "noise",
    [
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", id="TLS"),
        pytest.param(b"NONSENSE\r\n\r\n", id="no request line"),
        pytest.param(b"GET / HTTP/1.1\r\ncontent-length: many\r\n\r\n", id="a length that is no number"),
    ],
)
def test_answers_400_to_what_is_not_http_and_lives_on(noise: bytes) -> None:
    with serving(hello) as url:
        with dial(url) as peer:
            peer.sendall(noise)
            assert read_until(peer, b"\r\n").partition(b"\r\n")[0] == b"HTTP/1.1 400 Bad Request"
        assert fetch(url, "/").body == "hello"


def test_keeps_a_connection_for_further_requests() -> None:
    counted = Counted(hello)
    with serving(counted) as url, connected(url) as connection:
        bodies = [ask(connection, "GET", "/").body for _ in range(3)]
        assert (bodies, len(counted.peers)) == (["hello"] * 3, 1)


def test_answers_requests_sent_ahead_in_their_order() -> None:
    async def echo_path(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, f"<{scope['path']}>")

    with serving(echo_path) as url, dial(url) as peer:
        peer.sendall(GET.replace(b"/ ", b"/one ") + GET.replace(b"/ ", b"/two "))
        received = read_until(peer, b"</two>")
    assert [line for line in received.replace(b"HTTP", b"\r\nHTTP").split(b"\r\n") if b"<" in line] == [
        b"</one>",
        b"</two>",
    ]


def test_runs_beside_another() -> None:
    async def other(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, "other")

    with serving(hello) as first:
        with serving(other) as second:
            assert first != second
            assert (fetch(first, "/").body, fetch(second, "/").body) == ("hello", "other")
        assert fetch(first, "/").body == "hello"


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 loopback")
def test_serves_ipv6() -> None:
    with serving(hello, host="::1") as url:
        assert url.startswith("http://[::1]:")
        assert fetch(url, "/").body == "hello"


def test_runs_a_function_on_its_own_thread() -> None:
    names: list[str] = []
    done = threading.Event()

    def note(text: str) -> None:
        names.append(f"{threading.current_thread().name} {text}")
        done.set()

    server = ServerThread(hello)
    server.call(note, "called")
    assert done.wait(20)
    server.stop()
    assert names == ["fake-openai called"]


def test_leaves_the_loggers_of_uvicorn_as_they_are() -> None:
    before = {name: (logging.getLogger(name).level, logging.getLogger(name).handlers[:]) for name in LOGGERS}
    with serving(hello) as url:
        fetch(url, "/")
    after = {name: (logging.getLogger(name).level, logging.getLogger(name).handlers[:]) for name in LOGGERS}
    assert after == before


LOGGERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")
