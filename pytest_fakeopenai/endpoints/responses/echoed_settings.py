"""The settings of a request that a response echoes, tools among them, with the defaults of the API in what it left out.

https://platform.openai.com/docs/api-reference/responses/object
"""

from __future__ import annotations

import copy
from typing import Any

from ...wire.models import Family, family
from ...wire.protocol.call import Json, copied

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


def echoed_settings(body: Json, model: str) -> Json:
    """The request's settings as the response object echoes them."""
    model_family = family(model)
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
        "tools": [echoed_tool(tool) for tool in body.get("tools") or []],
        **_optional(body),
    }


def _reasoning(reasoning: Json, model_family: Family) -> Json:
    """The settings of reasoning, with the summary that was chosen where the choice was left to the API."""
    defaults = {"context": model_family.thinking, "effort": model_family.effort, "summary": None}
    settings = {**defaults, **({"mode": "standard"} if model_family.reasons else {}), **reasoning}
    if settings["summary"] == "auto":
        settings["summary"] = "detailed"
    return dict(sorted(settings.items()))


def _optional(body: Json) -> Json:
    """Settings whose key is there only when they were used."""
    used: Json = {}
    if conversation := body.get("conversation"):
        used["conversation"] = conversation if isinstance(conversation, dict) else {"id": conversation}
    for name in ("prompt", "prompt_cache_options"):
        if body.get(name):
            used[name] = body[name]
    return used


def _text(text: Json) -> Json:
    format_ = text.get("format") or {"type": "text"}
    if format_.get("type") == "json_schema":
        strict = format_.get("strict")
        format_ = {
            "type": "json_schema",
            "description": format_.get("description"),
            "name": format_.get("name"),
            "schema": format_.get("schema"),
            "strict": True if strict is None else strict,
        }
    return {"format": format_, "verbosity": text.get("verbosity") or "medium"}


_HERE = {"type": "approximate", "city": None, "country": "US", "region": None, "timezone": None}
_SEARCH: Json = {"search_context_size": "medium", "user_location": _HERE}
_TOOL_DEFAULTS: dict[str, Json] = {
    "web_search": {"return_token_budget": "default", "search_content_types": ["text"], **_SEARCH},
    "web_search_preview": _SEARCH,
    "file_search": {
        "filters": None,
        "max_num_results": 20,
        "ranking_options": {"ranker": "auto", "score_threshold": 0.0},
    },
    "mcp": {"allowed_tools": None, "headers": None, "require_approval": "always", "server_description": None},
    "custom": {"description": None, "format": {"type": "text"}},
}


def echoed_tool(tool: Json) -> Json:
    """A tool as the response echoes it: normalised, every setting with the API's own default."""
    kind = tool.get("type")
    if kind == "function":
        return _function(tool)
    if not isinstance(kind, str) or kind not in _TOOL_DEFAULTS:
        return tool
    settings = {
        **copy.deepcopy(_TOOL_DEFAULTS[kind]),
        **{key: value for key, value in tool.items() if value is not None},
    }
    for name in ("user_location", "ranking_options"):
        if isinstance(settings.get(name), dict):
            settings[name] = {**_TOOL_DEFAULTS[kind].get(name, {}), **settings[name]}
    if "authorization" in settings:
        settings["authorization"] = "<redacted>"
    return _in_order(settings)


def _in_order(tool: Json) -> Json:
    """The type, then the rest by name; so is the format of a custom tool."""
    rest = {name: value for name, value in sorted(tool.items()) if name != "type"}
    if isinstance(rest.get("format"), dict):
        rest["format"] = _in_order(rest["format"])
    return {"type": tool["type"], **rest}


def _function(tool: Json) -> Json:
    """A function, made strict where the request is silent."""
    strict = tool.get("strict")
    parameters = tool.get("parameters")
    return {
        "type": "function",
        **({"defer_loading": tool["defer_loading"]} if tool.get("defer_loading") is not None else {}),
        "description": tool.get("description"),
        "name": tool.get("name"),
        "output_schema": tool.get("output_schema"),
        "parameters": _made_strict(parameters) if strict is None else parameters,
        "strict": True if strict is None else strict,
    }


def _made_strict(schema: Any) -> Any:
    """The schema with every object closed and every property required, as the API rewrites one of a silent request."""
    if isinstance(schema, list):
        return [_made_strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {key: _made_strict(value) for key, value in schema.items()}
    if isinstance(strict.get("properties"), dict) and strict.get("type") == "object":
        strict["additionalProperties"] = False
        strict["required"] = list(strict["properties"])
    return strict
