"""Responses in the background: queued at once, and made on the server whether or not anybody waits for them.

https://platform.openai.com/docs/guides/background
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...pipeline.context import RequestContext
from ...pipeline.detached import DetachedReply
from ...pipeline.surface import Cut, Detachable
from ...replies.reply import Reply
from ...state.store import Record
from ...wire.protocol.call import Call, Json
from ...wire.protocol.events import Event
from . import stored
from .builder import ResponseObjectBuilder


class BackgroundResponseBuilder(ResponseObjectBuilder, Detachable):
    """Builds a response in the background, which is stored from its beginning, for those who follow or stop it."""

    begins_at_once = True
    _is_followed = True
    _keeps_ids = True

    def __init__(self, call: Call, reply: Reply, context: RequestContext, cut: Cut) -> None:
        super().__init__(call, reply, context, cut)
        self._record: Record[stored.StoredResponse] | None = None

    def open(self) -> Iterator[Event]:
        """The events of a response that waits for its turn, and has it."""
        yield self._events.emit("response.created", response=self._object("queued"))
        yield self._events.emit("response.queued", response=self._object("queued"))
        self._events.by_name = False
        yield self._events.emit("response.in_progress", response=self._object("in_progress"))

    def detach(self, reply: DetachedReply) -> None:
        """Keep the response before it has been made, for those who follow or stop it."""
        self._record = stored.keep_running(self._context, self._call, self.body(), reply)

    def receipt(self) -> Json:
        """The queued response."""
        return self._object("queued")

    def expire(self) -> Iterable[Event]:
        """Nothing: it is in progress until it is cancelled."""
        return ()

    def _keep_ended(self, response: Json) -> None:
        assert self._record is not None
        stored.settle(self._context, self._call, {**self.body(), **response}, self._record)

    def _keep(self) -> None:
        assert self._record is not None
        stored.settle(self._context, self._call, self.body(), self._record)


def build(call: Call, reply: Reply, context: RequestContext, cut: Cut) -> ResponseObjectBuilder:
    """The builder of the response that a request asks for."""
    background = call.body.get("background") is True
    return (BackgroundResponseBuilder if background else ResponseObjectBuilder)(call, reply, context, cut)
