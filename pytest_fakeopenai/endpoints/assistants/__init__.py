"""Assistants. https://platform.openai.com/docs/api-reference/assistants"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...pipeline.collections import CollectionPath, Identify, new_id
from ...pipeline.context import RequestContext
from ...pipeline.operate import operate
from ...pipeline.operation import Operation
from ...pipeline.validation import enforce, read_body, wrong_models
from ...wire.json_values import as_dict, as_text
from ...wire.protocol.call import Json
from .tool_resources import EMPTY, resolve
from .tools import completed

_PATH = "/assistants"


async def create(context: RequestContext) -> Json:
    """`POST /assistants`."""
    body = await _read(context)
    head = {"id": new_id(context)("assistant"), "object": "assistant", "created_at": context.world.ids.now()}
    assistant = {**head, **_settings(context, body)}
    ASSISTANTS.view(context).add(assistant)
    return assistant


async def update(context: RequestContext) -> Json:
    """`POST /assistants/{assistant_id}`: the fields of the request take the place of the assistant's."""
    record = ASSISTANTS.view(context).get(context.path["assistant_id"])
    body = await _read(context)
    record.body = {**record.body, **_settings(context, {**record.body, **body})}
    return record.body


async def _read(context: RequestContext) -> Json:
    body = await read_body(context)
    if model := as_text(body.get("model")):
        enforce(context, lambda: wrong_models(context, model))
    return body


def _settings(context: RequestContext, fields: Json) -> Json:
    return _shown(fields, resolve(context, fields.get("tool_resources")))


def _shown(fields: Json, resources: Json) -> Json:
    tools = completed(fields.get("tools") or [])
    return {
        "name": fields.get("name"),
        "description": fields.get("description"),
        "model": fields.get("model"),
        "instructions": fields.get("instructions"),
        "tools": tools,
        "top_p": _or(fields.get("top_p"), 1.0),
        "temperature": _or(fields.get("temperature"), 1.0),
        "reasoning_effort": fields.get("reasoning_effort"),
        "tool_resources": _resources(tools, resources),
        "metadata": fields.get("metadata") or {},
        "response_format": fields.get("response_format") or "auto",
    }


def _resources(tools: list[Any], resources: Json) -> Json:
    """`tool_resources` as answers show them: with empty ones for each tool that could have some and has none."""
    used = [as_dict(tool).get("type") for tool in tools]
    empty = {kind: nothing for kind, nothing in EMPTY.items() if kind in used}
    return {**empty, **resources}


def _or(value: Any, default: Any) -> Any:
    return default if value is None else value


def _assumed(identify: Identify, now: int, ids: Mapping[str, str]) -> Json:
    return {"id": "", "object": "assistant", "created_at": now, **_shown({"model": "gpt-4o"}, {})}


ASSISTANTS = CollectionPath(_PATH, _assumed)
ROUTES = [
    Operation("POST", _PATH, "assistants.create", operate(create)),
    Operation("POST", f"{_PATH}/{{assistant_id}}", "assistants.update", operate(update)),
]
