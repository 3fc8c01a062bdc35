"""The server in memory: what a client sees of an application, and the application of it, is what a socket shows."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import anyio
import pytest
from starlette.types import Message, Receive, Scope, Send

from pytest_fakeopenai.clients.intercept import INTERCEPTION, LIBRARY
from pytest_fakeopenai.server import memory
from pytest_fakeopenai.server.loop import SocketlessLoop
from pytest_fakeopenai.server.memory import MemoryServer
from pytest_fakeopenai.server.messages import Request, ResponseChunk

from .peers import hello, needs_proc, nothing_left
from .transports import (
    KINDS,
    PATIENT,
    Act,
    Seen,
    acting,
    body,
    each_kind,
    each_transport,
    length,
    look,
    reachable,
    start,
)

CASES: dict[str, tuple[Act, ...]] = {
    "a whole": (start(length(5)), body(b"hello", more=False)),
    "a whole in one message of the default": (start(length(2)), {"type": "http.response.body", "body": b"ok"}),
    "nothing": (start(length(0)), body(b"", more=False)),
    "pieces": (start(), body(b"hel"), body(b""), body(b"lo"), body(b"", more=False)),
    "a last piece": (start(), body(b"hel"), body(b"lo", more=False)),
    "its own encoding": (start((b"transfer-encoding", b"chunked")), body(b"hello", more=False)),
    "headers": (start((b"X-Upper", b" spaced "), (b"x-two", b"1"), (b"x-two", b"2"), length(2)), body(b"ok", False)),
    "no content": (start(status=204), body(b"", more=False)),
    "not modified": (start(status=304), body(b"", more=False)),
    "an odd status": (start(length(2), status=599), body(b"ok", more=False)),
    "no answer": (),
    "no rest": (start(), body(b"hel")),
    "a failure": ("fail",),
    "a failure behind the head": (start(length(5)), "fail"),
    "a failure in mid-stream": (start(), body(b"hel"), "fail"),
    "a failure behind the end": (start(length(2)), body(b"ok", more=False), "fail"),
    "too little": (start(length(9)), body(b"hello", more=False)),
    "too much": (start(length(3)), body(b"hello", more=False)),
    "a header that cannot be": (start((b"x-a", b"b\r\nc")), body(b"ok", more=False)),
    "a body without a head": (body(b"hello"),),
    "two heads": (start(), start()),
    "more behind the end": (start(length(2)), body(b"ok", more=False), body(b"more")),
    "a cut": ("close",),
    "a hard cut": ("abort",),
    "a cut behind pieces": (start(), body(b"hel"), "close"),
    "a cut short of the length": (start(length(9)), body(b"hel"), "close"),
    "a cut at the length": (start(length(5)), body(b"hello"), "close"),
    "words behind a cut": (start(), body(b"hel"), "close", body(b"lo"), "close"),
}


@each_kind
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "DELETE"])
@pytest.mark.parametrize("case", CASES)
def test_shows_a_client_what_a_socket_shows(case: str, method: str, kind: str) -> None:
    app = acting(*CASES[case])
    seen = []
    for transport in ("socket", "memory"):
        with reachable(transport, app) as url:
            seen.append(look(kind, url, method=method))
    assert seen[1] == seen[0]
    assert seen[0] != Seen()


SILENT: dict[str, tuple[Act, ...]] = {
    "from the beginning": ("hang",),
    "behind the head": (start(), "hang"),
    "in mid-stream": (start(), body(b"hel"), "hang"),
    "short of the length": (start(length(9)), body(b"hel"), "hang"),
}


@each_kind
@pytest.mark.parametrize("case", SILENT)
def test_lets_a_client_lose_its_patience_as_a_socket_does(case: str, kind: str) -> None:
    app = acting(*SILENT[case])
    seen = []
    for transport in ("socket", "memory"):
        with reachable(transport, app) as url:
            seen.append(look(kind, url, read=0.05))
    assert seen[1] == seen[0]
    assert seen[0].error is not None
    assert seen[0].error[0] == "ReadTimeout"


async def mirror(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the request."""
    data = b""
    more = True
    while more:
        message = await receive()
        data, more = data + message.get("body", b""), message.get("more_body", False)
    names = ("type", "http_version", "method", "scheme", "root_path", "path", "state")
    seen = {name: scope[name] for name in names}
    seen |= {name: scope[name].decode("latin-1") for name in ("raw_path", "query_string")}
    seen["headers"] = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    text = json.dumps({**seen, "body": data.decode("latin-1")}).encode()
    await send(start(length(len(text))))
    await send(body(text, more=False))


def sent_in_pieces(kind: str) -> Any:
    """A body whose length nobody knows."""

    async def pieces() -> AsyncIterator[bytes]:
        for piece in (b"one", b"", b"two"):
            yield piece

    return iter([b"one", b"", b"two"]) if kind == "sync" else pieces()


REQUESTS: dict[str, tuple[str, str, Callable[[str], dict[str, Any]]]] = {
    "plain": ("GET", "/", lambda kind: {}),
    "bare": ("GET", "", lambda kind: {}),
    "encoded": ("GET", "/a%20b/%2Fc/%E2%82%AC/d+e;f=1", lambda kind: {}),
    "query": ("GET", "/a?b=c&b=%20d&e", lambda kind: {}),
    "empty query": ("GET", "/a?", lambda kind: {}),
    "odd query": ("GET", "/a?b=?c#d", lambda kind: {}),
    "not ASCII": ("GET", "/€ ü", lambda kind: {}),
    "another method": ("PATCH", "/a", lambda kind: {"json": {"a": 1}}),
    "headers": ("GET", "/", lambda kind: {"headers": [("X-A", "B"), ("x-a", "C")]}),
    "form": ("POST", "/", lambda kind: {"data": {"a": "b c"}}),
    "upload": (
        "POST",
        "/",
        lambda kind: {
            "files": {"file": ("a.bin", b"\x00\xff" * 50_000)},
            "headers": {"content-type": "multipart/form-data; boundary=edge"},
        },
    ),
    "in pieces": ("POST", "/", lambda kind: {"content": sent_in_pieces(kind)}),
}


@each_kind
@pytest.mark.parametrize("case", REQUESTS)
def test_shows_the_application_what_a_socket_shows(case: str, kind: str) -> None:
    method, path, request = REQUESTS[case]
    scopes = []
    for transport in ("socket", "memory"):
        with reachable(transport, mirror) as url:
            seen = look(kind, url + path, method=method, **request(kind))
            scopes.append(json.loads(seen.body.replace(urlsplit(url).netloc.encode(), b"the-host")))
    assert scopes[1] == scopes[0]
    assert scopes[0]["method"] == method


@each_transport
@each_kind
def test_shows_each_piece_as_it_comes(transport: str, kind: str) -> None:
    gate = threading.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start())
        for piece in (b"one", b"two"):
            await asyncio.to_thread(gate.wait, PATIENT)
            gate.clear()
            await send(body(piece))
        await send(body(b"", more=False))

    def sync(url: str) -> Iterator[bytes]:
        with LIBRARY.Client(verify=False, timeout=PATIENT) as client, client.stream("GET", url) as response:
            gate.set()
            for piece in response.iter_raw():
                yield piece
                gate.set()

    async def main(url: str) -> list[bytes]:
        pieces = []
        async with (
            LIBRARY.AsyncClient(verify=False, timeout=PATIENT) as client,
            client.stream("GET", url) as response,
        ):
            gate.set()
            async for piece in response.aiter_raw():
                pieces.append(piece)
                gate.set()
        return pieces

    with reachable(transport, app) as url:
        assert (list(sync(url)) if kind == "sync" else anyio.run(main, url, backend=kind)) == [b"one", b"two"]


class Endless:
    """An application that begins to answer, and says when its client has gone."""

    def __init__(self, *messages: Message) -> None:
        self.begun = threading.Event()
        self.left = threading.Event()
        self._messages = messages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        for message in self._messages:
            await send(message)
        self.begun.set()
        while (await receive())["type"] != "http.disconnect":
            pass
        self.left.set()
        await send(body(b"to nobody"))


def leave_early(url: str) -> None:
    with LIBRARY.Client(verify=False) as client, client.stream("GET", url) as response:
        assert next(response.iter_raw()) == b"hel"


def lose_patience(url: str) -> None:
    with pytest.raises(LIBRARY.ReadTimeout):
        LIBRARY.get(url, verify=False, timeout=0.05)


def leave_task(backend: str) -> Callable[[str], None]:
    async def main(url: str) -> None:
        async with LIBRARY.AsyncClient(verify=False) as client:
            with anyio.move_on_after(0.05) as scope:
                await client.get(url)
        assert scope.cancelled_caught

    return lambda url: anyio.run(main, url, backend=backend)


LEAVING: dict[str, tuple[Callable[[str], None], tuple[Message, ...]]] = {
    "leaves a stream": (leave_early, (start(), body(b"hel"))),
    "loses its patience": (lose_patience, ()),
    "loses its patience in mid-stream": (lose_patience, (start(), body(b"hel"))),
    "is cancelled": (leave_task("asyncio"), ()),
    "is cancelled in mid-stream": (leave_task("asyncio"), (start(), body(b"hel"))),
    "is cancelled under trio": (leave_task("trio"), ()),
}


@each_transport
@pytest.mark.parametrize("case", LEAVING)
def test_tells_the_application_that_its_client(case: str, transport: str) -> None:
    leave, messages = LEAVING[case]
    app = Endless(*messages)
    with reachable(transport, app) as url:
        leave(url)
        assert app.left.wait(PATIENT)


@each_transport
def test_answers_threads_and_tasks_at_the_same_time(transport: str) -> None:
    async def many(url: str) -> set[str]:
        async with LIBRARY.AsyncClient(verify=False, timeout=PATIENT) as client:
            return {(await each).text for each in asyncio.as_completed([client.get(f"{url}/{n}") for n in range(20)])}

    with reachable(transport, path_of) as url, ThreadPoolExecutor(8) as pool:
        in_loops = [pool.submit(asyncio.run, many(url)) for _ in range(3)]
        with LIBRARY.Client(verify=False, timeout=PATIENT) as client:
            texts = list(pool.map(lambda number: client.get(f"{url}/{number}").text, range(100)))
        assert texts == [f"/{number}" for number in range(100)]
        assert [each.result() for each in in_loops] == [{f"/{number}" for number in range(20)}] * 3


async def path_of(scope: Scope, receive: Receive, send: Send) -> None:
    await send(start(length(len(scope["path"]))))
    await send(body(scope["path"].encode(), more=False))


@pytest.mark.asyncio
async def test_answers_a_synchronous_client_that_blocks_its_loop() -> None:
    with reachable("memory", hello) as url:
        assert LIBRARY.get(url, verify=False).text == "hello"


@each_kind
def test_cuts_what_it_says_as_a_socket_does_when_it_stops(kind: str) -> None:
    seen = []
    for transport in ("socket", "memory"):
        app = Endless(start(), body(b"hel"))
        with ThreadPoolExecutor(1) as pool:
            with reachable(transport, app) as url:
                looking = pool.submit(look, kind, url)
                assert app.begun.wait(PATIENT)
            seen.append(looking.result())
    assert seen[1] == seen[0]
    assert seen[0].error is not None


@each_kind
def test_refuses_a_connection_when_it_has_stopped(kind: str) -> None:
    server = MemoryServer(hello)
    with INTERCEPTION.leading_to(server):
        server.stop()
        expected = "All connection attempts failed" if kind != "sync" else "[Errno 111] Connection refused"
        seen = look(kind, server.url)
    assert seen.error == ("ConnectError", expected)


def ping(deliver: Callable[[ResponseChunk], None]) -> tuple[Request, Callable[[ResponseChunk], None]]:
    return Request("GET", "http", b"/", [], b""), deliver


def test_answers_nobody_who_asks_as_it_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[ResponseChunk] = []

    class Late(SocketlessLoop):
        """A loop that gets a request when it has run for the last time."""

        def close(self) -> None:
            server.handle(*ping(answers.append))
            super().close()

    monkeypatch.setattr(memory, "SocketlessLoop", Late)
    server = MemoryServer(hello)
    server.stop()
    assert answers == [ResponseChunk(None, b"", error="Server disconnected without sending a response.")]


def test_does_not_begin_what_has_been_given_up() -> None:
    begun, busy = threading.Event(), threading.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        begun.set()

    server = MemoryServer(app)
    server.call(busy.wait, PATIENT)
    server.handle(*ping(lambda answer: None)).close()
    busy.set()
    server.stop()
    assert not begun.is_set()


def test_hears_of_clients_that_leave_when_it_has_stopped() -> None:
    server = MemoryServer(acting("hang"))
    answers: list[ResponseChunk] = []
    cycle = server.handle(*ping(answers.append))
    server.stop()
    server.disconnect(cycle)
    assert [answer.error for answer in answers] == ["Server disconnected without sending a response."]


@pytest.mark.parametrize("case", ["a whole", "headers"])
def test_says_in_one_go_what_an_application_does(case: str) -> None:
    answers: list[ResponseChunk] = []
    done = threading.Event()
    server = MemoryServer(acting(*CASES[case]))

    def deliver(answer: ResponseChunk) -> None:
        answers.append(answer)
        if answer.ended:
            done.set()

    server.handle(*ping(deliver))
    assert done.wait(PATIENT)
    server.stop()
    assert [(answer.head is not None, answer.ended) for answer in answers] == [(True, True)]


@needs_proc
def test_leaves_nothing_behind() -> None:
    with nothing_left():
        for kind in KINDS:
            with reachable("memory", hello) as url:
                assert look(kind, url).body == b"hello"
