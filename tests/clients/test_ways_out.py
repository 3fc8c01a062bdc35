"""The ways out of the process: each is checked, whatever lies between it and OpenAI. Nothing leaves these tests."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import importlib.util
import socket
import ssl
import threading
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import openai
import pytest

from pytest_fakeopenai import EscapedClientError, FakeOpenAI
from pytest_fakeopenai.clients.intercept import LIBRARY

from ..verdicts import verdict_of

REAL = "https://api.openai.com/v1"


class Recorder:
    """A server that accepts whatever comes, and remembers what it was sent first."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.messages: list[bytes] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                with self._listener.accept()[0] as connection:
                    self.messages.append(connection.recv(65536))

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """A proxy that the environment names; it hears what escapes."""
    recorder = Recorder()
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, recorder.url)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    yield recorder
    recorder.close()


def by_openai() -> None:
    with openai.OpenAI(base_url=REAL, api_key="real") as client:
        client.models.list()


def by_async_openai() -> None:
    async def main() -> None:
        async with openai.AsyncOpenAI(base_url=REAL, api_key="real") as client:
            await client.models.list()

    asyncio.run(main())


def by_plain_http() -> None:
    LIBRARY.get("http://api.openai.com/v1/models")


def by_urllib() -> None:
    urllib.request.urlopen(f"{REAL}/models")


def by_http_client() -> None:
    connection = http.client.HTTPSConnection("127.0.0.1", 1)
    connection.set_tunnel("api.openai.com")
    connection.connect()


@pytest.mark.parametrize("escape", [by_openai, by_async_openai, by_plain_http, by_urllib, by_http_client])
def test_stops_a_client_behind_a_proxy_before_the_proxy_hears_of_it(
    proxy: Recorder, escape: Callable[[], None]
) -> None:
    with FakeOpenAI() as fake:
        with pytest.raises(EscapedClientError, match=r"on its way to b?'?api\.openai\.com"):
            escape()
        assert "api.openai.com" in str(verdict_of(fake))
    assert proxy.messages == []


def test_stops_a_client_that_was_made_before_the_fake(proxy: Recorder) -> None:
    with openai.OpenAI(base_url=REAL, api_key="real") as client, FakeOpenAI() as fake:
        for _ in range(2):
            with pytest.raises(EscapedClientError):
                client.models.list()
        verdict_of(fake)
        fake.adopt(client)
        assert client.models.retrieve("gpt-4o").id == "gpt-4o"
    assert proxy.messages == []


def test_keeps_no_connection_of_the_clients_pool_for_what_it_stopped(proxy: Recorder) -> None:
    limits = LIBRARY.Limits(max_connections=2)
    with LIBRARY.Client(limits=limits, timeout=2) as client, FakeOpenAI() as fake:
        for _ in range(5):
            with pytest.raises(EscapedClientError):
                client.get(f"{REAL}/models")
        verdict_of(fake)
    assert proxy.messages == []


@pytest.mark.parametrize("wrap", ["wrap_socket", "wrap_bio"])
@pytest.mark.parametrize("by_keyword", [True, False])
def test_stops_the_handshake_of_tls_whatever_it_travels_by(wrap: str, by_keyword: bool) -> None:
    context = ssl.create_default_context()
    with socket.socket() as peer, FakeOpenAI() as fake:
        carriers: list[Any] = [peer] if wrap == "wrap_socket" else [ssl.MemoryBIO(), ssl.MemoryBIO()]
        positional = [False, True, True] if wrap == "wrap_socket" else [False]
        named = {"server_hostname": "api.openai.com"} if by_keyword else {}
        placed = [] if by_keyword else [*positional, "api.openai.com"]
        with pytest.raises(EscapedClientError):
            getattr(context, wrap)(*carriers, *placed, **named)
        verdict_of(fake)


captured_getaddrinfo = socket.getaddrinfo
captured_gethostbyname = socket.gethostbyname


def by_a_name_taken_before() -> None:
    captured_getaddrinfo("api.openai.com", 443)


def by_another_name_taken_before() -> None:
    captured_gethostbyname("api.openai.com")


def by_connect() -> None:
    with socket.socket() as peer:
        peer.connect(("api.openai.com", 443))


def by_connect_ex() -> None:
    with socket.socket() as peer:
        peer.connect_ex(("api.openai.com", 443))


def by_datagram() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as peer:
        peer.sendto(b"Hi", ("api.openai.com", 443))


def by_address() -> None:
    socket.gethostbyaddr("api.openai.com")


def by_full_name() -> None:
    socket.getfqdn("api.openai.com")


@pytest.mark.parametrize(
    "escape",
    [
        by_a_name_taken_before,
        by_another_name_taken_before,
        by_connect,
        by_connect_ex,
        by_datagram,
        by_address,
        by_full_name,
    ],
)
def test_stops_what_goes_past_the_names_of_the_module(escape: Callable[[], None]) -> None:
    with FakeOpenAI() as fake:
        with pytest.raises(EscapedClientError):
            escape()
        verdict_of(fake)


def test_is_there_again_where_a_suite_has_put_the_look_up_back(monkeypatch: pytest.MonkeyPatch) -> None:
    hosts: list[object] = []
    with FakeOpenAI():
        pass
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *args, **options: hosts.append(host))
    with FakeOpenAI() as fake:
        with pytest.raises(EscapedClientError):
            socket.getaddrinfo("api.openai.com", 443)
        verdict_of(fake)
    assert hosts == []


def test_stays_off_a_look_up_that_its_owner_would_not_find_beneath_another() -> None:
    pytest_socket = pytest.importorskip("pytest_socket")
    pytest_socket.disable_socket()
    with FakeOpenAI(transport="memory"):
        pass
    pytest_socket._remove_restrictions()
    assert socket.getaddrinfo("127.0.0.1", 80)


@pytest.mark.skipif(importlib.util.find_spec("uvloop") is None, reason="uvloop is not installed")
@pytest.mark.parametrize("look_up", ["getaddrinfo", "create_connection"])
def test_stops_the_look_up_of_uvloop(look_up: str) -> None:
    uvloop: Any = importlib.import_module("uvloop")

    async def main() -> None:
        loop = asyncio.get_running_loop()
        if look_up == "getaddrinfo":
            await loop.getaddrinfo("api.openai.com", 443)
        else:
            await loop.create_connection(asyncio.Protocol, "api.openai.com", 443)

    with FakeOpenAI() as fake, contextlib.closing(uvloop.new_event_loop()) as loop:
        with pytest.raises(EscapedClientError):
            loop.run_until_complete(main())
        verdict_of(fake)
