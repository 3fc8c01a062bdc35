"""The parts of a reply that wait or fail, wherever a reply is played."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Protocol

from typing_extensions import assert_never

from ..replies.faults import ApiError, Timeout
from ..replies.timing import Delay, Gate, GateNeverOpenedError
from ..unpatched import sleep
from ..wire.protocol import errors
from .context import RequestContext


class Waiting(Protocol):
    """Where a reply waits: a sink, or what writes an answer."""

    async def wait(self, waiter: Awaitable[None], seconds: float = 0.0) -> None:
        """Wait for the waiter's result, which takes so many seconds."""

    async def hang(self) -> None:
        """Say nothing more."""


async def apply_control(context: RequestContext, place: Waiting, part: Delay | Gate | Timeout | ApiError) -> None:
    """Let a part that waits take effect; raise one that is an error."""
    if isinstance(part, Delay):
        await place.wait(sleep(part.seconds), part.seconds)
    elif isinstance(part, Gate):
        await _pass(context, place, part)
    elif isinstance(part, Timeout):
        await place.hang()
    elif isinstance(part, ApiError):
        raise part
    else:
        assert_never(part)


async def _pass(context: RequestContext, place: Waiting, gate: Gate) -> None:
    """Wait at a gate; ApiError, which also fails the test, where nobody opens it."""
    try:
        await place.wait(gate.passed())
    except GateNeverOpenedError as error:
        context.world.record_failure(str(error))
        raise errors.refusal("gate_never_opened", str(error)) from None
