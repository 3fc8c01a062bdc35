"""The rows of a run's data source: items, and the samples that some sources have for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ...pipeline.context import RequestContext
from ...replies.faults import ApiError
from ...wire.json_values import Fields
from ...wire.models import resolved
from ...wire.protocol import sse
from ...wire.protocol.call import Json
from ..chat_completions.stored import COMPLETIONS
from ..files import FILES, content_of
from ..responses.stored import RESPONSES
from . import samples


@dataclass(frozen=True)
class Row:
    """An item with its sample, None where there is none or a model has to make one."""

    item: Json
    sample: Json | None = field(default=None)


class InvalidSource(Exception):
    """The rows of a source cannot be read; the message says why."""


def read_rows(context: RequestContext, source: Json) -> list[Row]:
    """The rows of a source; raises ApiError for an unknown file, InvalidSource for rows that cannot be read."""
    kind = source.get("type")
    if kind == "file_content":
        return [_row(each) for each in Fields(source).objects("content")]
    if kind == "file_id":
        return _rows_of_file(context, source.get("id"))
    if kind == "stored_completions":
        completions = COMPLETIONS.view(context).records.records()
        return _rows_of_stored([(each.body, each.data.messages if each.data else []) for each in completions], source)
    if kind == "responses":
        responses = RESPONSES.view(context).records.records()
        return _rows_of_stored([(each.body, each.data.input_items if each.data else []) for each in responses], source)
    return []


def _row(row: Any) -> Row:
    item = row.get("item") if isinstance(row, dict) else None
    if not isinstance(item, dict):
        raise InvalidSource("every row must be an object with an 'item'")
    sample = row.get("sample")
    return Row(item, samples.from_item(sample) if isinstance(sample, dict) else None)


def _rows_of_file(context: RequestContext, file_id: Any) -> list[Row]:
    try:
        file = FILES.view(context).get(str(file_id))
    except ApiError as missing:
        raise ApiError(400, missing.message, param="data_source.source.id") from None
    lines = [line for line in content_of(file).splitlines() if line.strip()]
    try:
        return [_row(sse.parse(line)) for line in lines]
    except ValueError:
        raise InvalidSource("every line must be valid JSON") from None


def _rows_of_stored(stored: Iterable[tuple[Json, list[Json]]], source: Json) -> list[Row]:
    """The rows of the stored answers that a source selects, each answer with its input, oldest first."""
    limit = source.get("limit")
    selected = [(body, input_) for body, input_ in stored if _is_selected(body, source)]
    rows = [Row(_item(body, input_), samples.from_answer(body)) for body, input_ in selected]
    return rows[:limit] if isinstance(limit, int) and limit >= 0 else rows


def _is_selected(body: Json, source: Json) -> bool:
    model, created = source.get("model"), body.get("created", body.get("created_at")) or 0
    metadata = source.get("metadata")
    within = (source.get("created_after") or 0) <= created <= (source.get("created_before") or created)
    same_model = not isinstance(model, str) or body.get("model") == resolved(model)
    demanded = metadata if isinstance(metadata, dict) else {}
    return same_model and within and demanded.items() <= (body.get("metadata") or {}).items()


def _item(body: Json, input_: list[Json]) -> Json:
    return {"input": input_, "metadata": body.get("metadata") or {}}
