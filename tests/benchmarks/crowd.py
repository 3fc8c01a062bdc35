"""Many streams at once, from one asynchronous client."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import Any

import openai

from pytest_fakeopenai import FakeOpenAI

from . import answers
from .constant import Limit, async_client, running
from .groups import Figures, Goal, Group, Row

PIECES = 20
WARM = 50


async def _whole(client: openai.AsyncOpenAI) -> None:
    """One stream, read to its end; every piece has to come."""
    stream: Any = await client.chat.completions.create(**answers.CHAT, stream=True)
    arrived = [chunk async for chunk in stream]
    if len(arrived) < PIECES:
        raise RuntimeError(f"a stream of {PIECES} pieces had {len(arrived)} chunks")


async def _crowd(client: openai.AsyncOpenAI, size: int) -> Figures:
    began = time.perf_counter()
    outcomes = await asyncio.gather(*[_whole(client) for _ in range(size)], return_exceptions=True)
    return {"seconds": time.perf_counter() - began, "errors": float(len([each for each in outcomes if each]))}


async def _after(warm: int, client: openai.AsyncOpenAI, size: int) -> Figures:
    """A crowd after a smaller one. The client tries nothing again, so that every error shows."""
    client = client.with_options(max_retries=0)
    await _crowd(client, warm)
    return await _crowd(client, size)


def _limit(size: int) -> Figures:
    with running(Limit(answers.answer("chat", streamed=PIECES))) as url:
        return asyncio.run(_after(WARM, async_client(url), size))


def _fake(size: int, warm: int = WARM, **options: Any) -> Figures:
    with FakeOpenAI(**options) as fake:
        fake.otherwise(answers.pieces(PIECES))
        return asyncio.run(_after(warm, fake.async_client, size))


def _rows(size: int) -> dict[str, Row]:
    return {
        "limit": partial(_limit, size),
        "fake": partial(_fake, size),
        "fake in memory": partial(_fake, size, transport="memory"),
        "fake, cold": partial(_fake, size, warm=0),
    }


def _group(name: str, size: int) -> Group:
    return Group(
        name,
        f"{size:,} concurrent streams of {PIECES} chunks",
        _rows(size),
        (
            Goal(f"{size:,} concurrent async streams", "fake", "seconds", 1.20, 0.95),
            Goal(f"{size:,} concurrent async streams, cold: errors", "fake, cold", "errors", 0, 0, None, always=True),
        ),
    )


SMALL = _group("crowd_200", 200)
LARGE = _group("crowd_1000", 1000)
