"""Waiting for the server's side of a request."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pytest_fakeopenai import RecordedRequest


def call_when_closed(monkeypatch: pytest.MonkeyPatch, then: Callable[[], object]) -> None:
    """Call a function each time that a request has come to its end, on the server's side."""
    close = RecordedRequest._note_end

    def closing(request: RecordedRequest) -> None:
        close(request)
        then()

    monkeypatch.setattr(RecordedRequest, "_note_end", closing)
