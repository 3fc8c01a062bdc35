"""A long stream, read by the official client as fast as it can."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from pytest_fakeopenai import FakeOpenAI

from . import answers
from .constant import Bare, Limit, client, floor, running
from .groups import Figures, Goal, Group, Row

PIECES = 1000
STREAMS = 7
WARM = 2


def _read(surface: str, client: Any) -> Figures:
    """The time to the first chunk of a stream, and per chunk up to the end."""
    _, body = answers.PATHS[surface]
    api = client.chat.completions if surface == "chat" else client.responses
    began = time.perf_counter()
    arrived = [time.perf_counter() for _ in api.create(**body, stream=True)]
    if len(arrived) < PIECES:
        raise RuntimeError(f"a stream of {PIECES} pieces had {len(arrived)} events")
    return {"chunk": (time.perf_counter() - began) / len(arrived), "first": arrived[0] - began}


def _measured(surface: str, client: Any) -> Figures:
    figures = [_read(surface, client) for _ in range(WARM + STREAMS)][WARM:]
    return {figure: statistics.median(each[figure] for each in figures) for figure in figures[0]}


def _served(surface: str, server: Callable[[bytes], Any]) -> Figures:
    with running(server(answers.answer(surface, streamed=PIECES))) as url:
        return _measured(surface, client(url))


def _faked(surface: str, **options: Any) -> Figures:
    with FakeOpenAI(**options) as fake:
        fake.script(*[answers.pieces(PIECES)] * (WARM + STREAMS))
        return _measured(surface, fake.client)


def _rows(surface: str) -> dict[str, Row]:
    return {
        "limit": partial(_served, surface, Limit),
        "floor": lambda: _measured(surface, floor(answers.answer(surface, streamed=PIECES))),
        "bare Starlette": partial(_served, surface, Bare),
        "fake": partial(_faked, surface),
        "fake in memory": partial(_faked, surface, transport="memory"),
    }


CHAT = Group(
    "chat_stream",
    "a chunk of a chat completion of 1,000",
    _rows("chat"),
    (
        Goal("1,000-chunk chat stream, per chunk", "fake", "chunk", 1.03, 1.00),
        Goal("1,000-chunk chat stream, the first chunk", "fake", "first", 1.2, 1.1),
    ),
)
RESPONSES = Group(
    "response_stream",
    "an event of a response of 1,000 deltas",
    _rows("responses"),
    (
        Goal("1,000-delta Responses stream, per event", "fake", "chunk", 1.03, 1.00),
        Goal("1,000-delta Responses stream, the first event", "fake", "first", 1.2, 1.1),
    ),
)
