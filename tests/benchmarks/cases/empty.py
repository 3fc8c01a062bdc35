"""A test that does nothing."""

from __future__ import annotations

from .asking import each


@each
def test_does_nothing(number: int) -> None:
    pass
