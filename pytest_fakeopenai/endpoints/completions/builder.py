"""Legacy completions, made of the parts of replies. https://platform.openai.com/docs/api-reference/completions"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from typing_extensions import assert_never

from ...pipeline.context import RequestContext
from ...pipeline.surface import Cut, bare_event, not_carried
from ...replies.answers import Patch, Vectors
from ...replies.faults import ApiError
from ...replies.logprobs import Logprob
from ...replies.parts import (
    Chunks,
    Content,
    FileSearch,
    Reasoning,
    Refusal,
    StreamEvent,
    Structured,
    Text,
    ToolCall,
    Verbatim,
)
from ...replies.reply import Reply
from ...wire.billing import deltas, logprobs
from ...wire.billing.answer import Output, limit_of
from ...wire.billing.prompt import bare
from ...wire.billing.usage import override
from ...wire.json_values import as_objects
from ...wire.protocol import sse
from ...wire.protocol.call import Call, Json
from ...wire.protocol.events import Event


@dataclass
class Choice:
    """One choice: the text so far, and what its reply says of the whole."""

    reply: Reply
    prompt: str
    text: str = ""
    output: Output = field(default_factory=Output)
    tokens: list[Logprob] = field(default_factory=list)
    sent: int = 0
    ended: bool = False


class CompletionBuilder:
    """A legacy completion: fed with parts, it yields chunks and becomes the blocking body."""

    def __init__(self, call: Call, reply: Reply, context: RequestContext, cut: Cut) -> None:
        ids = context.world.ids
        created = ids.now()
        self._call = call
        self._reply = reply
        self._cut = cut
        replies = reply.for_choices(call.n)
        prompts = [prompt for prompt in call.prompts for _ in range(call.n // len(call.prompts))]
        self._choices = [Choice(each, prompts[min(index, call.n - 1)]) for index, each in enumerate(replies)]
        self._id = ids.completion("cmpl", created) if reply.id is None else reply.id
        self._usage_is_sent = False
        self._created = created
        self._model = context.model_of(call, reply)
        self._echo = call.body.get("echo") is True
        options = call.body.get("stream_options")
        self._alternatives = call.body.get("logprobs") or 0
        self._with_usage = isinstance(options, dict) and options.get("include_usage") is True

    def open(self) -> Iterable[Event]:
        """Nothing precedes the first part."""
        return ()

    def add(self, part: Content, index: int) -> Iterator[Event]:
        """The chunks of a text."""
        match part:
            case Text() | Chunks():
                return self._add_text(part, self._choices[index], index)
            case StreamEvent():
                return self._add_chunk(part.payload)
            case ToolCall() | Structured() | Reasoning() | Refusal() | FileSearch() | Verbatim() | Vectors() | Patch():
                raise not_carried(part, self._call.endpoint)
            case _:
                assert_never(part)

    def _add_chunk(self, chunk: Json) -> Iterator[Event]:
        """A chunk as it is; the choice that it ends has ended."""
        for piece in as_objects(chunk.get("choices")):
            index = piece.get("index")
            if isinstance(index, int) and 0 <= index < len(self._choices):
                self._choices[index].ended |= piece.get("finish_reason") is not None
        self._usage_is_sent |= chunk.get("usage") is not None
        yield Event((sse.compact(chunk),), is_piece=True)

    def _add_text(self, part: Text | Chunks, choice: Choice, index: int) -> Iterator[Event]:
        if self._echo and not choice.text:
            yield from self._pieces(choice, index, Text(choice.prompt), None, 0)
        start = sum(map(len, choice.output.texts))
        choice.output.texts.append(part.text)
        yield from self._pieces(choice, index, part, choice.reply.logprobs, start)

    def _pieces(self, choice: Choice, index: int, part: Any, scripted: object, start: int) -> Iterator[Event]:
        choice.text += part.text
        if not self._wants_logprobs(choice):
            for piece in self._cut(part):
                yield from self._piece(choice, index, piece)
            return
        for token in self._tokens(part, scripted, start):
            entry = self._logprobs([token], sum(len(earlier.token) for earlier in choice.tokens))
            choice.tokens.append(token)
            yield from self._piece(choice, index, token.token, entry)

    def _piece(self, choice: Choice, index: int, text: str, logprobs_entry: Json | None = None) -> Iterator[Event]:
        """A chunk of the text; that of the last text before the limit ends the choice."""
        if choice.ended:
            return
        choice.sent += len(text)
        whole = len(choice.reply.text) + (len(choice.prompt) if self._echo else 0)
        choice.ended = self._finish_reason(choice) == "length" and bool(text) and choice.sent == whole
        yield self._chunk(index, text, "length" if choice.ended else None, logprobs_entry)

    def _tokens(self, part: Any, scripted: object, start: int) -> Iterable[Logprob]:
        if isinstance(scripted, tuple):
            return logprobs.between(scripted, start, start + len(part.text))
        return logprobs.invent(deltas.cut(part, self._call.model), self._alternatives)

    def end(self, index: int) -> Iterator[Event]:
        """The chunk that ends a choice; of one that said nothing it has the log probabilities: none."""
        choice = self._choices[index]
        if choice.ended:
            return
        nothing = self._logprobs([], 0) if self._wants_logprobs(choice) and not choice.tokens else None
        yield self._chunk(index, "", self._finish_reason(choice), nothing)

    def close(self) -> Iterator[Event]:
        """The usage chunk, where it was asked for."""
        if self._with_usage and not self._usage_is_sent:
            yield bare_event({**self._chunk_of([]), "usage": self._usage()})

    def fail(self, error: ApiError) -> Iterator[Event]:
        """The event that the official client raises as an APIError."""
        yield bare_event({"error": error.body(self._call.model)})

    def body(self) -> Json:
        """The completion."""
        return {
            "id": self._id,
            "object": "text_completion",
            "created": self._created,
            "model": self._model,
            "choices": [self._choice(index, choice) for index, choice in enumerate(self._choices)],
            "usage": self._usage(),
        }

    def _choice(self, index: int, choice: Choice) -> Json:
        return {
            "text": choice.text,
            "index": index,
            "logprobs": self._logprobs(choice.tokens, 0) if self._wants_logprobs(choice) else None,
            "finish_reason": self._finish_reason(choice),
        }

    def _chunk_of(self, choices: list[Json]) -> Json:
        head = {"id": self._id, "object": "text_completion", "created": self._created}
        return {**head, "choices": choices, "model": self._model}

    def _chunk(self, index: int, text: str, finish_reason: str | None, logprobs_entry: Json | None = None) -> Event:
        choice = {"text": text, "index": index, "logprobs": logprobs_entry, "finish_reason": finish_reason}
        usage = {"usage": None} if self._with_usage else {}
        return Event((sse.compact({**self._chunk_of([choice]), **usage}),), is_piece=bool(text))

    def _finish_reason(self, choice: Choice) -> str:
        reasons = (choice.reply.finish_reason, self._reply.finish_reason, "stop")
        return next(reason for reason in reasons if reason is not None)

    def _wants_logprobs(self, choice: Choice) -> bool:
        """Whether log probabilities are asked for and declined neither for all choices nor for this one."""
        return self._call.logprobs and False not in (self._reply.logprobs, choice.reply.logprobs)

    def _logprobs(self, tokens: list[Logprob], offset: int) -> Json:
        ends = itertools.accumulate((len(entry.token) for entry in tokens), initial=offset)
        return {
            "tokens": [entry.token for entry in tokens],
            "token_logprobs": [entry.logprob for entry in tokens],
            "top_logprobs": [dict(entry.top_logprobs) for entry in tokens] if self._alternatives else None,
            "text_offset": list(ends)[:-1],
        }

    def _usage(self) -> Json:
        prompt, completion = (
            bare(self._call.body.get("prompt"), self._call.model),
            sum(map(self._spent, self._choices)),
        )
        figures = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
        if not completion:
            del figures["completion_tokens"]
        return override(figures, self._reply.usage)

    def _spent(self, choice: Choice) -> int:
        """The tokens of a choice: its text's, or its limit where that cuts it; one that says nothing has none."""
        text = choice.output.text
        limit = limit_of(self._call) if text and self._finish_reason(choice) == "length" else None
        return bare(text, self._call.model) if limit is None else limit


def encode(body: Json) -> bytes:
    """A completion as the bytes of a blocking answer."""
    return sse.pretty(body) + b"\n"
