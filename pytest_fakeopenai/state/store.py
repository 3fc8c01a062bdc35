"""Memory: one collection of objects with ids, as every family of the API keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic

from typing_extensions import TypeVar

Json = dict[str, Any]
T = TypeVar("T", default=None)


@dataclass
class Page:
    """A slice of a collection, in the envelope of the API's lists."""

    data: list[Json]
    has_more: bool

    def body(self) -> Json:
        """The list object; an empty page has neither first nor last id."""
        first, last = (self.data[0].get("id"), self.data[-1].get("id")) if self.data else (None, None)
        return {"object": "list", "data": self.data, "first_id": first, "last_id": last, "has_more": self.has_more}


@dataclass
class Record(Generic[T]):
    """A stored object: `body` is what answers show of it, `data` what its family keeps beside that.

    `assumed` says that it was made up because ids are assumed to exist: nothing is known of it, and `data` is None.
    """

    body: Json
    data: T | None = None
    assumed: bool = False

    def ensure(self, default: Callable[[], T]) -> T:
        """The data; an object that has none has this default from now on."""
        if self.data is None:
            self.data = default()
        return self.data


class Collection(Generic[T]):
    """Objects by id, in the order in which they were made; with a `limit` only the newest so many.

    `missing` makes the error for an unknown id.
    """

    def __init__(self, missing: Callable[[str], Exception], limit: int | None = None) -> None:
        self._records: dict[str, Record[T]] = {}
        self._missing = missing
        self._limit = limit

    def put(self, record: Record[T], key: str | None = None) -> None:
        """Keep an object under its id, or another key."""
        self._records[record.body["id"] if key is None else key] = record
        if self._limit is not None and len(self._records) > self._limit:
            del self._records[next(iter(self._records))]

    def find(self, key: str) -> Record[T] | None:
        """The object with this id, or None."""
        return self._records.get(key)

    def get(self, key: str) -> Record[T]:
        """The object with this id, or the collection's error."""
        record = self._records.get(key)
        if record is None:
            raise self._missing(key)
        return record

    def delete(self, key: str) -> None:
        """Forget the object with this id, or raise the collection's error."""
        self.get(key)
        del self._records[key]

    def discard(self, key: str) -> None:
        """Forget the object with this id, if there is one: another thread may have been faster."""
        self._records.pop(key, None)

    def records(self) -> list[Record[T]]:
        """Everything that is kept, oldest first."""
        return list(self._records.values())

    def items(self) -> list[tuple[str, Record[T]]]:
        """Everything that is kept with its key, oldest first."""
        return list(self._records.items())

    def bodies(self) -> list[Json]:
        """Every object, oldest first."""
        return [record.body for record in self.records()]


def paginate(
    items: Iterable[Json],
    *,
    limit: int,
    after: str | None = None,
    before: str | None = None,
    descending: bool = False,
    unknown: Callable[[str], Exception],
) -> Page:
    """The page that begins behind the item with the id `after`, or ends in front of `before`.

    `unknown` makes the error where there is no such item.
    """
    ordered = list(items)
    if descending:
        ordered.reverse()
    if after is None and before is not None:
        end = _place(ordered, before, unknown)
        start = max(0, end - limit)
        return Page(ordered[start:end], start > 0)
    start = 0 if after is None else _place(ordered, after, unknown) + 1
    return Page(ordered[start : start + limit], len(ordered) > start + limit)


def _place(ordered: list[Json], key: str, unknown: Callable[[str], Exception]) -> int:
    for place, item in enumerate(ordered):
        if item["id"] == key:
            return place
    raise unknown(key)
