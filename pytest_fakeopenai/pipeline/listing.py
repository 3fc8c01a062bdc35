"""The query parameters that the API's lists share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypedDict

from ..replies.faults import ApiError
from ..wire.contract import Violation
from ..wire.protocol import errors
from ..wire.resources import Resource
from .context import RequestContext
from .validation import enforce

_ORDERS = ("asc", "desc")
_DIRECTIONS = {"asc": False, "desc": True, "ascending": False, "descending": True}


class Listing(TypedDict):
    """The keywords of `store.paginate` that the query decides."""

    limit: int
    after: str | None
    before: str | None
    descending: bool


def listing(context: RequestContext, resource: Resource) -> Listing:
    """`limit`, `after`, `before` and `order` from a query, with the defaults of what is listed.

    ApiError for what is out of range, as the test's validation has it; the default stands in for what is let pass.
    """
    query = context.record.query
    enforce(context, lambda: map(Violation, _refusals(query, resource.most)))
    limit = whole_number(query.get("limit"))
    return {
        "limit": resource.limit if limit is None or limit < 1 else min(limit, resource.most),
        "after": query.get("after", query.get("page")),
        "before": query.get("before"),
        "descending": _DIRECTIONS.get(query.get("order", ""), resource.order == "desc"),
    }


def whole_number(text: str | None) -> int | None:
    """The integer that a value of a query spells; None for any other text, and for more than 18 digits."""
    return int(text) if text and text.removeprefix("-").isdecimal() and len(text) <= 18 else None


def _refusals(query: Mapping[str, str], most: int) -> Iterator[ApiError]:
    if "order" in query and query["order"] not in _DIRECTIONS:
        yield errors.invalid_value("order", query["order"], _ORDERS)
    if "limit" not in query:
        return
    limit = whole_number(query["limit"])
    if limit is None:
        yield errors.invalid_type("limit", "an integer", query["limit"])
    elif not 1 <= limit <= most:
        yield errors.out_of_range("limit", limit, low=1, high=most)
