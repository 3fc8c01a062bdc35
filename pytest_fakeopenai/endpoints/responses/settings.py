"""The settings of a request that a response repeats, each with what the API says where the request is silent."""

from __future__ import annotations

import copy
from typing import Any

from ...wire.call import Json
from ...wire.models import is_reasoning

_PLAIN_REASONING = {"context": None, "effort": None, "summary": None}
_REASONING = {"context": "current_turn", "effort": "medium", "mode": "standard", "summary": None}
_NO_IMAGES = {
    "input_tokens": 0,
    "input_tokens_details": {"image_tokens": 0, "text_tokens": 0},
    "output_tokens": 0,
    "output_tokens_details": {"image_tokens": 0, "text_tokens": 0},
    "total_tokens": 0,
}
_DEFAULTS: dict[str, Any] = {
    "background": False,
    "instructions": None,
    "max_output_tokens": None,
    "max_tool_calls": None,
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "prompt_cache_key": None,
    "prompt_cache_retention": "in_memory",
    "safety_identifier": None,
    "store": True,
    "temperature": 1.0,
    "tool_choice": "auto",
    "top_logprobs": 0,
    "top_p": 1.0,
    "truncation": "disabled",
    "user": None,
    "metadata": {},
}
# What no request can set.
_FIXED = {"frequency_penalty": 0.0, "presence_penalty": 0.0, "moderation": None}
_FLOATS = ("temperature", "top_p")


def repeated(body: Json, model: str) -> Json:
    """The request's settings as the response object repeats them."""
    said = {name: default if body.get(name) is None else body[name] for name, default in _DEFAULTS.items()}
    said.update(_FIXED)
    for name in _FLOATS:
        said[name] = float(said[name])
    return {
        **copy.deepcopy(said),
        "reasoning": {**(_REASONING if is_reasoning(model) else _PLAIN_REASONING), **(body.get("reasoning") or {})},
        "text": _text(body.get("text") or {}),
        "tool_usage": {"image_gen": _NO_IMAGES, "web_search": {"num_requests": 0}},
        "tools": [repeated_tool(tool) for tool in body.get("tools") or []],
        **_optional(body),
    }


def _optional(body: Json) -> Json:
    """Settings whose key is there only when they were used."""
    used: Json = {}
    if conversation := body.get("conversation"):
        used["conversation"] = conversation if isinstance(conversation, dict) else {"id": conversation}
    if prompt := body.get("prompt"):
        used["prompt"] = prompt
    return used


def _text(given: Json) -> Json:
    format_ = given.get("format") or {"type": "text"}
    if format_.get("type") == "json_schema":
        strict = format_.get("strict")
        format_ = {
            "type": "json_schema",
            "description": format_.get("description"),
            "name": format_.get("name"),
            "schema": format_.get("schema"),
            "strict": True if strict is None else strict,
        }
    return {"format": format_, "verbosity": given.get("verbosity") or "medium"}


def repeated_tool(tool: Json) -> Json:
    """A tool as the response repeats it: a function is normalised, and made strict where the request is silent."""
    if tool.get("type") != "function":
        return tool
    strict = tool.get("strict")
    parameters = tool.get("parameters")
    return {
        "type": "function",
        "description": tool.get("description"),
        "name": tool.get("name"),
        "output_schema": None,
        "parameters": _made_strict(parameters) if strict is None else parameters,
        "strict": True if strict is None else strict,
    }


def _made_strict(schema: Any) -> Any:
    """The schema with every object closed and every property required, as the API rewrites one of a silent request."""
    if isinstance(schema, list):
        return [_made_strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _made_strict(value) for key, value in schema.items()}
    if isinstance(made.get("properties"), dict) and made.get("type") == "object":
        made["additionalProperties"] = False
        made["required"] = list(made["properties"])
    return made
