"""What clients have open to a fake ends with the test, or with the event loop, whoever made the client."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib.util
import subprocess
import sys
import threading
import weakref
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar

import anyio
import openai
import pytest

from pytest_fakeopenai import ApiError, Disconnect, FakeOpenAI, Reply
from pytest_fakeopenai.clients import transports
from pytest_fakeopenai.clients.connections import CONNECTIONS

from ..plugin.support import run
from ..server.peers import hello, needs_proc, serving

T = TypeVar("T")

MESSAGES: Any = [{"role": "user", "content": "Hi"}]
LIBRARIES = [name for name in ("httpx", "httpx2") if importlib.util.find_spec(name)]

# Begins a module whose tests may have few files open, and which tells what is open in the end.
LIMITED = """
import asyncio, gc, os, resource, sys, threading

kept = []

def opened():
    gc.collect()
    return len(os.listdir("/proc/self/fd")), set(threading.enumerate())

@pytest.fixture(scope="session", autouse=True)
def limited(fake_openai_server):
    files, threads = opened()
    resource.setrlimit(resource.RLIMIT_NOFILE, (files + 24, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    yield
    now, threads_now = opened()
    assert (now - files <= 2, threads_now - threads) == (True, set())  # our own client's connection has two ends

turns = pytest.mark.parametrize("turn", range(4))
"""

SYNCHRONOUS = """
application = []

def ours(fake):
    return fake.client

def the_process_s(fake):
    application[:] = application or [openai.OpenAI()]
    return application[0].with_options(base_url=fake.base_url)

def one_of_many(fake):
    kept.append(openai.OpenAI())
    return kept[-1]

def unread(client):
    say(client, "Hi", stream=True)

def unread_and_kept(client):
    kept.append(say(client, "Hi", stream=True))

def half_read(client):
    next(iter(say(client, "Hi", stream=True)))

def half_read_in_a_kept_frame(client):
    with pytest.raises(ZeroDivisionError) as caught:
        for chunk in say(client, "Hi", stream=True):
            1 / 0
    kept.append(caught)

def raw(client):
    kept.append(client.chat.completions.with_raw_response.create(model="gpt-5", messages=[], stream=True))

@turns
@pytest.mark.parametrize("client", [ours, the_process_s, one_of_many])
@pytest.mark.parametrize("leave", [unread, unread_and_kept, half_read, half_read_in_a_kept_frame, raw])
@pytest.mark.fake_openai(validation="off")
def test_it(fake_openai, client, leave, turn):
    fake_openai.script("Hi", Reply("Hello", " there") if turn % 2 else Reply("Hello", Delay(600)))
    client = client(fake_openai)
    say(client, "Hi")
    leave(client)
"""

ASYNCHRONOUS = """
application = []

def ours(fake):
    return fake.async_client

def the_process_s(fake):
    application[:] = application or [openai.AsyncOpenAI()]
    return application[0].with_options(base_url=fake.base_url)

def one_of_many(fake):
    kept.append(openai.AsyncOpenAI())
    return kept[-1]

async def unread(client):
    await say(client, "Hi", stream=True)

async def unread_and_kept(client):
    kept.append(await say(client, "Hi", stream=True))

async def half_read(client):
    await anext(aiter(await say(client, "Hi", stream=True)))

async def half_read_in_a_kept_frame(client):
    with pytest.raises(ZeroDivisionError) as caught:
        async for chunk in await say(client, "Hi", stream=True):
            1 / 0
    kept.append(caught)

@turns
@pytest.mark.parametrize("client", [ours, the_process_s, one_of_many])
@pytest.mark.parametrize("leave", [unread, unread_and_kept, half_read, half_read_in_a_kept_frame])
@pytest.mark.asyncio(loop_scope=LOOP)
async def test_it(fake_openai, client, leave, turn):
    fake_openai.script("Hi", Reply("Hello", " there") if turn % 2 else Reply("Hello", Delay(600)))
    client = client(fake_openai)
    await say(client, "Hi")
    await leave(client)
"""


@needs_proc
@pytest.mark.parametrize(
    ("source", "count"),
    [
        pytest.param(SYNCHRONOUS, 60, id="synchronous"),
        pytest.param(ASYNCHRONOUS.replace("LOOP", '"function"'), 48, id="a loop per test"),
        pytest.param(ASYNCHRONOUS.replace("LOOP", '"session"'), 48, id="one loop"),
    ],
)
def test_ends_the_streams_that_a_test_leaves_open(pytester: pytest.Pytester, source: str, count: int) -> None:
    inner = run(pytester, LIMITED + source, where="subprocess")
    assert inner.outcomes == {"passed": count}, inner.output


COLLECTING = """
import gc, sys, threading
from pytest_fakeopenai import FakeOpenAI
import openai

gc.disable()
library = sys.modules[openai.DefaultHttpxClient.__mro__[-3].__module__.partition(".")[0]]
core = __import__(library.__name__.replace("httpx", "httpcore"))
pool = core.ConnectionPool
assign = pool._assign_requests_to_connections

def collect_and_assign(self):
    gc.collect()  # within the pool's lock
    return assign(self)

messages = [{"role": "user", "content": "Hi"}]
with FakeOpenAI() as fake:
    for client in (fake.client, openai.OpenAI()):
        fake.script(*["Hi there"] * 21)
        client.chat.completions.create(model="gpt-5", messages=messages)
        gc.freeze()  # what is to be collected is made from here on
        pool._assign_requests_to_connections = collect_and_assign
        for turn in range(10):
            stream = client.chat.completions.create(model="gpt-5", messages=messages, stream=True)
            for chunk in stream:
                break
            del stream, chunk
            assert client.chat.completions.create(model="gpt-5", messages=messages).choices
print("done")
"""


def run_clean(code: str) -> str:
    """What a program prints that must not hang, nor warn."""
    command = [sys.executable, "-W", "error", "-c", code]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def test_closes_what_the_collector_finds_within_the_lock_of_its_pool() -> None:
    assert run_clean(COLLECTING) == "done\n"


def read(stream: Any, outcomes: list[str]) -> None:
    """Read a stream to its end, however it ends."""
    try:
        outcomes.extend(chunk.choices[0].delta.content or "" for chunk in stream)
    except Exception:  # the SDK's or, from older ones, its HTTP library's
        outcomes.append("cut")


@contextlib.contextmanager
def reading(fake: FakeOpenAI) -> Iterator[Any]:
    """A stream whose next piece a thread is waiting for, which is to be cut in the block."""
    outcomes: list[str] = []
    gate = fake.gate()
    fake.script(Reply("Hel", gate, "lo"))
    stream = fake.client.with_options(max_retries=0).chat.completions.create(
        model="gpt-4o", messages=MESSAGES, stream=True
    )
    reader = threading.Thread(target=read, args=(stream, outcomes))
    reader.start()
    gate.wait_reached()
    yield stream
    reader.join(20)
    assert (reader.is_alive(), outcomes) == (False, ["", "Hel", "cut"])


@pytest.mark.parametrize("transport", ["socket", "memory"])
def test_wakes_a_thread_that_reads_when_its_fake_ends(transport: Any) -> None:
    fake = FakeOpenAI(transport=transport)
    with contextlib.ExitStack() as reader, fake:
        reader.enter_context(reading(fake))


def test_wakes_a_thread_that_reads_what_the_server_would_go_on_with() -> None:
    with FakeOpenAI() as fake, reading(fake):
        CONNECTIONS.end(fake.base_url.split("/")[3])


def test_wakes_a_thread_that_reads_in_memory_what_another_closes() -> None:
    with FakeOpenAI(transport="memory") as fake, reading(fake) as stream:
        stream.response.close()


@pytest.mark.parametrize("transport", ["socket", "memory"])
def test_wakes_a_task_that_reads_what_another_closes(transport: Any) -> None:
    async def main(fake: FakeOpenAI) -> None:
        gate = fake.gate()
        fake.script(Reply("Hel", gate, "lo"))
        stream: Any = await fake.async_client.chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True)
        await anext(stream), await anext(stream)
        reader = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0.05)
        await stream.response.aclose()
        done, _ = await asyncio.wait([reader], timeout=20)
        assert [task.exception() is None for task in done] == [False]

    with FakeOpenAI(transport=transport) as fake:
        asyncio.run(main(fake))


async def ask(client: openai.AsyncOpenAI) -> str | None:
    """What an asynchronous client is answered."""
    answer = await client.chat.completions.create(model="gpt-4o", messages=MESSAGES)
    return answer.choices[0].message.content


async def leave(client: openai.AsyncOpenAI) -> str | None:
    """What an asynchronous client is answered, which leaves a stream unread and another half-read."""
    for _ in range(2):
        stream: Any = await client.chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True)
    await anext(stream)
    return await ask(client)


async def fail(client: openai.AsyncOpenAI) -> str | None:
    """What an asynchronous client is answered behind an error, and behind a connection that broke."""
    for user in ("error", "cut"):
        with pytest.raises(openai.APIError):
            await client.chat.completions.create(model="gpt-4o", messages=MESSAGES, user=user)
    return await ask(client)


def run_and_close_generators(main: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(main)


def run_in_trio(main: Coroutine[Any, Any, T]) -> T:
    async def function() -> T:
        return await main

    return anyio.run(function, backend="trio")


@pytest.mark.parametrize("work", [ask, leave, fail])
@pytest.mark.parametrize("run_loop", [run_and_close_generators, run_in_trio])
@pytest.mark.fake_openai(unscripted="echo")
def test_lets_one_asynchronous_client_work_in_one_loop_after_the_other(
    fake_openai: FakeOpenAI, work: Any, run_loop: Any
) -> None:
    fake_openai.when(body={"user": "error"}).always(ApiError(500, "no"))
    fake_openai.when(body={"user": "cut"}).always(Disconnect())
    client = openai.AsyncOpenAI(max_retries=0)
    assert [run_loop(work(client)) for _ in range(3)] == ["Hi"] * 3


BEFORE_ASYNCIO_RUN = """
import asyncio, openai, warnings
from pytest_fakeopenai import FakeOpenAI

warnings.simplefilter("ignore")  # asyncio's, of sockets that were not closed
messages = [{"role": "user", "content": "Hi"}]

async def main(client):
    await client.chat.completions.create(model="gpt-4o", messages=messages, stream=True)
    return (await client.chat.completions.create(model="gpt-4o", messages=messages)).choices[0].message.content

def answer(client):
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(main(client))
    finally:
        loop.close()

for turn in range(2):
    with FakeOpenAI(unscripted="echo") as fake:
        for client in fake.async_client, openai.AsyncOpenAI():
            print(*(answer(client) for _ in range(3)))
"""


def test_lets_it_work_behind_a_loop_that_was_closed_with_its_connections_open() -> None:
    assert run_clean(BEFORE_ASYNCIO_RUN) == "Hi Hi Hi\n" * 4


@pytest.mark.fake_openai(unscripted="echo")
def test_lets_it_work_in_two_loops_by_turns(fake_openai: FakeOpenAI) -> None:
    client = openai.AsyncOpenAI()
    loops = asyncio.new_event_loop(), asyncio.new_event_loop()
    assert [loop.run_until_complete(ask(client)) for loop in loops * 3] == ["Hi"] * 6
    for loop in loops:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


@pytest.mark.fake_openai(unscripted="echo")
def test_keeps_one_connection_for_the_requests_of_a_loop(fake_openai: FakeOpenAI) -> None:
    async def main(client: Any) -> int:
        for _ in range(5):
            await ask(client)
        return len(transports.connections(client._client._transport))

    assert asyncio.run(main(openai.AsyncOpenAI())) == 1


@pytest.mark.parametrize("kind", ["ours", "own"])
@pytest.mark.fake_openai(unscripted="echo")
def test_keeps_no_loop_that_has_ended(fake_openai: FakeOpenAI, kind: str) -> None:
    client = fake_openai.async_client if kind == "ours" else openai.AsyncOpenAI()
    loops: list[weakref.ref[Any]] = []

    async def main() -> None:
        loops.append(weakref.ref(asyncio.get_running_loop()))
        await client.chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True)

    for _ in range(3):
        asyncio.run(main())
    gc.collect()
    assert [loop() for loop in loops] == [None] * 3


@pytest.mark.parametrize("name", LIBRARIES)
def test_ends_the_streams_of_a_client_that_knows_no_sdk(name: str) -> None:
    library = importlib.import_module(name)
    client = library.Client(trust_env=False)
    with FakeOpenAI(unscripted="echo") as fake:
        body = {"model": "gpt-4o", "messages": MESSAGES, "stream": True}
        headers = {"authorization": f"Bearer {fake.api_key}"}
        request = client.build_request("POST", f"{fake.base_url}/chat/completions", json=body, headers=headers)
        assert client.send(request, stream=True).status_code == 200
        assert len(transports.connections(client._transport)) == 1
    assert [each.is_closed() for each in transports.connections(client._transport)] == []


@pytest.mark.parametrize("name", LIBRARIES)
def test_leaves_the_streams_of_other_servers_alone(name: str) -> None:
    library = importlib.import_module(name)
    with serving(hello) as url, library.Client(trust_env=False) as client:
        with FakeOpenAI():
            response = client.send(client.build_request("GET", url), stream=True)
        assert response.read() == b"hello"


def test_leaves_the_streams_of_another_fake_alone() -> None:
    with FakeOpenAI(unscripted="echo") as outer:
        stream = outer.client.chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True)
        with FakeOpenAI():
            pass
        assert "".join(chunk.choices[0].delta.content or "" for chunk in stream) == "Hi"


PUT_BACK = """
import openai, sys
from pytest_fakeopenai import FakeOpenAI

library = sys.modules[openai.DefaultHttpxClient.__mro__[-3].__module__.partition(".")[0]]
methods = library.HTTPTransport.handle_request, library.AsyncHTTPTransport.handle_async_request
for turn in range(2):
    with FakeOpenAI(), FakeOpenAI():
        assert library.HTTPTransport.handle_request is not methods[0]
    assert (library.HTTPTransport.handle_request, library.AsyncHTTPTransport.handle_async_request) == methods
print("done")
"""


def test_puts_the_methods_of_the_libraries_back() -> None:
    assert run_clean(PUT_BACK) == "done\n"


def test_leaves_transports_of_another_make_as_they_are() -> None:
    unknown = object()
    assert transports.connections(unknown) == []
    assert not transports.reentrant_lock(unknown)._is_owned()
