"""What tests patch by hand: it is theirs, and reaches neither the server nor the next test."""

from __future__ import annotations

import asyncio
import builtins
import os
import random
import socket
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.settings import Transport

from ..plugin.support import run
from .scenario import BODY, both_transports, exercise, exercise_async


def never(*args: object, **options: object) -> Any:
    """Stands for what must not be called."""
    raise AssertionError("this was replaced")


class NoThread:
    """Stands for a thread; nobody may start one."""

    __init__ = never


def stop_the_clock(patch: pytest.MonkeyPatch) -> None:
    for name in ("monotonic", "time", "perf_counter"):
        patch.setattr(time, name, lambda: 5.0)


def forbid_threads(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(threading, "Thread", NoThread)


def forbid_sleep(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(asyncio, "sleep", never)


def fix_chance(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(random, "random", lambda: 0.0)
    patch.setattr(random, "seed", never)
    patch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=0))
    patch.setattr(os, "urandom", bytes)


def fake_files(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(builtins, "open", never)
    patch.setattr(os, "listdir", lambda path=".": [])
    patch.setattr(Path, "exists", lambda self: False)
    patch.setattr(Path, "rglob", lambda self, pattern: iter(()))


def empty_environment(patch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        patch.delenv(name)


PATCHES = [stop_the_clock, forbid_threads, forbid_sleep, fix_chance, fake_files, empty_environment]


@both_transports
@pytest.mark.parametrize("patch", PATCHES)
def test_answers_a_synchronous_application(
    transport: Transport, patch: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeOpenAI(transport=transport) as fake:
        with monkeypatch.context() as context:
            patch(context)
            exercise(fake)
            fake.script(lambda request: "made")
            assert fake.client.responses.create(**BODY).output_text == "made"
            fake.client.files.list()
            fake.client.fine_tuning.jobs.list()
        exercise(fake)


@both_transports
@pytest.mark.parametrize("patch", [fix_chance, fake_files, empty_environment])
def test_answers_an_asynchronous_application(
    transport: Transport, patch: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeOpenAI(transport=transport) as fake:
        with monkeypatch.context() as context:
            patch(context)
            asyncio.run(exercise_async(fake))
        asyncio.run(exercise_async(fake))


@both_transports
def test_takes_no_part_in_what_an_application_sleeps(transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    naps: list[float] = []

    async def nap(seconds: float, result: object = None) -> object:
        naps.append(seconds)
        return result

    async def main() -> None:
        with monkeypatch.context() as context:
            context.setattr(asyncio, "sleep", nap)
            await exercise_async(fake, with_timers=False)

    with FakeOpenAI(transport=transport) as fake:
        asyncio.run(main())
    assert naps == []


def test_serves_connections_while_nobody_may_make_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeOpenAI() as fake:
        peer = socket.socket()
        with monkeypatch.context() as context, peer:
            context.setattr(socket, "socket", never)
            port = int(fake.base_url.split(":")[2].partition("/")[0])
            peer.connect(("127.0.0.1", port))
            peer.sendall(b"GET /v1/models/gpt-4o HTTP/1.1\r\nhost: x\r\nauthorization: Bearer any\r\n\r\n")
            assert peer.recv(100).startswith(b"HTTP/1.1 200")


FIRST_USE = """
from tests.surroundings.test_patched import PATCHES
from tests.surroundings.scenario import exercise

patch = pytest.MonkeyPatch()
for each in PATCHES:
    if each.__name__ == "{name}":
        each(patch)

def test_patched(fake_openai):
    exercise(fake_openai)
    fake_openai.client.batches.list()

def test_as_it_was(fake_openai):
    patch.undo()
    exercise(fake_openai)
    fake_openai.client.files.list()
    fake_openai.client.fine_tuning.jobs.list()
"""


@pytest.mark.parametrize("name", ["stop_the_clock", "forbid_sleep", "fix_chance"])
def test_may_be_patched_before_the_first_use(pytester: pytest.Pytester, name: str) -> None:
    result = run(pytester, FIRST_USE.format(name=name), where="subprocess")

    assert result.outcomes == {"passed": 2}, result.output
