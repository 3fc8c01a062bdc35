"""The chunks of a streamed chat completion as bytes: what they have in common, and what fills them up.

https://platform.openai.com/docs/api-reference/chat-streaming
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ...pipeline.surface import bare_event
from ...wire.billing import deltas
from ...wire.protocol import sse
from ...wire.protocol.call import Call, Json
from ...wire.protocol.events import Event, Template, hole

NO_CHUNK = Event(())  # what there is of a chunk in a blocking answer


class ChunkEncoder:
    """Makes events of chunks, each filled up to a multiple of 16 characters unless the request declines that."""

    def __init__(self, call: Call) -> None:
        self.with_usage = _option(call, "include_usage") is True
        self._is_padded = _option(call, "include_obfuscation") is not False

    @property
    def no_usage(self) -> Json:
        """What a chunk has in place of the usage, which only the last one tells."""
        return {"usage": None} if self.with_usage else {}

    def event(self, chunk: Json, *, is_piece: bool = False) -> Event:
        """A chunk, filled up."""
        payload = sse.compact(chunk)
        if self._is_padded:
            payload = b'%b,"obfuscation":"%b"}' % (payload[:-1], deltas.padding(_characters(payload)).encode())
        return Event((payload,), is_piece=is_piece)

    def pieces(self, chunk: Json, pieces: Iterable[str]) -> Iterator[Event]:
        """Chunks that differ in nothing but the piece of a text, which is a `hole` named so in the one given."""
        fill = self._filling_up(chunk) if self._is_padded else Template(chunk).fill
        for batch, has_more in deltas.batches(pieces):
            yield Event(fill(piece=[*map(sse.compact, batch)]), is_piece=True, has_more=has_more)

    def _filling_up(self, chunk: Json) -> Callable[..., list[bytes]]:
        """What makes chunks of pieces, each filled up to a multiple of 16 characters."""
        template = Template({**chunk, "obfuscation": hole("padding")})
        rest = _characters(sse.compact(chunk)) - _characters(sse.compact(hole("piece")))

        def fill(piece: list[bytes]) -> list[bytes]:
            return template.fill(piece=piece, padding=deltas.paddings([rest + _characters(each) for each in piece]))

        return fill


def error_event(error: Json) -> Event:
    """The event that the official client raises as an APIError."""
    return bare_event({"error": error})


def _option(call: Call, name: str) -> object:
    options = call.body.get("stream_options")
    return options.get(name) if isinstance(options, dict) else None


def _characters(payload: bytes) -> int:
    return len(payload) if payload.isascii() else len(payload.decode())
