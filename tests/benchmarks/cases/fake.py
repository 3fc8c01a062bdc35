"""The fake as a test uses it: a reply is scripted, asked for, and looked at."""

from __future__ import annotations

from pytest_fakeopenai import FakeOpenAI

from ..constant import SAID
from .asking import asked, each


@each
def test_asks(fake_openai: FakeOpenAI, number: int) -> None:
    fake_openai.script(SAID)
    assert asked(fake_openai.client) == SAID
