"""The tools of assistants and runs as answers show them, every setting with the API's own default.

https://platform.openai.com/docs/api-reference/assistants/object
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from ...wire.json_values import as_dict
from ...wire.protocol.call import Json

_ANY_OBJECT: Json = {"type": "object", "properties": {}}
_FUNCTION: Json = {"name": None, "description": None, "parameters": _ANY_OBJECT, "strict": False}
_RANKING: Json = {"ranker": "default_2024_08_21", "score_threshold": 0.0, "hybrid_search": None}


def completed(tools: Iterable[Any]) -> list[Any]:
    """The tools with what their requests leave out; what is no tool as it is."""
    return [_completed(tool) if isinstance(tool, dict) else tool for tool in tools]


def _completed(tool: Json) -> Json:
    kind = tool.get("type")
    if kind == "function":
        return {**tool, kind: _filled(_FUNCTION, tool.get(kind))}
    if kind == "file_search":
        search = as_dict(tool.get(kind))
        return {**tool, kind: {**search, "ranking_options": _filled(_RANKING, search.get("ranking_options"))}}
    return tool


def _filled(defaults: Json, settings: object) -> Json:
    """Defaults with the settings that are not null over them."""
    own = {name: value for name, value in as_dict(settings).items() if value is not None}
    return {**copy.deepcopy(defaults), **own}
