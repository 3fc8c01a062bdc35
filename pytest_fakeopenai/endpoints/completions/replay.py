"""A legacy completion that is there already, as the stream by which it would have come: with all that it says.

https://platform.openai.com/docs/api-reference/completions
"""

from __future__ import annotations

from collections.abc import Iterator

from ...pipeline.context import RequestContext
from ...pipeline.player import in_turn
from ...pipeline.replay import Replay
from ...pipeline.surface import Cut, bare_event
from ...replies.faults import ApiError
from ...replies.parts import Text
from ...wire.protocol import sse
from ...wire.protocol.call import Call, Json
from ...wire.protocol.events import Event


class CompletionReplay(Replay):
    """The builder of an answer that is a Completion of the SDK, sent as it is or streamed as what it says."""

    def __init__(self, completion: Json, call: Call, context: RequestContext, cut: Cut) -> None:
        self._answer = completion
        self._call = call
        self._cut = cut
        options = call.body.get("stream_options")
        self._with_usage = isinstance(options, dict) and options.get("include_usage") is True
        self._head = {name: value for name, value in completion.items() if name not in ("choices", "usage")}
        self._events = [*self._stream(completion.get("choices") or [])] if call.stream else []

    def close(self) -> Iterator[Event]:
        """The usage chunk, where it was asked for and there is one."""
        if self._with_usage and "usage" in self._answer:
            yield bare_event({**self._head, "choices": [], "usage": self._answer["usage"]})

    def fail(self, error: ApiError) -> Iterator[Event]:
        """The event that the official client raises as an APIError."""
        yield bare_event({"error": error.body(self._call.model)})

    def _stream(self, choices: list[Json]) -> Iterator[Event]:
        if choices:
            yield from in_turn([self._choice(choice) for choice in choices])
        else:
            yield Event((self._chunk([]),))

    def _choice(self, choice: Json) -> Iterator[Event]:
        """The text in pieces; all else that the choice says comes with its end."""
        index = choice.get("index", 0)
        begun = {"index": index, "logprobs": None, "finish_reason": None}
        yield from (
            Event((self._chunk([{"text": piece, **begun}]),), is_piece=True)
            for piece in self._cut(Text(choice["text"]))
        )
        yield Event((self._chunk([{**choice, "text": "", "index": index}]),))

    def _chunk(self, choices: list[Json]) -> bytes:
        usage = {"usage": None} if self._with_usage else {}
        return sse.compact({**self._head, "choices": choices, **usage})
