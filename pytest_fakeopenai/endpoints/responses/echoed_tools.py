"""The tools of a request as a response echoes them: normalised, those that a search has loaded as namespaces.

https://platform.openai.com/docs/api-reference/responses/object
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from ...wire.json_values import as_dict, as_objects
from ...wire.protocol.call import Json

_NOWHERE: Json = {"type": "approximate", "city": None, "country": None, "region": None, "timezone": None}
_HERE: Json = {**_NOWHERE, "country": "US"}  # where a request comes from that does not say
_SEARCH: Json = {"search_context_size": "medium", "user_location": _HERE}
_NEWER_SEARCH: Json = {"return_token_budget": "default", "search_content_types": ["text"], **_SEARCH}
_DEFAULTS: dict[str, Json] = {
    "web_search": _NEWER_SEARCH,
    "web_search_2025_08_26": _NEWER_SEARCH,
    "web_search_preview": _SEARCH,
    "web_search_preview_2025_03_11": _SEARCH,
    "file_search": {
        "filters": None,
        "max_num_results": 20,
        "ranking_options": {"ranker": "auto", "score_threshold": 0.0},
    },
    "mcp": {"allowed_tools": None, "headers": None, "require_approval": "always", "server_description": None},
    "custom": {"description": None, "format": {"type": "text"}},
    "image_generation": {
        **dict.fromkeys(("background", "moderation", "quality", "size"), "auto"),
        "n": 1,
        "output_compression": 100,
        "output_format": "png",
    },
    "tool_search": {"description": None, "parameters": None},
    "namespace": {},
    "computer_use_preview": {},
}
# The settings that are not echoed as long as they have these values.
_UNSAID: dict[str, Json] = {
    "web_search": {"external_web_access": True},
    "web_search_2025_08_26": {"external_web_access": True},
    "image_generation": {"partial_images": 0},
}
_REDACTED = "<redacted>"
_NO_PARAMETERS: Json = {"type": "object", "properties": {}}


def echoed_tools(tools: Iterable[Json], items: Iterable[Json]) -> list[Json]:
    """The tools of a request whose input, and what it continues, are these items.

    The search of tools stands behind the tools that it does not find, and namespaces behind it. A function that an item
    has loaded is a namespace of its own name.
    """
    loaded = {str(tool.get("name")): tool for tool in _loaded(items)}
    own = [tool for tool in tools if tool.get("type") != "function" or str(tool.get("name")) not in loaded]
    declared = {str(tool.get("name")) for tool in own if tool.get("type") == "namespace"}
    namespaces = [tool for name, tool in loaded.items() if name not in declared]
    return sorted(map(echoed_tool, [*own, *namespaces]), key=_rank)


_LAST = ("tool_search", "namespace")


def _rank(tool: Json) -> int:
    return _LAST.index(tool["type"]) if tool.get("type") in _LAST else -1


def _loaded(items: Iterable[Json]) -> Iterator[Json]:
    """The namespaces that items have brought into the conversation, the functions each in one of its own."""
    for item in items:
        if item.get("type") in ("tool_search_output", "additional_tools"):
            for tool in as_objects(item.get("tools")):
                if tool.get("type") == "namespace":
                    yield tool
                elif tool.get("type") == "function":
                    yield {"type": "namespace", "name": tool.get("name"), "tools": [tool]}


def echoed_tool(tool: Json) -> Json:
    """A tool as the response echoes it: normalised, every setting with the API's own default."""
    kind = tool.get("type")
    if kind == "function":
        return _function(tool)
    if not isinstance(kind, str) or kind not in _DEFAULTS:
        return tool
    unsaid = _UNSAID.get(kind, {})
    explicit = {key: value for key, value in tool.items() if value is not None and unsaid.get(key) != value}
    return _in_order(_completed(kind, {**copy.deepcopy(_DEFAULTS[kind]), **explicit}))


def _completed(kind: str, settings: Json) -> Json:
    """Settings with the defaults in what is inside them, and without secrets."""
    if kind == "custom":
        settings["description"] = settings["description"] or None
    elif kind == "mcp":
        settings |= _redacted(settings)
    elif kind == "namespace":
        settings["tools"] = [echoed_tool(each) for each in as_objects(settings.get("tools"))]
    elif kind == "file_search":
        ranking = settings["ranking_options"]
        settings["ranking_options"] = {**_DEFAULTS[kind]["ranking_options"], **as_dict(ranking)}
    elif "user_location" in settings:
        settings["user_location"] = {**_NOWHERE, **as_dict(settings["user_location"])}
    return settings


def _redacted(server: Json) -> Json:
    """What of a server's settings is a secret, or lies where only who knows one may look."""
    secret: Json = {"authorization": _REDACTED} if "authorization" in server else {}
    if headers := as_dict(server["headers"]):
        secret["headers"] = dict.fromkeys(headers, _REDACTED)
    if secret and isinstance(url := server.get("server_url"), str) and urlsplit(url).path.strip("/"):
        parts = urlsplit(url)
        secret["server_url"] = f"{parts.scheme}://{parts.netloc}/{_REDACTED}"
    return secret


def _in_order(tool: Json) -> Json:
    """The type, then the rest by name; so is the format of a custom tool."""
    rest = {name: value for name, value in sorted(tool.items()) if name != "type"}
    if isinstance(rest.get("format"), dict):
        rest["format"] = _in_order(rest["format"])
    return {"type": tool["type"], **rest}


_OPTIONAL = ("allowed_callers", "defer_loading")


def _function(tool: Json) -> Json:
    """A function, made strict where the request is silent; an empty schema is that of an object without properties."""
    strict, parameters = tool.get("strict"), tool.get("parameters")
    whole = copy.deepcopy(_NO_PARAMETERS) if parameters == {} else parameters
    return {
        "type": "function",
        **{name: tool[name] for name in _OPTIONAL if tool.get(name) is not None},
        "description": tool.get("description") or None,
        "name": tool.get("name"),
        "output_schema": tool.get("output_schema"),
        "parameters": _made_strict(whole) if strict is None else whole,
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
