"""What is known of the parameters of Responses beyond the SDK's types."""

from __future__ import annotations

from ..shapes import Boolean, Map, Nullable, Object, Shape, String
from . import (
    IDENTIFIERS,
    SAMPLING,
    Override,
    also,
    indulgent,
    needed,
    only,
    optional,
    or_parts,
    returned,
    streamed,
    tags,
    within,
)

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

_CUSTOM_TOOL = Object({"type": Shape(), "name": String()}, frozenset({"type", "name"}), unknown="typed")

_ROLES = ("assistant", "system", "developer", "user")
_INPUT_PARTS = ("input_text", "input_image", "input_file")
_OUTPUT_PARTS = ("output_text", "refusal")
# All that the content of a message may hold, whoever speaks, as an error lists it.
_PARTS = (
    "input_text",
    "input_image",
    "output_text",
    "refusal",
    "input_file",
    "computer_screenshot",
    "summary_text",
)
# What of an item the API is known to look at.
_CHECKED = {
    "function_call": ("call_id", "name", "arguments"),
    "custom_tool_call": ("call_id", "name", "input"),
    "item_reference": ("id",),
}
_TOOL_OUTPUTS = ("function_call_output", "custom_tool_call_output")


def items(name: str) -> list[Override]:
    """What is known of the input items in a field."""
    item = (name, "[]")
    kinds = [kind for kind in _ITEMS if kind not in ("message", *_TOOL_OUTPUTS)]
    return [
        (item, tags(*_ITEMS, at_item=True, untagged=("message", "item_reference"))),
        # Items that an answer held are sent back without what ties them to it, and with what the SDK adds.
        *(((*item, kind), optional("id", "status")) for kind in _ITEMS if kind != "item_reference"),
        ((*item, "item_reference"), optional("type")),
        ((*item, "reasoning"), optional("content", "summary")),
        ((*item, "reasoning"), also("content", "encrypted_content", "status", "summary")),
        ((*item, "function_call"), also("caller", "namespace")),
        *(((*item, kind), returned(*_CHECKED.get(kind, ()))) for kind in kinds),
        *(override for kind in _TOOL_OUTPUTS for override in _tool_output((*item, kind))),
        *_message((*item, "message")),
        (item, indulgent),
    ]


def _tool_output(item: tuple[str, ...]) -> list[Override]:
    """What is known of what the application says that a tool gave."""
    return [
        (item, needed("call_id", "output")),
        ((*item, "output"), or_parts),
        *_content((*item, "output", "[]"), _INPUT_PARTS),
    ]


def _message(item: tuple[str, ...]) -> list[Override]:
    """What is known of messages: who speaks decides what they hold."""
    parts = (*item, "assistant", "content", "[]")
    return [
        (item, tags(order=_ROLES, at_item=True)),
        *(((*item, role), also("id", "phase", "status")) for role in _ROLES),
        *(((*item, role), optional("id", "status")) for role in _ROLES),
        *(((*item, role), needed("content")) for role in _ROLES),
        *(override for role in _ROLES[1:] for override in _content((*item, role, "content", "[]"), _PARTS)),
        (parts, only(*_OUTPUT_PARTS)),
        (parts, tags(*_OUTPUT_PARTS, order=_OUTPUT_PARTS, at_item=True)),
        ((*parts, "output_text"), optional("annotations", "logprobs")),
        ((*parts, "output_text"), returned("text")),
        ((*parts, "refusal"), returned("refusal")),
    ]


def _content(parts: tuple[str, ...], kinds: tuple[str, ...]) -> list[Override]:
    """What is known of the parts that an application sends."""
    return [
        (parts, tags(*kinds, order=kinds, at_item=True)),
        ((*parts, "input_text"), needed("text")),
        ((*parts, "input_image"), optional("detail")),
    ]


_REASONING: Override = (("reasoning",), also("context", "mode", "summary"))
_TOOL_OVERRIDES: list[Override] = [
    (("tools", "[]"), tags(*_TOOLS, custom=_CUSTOM_TOOL)),
    (("tool_choice", "{}"), tags("allowed_tools", "custom", "function", "image_generation", *_TOOLS, exhaustive=False)),
    (("tools", "[]", "function"), optional("parameters", "strict")),
    (("tools", "[]", "function"), needed("name")),
    (("tools", "[]", "custom"), needed("name")),
    (("tools", "[]", "code_interpreter"), needed("container")),
    (("tools", "[]", "file_search"), needed("vector_store_ids")),
    (("tools", "[]", "mcp"), needed("server_label")),
]
_REFERENCES: list[Override] = [
    (("text", "format", "{}"), tags()),
    (("text", "format", "{}", "json_schema"), needed("name", "schema")),
    (("prompt",), needed("id")),
    (("conversation", "{}"), needed("id")),
]
RESPONSES: list[Override] = [
    ((), streamed),
    ((), optional("input")),  # the endpoint looks at it itself, for a stored prompt may hold it
    (
        (),
        also(
            "context_management",
            "conversation",
            "max_tool_calls",
            "moderation",
            "multi_agent",
            "prompt",
            "prompt_cache_key",
            "prompt_cache_options",
            "prompt_cache_retention",
            "safety_identifier",
            "service_tier",
            "stream_options",
            "top_logprobs",
            background=Nullable(Boolean()),
            client_metadata=Map(String()),
        ),
    ),
    *SAMPLING,
    (("top_logprobs",), within(0, 20)),
    (("max_output_tokens",), within(16)),
    (("max_tool_calls",), within(1, beyond="ignored")),  # the SDK's own tests are below it
    *IDENTIFIERS,
    (("text",), also("verbosity")),
    *_REFERENCES,
    _REASONING,
    *items("input"),
    *_TOOL_OVERRIDES,
    (("stream_options",), also("include_obfuscation")),
]

COUNTED: list[Override] = [*items("input"), *_TOOL_OVERRIDES, *_REFERENCES, _REASONING]
COMPACTED = items("input")
