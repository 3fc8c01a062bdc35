"""Tools as a response repeats them: normalised, every setting with the API's own default.

https://platform.openai.com/docs/api-reference/responses/object#responses/object-tools
"""

from __future__ import annotations

import copy
from typing import Any

from ...wire.protocol.call import Json

_HERE = {"type": "approximate", "city": None, "country": "US", "region": None, "timezone": None}
_SEARCH: Json = {"search_context_size": "medium", "user_location": _HERE}
_DEFAULTS: dict[str, Json] = {
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


def repeated_tool(tool: Json) -> Json:
    """A tool as the response repeats it."""
    kind = tool.get("type")
    if kind == "function":
        return _function(tool)
    if not isinstance(kind, str) or kind not in _DEFAULTS:
        return tool
    told = {**copy.deepcopy(_DEFAULTS[kind]), **{key: value for key, value in tool.items() if value is not None}}
    for name in ("user_location", "ranking_options"):
        if isinstance(told.get(name), dict):
            told[name] = {**_DEFAULTS[kind].get(name, {}), **told[name]}
    if "authorization" in told:
        told["authorization"] = "<redacted>"
    return _in_order(told)


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
    made = {key: _made_strict(value) for key, value in schema.items()}
    if isinstance(made.get("properties"), dict) and made.get("type") == "object":
        made["additionalProperties"] = False
        made["required"] = list(made["properties"])
    return made
