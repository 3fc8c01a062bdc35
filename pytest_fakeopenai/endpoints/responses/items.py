"""Output items in the making: each yields the events between its `added` and its `done`.

https://platform.openai.com/docs/api-reference/responses-streaming
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping

from ...replies.logprobs import Logprob
from ...wire.billing import logprobs
from ...wire.json_values import as_dict
from ...wire.protocol.call import Json
from ...wire.protocol.events import Event
from ...wire.protocol.ids import encrypted
from .events import EventEmitter


def begun(state: Json, response: Json) -> Json:
    """The state with which an item of a response begins; in pro mode it is announced when it is done already."""
    if "status" not in state:
        return state
    is_done = as_dict(response.get("reasoning")).get("mode") == "pro"
    return {**state, "status": "completed" if is_done else "in_progress"}


class Item:
    """One output item: `state` is what it has become so far."""

    def __init__(self, events: EventEmitter, state: Json, position: int) -> None:
        self.state = state
        self._events = events
        self._place: Json = {"item_id": state.get("id"), "output_index": position}
        self._position = position
        self._sent = itertools.count()

    def open(self) -> Iterator[Event]:
        """The event that announces the item."""
        yield self._events.emit("response.output_item.added", item=self.snapshot(), output_index=self._position)

    def close(self, status: str) -> Iterator[Event]:
        """The event that completes the item, with all that it has become."""
        yield from self.end_part()
        if "status" in self.state:
            self.state["status"] = status
        yield from self.finish()

    def finish(self) -> Iterator[Event]:
        """The event that completes the item as it is."""
        yield self._events.emit("response.output_item.done", item=self.snapshot(), output_index=self._position)

    def end_part(self) -> Iterator[Event]:
        """The events that complete the last content part, of an item that has some."""
        return iter(())

    def snapshot(self) -> Json:
        """The item as it stands."""
        return self.state


class MessageItem(Item):
    """A message of the assistant: its content parts are texts and refusals.

    Log probabilities are exact in the events of the text, left out in that of its part, and rounded in the item.
    """

    def __init__(self, events: EventEmitter, state: Json, position: int) -> None:
        super().__init__(events, state, position)
        self._exact: list[Json] = []

    def say(self, text: str, pieces: Iterable[str]) -> Iterator[Event]:
        """The events of a text, said as part of the text before it."""
        yield from self._turn_to({"type": "output_text", "annotations": [], "logprobs": [], "text": ""})
        self._part["text"] += text
        where = {"content_index": self._index, "logprobs": [], **self._place}
        yield from self._events.deltas("response.output_text.delta", pieces, **where)

    def say_tokens(self, tokens: Iterable[Logprob]) -> Iterator[Event]:
        """The same for a text whose tokens have log probabilities."""
        yield from self._turn_to({"type": "output_text", "annotations": [], "logprobs": [], "text": ""})
        for token in tokens:
            entry = logprobs.entry_sorted(token)
            self._part["text"] += token.token
            self._exact.append(entry)
            self._part["logprobs"].append(_rounded(entry))
            where = {"content_index": self._index, "logprobs": [entry], **self._place}
            yield from self._events.deltas("response.output_text.delta", [token.token], **where)

    def refuse(self, text: str, pieces: Iterable[str]) -> Iterator[Event]:
        """The events of a refusal, whose deltas are never padded."""
        yield from self._turn_to({"type": "refusal", "refusal": ""})
        self._part["refusal"] += text
        where = {"content_index": self._index, **self._place}
        yield from self._events.deltas("response.refusal.delta", pieces, padded=False, **where)

    def cite(self, sources: Mapping[str, str]) -> Iterator[Event]:
        """The events that name files, by their ids, as sources of the text so far."""
        place = len(self._part["text"])
        yield from self.annotate(
            {"type": "file_citation", "file_id": file_id, "filename": filename, "index": place}
            for file_id, filename in sources.items()
        )

    def annotate(self, annotations: Iterable[Json]) -> Iterator[Event]:
        """The events that add annotations to the text so far."""
        for annotation in annotations:
            where = {"annotation_index": len(self._part["annotations"]), "content_index": self._index, **self._place}
            self._part["annotations"].append(annotation)
            yield self._events.emit("response.output_text.annotation.added", annotation=annotation, **where)

    @property
    def _index(self) -> int:
        return len(self.state["content"]) - 1

    @property
    def _part(self) -> Json:
        part: Json = self.state["content"][-1]
        return part

    def _turn_to(self, empty: Json) -> Iterator[Event]:
        """Go on with the last content part, or begin another where it is of another type."""
        if not self.state["content"] or self._part["type"] != empty["type"]:
            yield from self.begin_part(empty)

    def begin_part(self, empty: Json) -> Iterator[Event]:
        """The events that complete the last content part and announce the next."""
        yield from self.end_part()
        self.state["content"].append(empty)
        yield self._part_event("response.content_part.added")

    def end_part(self) -> Iterator[Event]:
        """The events that complete the last content part."""
        if not self.state["content"]:
            return
        where = {"content_index": self._index, **self._place}
        if self._part["type"] == "refusal":
            yield self._events.emit("response.refusal.done", refusal=self._part["refusal"], **where)
        elif self._part["type"] == "output_text":
            text = {"text": self._part["text"], "logprobs": self._exact or self._part.get("logprobs") or []}
            yield self._events.emit("response.output_text.done", **text, **where)
        self._exact = []
        yield self._part_event("response.content_part.done")

    def _part_event(self, kind: str) -> Event:
        bare = {**self._part, "logprobs": []} if "logprobs" in self._part else self._part
        return self._events.emit(kind, content_index=self._index, part=bare, **self._place)


_PLACES = 6


def _rounded(entry: Json) -> Json:
    """The log probabilities of a token, as items have them."""
    others = [{**other, "logprob": round(other["logprob"], _PLACES)} for other in entry["top_logprobs"]]
    return {**entry, "logprob": round(entry["logprob"], _PLACES), "top_logprobs": others}


class CallItem(Item):
    """A call of a function, whose text is its arguments, or of a custom tool, whose text is its input."""

    def call(self, text: str, pieces: Iterable[str]) -> Iterator[Event]:
        """The events of the call's text."""
        custom = self.state["type"] == "custom_tool_call"
        field = "input" if custom else "arguments"
        family = "response.custom_tool_call_input" if custom else "response.function_call_arguments"
        yield from self._events.deltas(f"{family}.delta", pieces, **self._place)
        self.state[field] = text
        yield self._events.emit(f"{family}.done", **{field: text}, **self._place)


class ReasoningItem(Item):
    """A reasoning item, with any number of summaries."""

    def summarise(self, text: str, pieces: Iterable[str]) -> Iterator[Event]:
        """The events of one summary."""
        where = {"summary_index": len(self.state["summary"]), **self._place}
        family = "response.reasoning_summary"
        empty = {"type": "summary_text", "text": ""}
        yield self._events.emit(f"{family}_part.added", part=empty, **where)
        yield from self._events.deltas(f"{family}_text.delta", pieces, **where)
        whole = {"type": "summary_text", "text": text}
        self.state["summary"].append(whole)
        yield self._events.emit(f"{family}_text.done", text=text, **where)
        yield self._events.emit(f"{family}_part.done", part=whole, **where)

    def think(self, text: str, pieces: Iterable[str]) -> Iterator[Event]:
        """The events of the reasoning itself, as open models tell it."""
        where = {"content_index": len(self.state["content"]), **self._place}
        whole = {"type": "reasoning_text", "text": text}
        self.state["content"].append(whole)
        yield self._events.emit("response.content_part.added", part={**whole, "text": ""}, **where)
        yield from self._events.deltas("response.reasoning_text.delta", pieces, **where)
        yield self._events.emit("response.reasoning_text.done", text=text, **where)
        yield self._events.emit("response.content_part.done", part=whole, **where)


class NewReasoningItem(ReasoningItem):
    """A reasoning item that is being made: what it hides is encrypted anew each time that it is sent."""

    def snapshot(self) -> Json:
        """The item as it stands, with another text of what it hides."""
        if "encrypted_content" not in self.state:
            return self.state
        return {**self.state, "encrypted_content": encrypted(self.state["id"], next(self._sent))}


class SearchItem(Item):
    """A search in files: its query and results are told only when it is done."""

    def search(self, query: str, results: list[Json] | None) -> Iterator[Event]:
        """The events of a search, and what it comes to."""
        for step in ("in_progress", "searching", "completed"):
            yield self._events.emit(f"response.file_search_call.{step}", **self._place)
        self.state |= {"queries": [query], "results": results}


# The steps of each type of call that the API carries out itself; that of its text is where it comes.
_STEPS = {
    "web_search_call": ("in_progress", "searching", "completed"),
    "code_interpreter_call": ("in_progress", "code", "interpreting", "completed"),
    "image_generation_call": ("in_progress", "generating", "completed"),
    "mcp_call": ("in_progress", "arguments", "completed"),
    "mcp_list_tools": ("in_progress", "completed"),
}
_STEP_TEXTS = ("code", "arguments")


class StepItem(Item):
    """Any other item: of a call that the API carries out itself its steps are told, of the rest nothing."""

    def take_steps(self, text: str, pieces: Iterable[str]) -> Iterator[Event]:
        """The events between its beginning and its end; the text is the call's code or arguments."""
        kind = self.state.get("type", "")
        for step in _STEPS.get(kind, ()):
            family = f"response.{kind}_{step}"
            if step in _STEP_TEXTS:
                yield from self._events.deltas(f"{family}.delta", pieces, **self._place)
                yield self._events.emit(f"{family}.done", **{step: text}, **self._place)
            else:
                yield self._events.emit(f"response.{kind}.{step}", **self._place)
