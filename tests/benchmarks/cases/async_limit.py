"""One asynchronous client of one raw server; each test has a copy, an event loop and hence a connection of its own."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest

from ..constant import TEXT, Limit, async_client, running
from .completion import completion_text_async, each


@pytest.fixture(scope="session")
def shared(answer: bytes) -> Iterator[openai.AsyncOpenAI]:
    with running(Limit(answer)) as url:
        yield async_client(url, kept=0)


@pytest.mark.asyncio
@each
async def test_asks(copied: openai.AsyncOpenAI, number: int) -> None:
    assert await completion_text_async(copied) == TEXT
