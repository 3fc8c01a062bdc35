"""A run as an answer in the making: fed with parts, it takes its steps and yields the events that tell of them."""

from __future__ import annotations

import copy
from abc import abstractmethod
from collections.abc import Iterable, Iterator

from typing_extensions import assert_never

from ...pipeline.collections import new_id
from ...pipeline.conforming import conforming
from ...pipeline.context import RequestContext
from ...pipeline.detached import DetachedReply
from ...pipeline.surface import Cut, Detachable, not_carried
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
from ...wire.billing.answer import Output
from ...wire.json_values import Fields
from ...wire.protocol.call import Call, Json
from ...wire.protocol.events import Event
from . import file_search, messages
from . import usage as run_usage
from .run import Run, new_body
from .steps import event
from .storage import add_run, settings_of, waiting_run

_COMPLETE = (None, "stop", "tool_calls", "function_call")
# Finish reasons that leave a run incomplete, what its details call them, and what those of its message do.
_INCOMPLETE = {"length": ("max_completion_tokens", "max_tokens"), "content_filter": ("content_filter",) * 2}
_CODES = ("rate_limit_exceeded", "invalid_prompt")


class RunBuilder(Detachable):
    """What a run does with a reply; it outlives the request that creates it, or submits outputs to it."""

    _run: Run
    _receipt: Json

    def __init__(self, call: Call, reply: Reply, context: RequestContext, cut: Cut) -> None:
        self._call = call
        self._reply = reply
        self._context = context
        self._cut = cut
        self._output = Output()
        self._calls: list[Json] = []
        self._has_message = False
        self._sources: list[Json] = []

    @abstractmethod
    def _begin(self) -> Iterator[Event]:
        """The events of what comes before the run goes to work; it sets the run."""

    def open(self) -> Iterator[Event]:
        """The events before the first part."""
        yield from self._begin()
        yield from self._run.start()

    def _enter(self, run: Run) -> None:
        self._run = run
        self._receipt = copy.deepcopy(run.body)

    def detach(self, reply: DetachedReply) -> None:
        """Have the reply stopped when the run is ended from elsewhere."""
        self._run.stop = reply.stop

    def receipt(self) -> Json:
        """The run before it went to work, as a blocking request gets it."""
        if not self._context.world.follows_types:
            return self._receipt
        whole = conforming(self._context, self._receipt)
        assert isinstance(whole, dict)
        return whole

    def add(self, part: Content, index: int) -> Iterator[Event]:
        """The events of a part, which continues the message before it where it can."""
        match part:
            case Text() | Chunks():
                return self._add_text(part.text, self._cut(part), "text")
            case Refusal():
                return self._add_text(part.text, self._cut(part), "refusal")
            case ToolCall():
                return self._call_tool(part)
            case FileSearch():
                return self._search(part)
            case Reasoning():
                return self._reason(part)
            case Structured() | StreamEvent() | Verbatim() | Vectors() | Patch():
                raise not_carried(part, self._call.endpoint)
            case _:
                assert_never(part)

    def _add_text(self, text: str, pieces: Iterable[str], kind: str) -> Iterator[Event]:
        self._has_message = True
        yield from self._run.steps.open_message()
        (self._output.texts if kind == "text" else self._output.refusals).append(text)
        if text or self._run.steps.has_empty_message:
            yield from self._run.steps.add_text(kind, pieces if text else ("",))
        if self._sources and kind == "text":
            yield from self._run.steps.cite(self._sources)

    def _reason(self, part: Reasoning) -> Iterator[Event]:
        """A run hides reasoning, which it is billed for."""
        self._output.thoughts.append(part.text)
        return iter(())

    def _call_tool(self, part: ToolCall) -> Iterator[Event]:
        yield from self._run.steps.complete_message(run_usage.nothing())
        self._output.add_call(part)
        key = self._run.ids.call() if part.id is None else part.id
        function = {"name": part.name, "arguments": part.arguments_text}
        self._calls.append({"id": key, "type": "function", "function": function})
        yield from self._run.steps.call(part, key, self._cut(part))

    def _search(self, part: FileSearch) -> Iterator[Event]:
        yield from self._run.steps.complete_message(run_usage.nothing())
        query = self._call.text if part.query is None else part.query
        self._sources = file_search.find_chunks(self._context, self._call, query, self._run.body["thread_id"])
        call = file_search.call_of(self._run.ids.call(), self._sources)
        yield from self._run.steps.search(call, [each["content"] for each in self._sources], run_usage.nothing())

    def end(self, index: int) -> Iterable[Event]:
        """Nothing ends but the run."""
        return ()

    def close(self) -> Iterator[Event]:
        """The events that end the run, or leave it waiting for the outputs of its calls."""
        run, (reason, cut) = self._run, _incomplete(self._reply.finish_reason)
        if not (self._has_message or self._calls):
            yield from self._add_text("", (), "text")
        cost = run_usage.cost(self._call, self._output, self._reply.usage, cut=self._reply.finish_reason == "length")
        yield from run.steps.complete_message(run_usage.nothing() if self._calls else cost, cut=cut)
        run.history.append(self._remembered())
        if reason is not None:
            yield from run.mark_incomplete(reason, cost)
        elif self._calls:
            yield from run.require_action(cost)
        else:
            yield from run.complete()

    def _remembered(self) -> Json:
        calls = {"tool_calls": self._calls} if self._calls else {}
        return {"role": "assistant", "content": self._output.text or (None if self._calls else ""), **calls}

    def fail(self, error: ApiError) -> Iterator[Event]:
        """The events of a run that an error ends."""
        yield from self._run.fail({"code": _code(error), "message": error.body(self._call.model)["message"]})

    def expire(self) -> Iterator[Event]:
        """The events of a run whose model falls silent."""
        yield from self._run.expire()

    def body(self) -> Json:
        """The run as it is now."""
        return copy.deepcopy(self._run.body)


def _incomplete(reason: str | None) -> tuple[str | None, str | None]:
    if reason in _COMPLETE:
        return None, None
    return _INCOMPLETE.get(reason or "", (reason, reason))


def _code(error: ApiError) -> str:
    if error.status == 429:
        return "rate_limit_exceeded"
    return "invalid_prompt" if error.code == "invalid_prompt" else "server_error"


class NewRun(RunBuilder):
    """A run that is created on a thread."""

    def _begin(self) -> Iterator[Event]:
        thread_id = self._context.path["thread_id"]
        for each in Fields(self._call.body).objects("additional_messages"):
            messages.add_message(self._context, thread_id, each)
        yield from self._create(thread_id)

    def _create(self, thread_id: str) -> Iterator[Event]:
        context, settings = self._context, settings_of(self._call.body)
        if self._reply.model is not None:
            settings["model"] = self._reply.model
        else:
            settings["model"] = context.deployment or settings["model"]
        key = new_id(context)("thread.run") if self._reply.id is None else self._reply.id
        run = add_run(context, new_body(key, context.world.ids.now(), thread_id, settings), settings)
        run.history = [*self._call.messages]
        self._enter(run)
        yield from run.create()


class NewThread(NewRun):
    """A run that is created together with its thread."""

    def _begin(self) -> Iterator[Event]:
        thread = messages.add_thread(self._context, Fields(self._call.body).object("thread"))
        yield event("thread.created", thread)
        yield from self._create(thread["id"])


class Continued(RunBuilder):
    """A run that goes on with the outputs of its calls."""

    def _begin(self) -> Iterator[Event]:
        run = waiting_run(self._context)
        events = [*run.submit_tool_outputs(Fields(self._call.body).objects("tool_outputs"))]
        self._enter(run)
        yield from events
