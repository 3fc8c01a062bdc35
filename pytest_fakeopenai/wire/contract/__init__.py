"""The contract of a request: what OpenAI refuses, in OpenAI's words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from ...replies.faults import ApiError
from ..protocol.call import Call, Json


class Violation(NamedTuple):
    """A thing in which a request breaks the contract, and the error that says so.

    `known` tells whether OpenAI is known to refuse it; what only the SDK's types say may be narrower than the API.
    """

    error: ApiError
    known: bool = True


class Rules(Protocol):
    """What OpenAI refuses of an endpoint's requests that are well typed; both are total, whatever JSON they get."""

    def fields(self, body: Json) -> Iterator[ApiError]:
        """What it refuses of the fields one by one."""

    def violations(self, call: Call) -> Iterator[ApiError]:
        """What it refuses across them."""
