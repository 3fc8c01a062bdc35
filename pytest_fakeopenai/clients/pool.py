"""Official clients, unmodified, over plain HTTP: no trust store, no proxies, one pool per process and event loop.

Making an `OpenAI()` costs milliseconds, nearly all for TLS that loopback does not need; a copy of one that shares its
HTTP client costs next to nothing.
"""

from __future__ import annotations

import contextlib
import ssl
import threading
import weakref
from collections.abc import Iterator
from functools import cache
from typing import Any, TypeVar

import openai

from ..settings import API_KEY
from .connections import CONNECTIONS
from .loop_pools import LoopPools, loop_pools

C = TypeVar("C", openai.OpenAI, openai.AsyncOpenAI)
A = TypeVar("A", bound=openai.AsyncOpenAI)

API_VERSION = "2024-10-21"  # the newest stable version of Azure's API before it dropped versions
_MAKING = threading.Lock()  # threads that want the first client at the same time get the same pool


class _SharedClient(openai.DefaultHttpxClient):
    """One pool for all tests, which a test that closes its client must not close."""

    def close(self) -> None:
        """Keep the pool open: other clients use it."""


class _LoopClient(openai.DefaultAsyncHttpxClient):
    """An HTTP client that lives in every event loop: each has connections of its own, closed with the loop."""

    def __init__(self) -> None:
        super().__init__(**_plain())
        self._crowds: weakref.WeakKeyDictionary[LoopPools, _Crowd] = weakref.WeakKeyDictionary()

    async def send(self, request: Any, **options: Any) -> Any:
        """Send the request through one of the running loop's pools."""
        pools = await loop_pools()
        if (crowd := self._crowds.get(pools)) is None:
            crowd = self._crowds[pools] = _Crowd()
        with crowd.take(pools) as client:
            return await client.send(request, **options)

    async def aclose(self) -> None:
        """Keep the pools open: other clients use them."""


class _Pool:
    """An HTTP client, and how many requests wait for their answer to begin on it."""

    def __init__(self, pools: LoopPools) -> None:
        self.client = openai.DefaultAsyncHttpxClient(**_plain())
        self.busy = 0
        pools.add(self.client)
        CONNECTIONS.keep(self.client._transport)


class _Crowd:
    """The requests of one loop, spread over pools: each looks at all its connections for every request."""

    _MOST = 32

    def __init__(self) -> None:
        self._pools: list[_Pool] = []

    @contextlib.contextmanager
    def take(self, pools: LoopPools) -> Iterator[openai.DefaultAsyncHttpxClient]:
        """The first client that is not crowded, for as long as a request waits for its answer."""
        pool = next((pool for pool in self._pools if pool.busy < self._MOST), None)
        if pool is None:
            self._pools.append(pool := _Pool(pools))
        pool.busy += 1
        try:
            yield pool.client
        finally:
            pool.busy -= 1


def _plain() -> dict[str, Any]:
    """The options of a client that knows neither proxies nor certificates."""
    return {"verify": _tls(), "trust_env": False}


@cache
def _tls() -> ssl.SSLContext:
    """One context for all clients, which trusts anybody: whoever is spoken to is this process."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@cache
def _http() -> _SharedClient:
    client = _SharedClient(**_plain())
    CONNECTIONS.keep(client._transport)
    return client


def http() -> _SharedClient:
    """The HTTP client of every synchronous client."""
    with _MAKING:
        return _http()


@cache
def loop_http() -> openai.DefaultAsyncHttpxClient:
    """The HTTP client of every asynchronous client: it works in any event loop."""
    return _LoopClient()


@cache
def _openai() -> openai.OpenAI:
    return _with_keys(openai.OpenAI(base_url="http://127.0.0.1/v1", api_key=API_KEY, http_client=http()))


@cache
def _async_openai() -> openai.AsyncOpenAI:
    return _with_keys(openai.AsyncOpenAI(base_url="http://127.0.0.1/v1", api_key=API_KEY, http_client=loop_http()))


def _with_keys(client: C) -> C:
    """The client, with a key for administration as well where its release knows one."""
    if hasattr(client, "admin_api_key"):
        client.admin_api_key = API_KEY
    return client


def _with_platform(client: A) -> A:
    """The client, told what it runs on: to find out, it would start a thread in every loop."""
    if hasattr(client, "_platform"):
        client._platform = _platform()
    return client


@cache
def _platform() -> Any:
    get_platform = getattr(openai._base_client, "get_platform", None)
    return get_platform and get_platform()


def client(root: str) -> openai.OpenAI:
    """An `openai.OpenAI` for the server at this root."""
    return _openai().copy(base_url=f"{root}/v1")


def async_client(root: str) -> openai.AsyncOpenAI:
    """An `openai.AsyncOpenAI` for the server at this root, in any event loop."""
    return _with_platform(_async_openai().copy(base_url=f"{root}/v1"))


def azure_client(root: str) -> openai.AzureOpenAI:
    """An `openai.AzureOpenAI` for the server at this root."""
    return openai.AzureOpenAI(azure_endpoint=root, api_key=API_KEY, api_version=API_VERSION, http_client=http())


def async_azure_client(root: str) -> openai.AsyncAzureOpenAI:
    """An `openai.AsyncAzureOpenAI` for the server at this root, in any event loop."""
    client = openai.AsyncAzureOpenAI(
        azure_endpoint=root, api_key=API_KEY, api_version=API_VERSION, http_client=loop_http()
    )
    return _with_platform(client)


def close_pool() -> None:
    """Close the connections of the synchronous clients; the next client opens a new pool."""
    with _MAKING:
        if _http.cache_info().currsize:
            super(_SharedClient, _http()).close()
        for cached in (_openai, _http):
            cached.cache_clear()
