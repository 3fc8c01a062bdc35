"""Provoking a verdict on purpose."""

from __future__ import annotations

import pytest

from pytest_fakeopenai import FakeOpenAI, VerdictError


def verdict_of(fake: FakeOpenAI) -> VerdictError:
    """What the fake would fail this test with, and everything forgotten, so that it does not."""
    with pytest.raises(VerdictError) as caught:
        fake.check()
    fake.reset()
    return caught.value
