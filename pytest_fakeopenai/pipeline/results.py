"""What an endpoint that answers by itself returns."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field

from ..wire.protocol import sse
from ..wire.protocol.call import Json


@dataclass(eq=False)
class EventStream:
    """What an endpoint that answers by itself says as a stream: its events, each framed, and what ends it."""

    events: list[Json]
    frame: Callable[[Json], bytes] = sse.named
    done: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(eq=False)
class LiveEventStream:
    """A stream whose events are yet to come: as many at a time as there are, each framed."""

    batches: AsyncIterator[list[Json]]
    frame: Callable[[Json], bytes] = sse.named


@dataclass(eq=False)
class Response:
    """What an endpoint that answers by itself says where that is more than JSON and 200; None is no body at all."""

    body: Json | bytes | None
    status: int = 200
    media_type: str = sse.JSON
    headers: Mapping[str, str] = field(default_factory=dict)


Result = Json | EventStream | LiveEventStream | Response
