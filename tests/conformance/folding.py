"""Asking by every kind of client, and folding what was streamed back into what would have been answered whole."""

from __future__ import annotations

import contextlib
import copy
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import openai
import pytest
from openai.lib.streaming._deltas import accumulate_delta
from openai.lib.streaming.chat import ChatCompletionStreamState
from openai.lib.streaming.responses._responses import ResponseStreamState

from pytest_fakeopenai import FakeOpenAI

Json = dict[str, Any]

CLIENTS = pytest.mark.parametrize("client", ["sync", "async"])
EVERY_CLIENT = pytest.mark.parametrize("client", ["sync", "async", "strict"])
MODELS = pytest.mark.parametrize("model", ["gpt-4o", "gpt-5"])


def connect(fake: FakeOpenAI, client: str) -> Any:
    """A client of this kind; a strict one raises where an answer is not of its declared type."""
    if client != "strict":
        return fake.async_client if client == "async" else fake.client
    kind: Any = openai.OpenAI
    return kind(
        base_url=fake.base_url, api_key=fake.api_key, http_client=fake.client._client, _strict_response_validation=True
    )


async def settle(value: Any) -> Any:
    """What a call gives, of a synchronous or an asynchronous client."""
    return await value if inspect.isawaitable(value) else value


async def drain(stream: Any) -> list[Any]:
    """All that a stream has, of either client."""
    stream = await settle(stream)
    return [item async for item in stream] if hasattr(stream, "__aiter__") else list(stream)


@contextlib.asynccontextmanager
async def opened(manager: Any) -> AsyncIterator[Any]:
    """The stream of a `.stream()` helper, of either client."""
    if hasattr(manager, "__aenter__"):
        async with manager as stream:
            yield stream
    else:
        with manager as stream:
            yield stream


async def anew(fake: FakeOpenAI, entry: object, ask: Callable[[], Awaitable[Any]]) -> Any:
    """The outcome of a question to a fresh world that has this one entry to say."""
    fake.check()
    fake.reset()
    fake.script(entry)
    return await ask()


def plain(model: Any) -> Json:
    """What the SDK's object was made from; the SDK's older types know less than the API sends."""
    sent: Json = model.to_dict(warnings=False)
    return sent


# Chat completions

# What chunks leave out and a message always has: https://platform.openai.com/docs/api-reference/chat-streaming
_IMPLIED: Json = {
    "refusal": None,  # parallel calls begin without the key
    "annotations": [],  # streamed only where there are some
}
# What chunks have and a completion has not.
_OF_CHUNKS = ("object", "obfuscation", "choices", "usage")


def fold_chunks(chunks: Sequence[Json]) -> Json:
    """The completion that chunks amount to, by the SDK's accumulation of deltas alone, which knows no types."""
    heads = [{key: value for key, value in chunk.items() if key not in _OF_CHUNKS} for chunk in chunks]
    assert heads == heads[:1] * len(heads)
    folded: Json = {**heads[0], "object": "chat.completion", "choices": []}
    for chunk in copy.deepcopy(list(chunks)):
        for piece in chunk["choices"]:
            if piece["index"] == len(folded["choices"]):
                folded["choices"].append({"index": piece["index"], "message": {}})
            _fold_choice(folded["choices"][piece["index"]], piece)
        if chunk.get("usage") is not None:
            assert "usage" not in folded
            folded["usage"] = chunk["usage"]
    for choice in folded["choices"]:
        choice["message"] = {**_IMPLIED, **choice["message"]}
        for call in choice["message"].get("tool_calls", ()):
            del call["index"]  # it tells deltas apart
    return folded


def _fold_choice(choice: Json, piece: Json) -> None:
    assert choice.get("finish_reason") is None, "nothing follows the end"
    accumulate_delta(choice["message"], piece["delta"])
    choice.update({key: value for key, value in piece.items() if key not in ("index", "delta", "logprobs")})
    if "logprobs" in piece:
        kept = choice.setdefault("logprobs", piece["logprobs"])
        if kept is not None and kept is not piece["logprobs"] and piece["logprobs"] is not None:
            kept["content"] += piece["logprobs"]["content"]


def fold_with_state(chunks: Sequence[Any]) -> Json:
    """The completion that the SDK's public accumulator makes of raw chunks."""
    state: Any = ChatCompletionStreamState()
    for chunk in chunks:
        state.handle_chunk(chunk)
    return plain(state.current_completion_snapshot)


def as_accumulated(completion: Json) -> Json:
    """A completion without what the SDK's accumulators and parsers add to it: nulls, results of parsing, positions."""
    accumulated: Json = _without_nulls(completion)
    accumulated.pop("obfuscation", None)  # the first chunk's, which older accumulators keep
    for choice in accumulated["choices"]:
        message = choice["message"]
        for key in ("annotations", "parsed"):
            message.pop(key, None)
        for call in message.get("tool_calls", ()):
            call.pop("index", None)
            call.get("function", {}).pop("parsed_arguments", None)
    return accumulated


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(each) for key, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value] if isinstance(value, list) else value


# Responses

# What a response comes to know on its way, and its last event tells.
_LEARNED = ("status", "completed_at", "incomplete_details", "error", "service_tier", "usage")
_TEXTS = {
    "response.output_text.delta": "text",
    "response.refusal.delta": "refusal",
    "response.function_call_arguments.delta": "arguments",
    "response.custom_tool_call_input.delta": "input",
    "response.reasoning_summary_text.delta": "text",
}


class EventFold:
    """The response that events amount to: its output is made of deltas alone, and every summing-up must agree."""

    def __init__(self) -> None:
        self.output: list[Json] = []
        self.created: Json = {}
        self.ended: Json | None = None

    def feed(self, event: Json) -> None:
        """Take the next event."""
        assert self.ended is None, "nothing follows the end"
        kind = event["type"]
        if kind == "response.created":
            self.created = event["response"]
        elif kind == "response.in_progress":
            assert event["response"] == self.created
        elif kind in ("response.completed", "response.incomplete"):
            self.ended = event["response"]
        elif kind == "response.output_item.added":
            assert event["output_index"] == len(self.output)
            self.output.append(lasting(event["item"]))
        elif kind == "response.output_item.done":
            self._end_item(self.output[event["output_index"]], event["item"])
        else:
            self._feed_item(kind, event)

    def _end_item(self, item: Json, done: Json) -> None:
        if "status" in item:
            assert item["status"] == "in_progress"
            item["status"] = done["status"]
        if item["type"] == "file_search_call":  # of which nothing is streamed
            item.update({name: done[name] for name in ("queries", "results")})
        assert item == lasting(done)

    def _feed_item(self, kind: str, event: Json) -> None:
        item = self.output[event["output_index"]]
        assert item["id"] == event["item_id"]
        if kind.endswith("_part.added"):
            self._parts(item).append(event["part"])
            return
        if kind.startswith("response.file_search_call."):
            assert item["type"] == "file_search_call"
            return
        holder = item
        if "content_index" in event or "summary_index" in event:
            index = event["content_index" if "content_index" in event else "summary_index"]
            assert index == len(self._parts(item)) - 1
            holder = self._parts(item)[index]
        if kind in _TEXTS:
            holder[_TEXTS[kind]] += event["delta"]
            if "logprobs" in event:
                holder["logprobs"] += event["logprobs"]
        elif kind == "response.output_text.annotation.added":
            assert event["annotation_index"] == len(holder["annotations"])
            holder["annotations"].append(event["annotation"])
        else:
            self._check_done(kind, event, holder)

    def _parts(self, item: Json) -> list[Json]:
        parts: list[Json] = item["summary" if item["type"] == "reasoning" else "content"]
        return parts

    def _check_done(self, kind: str, event: Json, holder: Json) -> None:
        if kind == "response.content_part.done" and holder["type"] == "output_text":
            assert {**holder, "logprobs": []} == lasting(event["part"])
            holder["logprobs"] = [_rounded(entry) for entry in holder["logprobs"]]
            return
        if kind.endswith("_part.done"):
            assert holder == lasting(event["part"])
            return
        field = _TEXTS[kind.removesuffix("done") + "delta"]
        assert holder[field] == event[field]
        assert holder.get("logprobs") == event.get("logprobs")

    def response(self) -> Json:
        """The response: what its creation announced, what it learned, and what its deltas said."""
        assert self.ended is not None
        assert lasting(self.ended["output"]) == self.output
        learned = {key: self.ended[key] for key in _LEARNED}
        return {**self.created, **learned, "output": self.output}


def _rounded(entry: Json) -> Json:
    """Log probabilities as items have them, with six places."""
    others = [{**other, "logprob": round(other["logprob"], 6)} for other in entry["top_logprobs"]]
    return {**entry, "logprob": round(entry["logprob"], 6), "top_logprobs": others}


def fold_events(events: Sequence[Json]) -> Json:
    """The response that the events of a stream amount to."""
    fold = EventFold()
    for number, event in enumerate(copy.deepcopy(list(events))):
        assert event.pop("sequence_number") == number
        fold.feed(event)
    return fold.response()


def as_streamed(response: Json) -> Json:
    """A response as far as its stream tells: who pays is only in an answer that comes whole."""
    streamed: Json = lasting(response)
    assert streamed.pop("billing") == {"payer": "developer"}
    return streamed


def lasting(value: Any) -> Any:
    """The same without encrypted content, which is another text each time that it is sent."""
    if isinstance(value, dict):
        return {key: lasting(each) for key, each in value.items() if key != "encrypted_content"}
    return [lasting(each) for each in value] if isinstance(value, list) else value


def fold_with_sdk(events: Sequence[Any]) -> list[Json]:
    """The output that the SDK's own accumulator makes of raw events: texts and arguments of functions."""
    missing: Any = getattr(openai, "omit", openai.NOT_GIVEN)
    state: Any = ResponseStreamState(input_tools=missing, text_format=missing)
    for event in events:
        state.handle_event(event)
    return [gist(plain(item)) for item in state.accumulate_event(events[-1]).output]


def gist(item: Json) -> Json:
    """What of an output item the SDK accumulates; it leaves refusals, custom calls and summaries as they began."""
    parts = [part.get("text") for part in item.get("content") or ()]
    return {"id": item["id"], "type": item["type"], "texts": parts, "arguments": item.get("arguments")}


def as_response(response: Json) -> Json:
    """A response without what the SDK's parsers add to it."""
    bare = copy.deepcopy(response)
    for item in bare["output"]:
        item.pop("parsed_arguments", None)
        for part in item.get("content") or ():
            part.pop("parsed", None)
    return bare
