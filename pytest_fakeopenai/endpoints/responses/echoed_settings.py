"""The settings of a request that a response echoes, with the defaults of the API in what it left out.

https://platform.openai.com/docs/api-reference/responses/object
"""

from __future__ import annotations

import itertools
from typing import Any

from ...wire.json_values import as_dict
from ...wire.models import Family, family
from ...wire.protocol.call import Call, Json, copied
from .echoed_tools import echoed_tools

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


def echoed_settings(call: Call) -> Json:
    """The request's settings as the response object echoes them."""
    body, model_family = call.body, family(call.model)
    defaults = {**_DEFAULTS, **(_NEWEST if model_family.newest else _BEFORE)}
    settings = {name: default if body.get(name) is None else body[name] for name, default in defaults.items()}
    settings.update(_FIXED)
    for name in _FLOATS:
        if abs(settings[name]) <= _GREATEST:
            settings[name] = float(settings[name])
    return {
        **copied(settings),
        "reasoning": _reasoning(body.get("reasoning") or {}, model_family),
        "text": _text(body.get("text") or {}),
        "tool_usage": {"image_gen": _NO_IMAGES, "web_search": {"num_requests": 0}},
        "tools": echoed_tools(body.get("tools") or [], itertools.chain(call.history, call.messages)),
        **_optional(body),
    }


def _reasoning(reasoning: Json, model_family: Family) -> Json:
    """The settings of reasoning, with what was chosen where the choice was left to the API."""
    defaults = {"context": model_family.thinking, "effort": model_family.effort, "summary": None}
    explicit = {name: value for name, value in reasoning.items() if value is not None}
    settings = {**defaults, **({"mode": "standard"} if model_family.reasons else {}), **explicit}
    if settings["context"] == "auto":
        settings["context"] = model_family.thinking
    if settings["summary"] == "auto":
        settings["summary"] = "detailed"
    return dict(sorted(settings.items()))


def _optional(body: Json) -> Json:
    """Settings whose key is there only when they were used."""
    used: Json = {}
    if conversation := body.get("conversation"):
        used["conversation"] = conversation if isinstance(conversation, dict) else {"id": conversation}
    if prompt := body.get("prompt"):
        used["prompt"] = {"id": None, "variables": {}, "version": None, **as_dict(prompt)}
    if options := body.get("prompt_cache_options"):
        used["prompt_cache_options"] = options
    return used


def _text(text: Json) -> Json:
    """The format of the text, whose schema is echoed without saying which dialect of JSON Schema it is in."""
    format_ = text.get("format") or {"type": "text"}
    if format_.get("type") == "json_schema":
        strict = format_.get("strict")
        format_ = {
            "type": "json_schema",
            "description": format_.get("description") or None,
            "name": format_.get("name"),
            "schema": without_dialect(format_.get("schema")),
            "strict": True if strict is None else strict,
        }
    return {"format": format_, "verbosity": text.get("verbosity") or "medium"}


def without_dialect(schema: Any) -> Any:
    """A schema without its `$schema`, which is neither echoed nor read by the model."""
    return {key: value for key, value in schema.items() if key != "$schema"} if isinstance(schema, dict) else schema
