"""The requests of one world in the order in which they came, and the part of them that a test selects."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

from ..unpatched import Clock
from .conditions import Conditions, RequestConditions, ResolveEndpoint
from .request import RecordedRequest
from .summaries import show_some

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Requests(Sequence[RecordedRequest]):
    """Recorded requests, oldest first."""

    def __init__(self, items: Sequence[RecordedRequest], resolve_endpoint: ResolveEndpoint = str) -> None:
        self._items = items
        self._resolve_endpoint = resolve_endpoint

    @overload
    def __getitem__(self, index: int) -> RecordedRequest: ...
    @overload
    def __getitem__(self, index: slice) -> Requests: ...
    def __getitem__(self, index: int | slice) -> RecordedRequest | Requests:
        if isinstance(index, slice):
            return Requests(self._items[index], self._resolve_endpoint)
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[RecordedRequest]:
        return iter(self._items)

    @property
    def only(self) -> RecordedRequest:
        """The one request there is; AssertionError when there are none or several."""
        if len(self._items) != 1:
            shown = show_some([repr(request) for request in self._items]) or "none"
            raise AssertionError(f"expected exactly one request, got {len(self._items)}: {shown}")
        return self._items[0]

    @property
    def last(self) -> RecordedRequest:
        """The newest request; AssertionError when there is none."""
        if not self._items:
            raise AssertionError("expected a request, got none")
        return self._items[-1]

    @property
    def concurrency(self) -> int:
        """The greatest number of these requests that ran at once; 1 where each came after the end of that before it."""
        begun = [(request._first_turn, 1) for request in self._items]
        ended = [(turn, -1) for request in self._items if (turn := request._last_turn) is not None]
        changes = (change for _, change in sorted(begun + ended))
        return max(itertools.accumulate(changes), default=0)

    def where(self, **conditions: Unpack[RequestConditions]) -> Requests:
        """The requests that meet all conditions, which are those of `when`.

            critic = fake_openai.requests.where(endpoint="responses", system="You are the critic")

        TypeError for another condition, ValueError for an endpoint that is no operation's.
        """
        checked = Conditions(conditions, self._resolve_endpoint)
        return Requests([request for request in self._items if checked.met_by(request)], self._resolve_endpoint)

    def __repr__(self) -> str:
        return f"Requests({list(self._items)!r})"


class Journal:
    """The requests of one world; with a `limit`, only the newest so many.

    `test_began` is when its clock was at zero. Each beginning and end of a request takes one of its turns.
    """

    def __init__(
        self, limit: int | None = None, resolve_endpoint: ResolveEndpoint = str, test_began: float = 0.0
    ) -> None:
        self._test_began = test_began
        self._turns = itertools.count()
        self._requests: list[RecordedRequest] = []
        self._limit = limit
        self._resolve_endpoint = resolve_endpoint
        self._count = 0

    def open(self, **fields: Any) -> RecordedRequest:
        """Put a request on record."""
        self._count += 1
        began, turns = self._test_began, self._turns
        fields |= {"_test_began": began, "_turns": turns, "_first_turn": next(turns)}
        request = RecordedRequest(number=self._count, started=Clock.monotonic() - began, **fields)
        self._requests.append(request)
        if self._limit is not None and len(self._requests) > self._limit:
            del self._requests[0]
        return request

    def requests(self) -> Requests:
        """A snapshot of what has come so far."""
        return Requests(tuple(self._requests), self._resolve_endpoint)

    def clear(self) -> None:
        """Forget every request, and count from one again."""
        self._requests.clear()
        self._count = 0
