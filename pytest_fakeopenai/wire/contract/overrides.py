"""What is known of the API beyond the SDK's types: the generating endpoints, and with them all others."""

from __future__ import annotations

from .object_overrides import OBJECTS
from .overriding import (
    SAMPLING,
    Override,
    also,
    anything,
    loose,
    no_longer_than,
    optional,
    or_parts,
    roles,
    streamed,
    tags,
    within,
)

_PENALTIES: list[Override] = [
    (("frequency_penalty",), within(-2.0, 2.0)),
    (("presence_penalty",), within(-2.0, 2.0)),
]
_IDENTIFIERS: list[Override] = [
    (("safety_identifier",), no_longer_than(64)),
    (("prompt_cache_key",), no_longer_than(64)),
]
_SEED: Override = (("seed",), within(-(2**63), 2**63 - 1))
_CHAT_ROLES = ("system", "assistant", "user", "function", "tool", "developer")
_ECHOED = ("annotations", "parsed", "reasoning_content")

_CHAT: list[Override] = [
    ((), streamed),
    (
        (),
        also(
            "moderation",
            "prompt_cache_key",
            "prompt_cache_options",
            "prompt_cache_retention",
            "safety_identifier",
            "verbosity",
            "web_search_options",
        ),
    ),
    *SAMPLING,
    *_PENALTIES,
    (("n",), within(1, 128)),
    (("top_logprobs",), within(0, 20)),
    (("max_tokens",), within(1)),
    (("max_completion_tokens",), within(1)),
    *_IDENTIFIERS,
    _SEED,
    (("messages", "[]"), tags(order=_CHAT_ROLES)),
    *((("messages", "[]", role), loose) for role in _CHAT_ROLES),
    # What an answer's message holds is sent back as it came.
    (("messages", "[]", "assistant"), also(*_ECHOED)),
    (("messages", "[]", "assistant", "tool_calls", "[]"), tags("custom")),
    (("messages", "[]", "assistant", "tool_calls", "[]", "function"), also("index")),
    (("messages", "[]", "assistant", "tool_calls", "[]", "function", "function"), also("parsed_arguments")),
    (("messages", "[]", "tool"), also("name")),
    # The endpoint's rules say more of these than that they are missing or of another type.
    (("messages", "[]", "tool"), optional("tool_call_id")),
    (("messages", "[]", "tool", "content", "[]"), anything),
    (("messages", "[]", "function"), optional("name")),
    (("tools", "[]"), tags("custom")),
    (("tool_choice", "{}"), tags("allowed_tools", "custom")),
    (("stream_options",), also("include_obfuscation")),
]

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
    "custom",
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


def _items(name: str) -> list[Override]:
    """The items in a field."""
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


_THINKING: Override = (("reasoning",), also("context", "mode", "summary"))
_OFFERED: list[Override] = [
    (("tools", "[]"), tags(*_TOOLS)),
    (("tool_choice", "{}"), tags("allowed_tools", "function", "image_generation", *_TOOLS)),
    (("tools", "[]", "function"), optional("parameters", "strict")),
]
_RESPONSES: list[Override] = [
    ((), streamed),
    (
        (),
        also(
            "background",
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
        ),
    ),
    *SAMPLING,
    (("top_logprobs",), within(0, 20)),
    (("max_output_tokens",), within(16)),
    (("max_tool_calls",), within(1)),
    *_IDENTIFIERS,
    (("text",), also("verbosity")),
    _THINKING,
    *_items("input"),
    *_OFFERED,
    (("stream_options",), also("include_obfuscation")),
]
_COMPLETIONS: list[Override] = [
    ((), streamed),
    *SAMPLING,
    *_PENALTIES,
    (("n",), within(1, 128)),
    _SEED,
    (("best_of",), within(0, 20)),
    (("logprobs",), within(0, 5)),
    (("max_tokens",), within(0)),
    ((), optional("prompt")),
    (("prompt",), anything),
]

# By endpoint.
OVERRIDES: dict[str, list[Override]] = {
    "chat.completions": _CHAT,
    "responses": _RESPONSES,
    "responses.input_tokens.count": [*_items("input"), *_OFFERED, _THINKING],
    "responses.compact": _items("input"),
    "conversations.create": _items("items"),
    "conversations.items.create": _items("items"),
    "completions": _COMPLETIONS,
    "embeddings": [(("dimensions",), within(1)), (("input",), anything)],
    **OBJECTS,
}
