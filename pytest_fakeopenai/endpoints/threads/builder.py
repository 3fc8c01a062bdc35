"""A run as an answer in the making: fed with parts, it takes its steps and yields the events that tell of them."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ...pipeline.collections import new_id
from ...pipeline.context import RequestContext
from ...pipeline.surface import Cut
from ...replies.faults import ApiError
from ...replies.parts import Content, FileSearch, Refusal, ToolCall
from ...replies.reply import Reply
from ...wire.billing import usage
from ...wire.protocol import sse
from ...wire.protocol.call import Call, Fields, Json
from ..chat_completions.builder import unpack as unpack_chat
from . import creation, figures, messages, searching
from .keeping import add_run, waiting_run
from .run import DONE, Run, event, new_body
from .settings import settings_of

# Finish reasons that leave a run incomplete, what its details call them, and what those of its message do.
_INCOMPLETE = {"length": ("max_completion_tokens", "max_tokens"), "content_filter": ("content_filter",) * 2}
_CODES = ("rate_limit_exceeded", "invalid_prompt")


class RunBuilder(ABC):
    """What a run does with a reply; `receipt` is what a blocking request is told of it before it goes to work.

    Whoever plays the reply sets `stop`, which is called when the run ends from elsewhere: then `last_words` are the
    events that remain to be said.
    """

    def __init__(self, call: Call, reply: Reply, context: RequestContext, cut: Cut) -> None:
        self.receipt: Json = {}
        self.stop: Callable[[], object] = lambda: None
        self.last_words: list[Json] = []
        self._call = call
        self._reply = reply
        self._context = context
        self._cut = cut
        self._said = usage.Said()
        self._made: list[Json] = []
        self._spoke = False
        self._found: list[Json] = []

    @abstractmethod
    def _begin(self) -> Iterator[Json]:
        """The events of what comes before the run goes to work; it sets the run."""

    def open(self) -> Iterator[Json]:
        """The events before the first part."""
        yield from self._begin()
        self._run.interrupt = self._interrupt
        yield from self._run.start()

    def _interrupt(self, last_words: list[Json]) -> None:
        self.last_words = last_words
        self.stop()

    def _enter(self, run: Run) -> None:
        self._run = run
        self.receipt = copy.deepcopy(run.body)

    def add(self, part: Content, index: int) -> Iterator[Json]:
        """The events of a part, which continues the message before it where it can."""
        if isinstance(part, ToolCall):
            yield from self._call_tool(part)
            return
        if isinstance(part, FileSearch):
            yield from self._search(part)
            return
        yield from self._say(part.text, self._cut(part), "refusal" if isinstance(part, Refusal) else "text")

    def _say(self, text: str, pieces: Iterable[str], kind: str) -> Iterator[Json]:
        self._spoke = True
        yield from self._run.speak()
        self._said.texts.append(text)
        if text or self._run.has_said_nothing:
            yield from self._run.say(kind, pieces if text else ("",))
        if self._found and kind == "text":
            yield from self._run.cite(self._found)

    def _call_tool(self, part: ToolCall) -> Iterator[Json]:
        yield from self._run.complete_message(figures.nothing())
        self._said.calls.append((part.name, part.arguments_text))
        key = part.id or self._run.ids.call()
        made = {"name": part.name, "arguments": part.arguments_text}
        self._made.append({"id": key, "type": "function", "function": made})
        yield from self._run.call(part, key, self._cut(part))

    def _search(self, part: FileSearch) -> Iterator[Json]:
        yield from self._run.complete_message(figures.nothing())
        query = self._call.text if part.query is None else part.query
        self._found = searching.look(self._context, self._call, query, self._run.body["thread_id"])
        call = searching.call_of(self._run.ids.call(), self._found)
        yield from self._run.search(call, [each["content"] for each in self._found], figures.nothing())

    def end(self, index: int) -> Iterable[Json]:
        """Nothing ends but the run."""
        return ()

    def close(self) -> Iterator[Json]:
        """The events that end the run, or leave it waiting for the outputs of its calls."""
        run, (reason, cut) = self._run, _INCOMPLETE.get(self._reply.finish_reason or "", (None, None))
        if not (self._spoke or self._made):
            yield from self._say("", (), "text")
        cost = figures.cost(self._call, self._said, self._reply.usage, cut=self._reply.finish_reason == "length")
        yield from run.complete_message(figures.nothing() if self._made else cost, cut=cut)
        run.history.append(self._remembered())
        if reason is not None:
            yield from run.mark_incomplete(reason, cost)
        elif self._made:
            yield from run.wait_for_outputs(cost)
        else:
            yield from run.complete()

    def _remembered(self) -> Json:
        calls = {"tool_calls": self._made} if self._made else {}
        return {"role": "assistant", "content": self._said.text or (None if self._made else ""), **calls}

    def fail(self, error: ApiError) -> Iterator[Json]:
        """The events of a run that an error ends."""
        told = error.body(self._call.model)
        yield from self._run.fail({"code": _code(error), "message": told["message"]})

    def expire(self) -> Iterator[Json]:
        """The events of a run of which nothing more is heard."""
        yield from self._run.expire()

    def body(self) -> Json:
        """The run as it is now."""
        return copy.deepcopy(self._run.body)


def _code(error: ApiError) -> str:
    if error.status == 429:
        return "rate_limit_exceeded"
    return "invalid_prompt" if error.code == "invalid_prompt" else "server_error"


class NewRun(RunBuilder):
    """A run that is created on a thread."""

    def _begin(self) -> Iterator[Json]:
        thread_id = self._context.path["thread_id"]
        for each in Fields(self._call.body).objects("additional_messages"):
            messages.add(self._context, thread_id, each)
        yield from self._create(thread_id)

    def _create(self, thread_id: str) -> Iterator[Json]:
        context, given = self._context, settings_of(self._call.body)
        given["model"] = self._reply.model or context.deployment or given["model"]
        key = self._reply.id or new_id(context)("thread.run")
        run = add_run(context, new_body(key, context.world.ids.now(), thread_id, given), given)
        run.history = [*self._call.messages]
        self._enter(run)
        yield from run.create()


class NewThread(NewRun):
    """A run that is created together with its thread."""

    def _begin(self) -> Iterator[Json]:
        thread = creation.add(self._context, Fields(self._call.body).object("thread"))
        yield event("thread.created", thread)
        yield from self._create(thread["id"])


class Continued(RunBuilder):
    """A run that goes on with the outputs of its calls."""

    def _begin(self) -> Iterator[Json]:
        run = waiting_run(self._context)
        taken = [*run.submit_tool_outputs(Fields(self._call.body).objects("tool_outputs"))]
        self._enter(run)
        yield from taken


def frame(said: Json, call: Call | None) -> bytes:
    """An event under its name, its data bare."""
    name: str = said["event"]
    data = b"[DONE]" if said == DONE else sse.compact(said["data"])
    return b"event: " + name.encode() + b"\ndata: " + data + b"\n\n"


def is_piece(said: Json) -> bool:
    """Whether an event carries a piece of what is said."""
    name: str = said["event"]
    return name.endswith(".delta")


def unpack(completion: Json, call: Call) -> Reply:
    """The reply that says what the first choice of a ChatCompletion says."""
    whole = unpack_chat(completion, call)
    first: Any = (whole.choices or (Reply(),))[0]
    return Reply(*first.parts, finish_reason=first.finish_reason, usage=whole.usage, model=whole.model)
