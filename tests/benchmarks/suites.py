"""Tests with one call each, in a pytest of this process."""

from __future__ import annotations

import importlib.util
import statistics
import time
from collections.abc import Generator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from . import answers
from .groups import Figures, Goal, Group, Row

CASES = Path(__file__).with_name("cases")
MEMORY = ("-o", "fake_openai_transport=memory")
PEERS = {"respx": "respx_peer.py", "pytest_httpserver": "httpserver_peer.py"}


class Stopwatch:
    """A plugin that takes each test's time, and hands a case the bytes that its server says and its client."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self.taken: dict[str, float] = {}
        self.whole = 0.0

    @pytest.fixture(scope="session")
    def answer(self) -> bytes:
        """The answer to a chat completion."""
        return self._answer

    @pytest.fixture
    def copied(self, shared: Any) -> Any:
        """A copy of the client that the tests of a case share."""
        return shared.copy()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add a phase to its test: set-up, call, teardown."""
        self.taken[report.nodeid] = self.taken.get(report.nodeid, 0.0) + report.duration

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        """Take the time of all tests and what is between them, with the start and the end of a server."""
        began = time.perf_counter()
        result = yield
        self.whole = time.perf_counter() - began
        return result


def suite(case: str, *options: str, served: bool = False) -> Figures:
    """What a test of a case takes: the median after the first, the first, and the whole run spread over all."""
    watch = Stopwatch(answers.answer("chat") if served else b"")
    if pytest.main([str(CASES / case), *options], plugins=[watch]) != 0:
        raise RuntimeError(f"the tests of {case} did not pass")
    first, *others = watch.taken.values()
    return {"test": statistics.median(others), "first": first, "amortised": watch.whole / len(watch.taken)}


def _peers() -> Mapping[str, Row]:
    """The packages that others use for the same, where they are installed."""
    installed = {name: case for name, case in PEERS.items() if importlib.util.find_spec(name)}
    return {name: partial(suite, case, served=True) for name, case in installed.items()}


_LIMIT = partial(suite, "limit.py", served=True)

TESTS = Group(
    "tests",
    "a test with one blocking call",
    {
        "limit": _LIMIT,
        "empty test": partial(suite, "empty.py"),
        "floor": partial(suite, "floor.py", served=True),
        "bare Starlette": partial(suite, "bare.py", served=True),
        "fake": partial(suite, "fake.py"),
        "fake in memory": partial(suite, "fake.py", *MEMORY),
        "limit, OpenAI() in each test": partial(suite, "fresh_client.py", served=True),
        **_peers(),
    },
    (Goal("test with one blocking call", "fake", "test", 1.20, 1.10),),
)
ASYNC_TESTS = Group(
    "async_tests",
    "an asynchronous test with one call, in a loop of its own",
    {
        "limit": _LIMIT,
        "empty async test": partial(suite, "async_empty.py"),
        "async limit": partial(suite, "async_limit.py", served=True),
        "fake": partial(suite, "async_fake.py"),
        "fake in memory": partial(suite, "async_fake.py", *MEMORY),
    },
    (Goal("async test, a loop each, against the blocking limit", "fake", "test", 3.0, 2.0),),
)
