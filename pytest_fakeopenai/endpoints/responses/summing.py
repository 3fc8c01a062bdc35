"""The events of a response added up, as far as they go. https://platform.openai.com/docs/api-reference/responses-streaming"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...wire.protocol.call import Json, copied

_PARTS = {"response.content_part.added": "content", "response.reasoning_summary_part.added": "summary"}
# Where the text of a delta belongs: to a field of its item, or of the part with the index, of the list in the item.
_TEXTS = {
    "response.function_call_arguments.delta": "arguments",
    "response.custom_tool_call_input.delta": "input",
    "response.output_text.delta": ("content", "content_index", "text"),
    "response.refusal.delta": ("content", "content_index", "refusal"),
    "response.reasoning_summary_text.delta": ("summary", "summary_index", "text"),
    "response.reasoning_text.delta": ("content", "content_index", "text"),
}
_CITED = "response.output_text.annotation.added"
_CITATIONS = ("content", "content_index", "annotations")


def output_so_far(events: Sequence[Json]) -> list[Json]:
    """The output that the events of a response add up to; an item that was not done is incomplete."""
    items: dict[int, Json] = {}
    for event in events:
        kind = event["type"]
        if kind in ("response.output_item.added", "response.output_item.done"):
            items[event["output_index"]] = copied(event["item"])
        elif kind in _PARTS:
            items[event["output_index"]][_PARTS[kind]].append(copied(event["part"]))
        elif kind in _TEXTS:
            _extend(items[event["output_index"]], _TEXTS[kind], event["delta"], event)
        elif kind == _CITED:
            _extend(items[event["output_index"]], _CITATIONS, [event["annotation"]], event)
    return list(map(_stopped, items.values()))


def _extend(item: Json, place: Any, piece: Any, event: Json) -> None:
    """Add a piece where it belongs."""
    if isinstance(place, str):
        item[place] += piece
    else:
        name, index, field = place
        item[name][event[index]][field] += piece


def _stopped(item: Json) -> Json:
    return {**item, "status": "incomplete"} if item.get("status") == "in_progress" else item
