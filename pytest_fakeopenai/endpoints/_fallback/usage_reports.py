"""The reports of usage and costs: the time that the query spans, in buckets without results.

Reference: https://platform.openai.com/docs/api-reference/usage
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, get_args

from ...pipeline.context import RequestContext
from ...pipeline.listing import whole_number
from ...pipeline.validation import enforce
from ...replies.faults import ApiError
from ...wire.contract import Violation
from ...wire.protocol import errors
from ...wire.protocol.call import Json


@dataclass(frozen=True)
class _Width:
    """How wide buckets are, in seconds, and how many of them a page has by default and at the most."""

    seconds: int
    limit: int
    most: int


_WIDTHS = {"1m": _Width(60, 60, 1440), "1h": _Width(3600, 24, 168), "1d": _Width(86_400, 7, 31)}
_COSTS = {"1d": _Width(86_400, 7, 180)}
_PAGE = "page_"
_LATEST = 2**40


def is_report(answer: Any) -> bool:
    """Whether a type is that of a page of buckets."""
    field = getattr(answer, "model_fields", {}).get("object")
    return field is not None and get_args(field.annotation) == ("page",)


def report(context: RequestContext) -> Json:
    """A page of the buckets from `start_time` to `end_time`: {`object`, `data`, `has_more`, `next_page`}.

    Without an end the page is full. What the query must not be is refused or warned of, as the validation level says.
    """
    query = context.record.query
    widths = _COSTS if context.record.path.endswith("/costs") else _WIDTHS
    width = widths.get(query.get("bucket_width", "1d"), widths["1d"])
    enforce(context, lambda: map(Violation, _problems(query, width, (*widths,))))
    limit = min(max(whole_number(query.get("limit")) or width.limit, 1), width.most)
    start = _page(query) or whole_number(query.get("start_time")) or 0
    end = whole_number(query.get("end_time"))
    buckets = [*islice(_buckets(start, end, width.seconds), limit)]
    reached = buckets[-1]["end_time"] if buckets else start
    more = end is not None and reached < end
    return {"object": "page", "data": buckets, "has_more": more, "next_page": f"{_PAGE}{reached}" if more else None}


def _buckets(start: int, end: int | None, width: int) -> Iterator[Json]:
    """Buckets that end at multiples of their width, the last one at the end; without an end, ever more of them."""
    while end is None or start < end:
        full = (start // width + 1) * width
        until = full if end is None else min(full, end)
        yield {"object": "bucket", "start_time": start, "end_time": until, "results": []}
        start = until


def _page(query: Mapping[str, str]) -> int | None:
    """The second at which the page begins that `page` names; None where the query names none, or no page of ours."""
    number = whole_number(query.get("page", "").removeprefix(_PAGE))
    return None if number is None or number > _LATEST else number


def _problems(query: Mapping[str, str], width: _Width, widths: tuple[str, ...]) -> Iterator[ApiError]:
    """What the query must not be; `widths` are the values that `bucket_width` may have."""
    for name in ("start_time", "end_time", "limit"):
        if name in query and whole_number(query[name]) is None:
            yield errors.invalid_type(name, "an integer", query[name])
    if "start_time" not in query:
        yield errors.missing_parameter("start_time")
    if "page" in query and _page(query) is None:
        yield ApiError(400, "Invalid 'page': it must be the `next_page` of an earlier answer.", param="page")
    if query.get("bucket_width", "1d") not in widths:
        yield errors.invalid_value("bucket_width", query["bucket_width"], widths)
    limit = whole_number(query.get("limit"))
    if limit is not None and not 1 <= limit <= width.most:
        yield errors.out_of_range("limit", limit, low=1, high=width.most)
