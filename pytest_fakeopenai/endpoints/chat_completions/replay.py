"""A chat completion that is there already, as the stream by which it would have come: with all that it says.

https://platform.openai.com/docs/api-reference/chat-streaming
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ...pipeline.context import RequestContext
from ...pipeline.player import in_turn
from ...pipeline.replay import Replay
from ...pipeline.surface import Cut
from ...replies.faults import ApiError
from ...replies.parts import Text
from ...wire.protocol.call import Call, Json
from ...wire.protocol.events import Event, hole
from . import stored
from .chunks import ChunkEncoder, error_event

# The keys that every chunk begins with, and those of a completion that its chunks have otherwise.
_FIRST = ("id", "object", "created", "model", "service_tier", "system_fingerprint")
_OTHERWISE = ("choices", "usage")
_SAID_BEFORE = ("index", "message", "logprobs")
# What a message says in this order, behind what is no part of the API.
_ORDER = ("content", "refusal", "tool_calls", "function_call", "audio", "annotations")
_TEXTS_OF_CALLS = ("arguments", "input")
_NOTHING: Json = {}

Delta = Callable[[Json], Json]


class CompletionReplay(Replay):
    """The builder of an answer that is a ChatCompletion of the SDK, sent as it is or streamed as what it says."""

    def __init__(self, completion: Json, call: Call, context: RequestContext, cut: Cut) -> None:
        self._answer = completion
        self._call = call
        self._context = context
        self._cut = cut
        self._chunks = ChunkEncoder(call)
        whole = {name: completion[name] for name in (*_FIRST, *completion) if name in completion}
        head = {name: value for name, value in whole.items() if name not in _OTHERWISE}
        self._head = {**head, "object": "chat.completion.chunk"}
        self._events = [*self._stream(completion.get("choices") or [])] if call.stream else []

    def close(self) -> Iterator[Event]:
        """The usage chunk, where it was asked for and there is one; a completion to be stored is stored."""
        stored.keep(self._context, self._call, self._answer)
        if self._chunks.with_usage and "usage" in self._answer:
            yield self._chunks.event({**self._head, "choices": [], "usage": self._answer["usage"]})

    def fail(self, error: ApiError) -> Iterator[Event]:
        """The event that the official client raises as an APIError."""
        yield error_event(error.body(self._call.model))

    # ---- choices

    def _stream(self, choices: list[Json]) -> Iterator[Event]:
        if choices:
            yield from in_turn([self._choice(choice) for choice in choices])
        else:
            yield self._chunks.event({**self._head, "choices": [], **self._chunks.no_usage})

    def _choice(self, choice: Json) -> Iterator[Event]:
        message, tokens = choice["message"], _tokens(choice)
        logprobs = choice.get("logprobs") and {**choice["logprobs"], **{name: [] for name in tokens}}
        yield self._chunk(choice, _opening(message), {"logprobs": logprobs})
        for name in sorted(filter(message.get, message), key=_rank):
            yield from self._field(choice, name, message[name], tokens.get(name))
        ending = {name: value for name, value in choice.items() if name not in _SAID_BEFORE}
        yield self._chunk(choice, {}, ending)

    def _field(self, choice: Json, name: str, value: Any, tokens: list[Json] | None) -> Iterator[Event]:
        """The chunks of a field of the message: a text comes in pieces, anything else at once."""
        if name == "role" or _is_scalar(value):
            return
        if name == "tool_calls":
            for place, call in enumerate(value):
                yield from self._tool_call(choice, call, place)
        elif name == "function_call":
            yield from self._in_pieces(choice, value, lambda call: {name: call})
        elif tokens is not None:
            yield from self._token_chunks(choice, name, tokens)
        elif isinstance(value, str):
            yield from self._pieces(choice, {name: hole("piece")}, value)
        else:
            yield self._chunk(choice, {name: value}, is_piece=True)

    def _token_chunks(self, choice: Json, name: str, tokens: list[Json]) -> Iterator[Event]:
        for token in tokens:
            logprobs = {**dict.fromkeys(choice["logprobs"]), name: [token]}
            yield self._chunk(choice, {name: token["token"]}, {"logprobs": logprobs}, is_piece=True)

    def _tool_call(self, choice: Json, call: Json, place: int) -> Iterator[Event]:
        """The chunks of a call: its text comes in pieces, anything else of it in the first one."""
        kind = call.get("type")
        if not isinstance(kind, str) or not isinstance(call.get(kind), dict):
            yield self._chunk(choice, {"tool_calls": [{**call, "index": place}]})
            return
        described = {**{name: value for name, value in call.items() if name != kind}, "index": place}
        yield from self._in_pieces(
            choice,
            call[kind],
            lambda function: {"tool_calls": [{**described, kind: function}]},
            lambda function: {"tool_calls": [{"index": place, kind: function}]},
        )

    def _in_pieces(self, choice: Json, call: Json, opening: Delta, following: Delta | None = None) -> Iterator[Event]:
        name = next((name for name in _TEXTS_OF_CALLS if isinstance(call.get(name), str)), None)
        if name is None:
            yield self._chunk(choice, opening(call))
            return
        yield self._chunk(choice, opening({**call, name: ""}))
        yield from self._pieces(choice, (following or opening)({name: hole("piece")}), call[name])

    # ---- chunks

    def _pieces(self, choice: Json, delta: Json, text: str) -> Iterator[Event]:
        return self._chunks.pieces(self._body(choice, delta), self._cut(Text(text)))

    def _chunk(self, choice: Json, delta: Json, fields: Json = _NOTHING, *, is_piece: bool = False) -> Event:
        return self._chunks.event(self._body(choice, delta, fields), is_piece=is_piece)

    def _body(self, choice: Json, delta: Json, fields: Json = _NOTHING) -> Json:
        shown = {"logprobs": fields.get("logprobs")} if "logprobs" in choice else {}
        body = {"index": choice.get("index", 0), "delta": delta, "finish_reason": None, **fields, **shown}
        return {**self._head, "choices": [body], **self._chunks.no_usage}


def _opening(message: Json) -> Json:
    """The delta that begins a message: its role, what is said at once, and texts before anything is said of them."""
    begun = {name: "" if isinstance(value, str) and name != "role" else value for name, value in message.items()}
    at_once = {name: value for name, value in begun.items() if not value or name == "role" or _is_scalar(value)}
    if at_once.get("annotations") == []:  # streamed only where there are some
        del at_once["annotations"]
    return at_once


def _tokens(choice: Json) -> dict[str, list[Json]]:
    """The log probabilities of each text that is made of exactly these tokens."""
    logprobs, message = choice.get("logprobs") or {}, choice["message"]
    return {name: logprobs[name] for name in ("content", "refusal") if _makes(logprobs.get(name), message.get(name))}


def _makes(tokens: Any, text: object) -> bool:
    return bool(tokens) and "".join(token["token"] for token in tokens) == text


def _is_scalar(value: object) -> bool:
    """Whether a value of a message is said at once in its first chunk."""
    return isinstance(value, (int, float))


def _rank(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else -1
