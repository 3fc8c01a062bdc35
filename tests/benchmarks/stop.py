"""The end of the last fake of a process, and with it of the server."""

from __future__ import annotations

import contextlib
import http.client
import statistics
from collections.abc import Callable
from functools import partial

from pytest_fakeopenai import FakeOpenAI, Reply, Timeout

from . import answers
from .calls import call
from .clock import once
from .constant import TEXT, Limit, client
from .groups import Figures, Goal, Group
from .http_requests import connect, post

STOPS = 30
HANGING_STOPS = 8
STREAMS = 100


def _limit() -> Figures:
    answer = answers.answer("chat")
    return {"stop": statistics.median(_stop_limit(answer) for _ in range(STOPS))}


def _stop_limit(answer: bytes) -> float:
    server = Limit(answer)
    call("chat", client(server.url))
    return once(server.stop)


def _idle() -> float:
    """A fake that has answered a client, whose connection stays open."""
    fake = FakeOpenAI().__enter__()
    fake.script(TEXT)
    call("chat", fake.client)
    return once(fake._close)


def _hanging(waiting: Callable[[FakeOpenAI], object]) -> float:
    """A fake with clients that have read the beginning of a stream and wait for the rest."""
    fake = FakeOpenAI().__enter__()
    fake.otherwise(Reply("It is ", waiting(fake), "sunny."))
    with contextlib.ExitStack() as clients:
        streams = [_begin(fake.base_url, clients) for _ in range(STREAMS)]
        taken = once(fake._close)
        _expect_cut(streams)
    return taken


def _begin(base_url: str, clients: contextlib.ExitStack) -> http.client.HTTPResponse:
    """A stream whose first event has come."""
    connection = clients.enter_context(contextlib.closing(connect(base_url)))
    stream = post(connection, f"{base_url}/chat/completions", {**answers.CHAT, "stream": True})
    if not stream.readline().startswith(b"data: "):
        raise RuntimeError("a stream did not begin")
    return stream


def _expect_cut(streams: list[http.client.HTTPResponse]) -> None:
    """No stream comes to its end."""
    for stream in streams:
        with contextlib.suppress(http.client.IncompleteRead, ConnectionError):
            raise RuntimeError(f"a stream came to its end: {stream.read()!r}")


def _stopped(stop: Callable[[], float], times: int) -> Figures:
    stop()
    return {"stop": statistics.median(stop() for _ in range(times))}


GROUP = Group(
    "stop",
    "the end of the last fake",
    {
        "limit": _limit,
        "idle": partial(_stopped, _idle, STOPS),
        "100 streams at a gate": partial(_stopped, partial(_hanging, lambda fake: fake.gate()), HANGING_STOPS),
        "100 streams in a timeout": partial(_stopped, partial(_hanging, lambda fake: Timeout()), HANGING_STOPS),
    },
    (
        Goal("stop", "idle", "stop", 0.001, 0.0002, reference=None),
        Goal("stop, 100 streams hang at a gate", "100 streams at a gate", "stop", 0.005, 0.0015, reference=None),
        Goal("stop, 100 streams hang in a timeout", "100 streams in a timeout", "stop", 0.005, 0.0015, reference=None),
    ),
)
