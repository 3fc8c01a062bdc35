"""What is known of the parameters of chat completions beyond the SDK's types."""

from __future__ import annotations

from ..shapes import Object, Shape, String
from . import (
    IDENTIFIERS,
    PENALTIES,
    SAMPLING,
    SEED,
    Override,
    also,
    anything,
    needed,
    optional,
    or_parts,
    streamed,
    tags,
    within,
)

_ROLES = ("system", "assistant", "user", "function", "tool", "developer")
_PARTS = ("text", "image_url", "input_audio", "refusal", "audio", "file")
_NAMED = Object({"name": String()}, frozenset({"name"}), unknown="typed")
_CUSTOM_TOOL = Object({"type": Shape(), "custom": _NAMED}, frozenset({"type", "custom"}), unknown="typed")
_ECHOED = ("annotations", "parsed", "reasoning_content")

_MESSAGES: list[Override] = [
    (("messages", "[]"), tags(order=_ROLES)),
    *((("messages", "[]", role), needed("content")) for role in ("system", "user", "tool", "developer")),
    *((("messages", "[]", role, "content", "[]"), tags(*_PARTS, order=_PARTS)) for role in ("user", "assistant")),
    *((("messages", "[]", "user", "content", "[]", part), needed(part)) for part in _PARTS),
    (("messages", "[]", "user", "content", "[]", "image_url", "image_url"), needed("url")),
    # What an answer's message holds is sent back as it came.
    (("messages", "[]", "assistant"), also(*_ECHOED)),
    (("messages", "[]", "assistant", "tool_calls", "[]"), tags("custom")),
    (("messages", "[]", "assistant", "tool_calls", "[]", "function"), also("index")),
    (("messages", "[]", "assistant", "tool_calls", "[]", "function"), needed("id", "function")),
    (("messages", "[]", "assistant", "tool_calls", "[]", "function", "function"), also("parsed_arguments")),
    (("messages", "[]", "assistant", "tool_calls", "[]", "function", "function"), needed("name", "arguments")),
    (("messages", "[]", "tool"), also("name")),
    # The contract says more of these than that they are missing or of another type.
    (("messages", "[]", "tool"), optional("tool_call_id")),
    (("messages", "[]", "tool", "content", "[]"), anything),
    (("messages", "[]", "function"), optional("name")),
]
_TOOLS: list[Override] = [
    (("tools", "[]"), tags(custom=_CUSTOM_TOOL, order=("function", "custom"))),
    (("tools", "[]", "function"), needed("function")),
    (("tools", "[]", "function", "function"), needed("name")),
    (("functions", "[]"), needed("name")),
    (("tool_choice", "{}"), tags("allowed_tools", "custom", exhaustive=False)),
    (("tool_choice", "{}", "function"), needed("function")),
    (("tool_choice", "{}", "function", "function"), needed("name")),
]
CHAT: list[Override] = [
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
    *PENALTIES,
    (("n",), within(1, 128)),
    (("top_logprobs",), within(0, 20)),
    # Neither the API's description nor a recording has these bounds, and the SDK's own tests are below them.
    (("max_tokens",), within(1, beyond="ignored")),
    (("max_completion_tokens",), within(1, beyond="ignored")),
    *IDENTIFIERS,
    SEED,
    *_MESSAGES,
    *_TOOLS,
    (("response_format", "{}"), tags()),
    (("response_format", "{}", "json_schema"), needed("json_schema")),
    (("response_format", "{}", "json_schema", "json_schema"), needed("name")),
    (("stream_options",), also("include_obfuscation")),
    (("audio", "voice"), or_parts),
]
