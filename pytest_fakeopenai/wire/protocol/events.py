"""Events of a stream, as JSON that whatever carries them has yet to frame, and the template of those that are alike.

https://platform.openai.com/docs/api-reference/streaming
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from pydantic_core import from_json, to_json

DATA = b"data: "

_HOLE = "0f6c1d9e2b7a4e53-hole-"  # begins the texts that stand for what is filled in; nobody sends it
_HOLES = re.compile(b'"' + _HOLE.encode() + rb'(\w+)"')


def hole(name: str) -> str:
    """The text that stands for the value `name` in a template."""
    return _HOLE + name


class Event:
    """An event of a stream, or several that follow each other at once and differ only in the piece that they carry.

    `payloads` are their data, as JSON; `name` is what server-sent events name them, where they do. `is_piece` tells
    whether they carry pieces of what the model says, between which a reply may pause, and `has_more` whether many more
    of these follow at once, which have yet to be made.
    """

    __slots__ = ("has_more", "is_piece", "name", "payloads")

    def __init__(
        self, payloads: Sequence[bytes], name: str = "", *, is_piece: bool = False, has_more: bool = False
    ) -> None:
        self.payloads = payloads
        self.name = name
        self.is_piece = is_piece
        self.has_more = has_more

    def frames(self) -> list[bytes]:
        """The events as server-sent events."""
        head = b"event: %b\ndata: " % self.name.encode() if self.name else DATA
        return [b"%b%b\n\n" % (head, payload) for payload in self.payloads]

    def values(self) -> list[Any]:
        """The data of the events, read."""
        return [from_json(payload) for payload in self.payloads]

    def singly(self) -> Iterator[Event]:
        """The events one by one."""
        if len(self.payloads) == 1:
            yield self
            return
        for payload in self.payloads:
            yield Event((payload,), self.name, is_piece=self.is_piece)


class Template:
    """The JSON of an object of which many are made that differ in a few values, each of which is a `hole`.

    `numbers` are the holes that are filled with integers; the others take JSON.
    """

    def __init__(self, value: dict[str, Any], numbers: Collection[str] = ()) -> None:
        text, *rest = _HOLES.split(to_json(value))
        self._names = [name.decode() for name in rest[::2]]
        marks = (b"%d" if name in numbers else b"%b" for name in self._names)
        self._form = _escaped(text) + b"".join(
            mark + _escaped(text) for mark, text in zip(marks, rest[1::2], strict=True)
        )

    def fill(self, **columns: Iterable[bytes | int]) -> list[bytes]:
        """An object for each row of the columns, which are named like the holes."""
        form = self._form
        return [form % row for row in zip(*[columns[name] for name in self._names], strict=True)]


def _escaped(text: bytes) -> bytes:
    return text.replace(b"%", b"%%")
