"""The requests of one world in the order in which they came, and the part of them that a test selects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, overload

from .conditions import Conditions
from .request import RecordedRequest


class Requests(Sequence[RecordedRequest]):
    """Recorded requests, oldest first."""

    def __init__(self, items: Sequence[RecordedRequest]) -> None:
        self._items = items

    @overload
    def __getitem__(self, index: int) -> RecordedRequest: ...
    @overload
    def __getitem__(self, index: slice) -> Requests: ...
    def __getitem__(self, index: int | slice) -> RecordedRequest | Requests:
        return Requests(self._items[index]) if isinstance(index, slice) else self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[RecordedRequest]:
        return iter(self._items)

    @property
    def only(self) -> RecordedRequest:
        """The one request there is; AssertionError when there are none or several."""
        if len(self._items) != 1:
            raise AssertionError(f"expected exactly one request, got {len(self._items)}: {self._items!r}")
        return self._items[0]

    @property
    def last(self) -> RecordedRequest:
        """The newest request; AssertionError when there is none."""
        if not self._items:
            raise AssertionError("expected a request, got none")
        return self._items[-1]

    def where(self, **conditions: object) -> Requests:
        """The requests that meet all conditions, which are those of `when`."""
        checked = Conditions(conditions)
        return Requests([request for request in self._items if checked.met_by(request)])

    def __repr__(self) -> str:
        return f"Requests({list(self._items)!r})"


class Journal:
    """The requests of one world; with a `limit`, only the newest so many."""

    def __init__(self, limit: int | None = None) -> None:
        self._requests: list[RecordedRequest] = []
        self._limit = limit
        self._count = 0

    def open(self, **fields: Any) -> RecordedRequest:
        """Put a request on record."""
        self._count += 1
        request = RecordedRequest(number=self._count, **fields)
        self._requests.append(request)
        if self._limit is not None and len(self._requests) > self._limit:
            del self._requests[0]
        return request

    def requests(self) -> Requests:
        """A snapshot of what has come so far."""
        return Requests(tuple(self._requests))

    def clear(self) -> None:
        """Forget every request, and count from one again."""
        self._requests.clear()
        self._count = 0
