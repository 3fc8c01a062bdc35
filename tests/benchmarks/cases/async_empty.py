"""An asynchronous test that does nothing, in an event loop of its own."""

from __future__ import annotations

import pytest

from .completion import each


@pytest.mark.asyncio
@each
async def test_does_nothing(number: int) -> None:
    pass
