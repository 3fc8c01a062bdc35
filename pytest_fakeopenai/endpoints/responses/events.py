"""The events of a response: numbered, their fields in the API's order.

https://platform.openai.com/docs/api-reference/responses-streaming
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from ...replies.faults import ApiError
from ...wire.billing import deltas
from ...wire.protocol import sse
from ...wire.protocol.call import Call, Json
from ...wire.protocol.events import Event, Template, hole

# The order of an event's fields where they are not sorted.
_UNSORTED = (
    *("sequence_number", "response", "error", "item_id", "output_index", "item", "content_index", "summary_index"),
    *("part", "annotation", "annotation_index", "delta", "text", "refusal", "arguments", "input", "code", "logprobs"),
    *("command_index", "command", "diff"),
    "obfuscation",
)
# The members of an error in the order in which its event has them.
_ERROR = ("type", "code", "message", "param")
_NO_EVENT = Event(())  # what there is of an event in a blocking answer


class EventEmitter:
    """Makes the events of one response; where nobody follows it, with `is_silent`, they are empty.

    `padded` tells whether deltas are filled up to lengths that tell less of their text. Fields are sorted by name as
    long as `by_name` says so.
    """

    def __init__(self, *, padded: bool = True, is_silent: bool = False) -> None:
        self.is_silent = is_silent
        self.by_name = True
        self._padded = padded
        self._sequence_number = 0

    def emit(self, kind: str, **fields: Any) -> Event:
        """The next event: its type first, then its fields."""
        if self.is_silent:
            return _NO_EVENT
        (number,) = self._numbers(1)
        return Event((sse.compact(self._ordered(kind, {**fields, "sequence_number": number})),), kind)

    def deltas(self, kind: str, pieces: Iterable[str], *, padded: bool = True, **fields: Any) -> Iterator[Event]:
        """An event for each piece; they differ in nothing but that, what fills it up, and their number."""
        if self.is_silent:
            return
        names = ["delta", "sequence_number", *(["obfuscation"] if padded and self._padded else [])]
        body = self._ordered(kind, {**fields, **{name: hole(name) for name in names}})
        template = Template(body, numbers=["sequence_number"])
        for batch, has_more in deltas.batches(pieces):
            padding = deltas.paddings(map(len, batch))
            columns: dict[str, Iterable[Any]] = {
                "delta": map(sse.compact, batch),
                "sequence_number": self._numbers(len(batch)),
            }
            yield Event(template.fill(**columns, obfuscation=padding), kind, is_piece=True, has_more=has_more)

    def continue_behind(self, number: object) -> None:
        """Number the next event behind one that is not of this emitter."""
        if isinstance(number, int) and not isinstance(number, bool):
            self._sequence_number = max(self._sequence_number, number + 1)

    def _numbers(self, count: int) -> range:
        """The next numbers of the sequence."""
        start = self._sequence_number
        self._sequence_number += count
        return range(start, self._sequence_number)

    def _ordered(self, kind: str, fields: Json) -> Json:
        order = _order(tuple(fields), by_name=self.by_name and kind != "error")
        return {"type": kind, **{name: fields[name] for name in order}}


@lru_cache(maxsize=256)  # there are few kinds of events
def _order(names: tuple[str, ...], *, by_name: bool) -> tuple[str, ...]:
    """The fields of an event in the order in which it has them."""
    return tuple(sorted(names, key=None if by_name else _UNSORTED.index))


def name_of(event: Json) -> str:
    """The name under which an event is sent, which is its type."""
    kind = event.get("type")
    return kind if isinstance(kind, str) and kind.isprintable() else ""


def is_padded(call: Call) -> bool:
    """Whether a request lets deltas be filled up to lengths that tell less of their text."""
    options = call.body.get("stream_options")
    return not isinstance(options, dict) or options.get("include_obfuscation") is not False


def error_fields(error: ApiError, model: str) -> Json:
    """The members of an error as its event has them."""
    body = error.body(model)
    return {name: body[name] for name in (*_ERROR, *error.extra)}
