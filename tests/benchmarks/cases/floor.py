"""One client that has the answer at hand; each test has a copy."""

from __future__ import annotations

import openai
import pytest

from ..constant import TEXT, floor
from .completion import completion_text, each


@pytest.fixture(scope="session")
def shared(answer: bytes) -> openai.OpenAI:
    return floor(answer)


@each
def test_asks(copied: openai.OpenAI, number: int) -> None:
    assert completion_text(copied) == TEXT
