"""Pages of a collection, with what the query asks for."""

from __future__ import annotations

from collections.abc import Callable

from ...pipeline.results import Result
from ...wire.protocol import sse
from ...wire.protocol.call import Json
from .asked import Asked
from .objects import shown

_PAGING = ("limit", "after", "before", "order", "page", "include")


def page(asked: Asked) -> Result:
    """`GET …`: a page in the envelope that its class in the SDK reads."""
    memory = asked.memory(asked.method.path)
    found = [_keyed(key, shown(asked, record, key)) for key, record in memory.records.items()]
    part = memory.page(filter(_wanted(asked), found))
    if asked.types.page == "Page":
        return {"object": "list", "data": part.data}
    if asked.types.page in ("NextCursorPage", "TokenPage"):
        last = part.data[-1]["id"] if part.has_more else None
        return {"object": "list", "data": part.data, "has_more": part.has_more, "next": last}
    body = part.body()
    return body if memory.facts.ends else {name: body[name] for name in ("object", "data", "has_more")}


def _keyed(key: str, body: Json) -> Json:
    """An object as it is, and under the key that it is kept by where it names no id."""
    return body if "id" in body else {"id": key, **body}


def _wanted(asked: Asked) -> Callable[[Json], bool]:
    """Whether an object has what the query asks for in fields of its own; archived ones have to be asked for."""
    query = asked.context.record.query
    plain = {name: value for name, value in query.items() if name not in _PAGING and "[" not in name}
    archived = plain.pop("include_archived", "false") == "true"
    metadata = {name[9:-1]: value for name, value in query.items() if name.startswith("metadata[")}
    bare = plain.pop("metadata", "") == "null"

    def wanted(body: Json) -> bool:
        kept = body.get("metadata") or {}
        shown = archived or body.get("status") != "archived"
        fits = shown and not (bare and kept) and all(_has(body, name, value) for name, value in plain.items())
        return fits and all(kept.get(name) == value for name, value in metadata.items())

    return wanted


def _has(body: Json, name: str, value: str) -> bool:
    """Whether a field is what a query says, or names it by its id; what an object has no field for is let pass."""
    if name in body:
        found = body[name]
        return (found if isinstance(found, str) else sse.compact(found).decode()) == value
    owner = body.get(name.removesuffix("_id"))
    return not isinstance(owner, dict) or owner.get("id", value) == value
