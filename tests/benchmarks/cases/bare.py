"""One client of Starlette on uvicorn's own server; each test has a copy."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest

from ..constant import TEXT, Bare, client, running
from .completion import completion_text, each


@pytest.fixture(scope="session")
def shared(answer: bytes) -> Iterator[openai.OpenAI]:
    with running(Bare(answer)) as url:
        yield client(url)


@each
def test_asks(copied: openai.OpenAI, number: int) -> None:
    assert completion_text(copied) == TEXT
