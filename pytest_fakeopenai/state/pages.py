"""The pages in which the API lists objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass
class Page:
    """A slice of a list of objects, and whether there are more behind it."""

    data: list[Json]
    has_more: bool

    def body(self) -> Json:
        """The list object; an empty page has neither first nor last id."""
        first, last = (self.data[0].get("id"), self.data[-1].get("id")) if self.data else (None, None)
        return {"object": "list", "data": self.data, "first_id": first, "last_id": last, "has_more": self.has_more}


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

    The items come oldest first. `unknown` makes the error where there is no such item.
    """
    ordered = list(items)
    if descending:
        ordered.reverse()
    if after is None and before is not None:
        end = _position(ordered, before, unknown)
        start = max(0, end - limit)
        return Page(ordered[start:end], start > 0)
    start = 0 if after is None else _position(ordered, after, unknown) + 1
    return Page(ordered[start : start + limit], len(ordered) > start + limit)


def _position(items: list[Json], key: str, unknown: Callable[[str], Exception]) -> int:
    for position, item in enumerate(items):
        if item["id"] == key:
            return position
    raise unknown(key)
