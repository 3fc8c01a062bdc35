"""A test that does nothing."""

from __future__ import annotations

from .completion import each


@each
def test_does_nothing(number: int) -> None:
    pass
