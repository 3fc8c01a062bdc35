"""The contract of a request: what OpenAI refuses, in OpenAI's words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple, Protocol, TypeAlias

from ...replies.faults import ApiError
from ..protocol.call import Call, Json

Grade: TypeAlias = Literal["known", "typed", "ignored"]


class Violation(NamedTuple):
    """A thing in which a request breaks the contract, and the error that says so.

    `grade` tells what is known of OpenAI's own answer:

    - `known`: a recording, the API's document or its published words show that it refuses this, at this place.
    - `typed`: only the SDK's types forbid it, and the API may be wider.
    - `ignored`: the types forbid it, and the API was seen to take it.
    """

    error: ApiError
    grade: Grade = "known"


def graded(refusal: ApiError | Violation) -> Violation:
    """A violation; an error by itself is of what OpenAI is known to refuse."""
    return refusal if isinstance(refusal, Violation) else Violation(refusal)


class Contract(Protocol):
    """What OpenAI refuses of an endpoint's requests that are well typed; both are total, whatever JSON they get.

    What is not known to be refused is a `Violation` of another grade.
    """

    def field_errors(self, body: Json) -> Iterator[ApiError | Violation]:
        """What it refuses of the fields one by one."""

    def call_errors(self, call: Call) -> Iterator[ApiError | Violation]:
        """What it refuses across them."""


class NothingElse:
    """The contract of an endpoint of which no more is refused than its types say."""

    def field_errors(self, body: Json) -> Iterator[ApiError]:
        """Nothing."""
        yield from ()

    def call_errors(self, call: Call) -> Iterator[ApiError]:
        """Nothing."""
        yield from ()
