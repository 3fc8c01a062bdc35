"""What the body of a request says by itself, whatever its endpoint: its text, its instructions, its tools.

Generating endpoints have a reader of their own, which knows more: what a conversation holds, an assistant's tools.
"""

from __future__ import annotations

from collections.abc import Mapping

from .call import last_user_text, system_text, text_of

# The fields that hold what a request is about, of which a body has one; the first that says something counts.
_TEXTS = ("messages", "additional_messages", "input", "items", "prompt", "query", "content")


def text_in(body: Mapping[str, object]) -> str:
    """The last user text of messages or items; else the input, prompt, query or content, of several each on a line."""
    return next(filter(None, (_text(body.get(name)) for name in _TEXTS)), "")


def _text(value: object) -> str:
    if not isinstance(value, list):
        return text_of(value)
    messages = [each for each in value if isinstance(each, dict) and "role" in each]
    lines = [each for each in value if isinstance(each, str)]
    return last_user_text(messages) if messages else "\n".join(lines) or text_of(value)


def system_in(body: Mapping[str, object]) -> str:
    """The instructions, or the texts of the messages that instruct, a line each."""
    instructions, messages = body.get("instructions"), body.get("messages")
    objects = [each for each in messages if isinstance(each, dict)] if isinstance(messages, list) else []
    return "\n".join(filter(None, (text_of(instructions), system_text(objects))))


def tool_names_in(body: Mapping[str, object]) -> list[str]:
    """The names of the tools; a built-in tool is named by its type."""
    tools = body.get("tools")
    return [name for tool in tools if (name := _tool_name(tool))] if isinstance(tools, list) else []


def _tool_name(tool: object) -> str:
    if not isinstance(tool, dict):
        return ""
    function = tool.get("function")
    names = (function.get("name") if isinstance(function, dict) else None, tool.get("name"), tool.get("type"))
    return next((name for name in names if isinstance(name, str)), "")
