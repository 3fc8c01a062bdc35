"""The events of a response: numbered, kept, their fields in the API's order.

https://platform.openai.com/docs/api-reference/responses-streaming
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from ...wire import deltas
from ...wire.call import Json

# The order of an event's fields where they are not sorted.
_UNSORTED = (
    *("sequence_number", "response", "error", "item_id", "output_index", "item", "content_index", "summary_index"),
    *("part", "annotation", "annotation_index", "delta", "text", "refusal", "arguments", "input", "logprobs"),
    "obfuscation",
)


class Events:
    """The events of one response in the making; one that is not `heard` has none, which are empty here.

    `padded` tells whether deltas are filled up to lengths that tell less of what is said; with `keeps` the events are
    kept. Fields are sorted by name as long as `by_name` says so.
    """

    def __init__(self, *, heard: bool, padded: bool, keeps: bool) -> None:
        self.heard = heard
        self.kept: list[Json] = []
        self.by_name = True
        self._keeps = keeps
        self._padded = padded
        self._sequence = itertools.count()

    def emit(self, kind: str, **fields: Any) -> Json:
        """The next event: its type first, then its fields."""
        if not self.heard:
            return {}
        fields["sequence_number"] = next(self._sequence)
        event: Json = {"type": kind}
        for name in _order(tuple(fields), by_name=self.by_name and kind != "error"):
            event[name] = fields[name]
        if self._keeps:
            self.kept.append(event)
        return event

    def deltas(self, kind: str, pieces: Iterable[str], *, padded: bool = True, **fields: Any) -> Iterator[Json]:
        """An event for each piece, which differ in little else."""
        if not self.heard:
            return
        padded = padded and self._padded
        like: Json | None = None
        for piece in pieces:
            changed = {"delta": piece, **({"obfuscation": deltas.padding(len(piece))} if padded else {})}
            if like is None:
                like = self.emit(kind, **changed, **fields)
                yield like
            else:
                event = {**like, **changed, "sequence_number": next(self._sequence)}
                if self._keeps:
                    self.kept.append(event)
                yield event


@lru_cache(maxsize=256)  # there are few kinds of events
def _order(names: tuple[str, ...], *, by_name: bool) -> tuple[str, ...]:
    """The fields of an event in the order in which it has them."""
    return tuple(sorted(names, key=None if by_name else _UNSORTED.index))
