"""The guard: what looks up OpenAI's own hosts is stopped, named, and fails the test. No look-up leaves these tests."""

from __future__ import annotations

import asyncio
import contextlib
import linecache
import re
import socket
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import openai
import pytest

from pytest_fakeopenai import EscapedClientError, FakeOpenAI, VerdictError
from pytest_fakeopenai.clients.guard import Guard

REAL = "https://api.openai.com/v1"


class Lookups:
    """Stands for the look-up of names: knows none but the loopback's, and remembers what it was asked."""

    def __init__(self, original: Any) -> None:
        self._original = original
        self.calls: list[tuple[Any, ...]] = []

    def __call__(self, host: Any, *args: Any, **options: Any) -> Any:
        if host == "127.0.0.1":
            return self._original(host, *args, **options)
        name = host.decode() if isinstance(host, bytes) else host
        self.calls.append((name, *args, options))
        raise socket.gaierror(socket.EAI_NONAME, "unknown to this test")


@pytest.fixture(autouse=True)
def lookups(monkeypatch: pytest.MonkeyPatch) -> Lookups:
    stub = Lookups(socket.getaddrinfo)
    monkeypatch.setattr(socket, "getaddrinfo", stub)
    return stub


def by_sync_client(max_retries: int = 2) -> None:
    with openai.OpenAI(base_url=REAL, max_retries=max_retries) as client:
        client.models.list()  # escapes


def by_azure_client() -> None:
    with openai.AzureOpenAI(azure_endpoint="https://mine.openai.azure.com") as client:
        client.responses.create(model="gpt-4o", input="Hi")  # escapes


def by_async_client(max_retries: int = 2) -> None:
    asyncio.run(within_a_loop(max_retries))


def by_trio() -> None:
    anyio.run(within_a_loop, backend="trio")


async def within_a_loop(max_retries: int = 2) -> None:
    async with openai.AsyncOpenAI(base_url=REAL, max_retries=max_retries) as client:
        await client.models.list()  # escapes


def by_socket() -> None:
    socket.create_connection(("api.openai.com", 443))  # escapes


def by_urllib() -> None:
    urllib.request.urlopen(f"{REAL}/models")  # escapes


def by_loop() -> None:
    async def connect() -> None:
        await asyncio.open_connection("api.openai.com", 443)  # escapes

    asyncio.run(connect())


CLIENT = "OpenAI(base_url='https://api.openai.com/v1/')"
AZURE = "AzureOpenAI(base_url='https://mine.openai.azure.com/openai/')"
WAYS = [
    pytest.param(by_sync_client, CLIENT, "api.openai.com", id="OpenAI"),
    pytest.param(by_async_client, f"Async{CLIENT}", "api.openai.com", id="AsyncOpenAI"),
    pytest.param(by_azure_client, AZURE, "mine.openai.azure.com", id="AzureOpenAI"),
    pytest.param(by_socket, "a client", "api.openai.com", id="socket"),
    pytest.param(by_urllib, "a client", "api.openai.com", id="urllib"),
    pytest.param(by_loop, "a client", "api.openai.com", id="asyncio"),
]


@pytest.mark.parametrize(("escape", "client", "host"), WAYS)
def test_names_the_client_that_escaped_and_the_line_that_called_it(
    lookups: Lookups, escape: Callable[[], None], client: str, host: str
) -> None:
    with FakeOpenAI() as fake:
        with pytest.raises(EscapedClientError) as raised:
            escape()
        with pytest.raises(VerdictError):
            fake.check()
        fake.reset()
    match = re.match(r"fake_openai stopped (.+) \(called from (.+):(\d+)\) on its way to (\S+)\. ", str(raised.value))
    assert match is not None
    assert (match[1], match[2], match[4]) == (client, __file__, host)
    assert linecache.getline(__file__, int(match[3])).endswith("# escapes\n")
    for way_out in ("fake_openai.adopt(client)", "OPENAI_BASE_URL", "base_url=fake_openai.base_url", "guard=False"):
        assert way_out in str(raised.value)
    assert lookups.calls == []


def test_names_the_line_of_an_application_below_the_prefix_of_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "base_prefix", str(Path(__file__).parent))
    with FakeOpenAI() as fake:
        with pytest.raises(EscapedClientError, match=re.escape(f"called from {__file__}:")):
            by_sync_client()
        fake.reset()


@pytest.mark.parametrize("escape", [*(way.values[0] for way in WAYS), by_trio])
def test_fails_the_test_once_though_the_application_swallows_it(escape: Callable[[], None]) -> None:
    with FakeOpenAI() as fake:
        swallowed = []
        try:
            escape()
        except BaseException as error:
            swallowed.append(str(error))
        with pytest.raises(VerdictError) as verdict:
            fake.check()
        fake.reset()
    # one report: the official client has not tried again
    assert [str(verdict.value)] == swallowed


def test_fails_the_test_at_the_end_of_the_block() -> None:
    def swallow() -> None:
        with FakeOpenAI(), contextlib.suppress(BaseException):
            by_sync_client()

    with pytest.raises(VerdictError, match=r"^fake_openai stopped OpenAI\("):
        swallow()


@pytest.mark.parametrize(
    "host",
    [
        "openai.com",
        "api.openai.com",
        "eu.api.openai.com",
        "API.OpenAI.com",
        "api.openai.com.",
        b"api.openai.com",
        "mine.openai.azure.com",
        "mine.services.ai.azure.com",
        "mine.cognitiveservices.azure.com",
    ],
)
def test_stops_the_look_up_of_every_host_of_openai(lookups: Lookups, host: str | bytes) -> None:
    with FakeOpenAI() as fake:
        with pytest.raises(EscapedClientError):
            socket.getaddrinfo(host, 443)
        fake.reset()
    assert lookups.calls == []


@pytest.mark.parametrize("host", ["example.com", "notopenai.com", "openai.com.example", "azure.com", "", None])
def test_lets_every_other_host_through(lookups: Lookups, host: Any) -> None:
    with FakeOpenAI(), pytest.raises(socket.gaierror, match="unknown to this test"):
        socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    assert lookups.calls == [(host, 443, {"type": socket.SOCK_STREAM})]


def test_lets_every_other_host_through_in_a_loop(lookups: Lookups) -> None:
    async def look_up() -> None:
        await asyncio.get_running_loop().getaddrinfo("example.com", 443)

    with FakeOpenAI(), pytest.raises(socket.gaierror, match="unknown to this test"):
        asyncio.run(look_up())
    assert [call[:2] for call in lookups.calls] == [("example.com", 443)]


@pytest.mark.parametrize("escape", [by_sync_client, by_async_client])
def test_lets_the_look_up_through_where_it_is_switched_off(lookups: Lookups, escape: Callable[[int], None]) -> None:
    with FakeOpenAI(guard=False), pytest.raises(openai.APIConnectionError):
        escape(0)
    assert [call[:2] for call in lookups.calls] == [("api.openai.com", 443)]


def test_reports_to_the_innermost_fake() -> None:
    with FakeOpenAI() as outer:
        with FakeOpenAI() as inner:
            with pytest.raises(EscapedClientError):
                by_socket()
            with pytest.raises(VerdictError):
                inner.check()
            inner.reset()
        outer.check()
        with pytest.raises(EscapedClientError):
            by_socket()
        with pytest.raises(VerdictError):
            outer.check()
        outer.reset()


def test_stops_for_each_holder_that_has_not_let_go_in_any_order() -> None:
    guard = Guard()
    notified: list[str] = []
    holders: list[Callable[[str], None]] = [lambda text, name=name: notified.append(name) for name in "ab"]  # type: ignore[misc]  # a default binds the name
    for holder in holders:
        guard.acquire(holder)
    for holder in holders:
        with pytest.raises(EscapedClientError):
            socket.getaddrinfo("api.openai.com", 443)
        guard.release(holder)
    assert notified == ["b", "b"]


def test_is_no_exception_that_an_application_handles() -> None:
    assert not issubclass(EscapedClientError, Exception)


@pytest.mark.parametrize("lookup", ["gethostbyname", "gethostbyname_ex"])
def test_stops_older_ways_to_look_a_name_up(lookup: str) -> None:
    with FakeOpenAI() as fake:
        with pytest.raises(EscapedClientError, match=r"api\.openai\.com"):
            getattr(socket, lookup)("api.openai.com")
        assert getattr(socket, lookup)("127.0.0.1")
        fake.reset()
