"""Items as they are stored and listed: those of an input and of a conversation, each with an id.

https://platform.openai.com/docs/api-reference/responses/input-items
"""

from __future__ import annotations

from collections.abc import Iterable

from ...wire.protocol.call import Json
from ...wire.protocol.ids import ResponseIds

_PREFIXES = {
    "function_call": "fc",
    "function_call_output": "fco",
    "custom_tool_call": "ctc",
    "custom_tool_call_output": "ctco",
    "reasoning": "rs",
    "web_search_call": "ws",
    "file_search_call": "fs",
    "code_interpreter_call": "ci",
    "image_generation_call": "ig",
    "mcp_list_tools": "mcpl",
    "mcp_call": "mcp",
    "mcp_approval_request": "mcpr",
    "computer_call": "cu",
    "local_shell_call": "lsh",
    "shell_call": "sh",
    "apply_patch_call": "apc",
    "tool_search_call": "tsc",
    "tool_search_output": "tso",
    "compaction": "cmp",
    "program": "cm",
}
_WITH_STATUS = _PREFIXES.keys() - {"reasoning", "mcp_list_tools", "mcp_approval_request", "compaction", "program"}


def listed_items(items: Iterable[Json], ids: ResponseIds) -> list[Json]:
    """Items of a request as they are listed and continued: each with an id, a text as a list of one part."""
    return [_listed(item, ids) for item in items]


def _listed(item: Json, ids: ResponseIds) -> Json:
    kind = item.get("type") or "message"
    if kind != "message":
        head = {"id": item.get("id") or ids.make(_PREFIXES.get(kind, "item")), "type": kind}
        if kind in _WITH_STATUS:
            head["status"] = item.get("status") or "completed"
        return {**head, **item, **head}
    head = {"id": item.get("id") or ids.make("msg"), "type": "message", "status": "completed"}
    return {**head, "content": _content(item), "role": item.get("role")}


def _content(item: Json) -> object:
    """The parts of a message, of which a string is one."""
    content = item.get("content")
    if not isinstance(content, str):
        return content
    is_output = item.get("role") == "assistant"
    head: Json = {"type": "output_text", "annotations": [], "logprobs": []} if is_output else {"type": "input_text"}
    return [{**head, "text": content}]
