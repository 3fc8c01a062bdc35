"""A response that is being made in the background, as those see it who follow it.

https://platform.openai.com/docs/guides/background
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from typing import Any

from ...pipeline.tasks import BackgroundTask
from ...wire.protocol.call import Json

# What is said to the connection that a response began on: an event, bytes that are no event, or that it is cut here.
Word = Json | bytes | None

_PARTS = {"response.content_part.added": "content", "response.reasoning_summary_part.added": "summary"}
# Where the text of a delta belongs: to a field of its item, or of the part with the index, of the list in the item.
_TEXTS = {
    "response.function_call_arguments.delta": "arguments",
    "response.custom_tool_call_input.delta": "input",
    "response.output_text.delta": ("content", "content_index", "text"),
    "response.refusal.delta": ("content", "content_index", "refusal"),
    "response.reasoning_summary_text.delta": ("summary", "summary_index", "text"),
}
_CITED = "response.output_text.annotation.added"
_CITATIONS = ("content", "content_index", "annotations")


class Running:
    """What a response in the making has said so far; it is over when it has ended or was stopped."""

    def __init__(self) -> None:
        self.over = False
        self._task: BackgroundTask
        self._ending = ExitStack()
        self._said: list[Word] = []
        self._news = asyncio.Event()

    def run(self, task: BackgroundTask, ending: ExitStack) -> None:
        """Be made by an task; `ending` is to be done at its end."""
        self._task, self._ending = task, ending

    @property
    def events(self) -> list[Json]:
        """The events among what has been said."""
        return [word for word in self._said if isinstance(word, dict)]

    def say(self, word: Word) -> None:
        """Tell all who follow."""
        self._said.append(word)
        self._wake()

    def end(self) -> None:
        """Tell all who follow that nothing more will come."""
        self.over = True
        self._ending.close()
        self._wake()

    def stop(self) -> None:
        """Make the response no further."""
        self.end()
        self._task.cancel()

    async def advance(self) -> None:
        """Let the response come as far as it can without waiting, so that nobody asks a second time for nothing."""
        await self._task.settle()

    async def follow(self) -> AsyncIterator[list[Word]]:
        """All that has been said, then what is said next, as it comes, until the response is over."""
        heard = 0
        while True:
            fresh = self._said[heard:]
            heard += len(fresh)
            if fresh:
                yield fresh
            elif self.over:
                return
            else:
                await self._news.wait()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


def output_so_far(events: list[Json]) -> list[Json]:
    """The output that the events of a response add up to; an item that was not done is incomplete."""
    items: dict[int, Json] = {}
    for event in events:
        kind = event["type"]
        if kind in ("response.output_item.added", "response.output_item.done"):
            items[event["output_index"]] = _copied(event["item"])
        elif kind in _PARTS:
            items[event["output_index"]][_PARTS[kind]].append(_copied(event["part"]))
        elif kind in _TEXTS:
            _extend(items[event["output_index"]], _TEXTS[kind], event["delta"], event)
        elif kind == _CITED:
            _extend(items[event["output_index"]], _CITATIONS, [event["annotation"]], event)
    return list(map(_stopped, items.values()))


def _copied(said: Json) -> Json:
    return {key: list(value) if isinstance(value, list) else value for key, value in said.items()}


def _extend(item: Json, place: Any, piece: Any, event: Json) -> None:
    """Add a piece where it belongs."""
    if isinstance(place, str):
        item[place] += piece
    else:
        name, index, field = place
        item[name][event[index]][field] += piece


def _stopped(item: Json) -> Json:
    return {**item, "status": "incomplete"} if item.get("status") == "in_progress" else item
