"""One raw server; each test makes a client of its own, as applications do."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest

from ..constant import TEXT, Limit, running
from .completion import completion_text, slow


@pytest.fixture(scope="session")
def url(answer: bytes) -> Iterator[str]:
    with running(Limit(answer)) as address:
        yield address


@slow
def test_asks(url: str, number: int) -> None:
    with openai.OpenAI(base_url=f"{url}/v1", api_key="key") as client:
        assert completion_text(client) == TEXT
