"""The settings of a request that a response repeats, each with what the API says where the request is silent."""

from __future__ import annotations

from typing import Any

from ...wire.models import Family, family
from ...wire.protocol.call import Json, copied
from .tools import repeated_tool

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
    "safety_identifier": None,
    "store": True,
    "temperature": 1.0,
    "tool_choice": "auto",
    "top_logprobs": 0,
    "truncation": "disabled",
    "user": None,
    "metadata": {},
}
# What changed with gpt-5.2.
_BEFORE = {"prompt_cache_retention": "in_memory", "top_p": 1.0}
_NEWEST = {"prompt_cache_retention": "24h", "top_p": 0.98}
# What no request can set.
_FIXED = {"frequency_penalty": 0.0, "presence_penalty": 0.0, "moderation": None}
_FLOATS = ("temperature", "top_p")
_GREATEST = 1e100  # an integer may be greater than any float


def repeated(body: Json, model: str) -> Json:
    """The request's settings as the response object repeats them."""
    known = family(model)
    defaults = {**_DEFAULTS, **(_NEWEST if known.newest else _BEFORE)}
    said = {name: default if body.get(name) is None else body[name] for name, default in defaults.items()}
    said.update(_FIXED)
    for name in _FLOATS:
        if abs(said[name]) <= _GREATEST:
            said[name] = float(said[name])
    return {
        **copied(said),
        "reasoning": _reasoning(body.get("reasoning") or {}, known),
        "text": _text(body.get("text") or {}),
        "tool_usage": {"image_gen": _NO_IMAGES, "web_search": {"num_requests": 0}},
        "tools": [repeated_tool(tool) for tool in body.get("tools") or []],
        **_optional(body),
    }


def _reasoning(given: Json, known: Family) -> Json:
    """The settings of reasoning, with the summary that was chosen where the choice was left to the API."""
    defaults = {"context": known.thinking, "effort": known.effort, "summary": None}
    told = {**defaults, **({"mode": "standard"} if known.reasons else {}), **given}
    if told["summary"] == "auto":
        told["summary"] = "detailed"
    return dict(sorted(told.items()))


def _optional(body: Json) -> Json:
    """Settings whose key is there only when they were used."""
    used: Json = {}
    if conversation := body.get("conversation"):
        used["conversation"] = conversation if isinstance(conversation, dict) else {"id": conversation}
    for name in ("prompt", "prompt_cache_options"):
        if body.get(name):
            used[name] = body[name]
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
