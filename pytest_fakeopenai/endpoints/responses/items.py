"""Output items in the making: each yields the events between its `added` and its `done`.

https://platform.openai.com/docs/api-reference/responses-streaming
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping

from ...replies.logprobs import Logprob
from ...wire.billing import logprobs
from ...wire.protocol.call import Json
from ...wire.protocol.events import Event
from ...wire.protocol.ids import encrypted
from .events import EventEmitter


def begun(state: Json, response: Json) -> Json:
    """The state with which an item of a response begins; in pro mode it is announced when it is done already."""
    if "status" not in state:
        return state
    is_done = response["reasoning"].get("mode") == "pro"
    return {**state, "status": "completed" if is_done else "in_progress"}


class Item:
    """One output item: `state` is what it has become so far."""

    def __init__(self, events: EventEmitter, state: Json, position: int) -> None:
        self.state = state
        self._events = events
        self._place = {"item_id": state["id"], "output_index": position}
        self._position = position
        self._sent = itertools.count()

    def open(self) -> Iterator[Event]:
        """The event that announces the item."""
        yield self._events.emit("response.output_item.added", item=self.snapshot(), output_index=self._position)

    def close(self, status: str) -> Iterator[Event]:
        """The event that completes the item, with all that it has become."""
        if "status" in self.state:
            self.state["status"] = status
        yield self._events.emit("response.output_item.done", item=self.snapshot(), output_index=self._position)

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
        yield from self._turn_to("output_text", {"annotations": [], "logprobs": [], "text": ""})
        self._part["text"] += text
        where = {"content_index": self._index, "logprobs": [], **self._place}
        yield from self._events.deltas("response.output_text.delta", pieces, **where)

    def say_tokens(self, tokens: Iterable[Logprob]) -> Iterator[Event]:
        """The same for a text whose tokens have log probabilities."""
        yield from self._turn_to("output_text", {"annotations": [], "logprobs": [], "text": ""})
        for token in tokens:
            entry = logprobs.entry_sorted(token)
            self._part["text"] += token.token
            self._exact.append(entry)
            self._part["logprobs"].append(_rounded(entry))
            where = {"content_index": self._index, "logprobs": [entry], **self._place}
            yield from self._events.deltas("response.output_text.delta", [token.token], **where)

    def refuse(self, text: str, pieces: Iterable[str]) -> Iterator[Event]:
        """The events of a refusal, whose deltas are never padded."""
        yield from self._turn_to("refusal", {"refusal": ""})
        self._part["refusal"] += text
        where = {"content_index": self._index, **self._place}
        yield from self._events.deltas("response.refusal.delta", pieces, padded=False, **where)

    def cite(self, sources: Mapping[str, str]) -> Iterator[Event]:
        """The events that name files, by their ids, as sources of the text so far."""
        for file_id, filename in sources.items():
            where = {"annotation_index": len(self._part["annotations"]), "content_index": self._index, **self._place}
            place = {"filename": filename, "index": len(self._part["text"])}
            annotation = {"type": "file_citation", "file_id": file_id, **place}
            self._part["annotations"].append(annotation)
            yield self._events.emit("response.output_text.annotation.added", annotation=annotation, **where)

    def close(self, status: str) -> Iterator[Event]:
        """The events that complete the last content part and the message."""
        yield from self._end_part()
        yield from super().close(status)

    @property
    def _index(self) -> int:
        return len(self.state["content"]) - 1

    @property
    def _part(self) -> Json:
        part: Json = self.state["content"][-1]
        return part

    def _turn_to(self, kind: str, empty: Json) -> Iterator[Event]:
        if self.state["content"] and self._part["type"] == kind:
            return
        yield from self._end_part()
        self.state["content"].append({"type": kind, **empty})
        yield self._part_event("response.content_part.added")

    def _end_part(self) -> Iterator[Event]:
        if not self.state["content"]:
            return
        where = {"content_index": self._index, **self._place}
        if self._part["type"] == "refusal":
            yield self._events.emit("response.refusal.done", refusal=self._part["refusal"], **where)
        else:
            text = {"text": self._part["text"], "logprobs": self._exact or self._part["logprobs"]}
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
    """A reasoning item, with any number of summaries; what it hides is encrypted anew each time that it is sent."""

    def snapshot(self) -> Json:
        """The item as it stands, with another text of what it hides."""
        if "encrypted_content" not in self.state:
            return self.state
        return {**self.state, "encrypted_content": encrypted(self.state["id"], next(self._sent))}

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


class SearchItem(Item):
    """A search in files: its query and results are told only when it is done."""

    def search(self, query: str, results: list[Json] | None) -> Iterator[Event]:
        """The events of a search, and what it comes to."""
        for step in ("in_progress", "searching", "completed"):
            yield self._events.emit(f"response.file_search_call.{step}", **self._place)
        self.state |= {"queries": [query], "results": results}
