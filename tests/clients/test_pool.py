"""The official clients that a fake hands out, and those that find it through the environment."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import openai
import pytest

from pytest_fakeopenai import FakeOpenAI, create_app
from pytest_fakeopenai.clients import pool
from pytest_fakeopenai.clients.loop_pools import LoopPools

from ..server.peers import Counted, needs_proc, serving

KINDS = ("client", "async_client", "azure_client", "async_azure_client")
ASYNC_KINDS = ("async_client", "async_azure_client")
MESSAGES: Any = [{"role": "user", "content": "Hi"}]


async def aask(client: openai.AsyncOpenAI, text: str = "Hi") -> str:
    """What an asynchronous client is answered."""
    return (await client.responses.create(model="gpt-4o", input=text)).output_text


def ask(client: openai.OpenAI | openai.AsyncOpenAI, text: str = "Hi") -> str:
    """What a client is answered, the asynchronous ones in a loop of their own."""
    if isinstance(client, openai.AsyncOpenAI):
        return asyncio.run(aask(client, text))
    return client.responses.create(model="gpt-4o", input=text).output_text


def run(answer: Any) -> Any:
    """The answer of a call, be the client synchronous or not."""
    if not isinstance(answer, Coroutine):
        return answer
    return asyncio.run(answer)


@pytest.fixture
def counted() -> Iterator[tuple[str, Counted]]:
    """The root of a server, and its count of connections."""
    app = Counted(create_app())
    with serving(app) as url:
        yield url, app
    pool.close_pool()


def run_clean(code: str) -> str:
    """What a program prints, in which any warning is an error and nothing else is said."""
    command = [sys.executable, "-W", "error", "-c", code]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("call", "model", "path", "read"),
    [
        pytest.param(
            lambda client: client.chat.completions.create(model="gpt-4o", messages=MESSAGES),
            "gpt-4o",
            {"OpenAI": "/v1/chat/completions", "Azure": "/openai/deployments/gpt-4o/chat/completions"},
            lambda answer: answer.choices[0].message.content,
            id="chat",
        ),
        pytest.param(
            lambda client: client.responses.create(model="gpt-4o", input="Hi"),
            "gpt-4o",
            {"OpenAI": "/v1/responses", "Azure": "/openai/responses"},
            lambda answer: answer.output_text,
            id="responses",
        ),
        pytest.param(
            lambda client: client.embeddings.create(model="text-embedding-3-small", input="Hi"),
            "text-embedding-3-small",
            {"OpenAI": "/v1/embeddings", "Azure": "/openai/deployments/text-embedding-3-small/embeddings"},
            lambda answer: {1536: "Hi"}[len(answer.data[0].embedding)],
            id="embeddings",
        ),
    ],
)
def test_answers_each_official_client(
    fake_openai: FakeOpenAI,
    kind: str,
    call: Callable[[Any], Any],
    model: str,
    path: dict[str, str],
    read: Callable[[Any], str],
) -> None:
    answer = run(call(getattr(fake_openai, kind)))
    request = fake_openai.requests.only
    assert (read(answer), request.model) == ("Hi", model)
    assert request.path == path["Azure" if "azure" in kind else "OpenAI"]


@pytest.mark.parametrize("kind", KINDS)
def test_hands_out_official_clients_unmodified(fake_openai: FakeOpenAI, kind: str) -> None:
    types = {
        "client": openai.OpenAI,
        "async_client": openai.AsyncOpenAI,
        "azure_client": openai.AzureOpenAI,
        "async_azure_client": openai.AsyncAzureOpenAI,
    }
    client = getattr(fake_openai, kind)
    assert type(client) is types[kind]
    assert getattr(fake_openai, kind) is client


@pytest.mark.parametrize("makers", [[pool.client, pool.azure_client], [pool.client]], ids=["kinds", "same"])
def test_shares_one_pool_among_synchronous_clients(
    counted: tuple[str, Counted], makers: list[Callable[[str], openai.OpenAI]]
) -> None:
    url, app = counted
    clients = [make(url) for make in makers * 2]
    clients += [client.with_options(timeout=20) for client in clients]
    assert [ask(client) for client in clients] == ["Hi"] * len(clients)
    assert len(app.peers) == 1


def test_makes_one_pool_for_threads_that_ask_at_the_same_time() -> None:
    pool.close_pool()
    together = threading.Barrier(8)

    def shared_http(_: int) -> object:
        together.wait(20)
        return pool.http()

    with ThreadPoolExecutor(8) as threads:
        pools = list(threads.map(shared_http, range(8)))
    assert [each is pools[0] for each in pools] == [True] * 8


def test_shares_one_pool_among_asynchronous_clients_of_a_loop(counted: tuple[str, Counted]) -> None:
    url, app = counted
    clients = [pool.async_client(url), pool.async_azure_client(url), pool.async_client(url)]
    clients += [client.with_options(timeout=20) for client in clients]

    async def main() -> list[str]:
        return [await aask(client) for client in clients]

    for loops in (1, 2):
        assert asyncio.run(main()) == ["Hi"] * 6
        assert len(app.peers) == loops


def close(client: openai.OpenAI) -> None:
    client.close()


def leave(client: openai.OpenAI) -> None:
    with client:
        assert ask(client) == "Hi"


async def aclose(client: openai.AsyncOpenAI) -> None:
    await client.close()


async def aleave(client: openai.AsyncOpenAI) -> None:
    async with client:
        assert await aask(client) == "Hi"


@pytest.mark.parametrize(
    ("kind", "end"),
    [
        *((kind, end) for kind in KINDS if "async" not in kind for end in (close, leave)),
        *((kind, end) for kind in ASYNC_KINDS for end in (aclose, aleave)),
    ],
)
def test_is_not_broken_by_a_client_that_the_application_closes(kind: str, end: Callable[[Any], Any]) -> None:
    with FakeOpenAI() as first:
        run(end(getattr(first, kind)))
        with FakeOpenAI() as second:
            assert ask(getattr(second, kind)) == "Hi"
    with FakeOpenAI() as third:
        assert ask(getattr(third, kind)) == "Hi"


def test_spreads_a_crowd_of_asynchronous_requests_over_pools_of_a_few() -> None:
    crowd, pools = pool._Crowd(), LoopPools(object())
    with contextlib.ExitStack() as requests:
        taken = [requests.enter_context(crowd.take(pools)) for _ in range(70)]
    assert [taken.count(client) for client in dict.fromkeys(taken)] == [32, 32, 6]
    with crowd.take(pools) as client:  # whoever comes alone finds the connection of those before
        assert client is taken[0]


@pytest.mark.parametrize("kind", ASYNC_KINDS)
def test_works_in_any_event_loop(fake_openai: FakeOpenAI, kind: str) -> None:
    client = getattr(fake_openai, kind)
    answers = [asyncio.run(aask(client, "first")), asyncio.run(aask(client, "second"))]
    answers += [anyio.run(aask, client, name, backend=name) for name in ("trio", "asyncio", "trio")]
    assert answers == ["first", "second", "trio", "asyncio", "trio"]


@pytest.mark.parametrize("kind", ASYNC_KINDS)
def test_answers_requests_at_the_same_time(fake_openai: FakeOpenAI, kind: str) -> None:
    texts = [str(number) for number in range(20)]

    async def main() -> list[str]:
        return await asyncio.gather(*(aask(getattr(fake_openai, kind), text) for text in texts))

    assert asyncio.run(main()) == texts


@pytest.mark.asyncio
async def test_works_in_the_loop_of_an_asynchronous_test(async_openai_client: openai.AsyncOpenAI) -> None:
    async def pieces() -> AsyncIterator[str]:
        stream: Any = await async_openai_client.chat.completions.create(model="m", messages=MESSAGES, stream=True)
        async for chunk in stream:
            yield chunk.choices[0].delta.content or ""

    assert "".join([piece async for piece in pieces()]) == "Hi"


@needs_proc
def test_loads_no_trust_store_and_leaves_no_socket_and_no_warning() -> None:
    code = f"""
import asyncio, gc, os, ssl
import anyio, openai
from pytest_fakeopenai import FakeOpenAI

def forbidden(*args, **options):
    raise AssertionError("loopback needs no TLS")

async def ask(client):
    return (await client.responses.create(model="gpt-4o", input="Hi")).output_text

ssl.create_default_context = ssl.SSLContext.load_verify_locations = ssl.SSLContext.load_default_certs = forbidden
with FakeOpenAI() as fake:
    for kind in {KINDS!r}:
        client = getattr(fake, kind)
        if "async" in kind:
            print(asyncio.run(ask(client)), asyncio.run(ask(client)), anyio.run(ask, client, backend="trio"))
        else:
            print(client.responses.create(model="gpt-4o", input="Hi").output_text)
del client
gc.collect()
names = os.listdir("/proc/self/fd")
print([name for name in names if "socket:" in os.path.realpath(f"/proc/self/fd/{{name}}")])
"""
    assert run_clean(code).splitlines() == ["Hi", "Hi Hi Hi", "Hi", "Hi Hi Hi", "[]"]


def use(client: openai.OpenAI | openai.AsyncOpenAI) -> Any:
    """The chat completion that a client of the test's own gets, which is closed in its own loop."""
    if isinstance(client, openai.OpenAI):
        with client:
            return client.chat.completions.create(model="gpt-4o", messages=MESSAGES)
    return asyncio.run(ause(client))


async def ause(client: openai.AsyncOpenAI) -> Any:
    async with client:
        return await client.chat.completions.create(model="gpt-4o", messages=MESSAGES)


@pytest.mark.parametrize("cls", [openai.OpenAI, openai.AsyncOpenAI])
def test_answers_clients_that_find_it_by_the_environment(fake_openai: FakeOpenAI, cls: type[openai.OpenAI]) -> None:
    assert use(cls()).choices[0].message.content == "Hi"
    assert fake_openai.requests.only.headers["authorization"] == f"Bearer {fake_openai.api_key}"


@pytest.mark.parametrize("cls", [openai.AzureOpenAI, openai.AsyncAzureOpenAI])
@pytest.mark.parametrize(
    ("options", "model"),
    [
        pytest.param({}, "gpt-4o", id="environment alone"),
        pytest.param({"azure_deployment": "mine"}, "mine", id="deployment"),
    ],
)
def test_answers_azure_clients_that_find_it_by_the_environment(
    fake_openai: FakeOpenAI, cls: type[Any], options: dict[str, str], model: str
) -> None:
    answer = use(cls(**options))
    request = fake_openai.requests.only
    assert (answer.model, request.model) == (model, model)
    assert request.path == f"/openai/deployments/{model}/chat/completions"
    assert request.query == {"api-version": pool.API_VERSION}
    assert request.headers["api-key"] == fake_openai.api_key


def test_has_a_key_for_administration(fake_openai: FakeOpenAI) -> None:
    if not hasattr(fake_openai.client, "admin"):
        pytest.skip("this release of the SDK has no administration")
    project = fake_openai.client.admin.organization.projects.create(name="Apollo")
    built = openai.OpenAI().admin.organization.projects.retrieve(project.id)
    assert (built.name, fake_openai.requests.last.headers["authorization"]) == ("Apollo", "Bearer fake-api-key")
