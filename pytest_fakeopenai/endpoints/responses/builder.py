"""A response in the making, and its bytes. https://platform.openai.com/docs/api-reference/responses/object"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from typing_extensions import assert_never

from ...pipeline.context import RequestContext
from ...pipeline.surface import Cut, not_carried
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
from ...wire.billing.answer import Output, spent
from ...wire.billing.prompt import prompt_tokens, written
from ...wire.billing.usage import override
from ...wire.json_values import as_dict
from ...wire.models import family
from ...wire.protocol import sse
from ...wire.protocol.call import Call, Json
from ...wire.protocol.events import Event
from ...wire.protocol.ids import ResponseIds, chain_key
from . import file_search, stored
from .built_in_calls import BUILT_IN_CALLS, BuiltInCallItem, arguments_of, beginning
from .echoed_settings import echoed_settings
from .events import EventEmitter, error_fields, is_padded, name_of
from .items import CallItem, Item, MessageItem, NewReasoningItem, ReasoningItem, SearchItem, begun

# Finish reasons of a response that is complete, and what the details of an incomplete one call some of the others.
_COMPLETE = (None, "stop", "tool_calls", "function_call")
_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}
_ENDS = ("response.completed", "response.incomplete", "response.failed")
_ENCRYPTED = "reasoning.encrypted_content"
# The fields of a response that is not over yet which have no value, or none that is told.
_TO_COME = ("billing", "completed_at", "error", "incomplete_details", "output", "usage")


class ResponseObjectBuilder:
    """A response: fed with parts, it yields events and becomes the blocking body."""

    def __init__(self, call: Call, reply: Reply, context: RequestContext, cut: Cut) -> None:
        world = context.world
        self._call = call
        self._reply = reply
        self._context = context
        self._cut = cut
        self._created = world.ids.now()
        previous = call.body.get("previous_response_id")
        chain = chain_key(previous) if previous else None
        self._stored = call.body.get("store") is not False
        self._ids = ResponseIds(world.ids, self._created, stored=self._keeps_ids, chain=chain)
        self._id = self._ids.make("resp") if reply.id is None else reply.id
        self._base = self._begin_object()
        self._events = EventEmitter(padded=is_padded(call), is_silent=not self._is_followed)
        self._items: list[Item] = []
        self._current: Item | None = None
        self._failure: ApiError | None = None
        self._finished = False
        self._is_ended = False
        self._final: Json | None = None
        self._sources: dict[str, str] = {}
        self._billed = Output()
        self._logprobs_end = 0
        self._prompt: int | None = None
        calls = [part for part in reply.parts if isinstance(part, ToolCall)]
        self._calls_to_come = len(calls)
        for part in calls:
            if self._is_built_in(part):
                self._arguments_of(part)

    @property
    def _is_followed(self) -> bool:
        """Whether anybody gets the events."""
        return self._call.stream

    @property
    def _keeps_ids(self) -> bool:
        """Whether its ids are those of responses that are stored."""
        return self._stored

    def open(self) -> Iterator[Event]:
        """The events before the first item."""
        if self._is_followed:
            begun = self._object("in_progress")
            yield self._events.emit("response.created", response=begun)
            yield self._events.emit("response.in_progress", response=begun)

    def add(self, part: Content, index: int) -> Iterator[Event]:
        """The events of a part, which continues the item before it where it can."""
        match part:
            case Text() | Chunks() | Refusal():
                return self._add_text(part)
            case ToolCall():
                return self._call_tool(part)
            case Reasoning():
                return self._reason(part)
            case FileSearch():
                return self._search(part)
            case StreamEvent():
                return self._add_event(part.payload)
            case Structured() | Verbatim() | Vectors() | Patch():
                raise not_carried(part, self._call.endpoint)
            case _:
                assert_never(part)

    def _add_event(self, payload: Json) -> Iterator[Event]:
        """An event as it is; what it ends has ended, and is stored."""
        self._events.continue_behind(payload.get("sequence_number"))
        response = as_dict(payload.get("response"))
        if payload.get("type") in _ENDS:
            self._is_ended = True
            self._keep_ended(response)
        yield Event((sse.compact(payload),), name_of(payload), is_piece=True)

    def _add_text(self, part: Text | Chunks | Refusal) -> Iterator[Event]:
        if not isinstance(self._current, MessageItem):
            state = {"id": self._ids.make("msg"), "type": "message", "status": "in_progress", "content": []}
            yield from self._turn_to(MessageItem, {**state, **self._phase(), "role": "assistant"})
        message = self._current
        assert isinstance(message, MessageItem)
        (self._billed.refusals if isinstance(part, Refusal) else self._billed.texts).append(part.text)
        if isinstance(part, Refusal):
            yield from message.refuse(part.text, self._cut(part))
            return
        if self._call.logprobs and self._reply.logprobs is not False:
            yield from message.say_tokens(self._tokens(part))
        else:
            yield from message.say(part.text, self._cut(part))
        yield from message.cite(self._sources)
        self._sources = {}

    def _phase(self) -> Json:
        """What newer models tell of a message: whether it comments on the calls to come or is the answer."""
        if not family(self._call.model).phases:
            return {}
        return {"phase": "commentary" if self._calls_to_come > 0 else "final_answer"}

    def _tokens(self, part: Text | Chunks) -> Iterable[Logprob]:
        scripted, start = self._reply.logprobs, self._logprobs_end
        self._logprobs_end += len(part.text)
        if isinstance(scripted, tuple):
            return logprobs.between(scripted, start, self._logprobs_end)
        return logprobs.invent(deltas.cut(part, self._call.model), self._call.body.get("top_logprobs") or 0)

    def _call_tool(self, part: ToolCall) -> Iterator[Event]:
        tool = self._call.tool(part.name)
        self._calls_to_come -= 1
        call_id = self._context.world.ids.call() if part.id is None else part.id
        if self._is_built_in(part):
            yield from self._call_built_in(part, call_id)
            return
        custom = tool is not None and tool.kind == "custom"
        kind, prefix, field = ("custom_tool_call", "ctc", "input") if custom else ("function_call", "fc", "arguments")
        state = {"id": self._ids.make(prefix), "type": kind, "status": "in_progress"}
        rest = {field: "", "call_id": call_id, "name": part.name}
        namespace = {"namespace": tool.namespace} if tool is not None and tool.namespace else {}
        yield from self._turn_to(CallItem, {**state, **dict(sorted(rest.items())), **namespace})
        assert isinstance(self._current, CallItem)
        self._billed.add_call(part)
        yield from self._current.call(part.arguments_text, self._cut(part))

    def _is_built_in(self, part: ToolCall) -> bool:
        tool = self._call.tool(part.name)
        return tool is not None and tool.kind in BUILT_IN_CALLS

    def _call_built_in(self, part: ToolCall, call_id: str) -> Iterator[Event]:
        look = BUILT_IN_CALLS[part.name or ""]
        fields = look.fields(self._arguments_of(part), call_id)
        state = {"id": self._ids.make(look.prefix), "type": look.kind, "status": "in_progress"}
        yield from self._turn_to(BuiltInCallItem, {**state, **beginning(fields)})
        assert isinstance(self._current, BuiltInCallItem)
        self._billed.add_call(part)
        yield from self._current.call(fields, lambda text: self._cut(Text(text)))

    def _arguments_of(self, part: ToolCall) -> Json:
        try:
            return arguments_of(part)
        except ValueError as problem:
            raise self._context.refuse(str(problem)) from None

    def _reason(self, part: Reasoning) -> Iterator[Event]:
        if not isinstance(self._current, ReasoningItem):
            hidden = {"encrypted_content": ""} if self._encrypts() else {}
            state = {"id": self._ids.make("rs"), "type": "reasoning", "content": [], **hidden, "summary": []}
            yield from self._turn_to(NewReasoningItem, state)
        assert isinstance(self._current, ReasoningItem)
        self._billed.thoughts.append(part.text)
        if part.text:
            yield from self._current.summarise(part.text, self._cut(part))

    def _search(self, part: FileSearch) -> Iterator[Event]:
        query = self._call.text if part.query is None else part.query
        chunks = file_search.find_chunks(self._context, self._call, query)
        self._sources |= file_search.sources(chunks)
        state = {"id": self._ids.make("fs"), "type": "file_search_call", "status": "in_progress"}
        yield from self._turn_to(SearchItem, {**state, "queries": [], "results": None})
        assert isinstance(self._current, SearchItem)
        yield from self._current.search(query, file_search.results(self._call, chunks))

    def _encrypts(self) -> bool:
        return self._stored or _ENCRYPTED in (self._call.body.get("include") or ())

    def _turn_to(self, kind: type[Item], state: Json) -> Iterator[Event]:
        """End the current item and begin another."""
        yield from self._end_item("completed")
        self._current = kind(self._events, begun(state, self._base), len(self._items))
        self._items.append(self._current)
        yield from self._current.open()

    def _end_item(self, status: str) -> Iterator[Event]:
        if self._current is not None:
            yield from self._current.close(status)
            self._current = None

    def end(self, index: int) -> Iterator[Event]:
        """The events that end the last item."""
        if not self._is_ended:
            yield from self._end_item(self._status)

    def close(self) -> Iterator[Event]:
        """The event that ends the response; one to be stored is stored."""
        self._finished = True
        if self._is_ended:
            return
        if self._is_followed:
            yield self._events.emit(f"response.{self._status}", response=self._object(self._status))
        self._keep()

    def fail(self, error: ApiError) -> Iterator[Event]:
        """The error event, and the response that failed."""
        self._failure = error
        yield self._events.emit("error", error=error_fields(error, self._call.model))
        yield self._events.emit("response.failed", response=self._object("failed"))
        self._keep()

    def body(self) -> Json:
        """The response as it is now."""
        if self._failure is not None:
            return self._object("failed")
        if not self._finished:
            return self._object("in_progress")
        if self._final is None:
            self._final = self._object(self._status, billed=True)
        return self._final

    def _keep_ended(self, response: Json) -> None:
        """Store the response that an event has ended."""
        stored.keep_object(self._context, self._call, response)

    def _keep(self) -> None:
        stored.keep(self._context, self._call, self.body(), frames=self._context.record.frames)

    @property
    def _status(self) -> str:
        return "completed" if self._reply.finish_reason in _COMPLETE else "incomplete"

    def _begin_object(self) -> Json:
        """The response object before anything is said, its keys in the API's order."""
        settings = echoed_settings(self._call)
        metadata = settings.pop("metadata")
        model, tier = self._context.model_of(self._call, self._reply), self._tier(over=False)
        fields = {**dict.fromkeys(_TO_COME), **settings, "model": model, "service_tier": tier}
        head = {"id": self._id, "object": "response", "created_at": self._created, "status": ""}
        return {**head, **dict(sorted(fields.items())), "metadata": metadata}

    def _object(self, status: str, *, billed: bool = False) -> Json:
        """The response object with this status."""
        spoke = status in ("completed", "incomplete")
        body = {**self._base, "status": status, "output": self._output if spoke else []}
        if spoke or status == "failed":
            body["service_tier"] = self._tier(over=True)
        if spoke:
            body["usage"] = self._usage()
        if status == "completed":
            body["completed_at"] = self._created
        elif status == "incomplete":
            body["incomplete_details"] = self._details()
        elif status == "failed":
            body["error"] = self._error()
        if billed:
            body["billing"] = {"payer": "developer"}
        else:
            del body["billing"]
        return body

    @cached_property
    def _output(self) -> list[Json]:
        """The items as the finished response has them, wherever it is sent."""
        return [item.snapshot() for item in self._items]

    def _error(self) -> Json | None:
        if self._failure is None:
            return None
        body = self._failure.body(self._call.model)
        return {"code": body["code"] or "server_error", "message": body["message"]}

    def _details(self) -> Json:
        reason = self._reply.finish_reason or ""
        return {"reason": _INCOMPLETE.get(reason, reason)}

    def _tier(self, *, over: bool) -> str:
        tier = self._call.body.get("service_tier") or "auto"
        return "default" if over and tier == "auto" else tier

    def _usage(self) -> Json:
        if self._prompt is None:
            self._prompt = prompt_tokens(self._call)
        prompt = self._prompt
        output, reasoning = spent(self._call, self._billed, cut=self._reply.finish_reason == "length")
        figures: Json = {
            "input_tokens": prompt,
            "input_tokens_details": {"cache_write_tokens": written(self._call, prompt), "cached_tokens": 0},
            "output_tokens": output,
            "output_tokens_details": {"reasoning_tokens": reasoning},
            "total_tokens": prompt + output,
        }
        return override(figures, self._reply.usage)


def encode(body: Json) -> bytes:
    """A response as the bytes of a blocking answer."""
    return sse.pretty_ascii(body)
