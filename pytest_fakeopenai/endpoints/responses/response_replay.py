"""The builder of an answer that is a Response of the SDK, sent as it is or streamed as what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...pipeline.context import RequestContext
from ...pipeline.replay import Replay
from ...pipeline.surface import Cut
from ...replies.faults import ApiError
from ...wire.protocol.call import Call, Json
from ...wire.protocol.events import Event
from . import stored
from .events import EventEmitter, error_fields, is_padded
from .replay import require_end, stream_of


class ResponseReplay(Replay):
    """A response that is there already, with the events by which it would have come."""

    def __init__(self, response: Json, call: Call, context: RequestContext, cut: Cut) -> None:
        self._answer = response
        self._call = call
        self._context = context
        self._emitter = EventEmitter(padded=is_padded(call))
        if call.stream:
            require_end(response)
        self._events = [*stream_of(response, self._emitter, cut)] if call.stream else []

    def close(self) -> Iterable[Event]:
        """Nothing; a response to be stored is stored."""
        stored.keep_object(self._context, self._call, self._answer)
        return ()

    def fail(self, error: ApiError) -> Iterator[Event]:
        """The error event."""
        yield self._emitter.emit("error", error=error_fields(error, self._call.model))
