"""What the builders of answers that are there already have in common."""

from __future__ import annotations

from collections.abc import Iterable

from ..replies.parts import Content
from ..wire.protocol.call import Json
from ..wire.protocol.events import Event


class Replay:
    """An answer of the SDK, sent as it is or streamed as the events by which it would have come.

    Its only part is the answer itself. A builder sets both fields as it is made, so that what cannot be streamed is
    refused before anything is sent, and adds how the answer closes and fails.
    """

    _answer: Json
    _events: list[Event]

    def open(self) -> Iterable[Event]:
        """Nothing precedes the events of the answer."""
        return ()

    def add(self, part: Content, index: int) -> Iterable[Event]:
        """All events of the answer."""
        return self._events

    def end(self, index: int) -> Iterable[Event]:
        """Nothing: every choice has its end among the events."""
        return ()

    def body(self) -> Json:
        """The answer as it is."""
        return self._answer
