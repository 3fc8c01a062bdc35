"""The contract of a request: what OpenAI refuses, in OpenAI's words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from ...replies.faults import ApiError
from ..protocol.call import Call, Json


class Violation(NamedTuple):
    """A thing in which a request breaks the contract, and the error that says so.

    `certain` tells whether OpenAI is known to refuse it; what only the SDK's types say may be narrower than the API.
    """

    error: ApiError
    certain: bool = True


class Contract(Protocol):
    """What OpenAI refuses of an endpoint's requests that are well typed; both are total, whatever JSON they get."""

    def field_errors(self, body: Json) -> Iterator[ApiError]:
        """What it refuses of the fields one by one."""

    def call_errors(self, call: Call) -> Iterator[ApiError]:
        """What it refuses across them."""


class NothingElse:
    """The contract of an endpoint of which no more is refused than its types say."""

    def field_errors(self, body: Json) -> Iterator[ApiError]:
        """Nothing."""
        yield from ()

    def call_errors(self, call: Call) -> Iterator[ApiError]:
        """Nothing."""
        yield from ()
