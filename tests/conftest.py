"""What every test may use."""

from __future__ import annotations

import faulthandler
import gc
import os
from collections.abc import Generator

import pytest

from pytest_fakeopenai.wire import tokens

pytest_plugins = ["pytester"]

_LONGEST = 600  # seconds that a test may take on the slowest machine
_STDERR = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    """Keep the real stderr: within a test it is captured."""
    config.stash[_STDERR] = os.dup(2)


def pytest_collection_finish() -> None:
    """Hide from the collector what has been loaded: at the end of each inner run pytest collects five times."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let no test hang: the process ends with the stack of every thread, and xdist names the test."""
    faulthandler.dump_traceback_later(_LONGEST, exit=True, file=item.config.stash[_STDERR])
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.fixture
def with_tokenizer() -> None:
    """Tokens as OpenAI counts and cuts them."""
    if tokens.encoding("o200k_base") is None:
        pytest.skip("the extra `tokenizer` is not installed")


@pytest.fixture
def without_tokenizer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens as they are counted and cut where no tokenizer is installed."""
    monkeypatch.setattr(tokens, "encoding", lambda vocabulary: None)
