"""One vector store with its files: its object, what is attached to it, and when it expires.

https://platform.openai.com/docs/api-reference/vector-stores/object
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property

from ...pipeline.collections import CollectionPath, Identify
from ...pipeline.context import RequestContext
from ...replies.faults import ApiError
from ...state.store import Record
from ...wire.protocol.call import Json
from ..files import FILES, FileContent
from .chunks import strategy
from .indexing import IndexedFile

_STATES = ("in_progress", "completed", "failed", "cancelled")
_DAY = 86_400


def counts(bodies: Iterable[Json]) -> Json:
    """How many of these files are in each state, and how many they are: `file_counts`."""
    states = Counter(body["status"] for body in bodies)
    return {**{state: states[state] for state in _STATES}, "total": states.total()}


def lifetime(body: Json, now: int) -> Json:
    """`expires_at` and `last_active_at` of a store that is used now; without a policy it does not expire."""
    policy = body.get("expires_after")
    days = policy.get("days") if isinstance(policy, dict) else None
    return {"expires_at": now + days * _DAY if isinstance(days, int) else None, "last_active_at": now}


def new_store(key: str, created: int, body: Json) -> Json:
    """A vector store without files; `body` is the request that it was created by."""
    return {
        "id": key,
        "object": "vector_store",
        "created_at": created,
        "name": body.get("name"),
        "description": body.get("description"),
        "usage_bytes": 0,
        "file_counts": counts([]),
        "status": "completed",
        "expires_after": body.get("expires_after"),
        **lifetime(body, created),
        "metadata": body.get("metadata") or {},
    }


def _new_file(key: str, created: int, store_id: str, chunking: Json) -> Json:
    return {
        "id": key,
        "object": "vector_store.file",
        "usage_bytes": 0,
        "created_at": created,
        "vector_store_id": store_id,
        "status": "completed",
        "last_error": None,
        "attributes": {},
        "chunking_strategy": chunking,
    }


def _assumed_file(identify: Identify, now: int, ids: Mapping[str, str]) -> Json:
    return _new_file("", now, ids["vector_store_id"], strategy({}))


STORES = CollectionPath("/vector_stores", lambda identify, now, ids: new_store("", now, {}))
STORE_FILES = CollectionPath[IndexedFile]("/vector_stores/{vector_store_id}/files", _assumed_file)


class VectorStore:
    """A vector store as a request sees it; ApiError where there is none with this id.

    Looking at it changes nothing: its counts, size and status are computed from its files and the time, and a file
    whose upload has been deleted is passed over. `touch`, `attach` and `detach` change it, and belong on the loop.
    """

    def __init__(self, context: RequestContext, store_id: str) -> None:
        self.id = store_id
        self.record = STORES.view(context).get(store_id)
        self.files = STORE_FILES.view(context, vector_store_id=store_id)
        self._context = context
        self._uploads = FILES.view(context).records

    @property
    def body(self) -> Json:
        """The store's object."""
        bodies = [file.body for file in self.attached()]
        used = sum(body["usage_bytes"] for body in bodies)
        status = "expired" if self._has_expired else "completed"
        return {**self.record.body, "usage_bytes": used, "file_counts": counts(bodies), "status": status}

    def attached(self) -> list[Record[IndexedFile]]:
        """Its files, oldest first."""
        return self.select(key for key, _ in self.files.records.items())

    def select(self, file_ids: Iterable[str]) -> list[Record[IndexedFile]]:
        """Those of its files that have one of these ids, in the order of the ids."""
        files = ((key, self.files.records.find(key)) for key in file_ids)
        return [file for key, file in files if file is not None and self._is_uploaded(key)]

    def find(self, file_id: str) -> Record[IndexedFile]:
        """A file of the store; ApiError where it has none of this id."""
        if self._assumes or self.select([file_id]):
            return self.files.get(file_id)
        raise ApiError(404, f"No file found with id '{file_id}' in vector store '{self.id}'.")

    def _is_uploaded(self, file_id: str) -> bool:
        return self._assumes or self._uploads.find(file_id) is not None

    @property
    def _assumes(self) -> bool:
        return self._context.world.settings.assume_exists

    # ---- its expiry, and its changes

    @property
    def _has_expired(self) -> bool:
        expires_at = self.record.body.get("expires_at")
        return expires_at is not None and expires_at <= self._context.world.ids.present()

    def refuse_expired(self) -> None:
        """ApiError where the store has expired."""
        if self._has_expired:
            raise ApiError(400, f"Vector store '{self.id}' has expired")

    @cached_property
    def _second(self) -> int:
        """The second at which this request changes the store."""
        return self._context.world.ids.now()

    def touch(self) -> None:
        """Note that the store is used, which puts off its expiry; ApiError where it has expired."""
        self.refuse_expired()
        self.record.body = {**self.record.body, **lifetime(self.record.body, self._second)}
        self._forget_deleted()

    def _forget_deleted(self) -> None:
        for key in [key for key, _ in self.files.records.items() if not self._is_uploaded(key)]:
            self.files.records.discard(key)

    def attach(
        self, file: Record[FileContent], indexed: IndexedFile, chunking: Json, attributes: object = None
    ) -> Record[IndexedFile]:
        """Add an uploaded file with its index; one that is attached already begins anew."""
        outcome = {"usage_bytes": indexed.size, "status": "failed" if indexed.error else "completed"}
        detail = {"last_error": indexed.error, "attributes": attributes if isinstance(attributes, dict) else {}}
        body = {**_new_file(file.body["id"], self._second, self.id, chunking), **outcome, **detail}
        return self.files.add(body, indexed)

    def detach(self, file_id: str) -> None:
        """Remove a file, which stays uploaded; ApiError where the store has none of this id."""
        self.find(file_id)
        self.files.records.delete(file_id)
