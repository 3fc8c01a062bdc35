"""Responses that are kept. https://platform.openai.com/docs/api-reference/responses/get"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ...store import Record
from ...wire import errors
from ...wire.call import Call, Json
from ...wire.ids import ResponseIds, chain_key
from .._memory import ASSUMED, Memory
from .._surface import Events, Exchange


def keep(
    exchange: Exchange, call: Call, body: Json, *, events: Sequence[Json] = (), pending: Json | None = None
) -> None:
    """Store a response, unless the request says not to; `pending` is what one in the background will have become."""
    if call.body.get("store") is False:
        return
    ids = ResponseIds(exchange.world.ids, int(body.get("created_at") or 0), stored=True, chain=chain_key(body["id"]))
    given = [*call.history, *_input_items(call, ids)]
    output = (pending or body).get("output") or []
    kept = {"items": [*given, *output], "events": events, "pending": pending}
    responses(exchange).add(body, children=given, kept=kept)


def _input_items(call: Call, ids: ResponseIds) -> list[Json]:
    """The request's input as items with ids, as they are listed and continued."""
    return [_input_item(item, ids) for item in call.messages]


def _input_item(item: Json, ids: ResponseIds) -> Json:
    kind = item.get("type", "message")
    if kind != "message":
        head = {"id": item.get("id") or ids.make(_PREFIXES.get(kind, "item")), "type": kind}
        if kind in _WITH_STATUS:
            head["status"] = item.get("status") or "completed"
        return {**head, **item, **head}
    content = item.get("content")
    if isinstance(content, str):
        spoken = item.get("role") == "assistant"
        head = {"type": "output_text", "annotations": [], "logprobs": []} if spoken else {"type": "input_text"}
        content = [{**head, "text": content}]
    head = {"id": item.get("id") or ids.make("msg"), "type": "message", "status": "completed"}
    return {**head, "content": content, "role": item.get("role")}


_PREFIXES = {
    "function_call": "fc",
    "function_call_output": "fco",
    "custom_tool_call": "ctc",
    "custom_tool_call_output": "ctco",
    "reasoning": "rs",
    "web_search_call": "ws",
    "file_search_call": "fs",
    "code_interpreter_call": "ci",
    "image_generation_call": "ig",
    "mcp_list_tools": "mcpl",
    "mcp_call": "mcp",
    "mcp_approval_request": "mcpr",
    "computer_call": "cu",
    "local_shell_call": "lsh",
    "shell_call": "sh",
    "apply_patch_call": "apc",
    "tool_search_call": "tsc",
    "tool_search_output": "tso",
    "compaction": "cmp",
    "program": "cm",
}
_WITH_STATUS = _PREFIXES.keys() - {"reasoning", "mcp_list_tools", "mcp_approval_request", "compaction", "program"}


def find_item(exchange: Exchange, key: str) -> Json:
    """The item with this id, of any response that is kept; ApiError where there is none."""
    for record in responses(exchange).records.records():
        for item in record.kept.get("items", ()):
            if item["id"] == key:
                found: Json = item
                return found
    raise errors.unknown_item(key)


def thoughts_behind(exchange: Exchange, items: Sequence[Json]) -> dict[object, str]:
    """The ids of the reasoning that came before some of these items, where they were made here and kept."""
    if not any(str(item.get("id")).startswith("fc_") for item in items):
        return {}
    made = (pairwise(record.body.get("output") or ()) for record in responses(exchange).records.records())
    return {item["id"]: before["id"] for pairs in made for before, item in pairs if before["type"] == "reasoning"}


def responses(exchange: Exchange) -> Memory:
    """The responses that are kept."""
    return Memory(exchange, "/responses")


def _record(exchange: Exchange) -> Record:
    return responses(exchange).get(exchange.path["response_id"])


def retrieve(exchange: Exchange) -> Json | Events:
    """`GET /responses/{response_id}`, with `?stream=true` as the events that made it."""
    streamed = exchange.record.query.get("stream") == "true"
    return _events(exchange) if streamed else _settled(exchange)


def _settled(exchange: Exchange) -> Json:
    """The response; one in the background is finished by the time that it is asked for."""
    record = _record(exchange)
    if record.kept.get("pending") is not None:
        record.body, record.kept["pending"] = record.kept["pending"], None
    return record.body


def _events(exchange: Exchange) -> Events:
    query = exchange.record.query
    after = query.get("starting_after", "-1")
    if not after.removeprefix("-").isdecimal() or len(after) > 18:
        raise errors.invalid_type("starting_after", "an integer", after)
    events = [event for event in _record(exchange).kept.get("events", ()) if event["sequence_number"] > int(after)]
    if query.get("include_obfuscation") == "false":
        events = [{key: event[key] for key in event if key != "obfuscation"} for event in events]
    return Events(events)


def delete(exchange: Exchange) -> Json:
    """`DELETE /responses/{response_id}`."""
    key = exchange.path["response_id"]
    responses(exchange).delete(key)
    return {"id": key, "object": "response.deleted", "deleted": True}


def cancel(exchange: Exchange) -> Json:
    """`POST /responses/{response_id}/cancel`: stops one that runs in the background."""
    record = _record(exchange)
    if not record.body.get("background"):
        if not record.kept.get(ASSUMED):
            raise errors.not_cancellable()
        record.body = {**record.body, "status": "cancelled"}
    if record.kept.get("pending") is not None:
        record.kept |= {"pending": None, "items": record.children}
        record.body = {**record.body, "status": "cancelled"}
    return record.body


def list_input_items(exchange: Exchange) -> Json:
    """`GET /responses/{response_id}/input_items`: what the response was made from, newest first."""
    return responses(exchange).page(_record(exchange).children).body()
