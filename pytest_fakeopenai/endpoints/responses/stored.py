"""Responses that are kept. https://platform.openai.com/docs/api-reference/responses/get"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ...pipeline.collections import CollectionPath, CollectionView
from ...pipeline.context import RequestContext
from ...pipeline.results import EventStream, LiveEventStream
from ...state.store import Record
from ...wire.protocol import errors, sse
from ...wire.protocol.call import Call, Json
from ...wire.protocol.ids import ResponseIds, chain_key
from . import conversing, replaying
from .given import kept_items
from .running import Running, output_so_far

_SPOKEN = ("completed", "incomplete")


@dataclass
class StoredResponse:
    """What is stored of a response beside its object.

    `input_items` are those that it was made from, `items` those and its output. `events` are those that make it, or the
    frames that carry them. `running` is the making of one that is, or was, made in the background.
    """

    input_items: list[Json] = field(default_factory=list)
    items: list[Json] = field(default_factory=list)
    events: Sequence[Json | bytes] = ()
    running: Running | None = None


RESPONSES = CollectionPath[StoredResponse]("/responses")


def keep(
    context: RequestContext,
    call: Call,
    body: Json,
    *,
    events: Sequence[Json | bytes] = (),
    begun: Record[StoredResponse] | None = None,
) -> Record[StoredResponse]:
    """Note what has become of a response: store it, unless its request says not to, and continue its conversation.

    `events` are those that make it, or the frames that carry them; `begun` is the record of one that was noted before
    it had ended.
    """
    record = begun or _record_of(context, call, body, events)
    record.body = body
    output, stored = body.get("output") or [], record.ensure(StoredResponse)
    stored.items = [*stored.input_items, *output]
    if body.get("status") in _SPOKEN:
        conversing.settle(context, call.body, [*stored.input_items[len(call.history) :], *output])
    return record


def _record_of(
    context: RequestContext, call: Call, body: Json, events: Sequence[Json | bytes]
) -> Record[StoredResponse]:
    ids = ResponseIds(context.world.ids, int(body.get("created_at") or 0), stored=True, chain=chain_key(body["id"]))
    record = Record(body, StoredResponse([*call.history, *kept_items(call.messages, ids)], events=events))
    if call.body.get("store") is not False:
        responses(context).records.put(record)
    return record


def find_item(context: RequestContext, key: str) -> Json:
    """The item with this id, of any response or conversation that is kept; ApiError where there is none."""
    for record in responses(context).records.records():
        for item in record.data.items if record.data else ():
            if item.get("id") == key:
                return item
    said = conversing.find(context, key)
    if said is None:
        raise errors.unknown_item(key)
    return said


def thoughts_behind(context: RequestContext, items: Sequence[Json]) -> dict[object, str]:
    """The ids of the reasoning that came before some of these items, where they were made here and kept."""
    if not any(str(item.get("id")).startswith("fc_") for item in items):
        return {}
    made = (pairwise(record.body.get("output") or ()) for record in responses(context).records.records())
    return {item["id"]: before["id"] for pairs in made for before, item in pairs if before["type"] == "reasoning"}


def responses(context: RequestContext) -> CollectionView[StoredResponse]:
    """The responses that are kept."""
    return RESPONSES.view(context)


def _record(context: RequestContext) -> Record[StoredResponse]:
    return responses(context).get(context.path["response_id"])


def _running(record: Record[StoredResponse]) -> Running | None:
    """The making of a response that is still being made."""
    running = record.data.running if record.data else None
    return None if running is None or running.over else running


async def retrieve(context: RequestContext) -> Json | EventStream | LiveEventStream:
    """`GET /responses/{response_id}`, with `?stream=true` as the events that make it, from the first or a later one."""
    record = _record(context)
    running = _running(record)
    if context.record.query.get("stream") != "true":
        if running is not None:
            await running.advance()
        return record.body
    asked_for = _wanted(context)
    if running is None:
        told = (record.data and record.data.events) or replaying.events(record.body)
        return EventStream(asked_for(map(_event, told)))
    return LiveEventStream(_followed(running, asked_for))


def _event(told: Json | bytes) -> Json:
    return sse.event_of(told) if isinstance(told, bytes) else told


def _wanted(context: RequestContext) -> Callable[[Iterable[object]], list[Json]]:
    """What picks, of all that was said, the events that a query asks for."""
    query = context.record.query
    after = query.get("starting_after", "-1")
    if not after.removeprefix("-").isdecimal() or len(after) > 18:
        raise errors.invalid_type("starting_after", "an integer", after)
    hidden = "obfuscation" if query.get("include_obfuscation") == "false" else None

    def pick(said: Iterable[object]) -> list[Json]:
        later = (word for word in said if isinstance(word, dict) and word["sequence_number"] > int(after))
        return [{key: event[key] for key in event if key != hidden} for event in later]

    return pick


async def _followed(running: Running, pick: Callable[[Iterable[object]], list[Json]]) -> AsyncIterator[list[Json]]:
    async for words in running.follow():
        yield pick(words)


def delete(context: RequestContext) -> Json:
    """`DELETE /responses/{response_id}`: one that is still being made is made no further."""
    key = context.path["response_id"]
    running = _running(responses(context).delete(key))
    if running is not None:
        running.stop()
    return {"id": key, "object": "response.deleted", "deleted": True}


def cancel(context: RequestContext) -> Json:
    """`POST /responses/{response_id}/cancel`: stops one that runs in the background where it has come to."""
    record = _record(context)
    if not record.body.get("background"):
        if not record.assumed:
            raise errors.not_cancellable()
        record.body = {**record.body, "status": "cancelled"}
    running = _running(record)
    if running is not None:
        running.stop()
        record.ensure(StoredResponse).events = running.events
        record.body = {**record.body, "status": "cancelled", "output": output_so_far(running.events)}
    return record.body


def list_input_items(context: RequestContext) -> Json:
    """`GET /responses/{response_id}/input_items`: what the response was made from, newest first."""
    record = _record(context)
    return responses(context).page(record.data.input_items if record.data else []).body()
