"""The one thing that every test of a case does: a chat completion, and a look at what was said."""

from __future__ import annotations

from typing import Any

import pytest

from ..answers import CHAT

TESTS = 200
FEW = 40
each = pytest.mark.parametrize("number", range(TESTS))
slow = pytest.mark.parametrize("number", range(FEW))  # for tests that take many times longer


def completion_text(client: Any) -> Any:
    """The text of a completion."""
    return client.chat.completions.create(**CHAT).choices[0].message.content


async def completion_text_async(client: Any) -> Any:
    """The text of a completion that an asynchronous client asks for."""
    return (await client.chat.completions.create(**CHAT)).choices[0].message.content
