"""Stored objects: records by id in collections, and the collections of a world by path."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic

from typing_extensions import TypeVar

Json = dict[str, Any]
T = TypeVar("T", default=None)


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
    """Objects by id, in the order in which they were stored; with a `limit` only the newest so many.

    `missing` makes the error for an unknown id. `forget` is called with the id of each object that is stored no more.
    """

    def __init__(
        self,
        missing: Callable[[str], Exception],
        limit: int | None = None,
        forget: Callable[[str], object] = lambda key: None,
    ) -> None:
        self._records: dict[str, Record[T]] = {}
        self._missing = missing
        self._limit = limit
        self._forget = forget

    def put(self, record: Record[T], key: str | None = None) -> None:
        """Store an object under its id, or another key; one that was stored there gives way, in its place."""
        self._records[record.body["id"] if key is None else key] = record
        if self._limit is not None and len(self._records) > self._limit:
            self.discard(next(iter(self._records)))

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
        """Remove the object with this id, or raise the collection's error."""
        self.get(key)
        self.discard(key)

    def discard(self, key: str) -> None:
        """Remove the object with this id, if there is one: another thread may have been faster."""
        if self._records.pop(key, None) is not None:
            self._forget(key)

    def records(self) -> list[Record[T]]:
        """Everything that is stored, oldest first."""
        return list(self._records.values())

    def items(self) -> list[tuple[str, Record[T]]]:
        """Everything that is stored with its key, oldest first."""
        return list(self._records.items())

    def bodies(self) -> list[Json]:
        """Every object, oldest first."""
        return [record.body for record in self.records()]


class Store:
    """The collections of a world. With an object that is deleted, or forgotten, go the collections below its path.

    With a `limit` a collection has only the newest so many objects, and of the collections with one path template there
    are only the newest so many. What a collection's records hold is known to the family that stores them there.
    """

    def __init__(self, lock: threading.RLock, limit: int | None = None) -> None:
        self._lock = lock
        self._limit = limit
        self._collections: defaultdict[str, dict[str, Collection[Any]]] = defaultdict(dict)  # by template, by path
        self._below: defaultdict[str, dict[str, str]] = defaultdict(dict)  # by an object's path: path → template

    def collection(self, template: str, path: str, missing: Callable[[str], Exception]) -> Collection[Any]:
        """The collection at a path, `/threads/thread_1/messages` of `/threads/{thread_id}/messages`.

        `missing` makes the error for an unknown id. Whoever asks for it first makes it, under the lock.
        """
        with self._lock:
            siblings = self._collections[template]
            if path not in siblings:
                siblings[path] = Collection(missing, self._limit, lambda key: self._forget_below(f"{path}/{key}"))
                self._below[_owner(path)][path] = template
                if self._limit is not None and len(siblings) > self._limit:
                    self._forget(next(iter(siblings)))
            return siblings[path]

    def _forget_below(self, owner: str) -> None:
        """Forget the collections below an object's path, those below their own objects among them."""
        with self._lock:
            for path in [*self._below.get(owner, ())]:
                self._forget(path)

    def _forget(self, path: str) -> None:
        owner = _owner(path)
        template = self._below[owner].pop(path)
        if not self._below[owner]:
            del self._below[owner]
        for key, _ in self._collections[template].pop(path).items():
            self._forget_below(f"{path}/{key}")


def _owner(path: str) -> str:
    """The path of the object that a collection is below: `/threads/thread_1` of `/threads/thread_1/messages`."""
    return path.rpartition("/")[0]
