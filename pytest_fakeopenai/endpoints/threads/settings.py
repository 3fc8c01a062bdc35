"""The settings of a run: what its request says, else what its assistant has.

https://platform.openai.com/docs/api-reference/runs/createRun
"""

from __future__ import annotations

from typing import Any

from ...wire.json_values import as_text
from ...wire.protocol.call import Json

_ASSUMED = "gpt-4o"  # the model of an assistant of which no more is known than that it exists
_TRUNCATION = {"type": "auto", "last_messages": None}


def settled(given: Json, assistant: Json) -> Json:
    """The request for a run by an assistant, with every setting in it."""
    return {
        **given,
        "assistant_id": assistant["id"],
        "model": model_of(given, assistant),
        "instructions": _instructions(given, assistant),
        "tools": _first(given.get("tools"), assistant.get("tools"), []),
        "tool_resources": given.get("tool_resources") or {},
        "metadata": given.get("metadata") or {},
        "temperature": _first(given.get("temperature"), assistant.get("temperature"), 1.0),
        "top_p": _first(given.get("top_p"), assistant.get("top_p"), 1.0),
        "reasoning_effort": _first(given.get("reasoning_effort"), assistant.get("reasoning_effort")),
        "max_completion_tokens": given.get("max_completion_tokens"),
        "max_prompt_tokens": given.get("max_prompt_tokens"),
        "truncation_strategy": {**_TRUNCATION, **(given.get("truncation_strategy") or {})},
        "response_format": _first(given.get("response_format"), assistant.get("response_format"), "auto"),
        "tool_choice": given.get("tool_choice") or "auto",
        "parallel_tool_calls": given.get("parallel_tool_calls") is not False,
    }


def settings_of(request: Json) -> Json:
    """The settings in such a request."""
    return {name: request[name] for name in settled({}, {"id": ""})}


def model_of(given: Json, assistant: Json) -> str:
    """The model of a run."""
    return as_text(given.get("model")) or as_text(assistant.get("model")) or _ASSUMED


def _instructions(given: Json, assistant: Json) -> str | None:
    """The request's instructions or the assistant's, and what the request adds to them."""
    parts = (_first(given.get("instructions"), assistant.get("instructions")), given.get("additional_instructions"))
    return "\n".join(filter(None, parts)) or None


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)
