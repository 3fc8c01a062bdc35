"""One vector store with its files: its counts, its states and what it is used for.

https://platform.openai.com/docs/api-reference/vector-stores/object
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ...pipeline.collections import CollectionPath
from ...pipeline.context import RequestContext
from ...replies.faults import ApiError
from ...state.store import Record
from ...wire.protocol.call import Json
from ..files import FILES, FileContent
from . import chunks


@dataclass(frozen=True)
class IndexedFile:
    """What is stored of a store's file beside its object: the name and the text of the file, and what is searched."""

    filename: str
    text: str = field(default="", repr=False)
    chunks: Sequence[chunks.Chunk] = field(default=(), repr=False)


STORES = CollectionPath("/vector_stores")
STORE_FILES = CollectionPath[IndexedFile]("/vector_stores/{vector_store_id}/files")
_STATES = ("in_progress", "completed", "failed", "cancelled")
_DAY = 86_400


class VectorStore:
    """A vector store and its files; ApiError where there is no such store.

    A file that has been deleted altogether is no longer in it.
    """

    def __init__(self, context: RequestContext, store_id: str) -> None:
        self.id = store_id
        self.store = STORES.view(context).get(store_id)
        self.files = STORE_FILES.view(context, vector_store_id=store_id)
        self._context = context
        self._forget_deleted()
        self.settle()

    def _forget_deleted(self) -> None:
        settings, uploaded = self._context.world.settings, FILES.view(self._context).records
        gone = [key for key, _ in self.files.records.items() if uploaded.find(key) is None]
        for key in () if settings.assume_exists else gone:
            self.files.records.discard(key)

    def entries(self) -> list[Record[IndexedFile]]:
        """What is in the store, oldest first."""
        return self.files.records.records()

    def find(self, file_id: str) -> Record[IndexedFile]:
        """A file of the store; ApiError where it has none of this id."""
        if self._context.world.settings.assume_exists or self.files.records.find(file_id) is not None:
            return self.files.get(file_id)
        raise ApiError(404, f"No file found with id '{file_id}' in vector store '{self.id}'.")

    def settle(self) -> None:
        """Bring counts, size and status of the store up to date."""
        bodies = [entry.body for entry in self.entries()]
        used = sum(body["usage_bytes"] for body in bodies)
        status = "expired" if self._has_expired else "completed"
        self._tell({"usage_bytes": used, "file_counts": counts(bodies), "status": status})

    def _tell(self, news: Json) -> None:
        self.store.body = {**self.store.body, **news}  # another object: what has been answered stays as it was

    @cached_property
    def _now(self) -> int:
        return self._context.world.ids.now()

    def refuse_expired(self) -> None:
        """ApiError where the store has come to its end."""
        if self._has_expired:
            raise ApiError(400, f"Vector store '{self.id}' has expired")

    @property
    def _has_expired(self) -> bool:
        expires_at = self.store.body.get("expires_at")
        return expires_at is not None and expires_at <= self._now

    def use(self) -> None:
        """Note that the store is used, which puts off its end; ApiError where that has come."""
        self.refuse_expired()
        self._tell(lasting(self.store.body, self._now))

    def put(self, file: Record[FileContent], attributes: object, told: Json) -> Record[IndexedFile]:
        """Attach an uploaded file: its text is taken and cut into chunks by a strategy."""
        indexed = IndexedFile(file.body.get("filename") or "")
        body: Json = {
            "id": file.body["id"],
            "object": "vector_store.file",
            "usage_bytes": 0,
            "created_at": self._now,
            "vector_store_id": self.id,
            "status": "completed",
            "last_error": None,
            "attributes": attributes if isinstance(attributes, dict) else {},
            "chunking_strategy": told,
        }
        if file.data is not None:
            try:
                indexed = _indexed(indexed.filename, file.data.content, told)
            except chunks.NotText as failure:
                body |= {"status": "failed", "last_error": failure.error}
        body["usage_bytes"] = sum(chunk.size for chunk in indexed.chunks)
        return self.files.add(body, indexed)


def _indexed(filename: str, content: bytes, strategy: Json) -> IndexedFile:
    text = chunks.text_in(content)
    return IndexedFile(filename, text, chunks.chunks(text, strategy))


def counts(bodies: list[Json]) -> Json:
    """How many files are in each state."""
    found = Counter(body["status"] for body in bodies)
    return {**{state: found[state] for state in _STATES}, "total": len(bodies)}


def lasting(body: Json, now: int) -> Json:
    """Until when a store lasts that is used now."""
    policy = body.get("expires_after")
    days = policy.get("days") if isinstance(policy, dict) else None
    return {"expires_at": now + days * _DAY if isinstance(days, int) else None, "last_active_at": now}
