"""Which calls in an input the API takes from its store, and reads again as the model wrote them.

Such a call costs more than one that is given as an item. It is one that was the only call of a stored response, and
that the request for that response left to the model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ...pipeline.context import RequestContext
from ...wire.json_values import as_list, as_text
from ...wire.protocol.call import Json, named_choice
from ...wire.protocol.ids import is_unstored
from . import stored
from .contents import CALLS

_HEAD = len("fc_") + 26  # what the items of one response have in common: prefix, chain key, flag and second


def replayed_calls(context: RequestContext, history: Sequence[Json], items: Sequence[Json]) -> set[str]:
    """The ids of the calls among these items that come from the store."""
    before, sent = _ids(history), _ids(items)
    if not (before or sent):
        return set()
    in_store = dict(_stored_calls(context))
    replayed = {key for key in (*before, *sent) if in_store.get(key)}
    return replayed | {key for key in _lone(items) if key not in in_store and key in sent}


def _ids(items: Sequence[Json]) -> list[str]:
    """The ids of the calls that tell of a response."""
    keys = [as_text(item.get("id")) for item in items if item.get("type") == "function_call"]
    return [key for key in keys if key.startswith("fc_") and not is_unstored(key)]


def _stored_calls(context: RequestContext) -> Iterator[tuple[str, bool]]:
    """The ids of the calls of all stored responses, each with whether it was the only one, and not forced."""
    for record in stored.responses(context).records.records():
        calls = [item for item in as_list(record.body.get("output")) if item.get("type") in CALLS]
        for item in calls:
            yield as_text(item.get("id")), len(calls) == 1 and not _is_forced(record.body)


def _is_forced(body: Json) -> bool:
    """Whether a response had to call this one tool."""
    choice = body.get("tool_choice")
    return named_choice(choice) is not None or (choice == "required" and len(as_list(body.get("tools"))) == 1)


def _lone(items: Sequence[Json]) -> Iterator[str]:
    """The ids of the calls that look as if they were the only one of their response, where nothing is stored of it."""
    heads = Counter(as_text(item.get("id"))[:_HEAD] for item in items if item.get("type") in CALLS)
    rows = {
        as_text(item.get("id"))
        for pair in pairwise(items)
        if all(each.get("type") in CALLS for each in pair)
        for item in pair
    }
    return (key for item in items if heads[(key := as_text(item.get("id")))[:_HEAD]] == 1 and key not in rows)
