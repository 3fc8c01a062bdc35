"""Requests to a fake in memory: taken out of the HTTP library while there is one, and everything else let pass."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import openai
import pytest
from starlette.types import Receive, Scope, Send

from pytest_fakeopenai import Chunks, Disconnect, EscapedClientError, FakeOpenAI, Reply, Timeout
from pytest_fakeopenai.clients.intercept import LIBRARY, Interception, libraries
from pytest_fakeopenai.server.host import REGISTRY
from pytest_fakeopenai.server.memory import MemoryServer
from pytest_fakeopenai.settings import MEMORY_HOST

from ..server.peers import answer, hello, serving
from ..server.transports import acting, body, start
from ..verdicts import verdict_of

PLACES = [
    (getattr(library, name), method)
    for library in libraries()
    for name, method in (("HTTPTransport", "handle_request"), ("AsyncHTTPTransport", "handle_async_request"))
]


def installed() -> list[object]:
    """What handles requests at present."""
    return [vars(owner)[name] for owner, name in PLACES]


def get(url: str) -> str:
    """What is said at a URL."""
    text: str = LIBRARY.get(url, verify=False).text
    return text


def get_async(url: str) -> str:
    """What is said at a URL, asked for by an asynchronous client."""

    async def main() -> str:
        async with LIBRARY.AsyncClient(verify=False) as client:
            text: str = (await client.get(url)).text
            return text

    return asyncio.run(main())


both = pytest.mark.parametrize("ask", [get, get_async])


@pytest.fixture
def server() -> Iterator[MemoryServer]:
    """A server in memory that says hello."""
    server = MemoryServer(hello)
    yield server
    server.stop()


@pytest.fixture
def interception() -> Interception:
    """One of its own, so that no fake of the session is in the way."""
    return Interception()


async def other(scope: Scope, receive: Receive, send: Send) -> None:
    await answer(send, "other")


def test_restores_the_library_when_the_last_lets_go(interception: Interception, server: MemoryServer) -> None:
    before = installed()
    with interception.leading_to(server):
        within = installed()
        with interception.leading_to(server):
            assert installed() == within
        assert installed() == within
    assert installed() == before
    assert set(within) & set(before) == set()


def test_restores_the_library_after_a_failure(interception: Interception, server: MemoryServer) -> None:
    before = installed()
    with pytest.raises(ZeroDivisionError), interception.leading_to(server):
        raise ZeroDivisionError
    assert installed() == before


@both
def test_answers_by_the_newest_server(
    interception: Interception, server: MemoryServer, ask: Callable[[str], str]
) -> None:
    newest = MemoryServer(other)
    with interception.leading_to(server):
        with interception.leading_to(newest):
            assert ask(server.url) == "other"
        assert ask(server.url) == "hello"
    newest.stop()


@both
def test_lets_requests_to_other_hosts_pass(
    interception: Interception, server: MemoryServer, ask: Callable[[str], str]
) -> None:
    with serving(other) as url, interception.leading_to(server):
        assert (ask(url), ask(server.url)) == ("other", "hello")


@pytest.mark.parametrize("library", libraries(), ids=lambda library: library.__name__)
@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_answers_every_library_that_is_installed(library: Any, is_async: bool) -> None:
    headers = {"authorization": "Bearer any"}
    with FakeOpenAI(transport="memory") as fake:
        fake.script(Reply(Chunks("Hel", "lo")), Reply("Hel", Disconnect()), Timeout())
        url = f"{fake.base_url}/responses"
        bodies = [{"model": "gpt-4o", "input": "Hi", "stream": stream} for stream in (True, True, False)]

        async def main() -> None:
            async with library.AsyncClient(timeout=20, headers=headers, verify=False) as client:
                assert "response.completed" in (await client.post(url, json=bodies[0])).text
                with pytest.raises(library.RemoteProtocolError):
                    await client.post(url, json=bodies[1])
                with pytest.raises(library.ReadTimeout):
                    await client.post(url, json=bodies[2], timeout=0.2)

        if is_async:
            asyncio.run(main())
            return
        with library.Client(timeout=20, headers=headers, verify=False) as client:
            assert "response.completed" in client.post(url, json=bodies[0]).text
            with pytest.raises(library.RemoteProtocolError):
                client.post(url, json=bodies[1])
            with pytest.raises(library.ReadTimeout):
                client.post(url, json=bodies[2], timeout=0.2)


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_ends_at_once_for_whom_reads_on_behind_the_end(is_async: bool) -> None:
    server = MemoryServer(acting(start(), body(b"one"), body(b"two", more=False)))
    pieces: list[bytes] = []

    async def main() -> None:
        async with LIBRARY.AsyncClient(verify=False, timeout=5) as client, client.stream("GET", server.url) as response:
            for _ in range(2):
                pieces.extend([piece async for piece in response.stream])

    with contextlib.ExitStack() as stack:
        stack.callback(server.stop)
        stack.enter_context(Interception().leading_to(server))
        if is_async:
            asyncio.run(main())
        else:
            with LIBRARY.Client(verify=False, timeout=5) as client, client.stream("GET", server.url) as response:
                for _ in range(2):
                    pieces.extend(response.stream)
    assert b"".join(pieces) == b"onetwo"


def test_finds_the_library_of_the_sdk_among_those_that_are_installed() -> None:
    assert LIBRARY in libraries()


@both
def test_ignores_proxies(
    interception: Interception, server: MemoryServer, ask: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with interception.leading_to(server):
        assert ask(server.url) == "hello"


def test_stays_passable_beneath_what_has_been_put_on_top(
    interception: Interception, server: MemoryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths: list[str] = []
    before = installed()
    with interception.leading_to(server):
        ours = LIBRARY.HTTPTransport.handle_request

        def wrapped(transport: Any, request: Any) -> Any:
            paths.append(request.url.path)
            return ours(transport, request)

        patch = pytest.MonkeyPatch()
        patch.setattr(LIBRARY.HTTPTransport, "handle_request", wrapped)
        assert get(f"{server.url}/1") == "hello"
    with serving(other) as url:
        assert get(f"{url}/2") == "other"
        patch.undo()
        assert get(f"{url}/3") == "other"
    assert paths == ["/1", "/2"]
    monkeypatch.setattr(LIBRARY.HTTPTransport, "handle_request", before[0])  # as the other's removal left it otherwise


# What cannot reach a fake in memory


def by_urllib(url: str) -> None:
    urllib.request.urlopen(url)  # lost


def by_loop(url: str) -> None:
    async def connect() -> None:
        await asyncio.open_connection(MEMORY_HOST, 80)  # lost

    asyncio.run(connect())


def by_socket(url: str) -> None:
    socket.create_connection((MEMORY_HOST.upper(), 80))  # lost


@pytest.mark.parametrize("guard", [True, False])
@pytest.mark.parametrize("lose", [by_urllib, by_loop, by_socket])
def test_says_how_to_reach_a_fake_for_whom_it_is_out_of_reach(lose: Callable[[str], None], guard: bool) -> None:
    with FakeOpenAI(transport="memory", guard=guard) as fake:
        with pytest.raises(EscapedClientError) as raised:
            lose(fake.base_url)
        assert str(verdict_of(fake)) == str(raised.value)
    text = str(raised.value)
    assert re.match(rf"fake_openai stopped a client \(called from {re.escape(__file__)}:\d+\) on its way to", text)
    assert f"{MEMORY_HOST}: a fake in memory can be reached only while it is active, in its own process" in text
    assert text.endswith('or FakeOpenAI(transport="socket").')


FORKED = """
import os, sys
from pytest_fakeopenai import FakeOpenAI

with FakeOpenAI(transport="memory") as fake:
    client = fake.client
    sys.stdout.flush()
    child = os.fork()
    if not child:
        try:
            client.models.list()
        except BaseException as error:
            print(type(error).__name__, error, flush=True)
        os._exit(0)
    os.waitpid(child, 0)
    assert client.models.retrieve("gpt-4o").id == "gpt-4o"
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system forks no processes")
def test_says_so_in_a_process_that_was_forked() -> None:
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORKED]
    output = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    assert output.startswith("EscapedClientError fake_openai stopped OpenAI(")
    assert "only while it is active, in its own process" in output


def test_says_so_where_a_fake_on_a_socket_is_active_as_well() -> None:
    with FakeOpenAI(transport="memory") as memory, FakeOpenAI() as fake:
        with pytest.raises(EscapedClientError, match="a fake in memory can be reached only"):
            by_urllib(memory.base_url)
        assert "a fake in memory" in str(verdict_of(fake))
        memory.check()


def test_lets_the_real_hosts_be_looked_up_without_a_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    hosts: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *args: hosts.append(host))
    with FakeOpenAI(transport="memory", guard=False):
        socket.getaddrinfo("api.openai.com", 443)
    assert hosts == ["api.openai.com"]
    with FakeOpenAI(transport="memory") as fake:
        with pytest.raises(EscapedClientError, match=r"on its way to api\.openai\.com\."):
            socket.getaddrinfo("api.openai.com", 443)
        verdict_of(fake)


def test_reports_real_hosts_to_the_fake_that_guards_them() -> None:
    with FakeOpenAI(transport="memory") as guarding, FakeOpenAI(transport="memory", guard=False) as loose:
        with pytest.raises(EscapedClientError):
            socket.getaddrinfo("api.openai.com", 443)
        assert "api.openai.com" in str(verdict_of(guarding))
        loose.check()


def test_is_passed_by_no_proxy() -> None:
    with FakeOpenAI(transport="memory") as fake:
        assert MEMORY_HOST in fake.env["NO_PROXY"].split(",")
        assert MEMORY_HOST in fake.env["no_proxy"].split(",")


def test_is_refused_once_the_fake_is_over() -> None:
    with FakeOpenAI(transport="memory") as active:
        with FakeOpenAI(transport="memory") as over:
            client = openai.OpenAI(max_retries=0)
            assert client.base_url == f"{over.base_url}/"
        with pytest.raises(openai.APIStatusError, match="which has ended") as raised:
            client.models.list()
        assert raised.value.status_code == 410
        assert len(active.requests) == 0
        client.close()
    assert [late.path for late in REGISTRY.take_late()] == ["/v1/models"]
