"""The rows that a run goes through: items, and the samples that come with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ...pipeline.context import RequestContext
from ...replies.faults import ApiError
from ...wire.models import resolved
from ...wire.protocol import sse
from ...wire.protocol.call import Fields, Json
from ..chat_completions.stored import COMPLETIONS
from ..files import FILES, content_of
from ..responses.stored import RESPONSES
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
        stored = [
            (each.body, each.data.messages if each.data else []) for each in COMPLETIONS.view(context).records.records()
        ]
        return _stored(stored, source)
    if kind == "responses":
        stored = [
            (each.body, each.data.input_items if each.data else [])
            for each in RESPONSES.view(context).records.records()
        ]
        return _stored(stored, source)
    return []


def _row(given: Any) -> Row:
    item = given.get("item") if isinstance(given, dict) else None
    if not isinstance(item, dict):
        raise BadRows("every row must be an object with an 'item'")
    sample = given.get("sample")
    return Row(item, samples.given(sample) if isinstance(sample, dict) else None)


def _rows_of_file(context: RequestContext, file_id: Any) -> list[Row]:
    try:
        file = FILES.view(context).get(str(file_id))
    except ApiError as missing:
        raise ApiError(400, missing.message, param="data_source.source.id") from None
    lines = [line for line in content_of(file).splitlines() if line.strip()]
    try:
        return [_row(sse.parse(line)) for line in lines]
    except ValueError:
        raise BadRows("every line must be valid JSON") from None


def _stored(stored: Iterable[tuple[Json, list[Json]]], source: Json) -> list[Row]:
    """The rows of stored answers, each with what it was made from, that a source selects, oldest first."""
    limit = source.get("limit")
    selected = [Row(_item(body, input_), samples.said(body)) for body, input_ in stored if _is_selected(body, source)]
    return selected[:limit] if isinstance(limit, int) and limit >= 0 else selected


def _is_selected(body: Json, source: Json) -> bool:
    model, created = source.get("model"), body.get("created", body.get("created_at")) or 0
    metadata = source.get("metadata")
    within = (source.get("created_after") or 0) <= created <= (source.get("created_before") or created)
    fits = not isinstance(model, str) or body.get("model") == resolved(model)
    return (
        fits and within and (not isinstance(metadata, dict) or metadata.items() <= (body.get("metadata") or {}).items())
    )


def _item(body: Json, input_: list[Json]) -> Json:
    return {"input": input_, "metadata": body.get("metadata") or {}}
