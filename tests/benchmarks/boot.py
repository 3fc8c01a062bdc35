"""From nothing to the first answer, in an interpreter that has done it before."""

from __future__ import annotations

import contextlib
import statistics
from collections.abc import Callable
from functools import partial
from typing import Any

from pytest_fakeopenai import FakeOpenAI

from . import answers
from .clock import once
from .constant import TEXT, Bare, Limit
from .groups import Figures, Goal, Group
from .http_requests import post_once

BOOTS = 60


def _served(server: Callable[[bytes], Any], boots: int = BOOTS) -> Figures:
    answer = answers.answer("chat")

    def boot(keep: contextlib.ExitStack) -> None:
        serving = server(answer)
        keep.callback(serving.stop)
        post_once(f"{serving.url}/v1/chat/completions", answers.CHAT)

    return _booted(boot, boots)


def _faked() -> Figures:
    def boot(keep: contextlib.ExitStack) -> None:
        fake = keep.enter_context(FakeOpenAI())
        fake.script(TEXT)
        post_once(f"{fake.base_url}/chat/completions", answers.CHAT)

    return _booted(boot, BOOTS)


def _booted(boot: Callable[[contextlib.ExitStack], None], boots: int) -> Figures:
    """The median boot after the first; what ends a server is not timed."""
    taken = []
    for _ in range(1 + boots):
        with contextlib.ExitStack() as keep:
            taken.append(once(partial(boot, keep)))
    return {"first": statistics.median(taken[1:])}


GROUP = Group(
    "boot",
    "start to first answer, warm interpreter",
    {"limit": partial(_served, Limit), "uvicorn.Server": partial(_served, Bare, 5), "fake": _faked},
    (Goal("boot to first answer, warm", "fake", "first", 1.6, 1.3),),
)
