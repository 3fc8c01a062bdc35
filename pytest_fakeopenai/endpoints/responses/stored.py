"""Stored responses. https://platform.openai.com/docs/api-reference/responses/get"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ...pipeline.collections import CollectionPath, CollectionView, Identify
from ...pipeline.context import RequestContext
from ...pipeline.detached import DetachedReply
from ...pipeline.event_log import EventLog
from ...pipeline.results import EventStream, LiveEventStream
from ...pipeline.validation import refuse
from ...state.store import Record
from ...wire.json_values import as_objects, is_finite
from ...wire.protocol import errors, sse
from ...wire.protocol.call import Call, Json
from ...wire.protocol.ids import ResponseIds, chain_key
from . import conversation_state, replay
from .conversation_state import listed_items
from .echoed_settings import echoed_settings
from .summing import output_so_far

MODEL = "gpt-5-2025-08-07"  # of a response of which nothing is known
_WITH_OUTPUT = ("completed", "incomplete")


@dataclass
class StoredResponse:
    """What is stored of a response beside its object.

    `input_items` are those that it was made from, `items` those and its output. `frames` are those of the events that
    made it; `reply` is what makes, or made, one in the background.
    """

    input_items: list[Json] = field(default_factory=list)
    items: list[Json] = field(default_factory=list)
    frames: Sequence[bytes] = ()
    reply: DetachedReply | None = None


def _assumed(identify: Identify, now: int, ids: Mapping[str, str]) -> Json:
    """A response that is complete and says nothing, its keys in the API's order."""
    settings = echoed_settings(Call("responses", MODEL, {}))
    metadata = settings.pop("metadata")
    details = {"input_tokens_details": {"cache_write_tokens": 0, "cached_tokens": 0}}
    figures = {"output_tokens": 0, "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 0}
    over: Json = {
        "completed_at": now,
        "error": None,
        "incomplete_details": None,
        "output": [],
        "service_tier": "default",
    }
    own = {"model": MODEL, "billing": {"payer": "developer"}, "usage": {"input_tokens": 0, **details, **figures}}
    head = {"id": "", "object": "response", "created_at": now, "status": "completed"}
    return {**head, **dict(sorted({**settings, **over, **own}.items())), "metadata": metadata}


RESPONSES = CollectionPath[StoredResponse]("/responses", _assumed)


def keep_object(context: RequestContext, call: Call, body: Json) -> None:
    """Store an object of the SDK like a response of our own, if it has the form of one."""
    output, created = body.get("output") or [], body.get("created_at") or 0
    items_fit = isinstance(output, list) and len(as_objects(output)) == len(output)
    if isinstance(body.get("id"), str) and items_fit and is_finite(created):
        keep(context, call, body, frames=context.record.frames)


def keep(context: RequestContext, call: Call, body: Json, *, frames: Sequence[bytes] = ()) -> None:
    """Store a response, unless its request says not to, and continue its conversation.

    `frames` are those of the events in which it was streamed.
    """
    settle(context, call, body, _add(context, call, body, StoredResponse(frames=frames)))


def keep_running(context: RequestContext, call: Call, body: Json, reply: DetachedReply) -> Record[StoredResponse]:
    """Store a response that is still being made in the background; `settle` is to follow."""
    return _add(context, call, body, StoredResponse(reply=reply))


def settle(context: RequestContext, call: Call, body: Json, record: Record[StoredResponse]) -> None:
    """Store the final body of a response, and add its items to its conversation."""
    record.body = body
    output, stored = body.get("output") or [], record.ensure(StoredResponse)
    stored.items = [*stored.input_items, *output]
    if body.get("status") in _WITH_OUTPUT:
        conversation_state.add_items(context, call.body, [*stored.input_items[len(call.history) :], *output])


def _add(context: RequestContext, call: Call, body: Json, data: StoredResponse) -> Record[StoredResponse]:
    ids = ResponseIds(context.world.ids, int(body.get("created_at") or 0), stored=True, chain=chain_key(body["id"]))
    data.items = data.input_items = [*call.history, *listed_items(call.messages, ids)]
    record = Record(body, data)
    if call.body.get("store") is not False:
        responses(context).records.put(record)
    return record


def find_item(context: RequestContext, key: str) -> Json | None:
    """The item with this id, of any stored response or conversation; refused where there is none."""
    for record in responses(context).records.records():
        for item in record.data.items if record.data else ():
            if item.get("id") == key:
                return item
    item_of_conversation = conversation_state.find(context, key)
    if item_of_conversation is None:
        refuse(context, errors.unknown_item(key))
    return item_of_conversation


def thoughts_behind(context: RequestContext, items: Sequence[Json]) -> dict[object, str]:
    """The ids of the reasoning items that stand before some of these items in stored responses, by the items' ids."""
    if not any(item.get("id") for item in items):
        return {}
    outputs = (pairwise(record.body.get("output") or ()) for record in responses(context).records.records())
    pairs = (pair for output in outputs for pair in output if pair[0].get("type") == "reasoning")
    return {item.get("id"): str(before.get("id")) for before, item in pairs}


def responses(context: RequestContext) -> CollectionView[StoredResponse]:
    """The stored responses."""
    return RESPONSES.view(context)


def _record(context: RequestContext) -> Record[StoredResponse]:
    return responses(context).get(context.path["response_id"])


def _running(record: Record[StoredResponse]) -> DetachedReply | None:
    """The reply that makes a response, of one that is still being made."""
    reply = record.data.reply if record.data else None
    return None if reply is None or reply.log.is_over else reply


async def retrieve(context: RequestContext) -> Json | EventStream | LiveEventStream:
    """`GET /responses/{response_id}`, with `?stream=true` as the events that make it, from the first or a later one."""
    record = _record(context)
    reply = _running(record)
    if context.record.query.get("stream") != "true":
        if reply is not None:
            await reply.settle()
        return record.body
    pick = _picking(context)
    return EventStream(pick(_events(record))) if reply is None else LiveEventStream(_followed(reply.log, pick))


def _events(record: Record[StoredResponse]) -> list[Json]:
    """The events that have made a response, or would have."""
    stored = record.data or StoredResponse()
    if stored.reply is not None:
        return stored.reply.log.values()
    return [*map(sse.event_of, stored.frames)] or replay.replayed(record.body)


def _picking(context: RequestContext) -> Callable[[Iterable[Json]], list[Json]]:
    """What picks, of all events, those that a query asks for."""
    query = context.record.query
    after = query.get("starting_after", "-1")
    if not after.removeprefix("-").isdecimal() or len(after) > 18:
        refuse(context, errors.invalid_type("starting_after", "an integer", after))
        after = "-1"
    hidden = "obfuscation" if query.get("include_obfuscation") == "false" else None

    def pick(events: Iterable[Json]) -> list[Json]:
        later = (event for event in events if event["sequence_number"] > int(after))
        return [{key: event[key] for key in event if key != hidden} for event in later]

    return pick


async def _followed(log: EventLog, pick: Callable[[Iterable[Json]], list[Json]]) -> AsyncIterator[list[Json]]:
    async for events in log.follow():
        yield pick(value for event in events for value in event.values())


def delete(context: RequestContext) -> Json:
    """`DELETE /responses/{response_id}`: one that is still being made is made no further."""
    key = context.path["response_id"]
    reply = _running(responses(context).delete(key))
    if reply is not None:
        reply.stop()
    return {"id": key, "object": "response.deleted", "deleted": True}


def cancel(context: RequestContext) -> Json:
    """`POST /responses/{response_id}/cancel`: stops one that runs in the background where it has come to."""
    record = _record(context)
    if not record.body.get("background"):
        if not record.assumed:
            raise errors.not_cancellable()
        record.body = {**record.body, "status": "cancelled"}
    reply = _running(record)
    if reply is not None:
        reply.stop()
        record.body = {**record.body, "status": "cancelled", "output": output_so_far(reply.log.values())}
    return record.body


def list_input_items(context: RequestContext) -> Json:
    """`GET /responses/{response_id}/input_items`: what the response was made from, newest first."""
    record = _record(context)
    return responses(context).page(record.data.input_items if record.data else []).body()
