"""Assistants. https://platform.openai.com/docs/api-reference/assistants"""

from __future__ import annotations

from typing import Any

from ...pipeline.collections import CollectionPath, new_id
from ...pipeline.context import RequestContext
from ...pipeline.operate import operate
from ...pipeline.operation import Operation
from ...pipeline.validation import enforce, read_body, wrong_models
from ...wire.contract import Violation, lengths
from ...wire.json_values import as_dict
from ...wire.protocol.call import Fields, Json
from .tool_resources import resolved

_PATH = "/assistants"
ASSISTANTS = CollectionPath(_PATH)
# What a tool works on, where nothing is given to it.
_NOTHING: dict[str, Json] = {"code_interpreter": {"file_ids": []}, "file_search": {"vector_store_ids": []}}


async def create(context: RequestContext) -> Json:
    """`POST /assistants`."""
    body = await _read(context)
    head = {"id": new_id(context)("assistant"), "object": "assistant", "created_at": context.world.ids.now()}
    made = {**head, **_settings(context, body)}
    ASSISTANTS.view(context).add(made)
    return made


async def update(context: RequestContext) -> Json:
    """`POST /assistants/{assistant_id}`: what is given takes the place of what was."""
    record = ASSISTANTS.view(context).get(context.path["assistant_id"])
    body = await _read(context)
    record.body = {**record.body, **_settings(context, {**record.body, **body})}
    return record.body


async def _read(context: RequestContext) -> Json:
    body = await read_body(context)
    enforce(context, lambda: map(Violation, lengths.metadata(body.get("metadata"))))
    fields = Fields(body)
    fields.objects("tools")
    fields.object("metadata")
    fields.string("instructions")
    if model := fields.string("model"):
        enforce(context, lambda: wrong_models(context, model))
    return body


def _settings(context: RequestContext, given: Json) -> Json:
    tools = given.get("tools") or []
    return {
        "name": given.get("name"),
        "description": given.get("description"),
        "model": given.get("model"),
        "instructions": given.get("instructions"),
        "tools": tools,
        "top_p": _or(given.get("top_p"), 1.0),
        "temperature": _or(given.get("temperature"), 1.0),
        "reasoning_effort": given.get("reasoning_effort"),
        "tool_resources": _resources(tools, resolved(context, given.get("tool_resources"))),
        "metadata": given.get("metadata") or {},
        "response_format": given.get("response_format") or "auto",
    }


def _resources(tools: list[Any], given: Json) -> Json:
    """What the tools work on: of those in use at least that it is nothing."""
    used = [as_dict(tool).get("type") for tool in tools]
    empty = {kind: nothing for kind, nothing in _NOTHING.items() if kind in used}
    return {**empty, **given}


def _or(value: Any, default: Any) -> Any:
    return default if value is None else value


ROUTES = [
    Operation("POST", _PATH, "assistants.create", operate(create)),
    Operation("POST", f"{_PATH}/{{assistant_id}}", "assistants.update", operate(update)),
]
