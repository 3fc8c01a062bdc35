"""A chat completion in the making, and its bytes. https://platform.openai.com/docs/api-reference/chat/object"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from typing_extensions import assert_never

from ...pipeline.context import RequestContext
from ...pipeline.surface import Cut, bare_event, not_carried
from ...replies.answers import Patch, Vectors
from ...replies.faults import ApiError
from ...replies.logprobs import Logprob
from ...replies.parts import Chunks, Content, FileSearch, Part, Reasoning, Refusal, Structured, Text, ToolCall
from ...replies.reply import Reply
from ...wire.billing import deltas, logprobs
from ...wire.billing.answer import spent
from ...wire.billing.prompt import prompt_tokens, written
from ...wire.billing.usage import override
from ...wire.models import Family, family, resolved
from ...wire.protocol import sse
from ...wire.protocol.call import Call, Json, named_choice
from ...wire.protocol.events import Event, Template, hole
from ...wire.protocol.ids import Ids
from . import stored
from .choice import Choice
from .spoken import spoken_message

_NO_CHUNK = Event(())  # what there is of a chunk in a blocking answer


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
        self._choices = [
            Choice(each, spoken_message(call, ids, created)) for each in reply.choices or (reply,) * call.n
        ]
        self._head = {
            "id": self._new_id(ids, created) if reply.id is None else reply.id,
            "object": "chat.completion.chunk",
            "created": created,
            "model": context.model_of(call, reply),
        }
        self._tail = _tail(call, self._family)
        self._with_usage = _option(call, "include_usage") is True
        self._padded = _option(call, "include_obfuscation") is not False
        self._prompt: int | None = None
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
            case Structured() | Reasoning() | FileSearch() | Vectors() | Patch():
                raise not_carried(part, self._call.endpoint)
            case _:
                assert_never(part)

    def _add_refusal(self, part: Refusal, choice: Choice, index: int) -> Iterator[Event]:
        if choice.says_nothing(part.text, choice.refusal):
            return
        yield from self._start(choice, index, {"content": None, "refusal": ""})
        choice.refusal = (choice.refusal or "") + part.text
        choice.output.refusals.append(part.text)
        yield from self._pieces(index, "refusal", self._cut(part))

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
        chunk = self._chunk_body(index, {key: hole("piece")})
        fill = self._filling_up(chunk) if self._padded else Template(chunk).fill
        for batch, has_more in deltas.batches(pieces):
            yield Event(fill(piece=[*map(sse.compact, batch)]), is_piece=True, has_more=has_more)

    def _filling_up(self, chunk: Json) -> Callable[..., list[bytes]]:
        """What makes chunks of pieces, each filled up to a multiple of 16 characters."""
        template = Template({**chunk, "obfuscation": hole("padding")})
        rest = _characters(sse.compact(chunk)) - _characters(sse.compact(hole("piece")))

        def fill(piece: list[bytes]) -> list[bytes]:
            return template.fill(piece=piece, padding=deltas.paddings([rest + _characters(each) for each in piece]))

        return fill

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
        if self._call.stream:
            for delta in choice.audio.last_deltas() if choice.audio is not None else ():
                yield self._chunk(index, {"audio": delta})
            yield self._chunk(index, {}, finish_reason=self._finish_reason(choice))

    def close(self) -> Iterator[Event]:
        """The usage chunk, where it was asked for; a completion to be stored is stored."""
        if stored.is_wanted(self._call):
            stored.keep(self._context, self._call, self.body())
        if self._with_usage:
            yield self._event({**self._head, **self._tail, "choices": [], "usage": self._usage()})

    def fail(self, error: ApiError) -> Iterator[Event]:
        """The event that the official client raises as an APIError."""
        yield bare_event({"error": error.body(self._call.model)})

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
        silent = None if besides or choice.refusal is not None else ""
        content = silent if choice.content is None else choice.content
        return {"role": "assistant", "content": content, **besides, "refusal": choice.refusal, "annotations": []}

    def _chunk(
        self, index: int, delta: Json, *, logprobs: Json | None = None, finish_reason: str | None = None
    ) -> Event:
        if not self._call.stream:
            return _NO_CHUNK
        is_piece = bool(delta) and "role" not in delta
        return self._event(self._chunk_body(index, delta, logprobs, finish_reason), is_piece=is_piece)

    def _chunk_body(
        self, index: int, delta: Json, logprobs: Json | None = None, finish_reason: str | None = None
    ) -> Json:
        entries = self._logprobs_key(self._choices[index], logprobs)
        choice = {"index": index, "delta": delta, **entries, "finish_reason": finish_reason}
        usage: Json = {"usage": None} if self._with_usage else {}
        early = usage if self._choices[index].parallel and finish_reason is None else {}
        return {**self._head, **self._tail, **early, "choices": [choice], **usage}

    def _event(self, chunk: Json, *, is_piece: bool = False) -> Event:
        """A chunk, filled up to a multiple of 16 characters unless the request declines that."""
        payload = sse.compact(chunk)
        if self._padded:
            payload = b'%b,"obfuscation":"%b"}' % (payload[:-1], deltas.padding(_characters(payload)).encode())
        return Event((payload,), is_piece=is_piece)

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


def _option(call: Call, name: str) -> object:
    options = call.body.get("stream_options")
    return options.get(name) if isinstance(options, dict) else None


def _characters(payload: bytes) -> int:
    return len(payload) if payload.isascii() else len(payload.decode())


def encode(body: Json) -> bytes:
    """A completion as the bytes of a blocking answer."""
    return sse.pretty(body) + b"\n"


def unpack(completion: Json, call: Call) -> Reply:
    """The reply that says what a ChatCompletion says."""
    choices = [_unpack_choice(choice, call) for choice in completion.get("choices", [])]
    return Reply(
        choices=choices,
        usage=completion.get("usage"),
        model=completion.get("model"),
        id=completion.get("id"),
        unchecked=True,
    )


def _unpack_choice(choice: Json, call: Call) -> Reply:
    message = choice.get("message", {})
    parts: list[Part] = []
    if message.get("content") is not None:
        parts.append(Text(message["content"], unchecked=True))
    if message.get("refusal") is not None:
        parts.append(Refusal(message["refusal"]))
    for tool_call in message.get("tool_calls") or ():
        function = tool_call[tool_call["type"]]
        parts.append(
            ToolCall(
                function["name"], function.get("arguments", function.get("input", "")), tool_call["id"], unchecked=True
            )
        )
    if function_call := message.get("function_call"):
        parts.append(ToolCall(function_call["name"], function_call["arguments"], unchecked=True))
    entries = _unpack_logprobs(choice) if call.logprobs else None
    return Reply(*parts, finish_reason=choice.get("finish_reason"), logprobs=entries, unchecked=True)


def _unpack_logprobs(choice: Json) -> list[Logprob] | bool:
    """The log probabilities of a choice; False, so that none are invented, where it has none."""
    entries = (choice.get("logprobs") or {}).get("content")
    return [logprobs.from_entry(entry) for entry in entries] if entries is not None else False
