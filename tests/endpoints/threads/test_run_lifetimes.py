"""Runs that are at work when their test is over."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import openai
import pytest

from pytest_fakeopenai import (
    FakeOpenAI,
    Reply,
)

from ._runs import (
    create_run,
    deprecated,
    ids,
    thread,
)
from .test_run_faults import once

pytestmark = [*deprecated]


def test_leaves_nothing_behind_when_its_test_is_over() -> None:
    with FakeOpenAI() as fake:
        gate = fake.gate()
        fake.script(Reply("Hel", gate, "lo"), Reply("Hel", gate, "lo"))
        create_run(fake)
        gate.wait_reached()
        stream = fake.client.beta.threads.runs.create(**ids(fake), stream=True)
        next(stream)
        stream.close()

    gate.open()
    assert not gate._waiting


def test_hears_no_more_of_a_live_source_when_its_test_is_over() -> None:
    ended: list[str] = []

    async def source(request: object) -> AsyncIterator[object]:
        yield "Hel"
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("no more")

    with FakeOpenAI() as fake:
        fake.script(source)
        stream = fake.client.beta.threads.runs.create(**ids(fake), stream=True)
        assert next(event for event in stream if event.event == "thread.message.delta")

    with FakeOpenAI() as fake:  # whose server is the same, and has had a turn
        thread(fake)
    assert ended == ["no more"]


@pytest.mark.parametrize("stream", [False, True])
def test_hears_no_more_of_a_source_that_does_not_begin(fake_openai: FakeOpenAI, stream: bool) -> None:
    ended = threading.Event()

    async def source(request: object) -> AsyncIterator[object]:
        try:
            await asyncio.Event().wait()
            yield "Hel"
        finally:
            ended.set()

    fake_openai.script(source)
    fields = ids(fake_openai)
    with pytest.raises(openai.APITimeoutError):
        once(fake_openai).create(**fields, stream=stream)
    assert ended.wait(10)
    assert fake_openai.client.beta.threads.runs.list(fields["thread_id"]).data == []
