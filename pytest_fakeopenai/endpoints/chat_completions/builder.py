"""A chat completion in the making, and its bytes. https://platform.openai.com/docs/api-reference/chat/object"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from typing_extensions import assert_never

from ...pipeline.context import RequestContext
from ...pipeline.surface import Cut, not_carried
from ...replies.answers import Patch, Vectors
from ...replies.faults import ApiError
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
from ...wire.billing.answer import spent
from ...wire.billing.prompt import prompt_tokens, written
from ...wire.billing.usage import override
from ...wire.json_values import as_dict, as_objects
from ...wire.models import Family, family, resolved
from ...wire.protocol import sse
from ...wire.protocol.call import Call, Json, named_choice
from ...wire.protocol.events import Event, hole
from ...wire.protocol.ids import Ids
from . import stored
from .choice import Choice
from .chunks import NO_CHUNK, ChunkEncoder, error_event
from .spoken import spoken_message


class ChatCompletionBuilder:
    """A chat completion: fed with parts, it yields chunks and becomes the blocking body."""

    def __init__(self, call: Call, reply: Reply, context: RequestContext, cut: Cut) -> None:
        ids = context.world.ids
        created = ids.now()
        self._call = call
        self._reply = reply
        self._context = context
        self._cut = cut
        self._family = family(call.model)
        self._alternatives: int = call.body.get("top_logprobs") or 0
        self._legacy = call.uses_functions
        self._choices = [Choice(each, spoken_message(call, ids, created)) for each in reply.for_choices(call.n)]
        self._head = {
            "id": self._new_id(ids, created) if reply.id is None else reply.id,
            "object": "chat.completion.chunk",
            "created": created,
            "model": context.model_of(call, reply),
        }
        self._tail = _tail(call, self._family)
        self._chunks = ChunkEncoder(call)
        self._prompt: int | None = None
        self._usage_is_sent = False
        for choice in self._choices:
            self._prepare(choice)

    def _prepare(self, choice: Choice) -> None:
        """Name the calls beforehand: when a choice comes to them depends on how it is cut."""
        calls = [part for part in choice.reply.parts if isinstance(part, ToolCall)]
        choice.parallel = len(calls) > 1
        choice.call_ids = iter([self._context.world.ids.call() for part in calls if part.id is None])

    def _new_id(self, ids: Ids, created: int) -> str:
        return f"chatcmpl-{ids.uuid()}" if self._family.searches else ids.completion("chatcmpl", created)

    def open(self) -> Iterable[Event]:
        """Nothing precedes the first part."""
        return ()

    def add(self, part: Content, index: int) -> Iterator[Event]:
        """The chunks of a part."""
        choice = self._choices[index]
        match part:
            case Text() | Chunks():
                return self._add_text(part, choice, index)
            case Refusal():
                return self._add_refusal(part, choice, index)
            case ToolCall():
                return self._call_tool(part, choice, index)
            case StreamEvent():
                return self._add_chunk(part.payload)
            case Reasoning():
                return self._reason(part, choice, index)
            case Structured() | FileSearch() | Verbatim() | Vectors() | Patch():
                raise not_carried(part, self._call.endpoint)
            case _:
                assert_never(part)

    def _add_chunk(self, chunk: Json) -> Iterator[Event]:
        """A chunk as it is; what it begins, or ends, has begun or ended."""
        for piece in as_objects(chunk.get("choices")):
            index, delta = piece.get("index"), as_dict(piece.get("delta"))
            if isinstance(index, int) and 0 <= index < len(self._choices):
                self._choices[index].started |= "role" in delta
                self._choices[index].ended |= piece.get("finish_reason") is not None
        self._usage_is_sent |= chunk.get("usage") is not None
        yield Event((sse.compact(chunk),), is_piece=True)

    def _add_refusal(self, part: Refusal, choice: Choice, index: int) -> Iterator[Event]:
        if choice.says_nothing(part.text, choice.refusal):
            return
        yield from self._start(choice, index, {"content": None, "refusal": ""})
        choice.refusal = (choice.refusal or "") + part.text
        choice.output.refusals.append(part.text)
        yield from self._pieces(index, "refusal", self._cut(part))

    def _reason(self, part: Reasoning, choice: Choice, index: int) -> Iterator[Event]:
        """Reasoning is hidden, unless it names the field in which another server would say it."""
        choice.output.thoughts.append(part.text)
        if (name := part.chat_field) is None:
            return
        if choice.started and name not in choice.thoughts:
            yield self._chunk(index, {name: ""})
        yield from self._start(choice, index, {"content": None, name: "", "refusal": None})
        choice.thoughts[name] = choice.thoughts.get(name, "") + part.text
        yield from self._pieces(index, name, self._cut(part))

    def _add_text(self, part: Text | Chunks, choice: Choice, index: int) -> Iterator[Event]:
        text = part.text
        if choice.audio is not None:
            yield from self._say(part, choice, index)
            return
        if choice.says_nothing(text, choice.content):
            return
        yield from self._start(choice, index, {"content": "", "refusal": None})
        choice.content = (choice.content or "") + text
        choice.output.texts.append(text)
        if self._wants_logprobs(choice):
            for entry in self._logprobs(part, choice):
                choice.logprobs.append(entry)
                yield self._chunk(index, {"content": entry["token"]}, logprobs={"content": [entry], "refusal": None})
            return
        yield from self._pieces(index, "content", self._cut(part))

    def _say(self, part: Text | Chunks, choice: Choice, index: int) -> Iterator[Event]:
        """A text that is spoken: its transcript at once, and its sound with the end of the choice."""
        audio = choice.audio
        assert audio is not None
        yield from self._start(choice, index, {"content": None, "refusal": None, "audio": {"id": audio.id}})
        audio.transcript += part.text
        choice.output.texts.append(part.text)
        for piece in self._cut(part):
            yield self._chunk(index, {"audio": {"transcript": piece}})

    def _pieces(self, index: int, key: str, pieces: Iterable[str]) -> Iterator[Event]:
        """The chunks of a text, which differ in their pieces and in what fills these up."""
        if not self._call.stream:
            return
        yield from self._chunks.pieces(self._chunk_body(index, {key: hole("piece")}), pieces)

    def _wants_logprobs(self, choice: Choice) -> bool:
        """Whether log probabilities are asked for and declined neither for all choices nor for this one."""
        return self._call.logprobs and False not in (self._reply.logprobs, choice.reply.logprobs)

    def _logprobs(self, part: Text | Chunks, choice: Choice) -> Iterable[Json]:
        scripted, end = choice.reply.logprobs, len(choice.content or "")
        if isinstance(scripted, tuple):
            return map(logprobs.entry, logprobs.between(scripted, end - len(part.text), end))
        return map(logprobs.entry, logprobs.invent(deltas.cut(part, self._call.model), self._alternatives))

    def _call_tool(self, part: ToolCall, choice: Choice, index: int) -> Iterator[Event]:
        if self._legacy:
            yield from self._call_function(part, choice, index)
            return
        tool = self._call.tool(part.name)
        kind, text = ("custom", "input") if tool is not None and tool.kind == "custom" else ("function", "arguments")
        call = {
            "id": self._call_id(part, choice),
            "type": kind,
            kind: {"name": part.name, text: part.arguments_text},
        }
        place = len(choice.calls)
        choice.calls.append(call)
        choice.output.add_call(part)
        opening = {"index": place, **call, kind: {"name": part.name, text: ""}}
        yield from self._open_call(opening, choice, index)
        for piece in deltas.members(part) if choice.parallel else self._cut(part):
            yield self._chunk(index, {"tool_calls": [{"index": place, kind: {text: piece}}]})

    def _call_id(self, part: ToolCall, choice: Choice) -> str:
        if part.id is not None:
            return part.id
        return next(choice.call_ids, None) or self._context.world.ids.call()

    def _open_call(self, opening: Json, choice: Choice, index: int) -> Iterator[Event]:
        """A single call is in the first chunk; parallel ones are opened in chunks of their own."""
        if not choice.started and not choice.parallel:
            yield from self._start(choice, index, {"content": None, "tool_calls": [opening], "refusal": None})
            return
        yield from self._start(choice, index, {"content": None})
        yield self._chunk(index, {"tool_calls": [opening]})

    def _call_function(self, part: ToolCall, choice: Choice, index: int) -> Iterator[Event]:
        choice.calls.append({"name": part.name, "arguments": part.arguments_text})
        choice.output.add_call(part)
        opening = {"function_call": {"name": part.name, "arguments": ""}}
        if choice.started:
            yield self._chunk(index, opening)
        yield from self._start(choice, index, {"content": None, **opening, "refusal": None})
        for piece in self._cut(part):
            yield self._chunk(index, {"function_call": {"arguments": piece}})

    def _start(self, choice: Choice, index: int, delta: Json) -> Iterator[Event]:
        if choice.started:
            return
        choice.started = True
        if self._call.stream:
            empty: Json | None = {"content": [], "refusal": None} if self._wants_logprobs(choice) else None
            yield self._chunk(index, {"role": "assistant", **delta}, logprobs=empty)

    def end(self, index: int) -> Iterator[Event]:
        """The chunk that ends a choice."""
        choice = self._choices[index]
        yield from self._start(choice, index, {"content": "", "refusal": None})
        if self._call.stream and not choice.ended:
            for delta in choice.audio.last_deltas() if choice.audio is not None else ():
                yield self._chunk(index, {"audio": delta})
            yield self._chunk(index, {}, finish_reason=self._finish_reason(choice))

    def close(self) -> Iterator[Event]:
        """The usage chunk, where it was asked for; a completion to be stored is stored."""
        if stored.is_wanted(self._call):
            stored.keep(self._context, self._call, self.body())
        if self._chunks.with_usage and not self._usage_is_sent:
            yield self._chunks.event({**self._head, **self._tail, "choices": [], "usage": self._usage()})

    def fail(self, error: ApiError) -> Iterator[Event]:
        """The event that the official client raises as an APIError."""
        yield error_event(error.body(self._call.model))

    def body(self) -> Json:
        """The completion."""
        choices = [self._choice(index, choice) for index, choice in enumerate(self._choices)]
        head = {**self._head, "object": "chat.completion"}
        return {**head, "choices": choices, "usage": self._usage(), **self._tail}

    def _choice(self, index: int, choice: Choice) -> Json:
        return {
            "index": index,
            "message": self._message(choice),
            **self._logprobs_key(
                choice, {"content": choice.logprobs, "refusal": None} if self._wants_logprobs(choice) else None
            ),
            "finish_reason": self._finish_reason(choice),
        }

    def _message(self, choice: Choice) -> Json:
        besides: Json = {"audio": choice.audio.body} if choice.audio is not None and choice.audio.transcript else {}
        if choice.calls:
            besides |= {"function_call": choice.calls[-1]} if self._legacy else {"tool_calls": choice.calls}
        silent = None if besides or choice.thoughts or choice.refusal is not None else ""
        content = silent if choice.content is None else choice.content
        own_fields = {"role": "assistant", "content": content, **choice.thoughts, **besides}
        return {**own_fields, "refusal": choice.refusal, "annotations": []}

    def _chunk(
        self, index: int, delta: Json, *, logprobs: Json | None = None, finish_reason: str | None = None
    ) -> Event:
        if not self._call.stream:
            return NO_CHUNK
        is_piece = bool(delta) and "role" not in delta
        return self._chunks.event(self._chunk_body(index, delta, logprobs, finish_reason), is_piece=is_piece)

    def _chunk_body(
        self, index: int, delta: Json, logprobs: Json | None = None, finish_reason: str | None = None
    ) -> Json:
        entries = self._logprobs_key(self._choices[index], logprobs)
        choice = {"index": index, "delta": delta, **entries, "finish_reason": finish_reason}
        usage = self._chunks.no_usage
        early = usage if self._choices[index].parallel and finish_reason is None else {}
        return {**self._head, **self._tail, **early, "choices": [choice], **usage}

    def _logprobs_key(self, choice: Choice, value: Json | None) -> Json:
        """Plain models alone have the key where log probabilities are not asked for."""
        plain = not (self._family.reasons or self._family.searches or self._family.speaks)
        return {"logprobs": value} if plain or self._wants_logprobs(choice) else {}

    def _finish_reason(self, choice: Choice) -> str:
        if (reason := self._scripted_reason(choice)) is not None:
            return reason
        if not choice.calls or self._had_no_choice():
            return "stop"
        return "function_call" if self._legacy else "tool_calls"

    def _scripted_reason(self, choice: Choice) -> str | None:
        return self._reply.finish_reason if choice.reply.finish_reason is None else choice.reply.finish_reason

    def _had_no_choice(self) -> bool:
        """Whether the request names what a plain model has to call, which ends a call as if it were a text."""
        body = self._call.body
        if self._legacy:
            return isinstance(body.get("function_call"), dict) and not self._family.reasons
        if body.get("tool_choice") == "required":
            return resolved(self._call.model) == "gpt-4-0613"
        return named_choice(body.get("tool_choice")) is not None and not self._family.reasons

    @property
    def _prompt_tokens(self) -> int:
        if self._prompt is None:
            self._prompt = prompt_tokens(self._call)
        return self._prompt

    def _usage(self) -> Json:
        counts = [spent(self._call, each.output, cut=self._is_cut(each)) for each in self._choices]
        words, reasoning = sum(whole for whole, _ in counts), sum(hidden for _, hidden in counts)
        audio = sum(each.audio.tokens for each in self._choices if each.audio is not None)
        completion, prompt = words + audio, self._prompt_tokens
        figures: Json = {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
            "prompt_tokens_details": self._prompt_details(),
            "completion_tokens_details": {
                "reasoning_tokens": reasoning,
                "audio_tokens": audio,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
                **({"text_tokens": words} if self._family.speaks else {}),
            },
        }
        return override(figures, self._reply.usage)

    def _prompt_details(self) -> Json:
        model_family = self._family
        kept = {"cache_write_tokens": written(self._call, self._prompt_tokens)} if model_family.writes_cache else {}
        modalities = {"text_tokens": self._prompt_tokens, "image_tokens": 0} if model_family.speaks else {}
        return {"cached_tokens": 0, **kept, "audio_tokens": 0, **modalities}

    def _is_cut(self, choice: Choice) -> bool:
        return self._scripted_reason(choice) == "length"


def _tail(call: Call, family: Family) -> Json:
    """The tier that served the request and the fingerprint; search models tell neither."""
    if family.searches:
        return {"system_fingerprint": ""}
    tier = call.body.get("service_tier")
    return {
        "service_tier": tier if isinstance(tier, str) and tier != "auto" else "default",
        "system_fingerprint": "fp_44709d6fcb" if family.fingerprint else None,
    }


def encode(body: Json) -> bytes:
    """A completion as the bytes of a blocking answer."""
    return sse.pretty(body) + b"\n"
