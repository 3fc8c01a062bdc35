"""What reports of usage and costs answer: the span of time asked for, in buckets with nothing in them.

Reference: https://platform.openai.com/docs/api-reference/usage
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
    seconds: int
    limit: int
    most: int


_WIDTHS = {"1m": _Width(60, 60, 1440), "1h": _Width(3600, 24, 168), "1d": _Width(86_400, 7, 31)}
_COSTS = _Width(86_400, 7, 180)  # which come by the day alone
_PAGE = "page_"
_LATEST = 2**40


def is_report(answer: Any) -> bool:
    """Whether a type is that of a page of buckets."""
    field = getattr(answer, "model_fields", {}).get("object")
    return field is not None and get_args(field.annotation) == ("page",)


def report(context: RequestContext) -> Json:
    """The buckets between `start_time` and `end_time`, as many as a page holds; without an end, one page of them."""
    query = context.record.query
    by_day = context.record.path.endswith("/costs")
    width = _COSTS if by_day else _WIDTHS.get(query.get("bucket_width", "1d"), _WIDTHS["1d"])
    enforce(context, lambda: map(Violation, _problems(query, width, ("1d",) if by_day else (*_WIDTHS,))))
    limit = min(max(whole_number(query.get("limit")) or width.limit, 1), width.most)
    start = _page(query) or whole_number(query.get("start_time")) or 0
    end = whole_number(query.get("end_time"))
    made: list[Json] = []
    while len(made) < limit and (end is None or start < end):
        until = (start // width.seconds + 1) * width.seconds
        until = until if end is None else min(until, end)
        made.append({"object": "bucket", "start_time": start, "end_time": until, "results": []})
        start = until
    more = end is not None and start < end
    return {"object": "page", "data": made, "has_more": more, "next_page": f"{_PAGE}{start}" if more else None}


def _page(query: Mapping[str, str]) -> int | None:
    """The second at which the page asked for begins; None where it is not asked for, or is no page."""
    number = whole_number(query.get("page", "").removeprefix(_PAGE))
    return None if number is None or number > _LATEST else number


def _problems(query: Mapping[str, str], width: _Width, widths: tuple[str, ...]) -> Iterator[ApiError]:
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
