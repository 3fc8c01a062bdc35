"""What clients have open to a fake ends with the test, or with the event loop, whoever made the client."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from typing import Any

import pytest

from ..plugin.support import run
from ..server.peers import needs_proc

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
