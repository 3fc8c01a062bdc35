"""The builder of an answer that is a Response of the SDK, sent as it is or streamed as what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...pipeline.context import RequestContext
from ...pipeline.surface import Cut
from ...replies.faults import ApiError
from ...replies.parts import Content
from ...wire.protocol.call import Call, Json
from ...wire.protocol.events import Event
from . import stored
from .events import EventEmitter, error_fields, is_padded
from .replay import require_end, stream_of


class ResponseReplay:
    """A response that is there already, with the events by which it would have come."""

    def __init__(self, response: Json, call: Call, context: RequestContext, cut: Cut) -> None:
        self._response = response
        self._call = call
        self._context = context
        self._emitter = EventEmitter(padded=is_padded(call))
        if call.stream:
            require_end(response)
        self._events = [*stream_of(response, self._emitter, cut)] if call.stream else []

    def open(self) -> Iterable[Event]:
        """Nothing precedes the events of the response."""
        return ()

    def add(self, part: Content, index: int) -> Iterable[Event]:
        """All events of the response."""
        return self._events

    def end(self, index: int) -> Iterable[Event]:
        """Nothing: the response has its end."""
        return ()

    def close(self) -> Iterable[Event]:
        """Nothing; a response to be stored is stored."""
        stored.keep_object(self._context, self._call, self._response)
        return ()

    def fail(self, error: ApiError) -> Iterator[Event]:
        """The error event."""
        yield self._emitter.emit("error", error=error_fields(error, self._call.model))

    def body(self) -> Json:
        """The response as it is."""
        return self._response
