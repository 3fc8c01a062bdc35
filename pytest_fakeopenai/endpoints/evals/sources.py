"""The rows that a run goes through: items, and the samples that come with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ...pipeline.collections import CollectionView
from ...pipeline.context import RequestContext
from ...replies.faults import ApiError
from ...state.store import Record
from ...wire.models import resolved
from ...wire.protocol import sse
from ...wire.protocol.call import Fields, Json
from . import samples


@dataclass(frozen=True)
class Row:
    """An item, and the sample that came with it; None where there is none or one has to be made."""

    item: Json
    sample: Json | None = field(default=None)


class BadRows(Exception):
    """Why the rows of a file cannot be read."""


def rows(context: RequestContext, source: Json) -> list[Row]:
    """The rows of a source; ApiError where it names what is not there, BadRows where it makes no sense."""
    kind = source.get("type")
    if kind == "file_content":
        return [_row(each) for each in Fields(source, "data_source.source.").objects("content")]
    if kind == "file_id":
        return _rows_of_file(context, source.get("id"))
    if kind == "stored_completions":
        return _stored(context, "/chat/completions", source)
    return _stored(context, "/responses", source) if kind == "responses" else []


def _row(given: Any) -> Row:
    item = given.get("item") if isinstance(given, dict) else None
    if not isinstance(item, dict):
        raise BadRows("every row must be an object with an 'item'")
    sample = given.get("sample")
    return Row(item, samples.given(sample) if isinstance(sample, dict) else None)


def _rows_of_file(context: RequestContext, file_id: Any) -> list[Row]:
    try:
        file = CollectionView(context, "/files").get(str(file_id))
    except ApiError as missing:
        raise ApiError(400, missing.message, param="data_source.source.id") from None
    lines = [line for line in file.kept.get("content", b"").splitlines() if line.strip()]
    try:
        return [_row(sse.parse(line)) for line in lines]
    except ValueError:
        raise BadRows("every line must be valid JSON") from None


def _stored(context: RequestContext, template: str, source: Json) -> list[Row]:
    """What was stored and is asked for, oldest first: the item is what was asked, the sample what was answered."""
    limit = source.get("limit")
    found = [
        record for record in CollectionView(context, template).records.records() if _is_wanted(record.body, source)
    ]
    made = [Row(_asked(record), samples.said(record.body)) for record in found]
    return made[:limit] if isinstance(limit, int) and limit >= 0 else made


def _is_wanted(body: Json, source: Json) -> bool:
    model, created = source.get("model"), body.get("created", body.get("created_at")) or 0
    metadata = source.get("metadata")
    within = (source.get("created_after") or 0) <= created <= (source.get("created_before") or created)
    fits = not isinstance(model, str) or body.get("model") == resolved(model)
    return (
        fits and within and (not isinstance(metadata, dict) or metadata.items() <= (body.get("metadata") or {}).items())
    )


def _asked(record: Record) -> Json:
    return {"input": record.children, "metadata": record.body.get("metadata") or {}}
