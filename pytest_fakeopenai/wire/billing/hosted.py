"""What tools other than functions add to a prompt: constants that were recorded, for no rendering of them is known."""

from __future__ import annotations

from .. import tokens
from ..json_values import as_text
from ..models import is_reasoning
from ..protocol.call import Call, Tool

_WEB_SEARCH = 294
_HOSTED = {
    "web_search_preview": _WEB_SEARCH,
    "web_search_preview_2025_03_11": _WEB_SEARCH,
    "web_search": _WEB_SEARCH,
    "apply_patch": 623,
    "computer_use_preview": 484,
    "image_generation": 342,
}
_CHOSEN = 8  # for a tool that the request insists on
# Of a custom tool besides its name, its description and its grammar.
_CUSTOM_REASONING, _CUSTOM_PLAIN = 70, 265


def hosted_tokens(call: Call) -> int:
    """What the tools that the API runs itself add where they are not used; of most nothing is known."""
    choice = call.body.get("tool_choice")
    chosen = choice.get("type") if isinstance(choice, dict) else None
    kinds = [tool.kind for tool in call.tools if tool.kind in _HOSTED]
    return sum(_HOSTED[kind] + _CHOSEN * (kind == chosen) for kind in kinds)


def custom_tokens(tool: Tool, model: str) -> int:
    """What a custom tool adds, for which one recording of either layout speaks."""
    texts = tool.name, as_text(tool.description), tool.grammar
    base = _CUSTOM_REASONING if is_reasoning(model) else _CUSTOM_PLAIN
    return base + sum(tokens.count(text, model) for text in texts)
