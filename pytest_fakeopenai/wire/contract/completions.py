"""The rules of the completions endpoint."""

from __future__ import annotations

from collections.abc import Iterator

from ...faults import ApiError
from ..call import Call


def breaches(call: Call) -> Iterator[ApiError]:
    """What OpenAI refuses in a well-typed request, in the order in which it looks."""
    yield from ()
