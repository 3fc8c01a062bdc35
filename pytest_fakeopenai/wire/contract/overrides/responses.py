"""What is known of the parameters of Responses beyond the SDK's types."""

from __future__ import annotations

from ..shapes import Boolean, Nullable, Object, Shape, String
from . import IDENTIFIERS, SAMPLING, Override, also, optional, or_parts, roles, streamed, tags, within

_ITEMS = (
    "additional_tools",
    "apply_patch_call",
    "apply_patch_call_output",
    "code_interpreter_call",
    "compaction",
    "compaction_trigger",
    "computer_call",
    "computer_call_output",
    "configuration_update",
    "custom_tool_call",
    "custom_tool_call_output",
    "file_search_call",
    "function_call",
    "function_call_output",
    "image_generation_call",
    "item_reference",
    "local_shell_call",
    "local_shell_call_output",
    "mcp_approval_request",
    "mcp_approval_response",
    "mcp_call",
    "mcp_list_tools",
    "message",
    "program",
    "program_output",
    "reasoning",
    "shell_call",
    "shell_call_output",
    "tool_search_call",
    "tool_search_output",
    "web_search_call",
)
_TOOLS = (
    "apply_patch",
    "code_interpreter",
    "computer",
    "computer_use_preview",
    "image_generation",
    "local_shell",
    "mcp",
    "namespace",
    "programmatic_tool_calling",
    "shell",
    "tool_search",
    "web_search",
    "web_search_preview",
    "web_search_2025_08_26",
    "web_search_preview_2025_03_11",
)

_CUSTOM_TOOL = Object({"type": Shape(), "name": String()}, frozenset({"type", "name"}), loose=True)


def items(name: str) -> list[Override]:
    """What is known of the input items in a field."""
    item = (name, "[]")
    return [
        (item, tags(*_ITEMS, at_item=True, untagged=("message", "item_reference"))),
        # Items that an answer held are sent back without what ties them to it.
        *(((*item, kind), optional("id", "status")) for kind in _ITEMS if kind != "item_reference"),
        ((*item, "item_reference"), optional("type")),
        ((*item, "message"), also("phase")),
        ((*item, "message", "role"), roles("assistant", "system", "developer", "user")),
        ((*item, "message", "content", "[]", "output_text"), optional("annotations", "logprobs")),
        ((*item, "reasoning"), optional("content", "summary")),
        ((*item, "reasoning"), also("content", "encrypted_content", "status", "summary")),
        ((*item, "function_call"), also("caller", "namespace")),
        ((*item, "function_call_output", "output"), or_parts),
    ]


_REASONING: Override = (("reasoning",), also("context", "mode", "summary"))
_TOOL_OVERRIDES: list[Override] = [
    (("tools", "[]"), tags(*_TOOLS, custom=_CUSTOM_TOOL)),
    (("tool_choice", "{}"), tags("allowed_tools", "custom", "function", "image_generation", *_TOOLS)),
    (("tools", "[]", "function"), optional("parameters", "strict")),
]
RESPONSES: list[Override] = [
    ((), streamed),
    (
        (),
        also(
            "context_management",
            "conversation",
            "max_tool_calls",
            "moderation",
            "prompt",
            "prompt_cache_key",
            "prompt_cache_options",
            "prompt_cache_retention",
            "safety_identifier",
            "service_tier",
            "stream_options",
            "top_logprobs",
            background=Nullable(Boolean()),
        ),
    ),
    *SAMPLING,
    (("top_logprobs",), within(0, 20)),
    (("max_output_tokens",), within(16)),
    (("max_tool_calls",), within(1)),
    *IDENTIFIERS,
    (("text",), also("verbosity")),
    _REASONING,
    *items("input"),
    *_TOOL_OVERRIDES,
    (("stream_options",), also("include_obfuscation")),
]

COUNTED: list[Override] = [*items("input"), *_TOOL_OVERRIDES, _REASONING]
COMPACTED = items("input")
