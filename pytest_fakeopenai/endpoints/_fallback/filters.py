"""Which objects of a list its query asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...wire.nouns import referenced
from ...wire.protocol import sse
from ...wire.protocol.call import Json

_PAGING = ("limit", "after", "before", "order", "page", "include")


@dataclass(frozen=True)
class Filter:
    """What a list's query asks for besides its page; archived objects are left out unless they are asked for.

    - `fields` are values by field of the object, `metadata` those by key of its metadata.
    - `without_metadata` asks for the objects that have none: `metadata=null`.
    """

    fields: Mapping[str, str]
    metadata: Mapping[str, str]
    without_metadata: bool
    archived: bool

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Filter:
        """The filter that a query string holds: `status=active&metadata[team]=a&include_archived=true`."""
        fields = {name: value for name, value in query.items() if name not in _PAGING and "[" not in name}
        return cls(
            archived=fields.pop("include_archived", "false") == "true",
            without_metadata=fields.pop("metadata", "") == "null",
            fields=fields,
            metadata={name[9:-1]: value for name, value in query.items() if name.startswith("metadata[")},
        )

    def passes(self, body: Json) -> bool:
        """Whether an object is among those asked for."""
        metadata = body.get("metadata") or {}
        if (body.get("status") == "archived" and not self.archived) or (metadata and self.without_metadata):
            return False
        by_metadata = all(metadata.get(name) == value for name, value in self.metadata.items())
        return by_metadata and all(_has(body, name, value) for name, value in self.fields.items())


def _has(body: Json, name: str, value: str) -> bool:
    """Whether a field holds a value, or the object that it stands for has that id; True where there is neither."""
    if name in body:
        own = body[name]
        return (own if isinstance(own, str) else sse.compact(own).decode()) == value
    owner = body.get(referenced(name) or name)
    return not isinstance(owner, dict) or owner.get("id", value) == value
