"""What is known of the parameters of chat completions beyond the SDK's types."""

from __future__ import annotations

from ..shapes import Object, Shape, String
from . import IDENTIFIERS, PENALTIES, SAMPLING, SEED, Override, also, anything, loose, optional, streamed, tags, within

_ROLES = ("system", "assistant", "user", "function", "tool", "developer")
_NAMED = Object({"name": String()}, frozenset({"name"}), loose=True)
_CUSTOM_TOOL = Object({"type": Shape(), "custom": _NAMED}, frozenset({"type", "custom"}), loose=True)
_ECHOED = ("annotations", "parsed", "reasoning_content")

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
    (("max_tokens",), within(1)),
    (("max_completion_tokens",), within(1)),
    *IDENTIFIERS,
    SEED,
    (("messages", "[]"), tags(order=_ROLES)),
    *((("messages", "[]", role), loose) for role in _ROLES),
    # What an answer's message holds is sent back as it came.
    (("messages", "[]", "assistant"), also(*_ECHOED)),
    (("messages", "[]", "assistant", "tool_calls", "[]"), tags("custom")),
    (("messages", "[]", "assistant", "tool_calls", "[]", "function"), also("index")),
    (("messages", "[]", "assistant", "tool_calls", "[]", "function", "function"), also("parsed_arguments")),
    (("messages", "[]", "tool"), also("name")),
    # The contract says more of these than that they are missing or of another type.
    (("messages", "[]", "tool"), optional("tool_call_id")),
    (("messages", "[]", "tool", "content", "[]"), anything),
    (("messages", "[]", "function"), optional("name")),
    (("tools", "[]"), tags(custom=_CUSTOM_TOOL)),
    (("tool_choice", "{}"), tags("allowed_tools", "custom")),
    (("stream_options",), also("include_obfuscation")),
]
