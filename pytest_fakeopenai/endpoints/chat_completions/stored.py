"""Stored chat completions. https://platform.openai.com/docs/api-reference/chat/list"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...pipeline.collections import CollectionPath, CollectionView, Identify
from ...pipeline.context import RequestContext
from ...pipeline.validation import read_body, refuse
from ...state.store import Record
from ...wire.json_values import Fields, as_dict, as_objects
from ...wire.models import resolved
from ...wire.protocol import errors
from ...wire.protocol.call import Call, Json, text_of


@dataclass(frozen=True)
class StoredCompletion:
    """What is stored of a completion beside its object: the messages of its request."""

    messages: list[Json]


def _assumed(identify: Identify, now: int, ids: Mapping[str, str]) -> Json:
    """A completion that says nothing."""
    choice = {"index": 0, "message": {"role": "assistant", "content": ""}, "finish_reason": "stop"}
    usage = dict.fromkeys(("prompt_tokens", "completion_tokens", "total_tokens"), 0)
    head = {"object": "chat.completion", "created": now, "model": _MODEL, "service_tier": "default"}
    body = {**head, "choices": [choice], "usage": usage}
    return _stored_form(body, Call("chat.completions", _MODEL, {}), identify("req"), 0)


_MODEL = "gpt-4o-2024-08-06"  # of a completion of which nothing is known
COMPLETIONS = CollectionPath[StoredCompletion]("/chat/completions", _assumed)


def is_wanted(call: Call) -> bool:
    """Whether a request says that its completion is to be stored."""
    return call.body.get("store") is True


def keep(context: RequestContext, call: Call, body: Json) -> None:
    """Store a completion if the request says so; an object of the SDK may have no id to find it by."""
    if is_wanted(call) and isinstance(body.get("id"), str):
        completion = _stored_form(body, call, context.writer.request_id, _seed(context, call))
        _completions(context).add(completion, StoredCompletion(list(call.messages)))


_BITS = 64


def _seed(context: RequestContext, call: Call) -> int:
    """The seed of the request, or one of the API's choice: any integer of 64 bits."""
    seed = call.body.get("seed")
    if isinstance(seed, int):
        return seed
    return int(context.world.ids.hexadecimal(_BITS // 4), 16) - (1 << (_BITS - 1))


def _stored_form(body: Json, call: Call, request_id: str, seed: int) -> Json:
    """The completion as it is stored: with the request's settings, and with a plainer message and usage."""
    request = call.body
    return {
        **{name: body.get(name) for name in ("object", "id", "model", "created")},
        "request_id": request_id,
        "tool_choice": request.get("tool_choice"),
        "usage": {name: figure for name, figure in as_dict(body.get("usage")).items() if name.endswith("_tokens")},
        "seed": seed,
        **{name: request.get(name, default) for name, default in _NUMBERS.items()},
        "system_fingerprint": body.get("system_fingerprint"),
        "input_user": request.get("user"),
        "service_tier": body.get("service_tier"),
        "tools": request.get("tools"),
        "metadata": request.get("metadata") or {},
        "choices": [*map(_plain_choice, as_objects(body.get("choices")))],
        "response_format": request.get("response_format"),
    }


_NUMBERS = {"top_p": 1.0, "temperature": 1.0, "presence_penalty": 0.0, "frequency_penalty": 0.0}
_MESSAGE = ("content", "role", "tool_calls", "function_call")


def _plain_choice(choice: Json) -> Json:
    return {
        "index": choice.get("index"),
        "message": {name: as_dict(choice.get("message")).get(name) for name in _MESSAGE},
        "finish_reason": choice.get("finish_reason"),
        "logprobs": choice.get("logprobs"),
    }


def list_completions(context: RequestContext) -> Json:
    """`GET /chat/completions`: those of the query's model with every pair of its metadata."""
    query = context.record.query
    metadata = {key[9:-1]: value for key, value in query.items() if key.startswith("metadata[")}
    model = resolved(query["model"]) if "model" in query else None
    bodies = [
        body
        for body in _completions(context).records.bodies()
        if model in (None, body.get("model")) and metadata.items() <= (body.get("metadata") or {}).items()
    ]
    return _completions(context).page(bodies).body()


def _completions(context: RequestContext) -> CollectionView[StoredCompletion]:
    return COMPLETIONS.view(context)


def _record(context: RequestContext) -> Record[StoredCompletion]:
    return _completions(context).get(context.path["completion_id"])


def retrieve(context: RequestContext) -> Json:
    """`GET /chat/completions/{completion_id}`."""
    return _record(context).body


async def update(context: RequestContext) -> Json:
    """`POST /chat/completions/{completion_id}`: only the metadata can be changed."""
    record = _record(context)
    body = await read_body(context)
    if "metadata" not in body:
        refuse(context, errors.missing_parameter("metadata"))
    record.body = {**record.body, "metadata": Fields(body).object("metadata")}
    return retrieve(context)


def delete(context: RequestContext) -> Json:
    """`DELETE /chat/completions/{completion_id}`."""
    key = context.path["completion_id"]
    _completions(context).delete(key)
    return {"object": "chat.completion.deleted", "id": key, "deleted": True}


def list_messages(context: RequestContext) -> Json:
    """`GET /chat/completions/{completion_id}/messages`: those that the request sent."""
    record = _record(context)
    request = record.data.messages if record.data else ()
    messages = [_stored_message(record.body["id"], index, message) for index, message in enumerate(request)]
    return _completions(context).page(messages).body()


_PART = ("type", "text", "image_url", "input_audio", "file")


def _whole_part(part: Json) -> Json:
    """A part of a message's content with the keys of every kind of part."""
    whole = {**dict.fromkeys(_PART), **part}
    if isinstance(image := whole["image_url"], dict):
        whole["image_url"] = {"url": image.get("url"), "detail": image.get("detail")}
    return whole


def _stored_message(owner: str, index: int, message: Json) -> Json:
    content = message.get("content")
    parts = [_whole_part(part) for part in as_objects(content)] if isinstance(content, list) else None
    return {
        "id": f"{owner}-{index}",
        "role": message.get("role"),
        "content": text_of(content) if content is not None else None,
        "name": message.get("name"),
        "content_parts": parts,
    }
