"""The query parameters that the API's lists share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from ..wire import errors

_ORDERS = ("asc", "desc")


class Listing(TypedDict):
    """The keywords of `store.paginate` that the query decides."""

    limit: int
    after: str | None
    descending: bool


def listing(query: Mapping[str, str], *, order: str, limit: int = 20, most: int = 100) -> Listing:
    """`limit`, `after` and `order` from a query, with this endpoint's defaults; ApiError for what is out of range."""
    chosen = query.get("order", order)
    if chosen not in _ORDERS:
        raise errors.invalid_value("order", chosen, _ORDERS)
    return {"limit": _limit(query, limit, most), "after": query.get("after"), "descending": chosen == "desc"}


def _limit(query: Mapping[str, str], default: int, most: int) -> int:
    text = query.get("limit")
    if text is None:
        return default
    if not text.removeprefix("-").isdecimal() or len(text) > 18:
        raise errors.invalid_type("limit", "an integer", text)
    value = int(text)
    if not 1 <= value <= most:
        raise errors.out_of_range("limit", value, low=1, high=most)
    return value
