"""A blocking call."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from pytest_fakeopenai import FakeOpenAI

from . import answers
from .clock import latency
from .constant import TEXT, Bare, Limit, client, floor, running
from .groups import Figures, Goal, Group, Row

CALLS = 600
WARM = 20


def call(surface: str, client: Any) -> object:
    """The call that an application makes."""
    _, body = answers.PATHS[surface]
    return client.chat.completions.create(**body) if surface == "chat" else client.responses.create(**body)


def _measured(surface: str, client: Any) -> Figures:
    return latency(lambda: call(surface, client), CALLS)


def _served(surface: str, server: Callable[[bytes], Any], shape: Callable[[bytes], bytes] = bytes) -> Figures:
    with running(server(shape(answers.answer(surface)))) as url:
        return _measured(surface, client(url))


def _faked(surface: str, **options: Any) -> Figures:
    with FakeOpenAI(**options) as fake:
        fake.script(*[TEXT] * (CALLS + WARM))
        return _measured(surface, fake.client)


def _rows(surface: str) -> dict[str, Row]:
    return {
        "limit": partial(_served, surface, Limit),
        "limit, two headers": partial(_served, surface, Limit, answers.sparse),
        "floor": lambda: _measured(surface, floor(answers.answer(surface))),
        "bare Starlette": partial(_served, surface, Bare),
        "fake": partial(_faked, surface),
        "fake, validation off": partial(_faked, surface, validation="off"),
    }


CHAT = Group(
    "chat",
    "a blocking chat completion",
    _rows("chat"),
    (
        Goal("blocking chat call, p50", "fake", "p50", 1.12, 1.05),
        Goal("blocking chat call, p95", "fake", "p95", 1.25, 1.10),
    ),
)
RESPONSES = Group(
    "responses",
    "a blocking response",
    _rows("responses"),
    (Goal("blocking Responses call, p50", "fake", "p50", 1.15, 1.05),),
)
