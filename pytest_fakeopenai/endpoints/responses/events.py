"""The events of a response: numbered, kept, their fields in the API's order.

https://platform.openai.com/docs/api-reference/responses-streaming
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from ...wire.billing import deltas
from ...wire.protocol import sse
from ...wire.protocol.call import Json
from ...wire.protocol.sse import Event

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

    def deltas(self, kind: str, pieces: Iterable[str], *, padded: bool = True, **fields: Any) -> Iterator[Event]:
        """An event for each piece; those that are not kept differ in so little that they are framed here."""
        if not self.heard:
            return
        padded = padded and self._padded
        if not self._keeps:
            yield self._framed(kind, pieces, padded, fields)
            return
        for piece in pieces:
            padding = {"obfuscation": deltas.padding(len(piece))} if padded else {}
            yield self.emit(kind, delta=piece, **padding, **fields)

    def _framed(self, kind: str, pieces: Iterable[str], padded: bool, fields: Json) -> list[bytes]:
        """The frames of the pieces, made of one with holes, which come in the order of the fields' names."""
        holes = ("delta", "obfuscation", "sequence_number") if padded else ("delta", "sequence_number")
        like = {**fields, **dict.fromkeys(holes, sse.HOLE)}
        parts = sse.named({"type": kind, **dict(sorted(like.items()))}).split(sse.compact(sse.HOLE))
        form = b"%b".join(part.replace(b"%", b"%%") for part in parts)
        said, number, filled = sse.compact, self._sequence, deltas.padding
        if padded:
            return [form % (said(each), said(filled(len(each))), b"%d" % next(number)) for each in pieces]
        return [form % (said(each), b"%d" % next(number)) for each in pieces]


@lru_cache(maxsize=256)  # there are few kinds of events
def _order(names: tuple[str, ...], *, by_name: bool) -> tuple[str, ...]:
    """The fields of an event in the order in which it has them."""
    return tuple(sorted(names, key=None if by_name else _UNSORTED.index))
