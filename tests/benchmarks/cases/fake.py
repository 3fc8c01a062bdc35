"""The fake as a test uses it: a reply is scripted, asked for, and looked at."""

from __future__ import annotations

from pytest_fakeopenai import FakeOpenAI

from ..constant import TEXT
from .completion import completion_text, each


@each
def test_asks(fake_openai: FakeOpenAI, number: int) -> None:
    fake_openai.script(TEXT)
    assert completion_text(fake_openai.client) == TEXT
