"""The fake as an asynchronous test uses it, in an event loop of its own."""

from __future__ import annotations

import pytest

from pytest_fakeopenai import FakeOpenAI

from ..constant import TEXT
from .completion import completion_text_async, each


@pytest.mark.asyncio
@each
async def test_asks(fake_openai: FakeOpenAI, number: int) -> None:
    fake_openai.script(TEXT)
    assert await completion_text_async(fake_openai.async_client) == TEXT
