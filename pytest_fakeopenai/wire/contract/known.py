"""What is known of the API beyond the SDK's types: bounds that they do not state, and where they are too narrow.

An amendment is a path into a request's shape and the change to what stands there; `[]` is the item of an array, `{}`
the object among alternatives, a tag the object with that tag. A path that an older SDK does not have is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeAlias

from .shapes import Array, Boolean, Choice, Integer, Nullable, Number, Object, OneOf, Shape, String, Tagged

Change: TypeAlias = Callable[[Shape], Shape]
Amendment: TypeAlias = tuple[tuple[str, ...], Change]


def amended(shape: Shape, amendments: Iterable[Amendment]) -> Shape:
    """The shape with every amendment made to it."""
    for path, change in amendments:
        shape = _at(shape, path, change)
    return shape


def _at(shape: Shape, path: tuple[str, ...], change: Change) -> Shape:
    if isinstance(shape, Nullable):
        return replace(shape, inner=_at(shape.inner, path, change))
    if isinstance(shape, OneOf) and path:
        return replace(shape, choices=tuple(_at(choice, path, change) for choice in shape.choices))
    if not path:
        return change(shape)
    return _inside(shape, path[0], lambda inner: _at(inner, path[1:], change))


def _inside(shape: Shape, step: str, change: Change) -> Shape:
    if isinstance(shape, Array) and step == "[]":
        return replace(shape, items=change(shape.items))
    if isinstance(shape, Object) and step in shape.fields:
        return replace(shape, fields={**shape.fields, step: change(shape.fields[step])})
    if isinstance(shape, (Object, Tagged)) and step == "{}":
        return change(shape)
    if isinstance(shape, Tagged) and step in shape.choices:
        return replace(shape, choices={**shape.choices, step: change(shape.choices[step])})
    return shape


# ---- changes


def _within(low: float | None = None, high: float | None = None) -> Change:
    def change(shape: Shape) -> Shape:
        number = Integer() if type(shape) is Shape else shape  # one that this SDK does not know yet
        return replace(number, low=low, high=high) if isinstance(number, Number) else shape

    return change


def _no_longer_than(most: int) -> Change:
    return lambda shape: String(most) if type(shape) in (String, Shape) else shape


def _also(*names: str) -> Change:
    """Fields that the API takes, though not every SDK names them."""

    def change(shape: Shape) -> Shape:
        if not isinstance(shape, Object):
            return shape
        return replace(shape, fields={**dict.fromkeys(names, Shape()), **shape.fields})

    return change


def _optional(*names: str) -> Change:
    """Fields that the types require and the API does not."""
    return lambda shape: replace(shape, required=shape.required - {*names}) if isinstance(shape, Object) else shape


def _or_parts(shape: Shape) -> Shape:
    """For what older SDKs take for a text alone."""
    return Shape() if type(shape) is String else shape


def _tags(*beyond: str, order: tuple[str, ...] = (), at_item: bool = False, untagged: tuple[str, ...] = ()) -> Change:
    """Tags that not every SDK knows, and how an error speaks of them."""

    def change(shape: Shape) -> Shape:
        if isinstance(shape, Object):  # an SDK that knows but one kind has no need to tell them apart
            shape = Tagged("type", {"function": shape})
        if not isinstance(shape, Tagged):
            return shape
        return replace(shape, beyond=frozenset(beyond), order=order, at_item=at_item, untagged=untagged)

    return change


def _roles(*values: str) -> Change:
    return lambda shape: Choice(values=values, known=True, at_item=True) if isinstance(shape, Choice) else shape


def _known(shape: Shape) -> Shape:
    """For a list of values that is the API's own."""
    return replace(shape, known=True) if isinstance(shape, Choice) else shape


def _any_text(shape: Shape) -> Shape:
    """For a list of values that the SDK knows only some of."""
    return String() if isinstance(shape, (Choice, OneOf)) else shape


def _anything(shape: Shape) -> Shape:
    """For what an endpoint's own rules look at."""
    return Shape()


def _listed(*values: str) -> Change:
    """A text of which the API's own list is known."""
    named = Choice(values=values, known=True)
    return lambda shape: named if isinstance(shape, String) or type(shape) is Shape else shape


def _expiring(anchor: str, unit: str, low: int, high: int) -> Change:
    """When what is made expires, so many units after an anchor; not every SDK names it."""
    bounds: dict[str, Shape] = {"anchor": Choice(values=(anchor,), known=True), unit: Integer(low, high)}
    policy = Object(bounds, frozenset(bounds))

    def change(shape: Shape) -> Shape:
        return replace(shape, fields={**shape.fields, "expires_after": policy}) if isinstance(shape, Object) else shape

    return change


_STREAM = {"stream": Nullable(Boolean())}


def _streamed(shape: Shape) -> Shape:
    """The types tell requests for a stream from others; here they are one."""
    return replace(shape, fields={**shape.fields, **_STREAM}) if isinstance(shape, Object) else shape


def _loose(shape: Shape) -> Shape:
    return replace(shape, loose=True) if isinstance(shape, Object) else shape


# ---- the endpoints

_SAMPLING: list[Amendment] = [(("temperature",), _within(0.0, 2.0)), (("top_p",), _within(0.0, 1.0))]
_PENALTIES: list[Amendment] = [
    (("frequency_penalty",), _within(-2.0, 2.0)),
    (("presence_penalty",), _within(-2.0, 2.0)),
]
_IDENTIFIERS: list[Amendment] = [
    (("safety_identifier",), _no_longer_than(64)),
    (("prompt_cache_key",), _no_longer_than(64)),
]
_SEED: Amendment = (("seed",), _within(-(2**63), 2**63 - 1))
_CHAT_ROLES = ("system", "assistant", "user", "function", "tool", "developer")
_ECHOED = ("annotations", "parsed", "reasoning_content")

_CHAT: list[Amendment] = [
    ((), _streamed),
    (
        (),
        _also(
            "moderation",
            "prompt_cache_key",
            "prompt_cache_options",
            "prompt_cache_retention",
            "safety_identifier",
            "verbosity",
            "web_search_options",
        ),
    ),
    *_SAMPLING,
    *_PENALTIES,
    (("n",), _within(1, 128)),
    (("top_logprobs",), _within(0, 20)),
    (("max_tokens",), _within(1)),
    (("max_completion_tokens",), _within(1)),
    *_IDENTIFIERS,
    _SEED,
    (("messages", "[]"), _tags(order=_CHAT_ROLES)),
    *((("messages", "[]", role), _loose) for role in _CHAT_ROLES),
    # What an answer's message holds is sent back as it came.
    (("messages", "[]", "assistant"), _also(*_ECHOED)),
    (("messages", "[]", "assistant", "tool_calls", "[]"), _tags("custom")),
    (("messages", "[]", "assistant", "tool_calls", "[]", "function"), _also("index")),
    (("messages", "[]", "assistant", "tool_calls", "[]", "function", "function"), _also("parsed_arguments")),
    (("messages", "[]", "tool"), _also("name")),
    # The endpoint's rules say more of these than that they are missing or of another type.
    (("messages", "[]", "tool"), _optional("tool_call_id")),
    (("messages", "[]", "tool", "content", "[]"), _anything),
    (("messages", "[]", "function"), _optional("name")),
    (("tools", "[]"), _tags("custom")),
    (("tool_choice", "{}"), _tags("allowed_tools", "custom")),
    (("stream_options",), _also("include_obfuscation")),
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


def _items(name: str) -> list[Amendment]:
    """The items in a field."""
    item = (name, "[]")
    return [
        (item, _tags(*_ITEMS, at_item=True, untagged=("message", "item_reference"))),
        # Items that an answer held are sent back without what ties them to it.
        *(((*item, kind), _optional("id", "status")) for kind in _ITEMS if kind != "item_reference"),
        ((*item, "item_reference"), _optional("type")),
        ((*item, "message"), _also("phase")),
        ((*item, "message", "role"), _roles("assistant", "system", "developer", "user")),
        ((*item, "message", "content", "[]", "output_text"), _optional("annotations", "logprobs")),
        ((*item, "reasoning"), _optional("content", "summary")),
        ((*item, "reasoning"), _also("content", "encrypted_content", "status", "summary")),
        ((*item, "function_call"), _also("caller", "namespace")),
        ((*item, "function_call_output", "output"), _or_parts),
    ]


_THINKING: Amendment = (("reasoning",), _also("context", "mode", "summary"))
_OFFERED: list[Amendment] = [
    (("tools", "[]"), _tags(*_TOOLS)),
    (("tool_choice", "{}"), _tags("allowed_tools", "function", "image_generation", *_TOOLS)),
    (("tools", "[]", "function"), _optional("parameters", "strict")),
]
_RESPONSES: list[Amendment] = [
    ((), _streamed),
    (
        (),
        _also(
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
    *_SAMPLING,
    (("top_logprobs",), _within(0, 20)),
    (("max_output_tokens",), _within(16)),
    (("max_tool_calls",), _within(1)),
    *_IDENTIFIERS,
    (("text",), _also("verbosity")),
    _THINKING,
    *_items("input"),
    *_OFFERED,
    (("stream_options",), _also("include_obfuscation")),
]
_COMPLETIONS: list[Amendment] = [
    ((), _streamed),
    *_SAMPLING,
    *_PENALTIES,
    (("n",), _within(1, 128)),
    _SEED,
    (("best_of",), _within(0, 20)),
    (("logprobs",), _within(0, 5)),
    (("max_tokens",), _within(0)),
    ((), _optional("prompt")),
    (("prompt",), _anything),
]

_FILE_LIVES = _expiring("created_at", "seconds", 3600, 2_592_000)
_FILES: list[Amendment] = [
    ((), _FILE_LIVES),
    # The endpoint's rules have words of their own for these.
    ((), _optional("purpose")),
    (("purpose",), _anything),
]
_UPLOADS: list[Amendment] = [
    ((), _FILE_LIVES),
    (("bytes",), _within(0, 8 * 2**30)),
    (("purpose",), _listed("assistants", "batch", "fine-tune", "vision", "user_data", "evals")),
]
_CONTAINERS: list[Amendment] = [
    ((), _also("memory_limit", "network_policy", "skills")),
    ((), _expiring("last_active_at", "minutes", 1, 20)),
    (("memory_limit",), _listed("1g", "4g", "16g", "64g")),
]

_EXPIRY: Amendment = (("expires_after", "days"), _within(1, 365))


def _chunked(*path: str) -> list[Amendment]:
    """How what is at a path is cut into chunks."""
    static = (*path, "chunking_strategy", "static", "static")
    return [
        ((*static, "max_chunk_size_tokens"), _within(100, 4096)),
        ((*static, "chunk_overlap_tokens"), _within(0)),
    ]


_FILE_BATCHES: list[Amendment] = [
    ((), _also("attributes", "files")),
    ((), _optional("file_ids")),
    *_chunked(),
    *_chunked("files", "[]"),
]
_VECTOR_SEARCH: list[Amendment] = [
    (("filters",), _tags("in", "nin", order=("eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "and", "or"))),
    (("max_num_results",), _within(1, 50)),
    (("ranking_options", "score_threshold"), _within(0.0, 1.0)),
]

_BATCHES: list[Amendment] = [
    ((), _also("output_expires_after")),
    (("endpoint",), _anything),
    (("completion_window",), _known),
    (("output_expires_after", "seconds"), _within(3600, 2_592_000)),
]

_IMAGES: list[Amendment] = [
    ((), _streamed),
    (
        (),
        _also(
            "background",
            "frame_count",
            "frame_duration_ms",
            "moderation",
            "output_compression",
            "output_format",
            "partial_images",
            "safety_identifier",
        ),
    ),
    (("n",), _within(1, 10)),
    (("frame_count",), _within(2, 16)),
    (("output_compression",), _within(0, 100)),
    (("partial_images",), _within(0, 3)),
    # Which of them a model takes is looked at by the endpoint.
    (("quality",), _any_text),
    (("size",), _any_text),
]
_IMAGE_EDITS: list[Amendment] = [
    *_IMAGES,
    ((), _also("images", "input_fidelity")),
    ((), _optional("image")),
    (("mask",), _anything),
]
_SPEECH: list[Amendment] = [
    ((), _also("stream_format")),
    (("input",), _no_longer_than(4096)),
    (("instructions",), _no_longer_than(4096)),
    (("speed",), _within(0.25, 4.0)),
    (("voice",), _anything),
]
_TRANSCRIPTIONS: list[Amendment] = [
    ((), _streamed),
    ((), _also("chunking_strategy", "include", "known_speaker_names", "known_speaker_references")),
    # Which of them a model takes is looked at by the endpoint.
    (("response_format",), _any_text),
]
_ASSISTANTS: list[Amendment] = [
    *_SAMPLING,
    ((), _also("reasoning_effort")),
    (("name",), _no_longer_than(256)),
    (("description",), _no_longer_than(512)),
    (("instructions",), _no_longer_than(256_000)),
]
_RUNS: list[Amendment] = [
    ((), _streamed),
    ((), _also("reasoning_effort")),
    *_SAMPLING,
    (("max_completion_tokens",), _within(256)),
    (("max_prompt_tokens",), _within(256)),
]
_VIDEOS: list[Amendment] = [(("prompt",), _no_longer_than(32_000))]

AMENDMENTS: dict[str, list[Amendment]] = {
    "images.generate": _IMAGES,
    "images.edit": _IMAGE_EDITS,
    "images.create_variation": [(("n",), _within(1, 10)), (("size",), _any_text)],
    "audio.speech.create": _SPEECH,
    "audio.transcriptions.create": _TRANSCRIPTIONS,
    "videos.create": _VIDEOS,
    "videos.edit": _VIDEOS,
    "videos.extend": _VIDEOS,
    "videos.remix": _VIDEOS,
    "batches.create": _BATCHES,
    "assistants.create": _ASSISTANTS,
    "assistants.update": _ASSISTANTS,
    "threads.runs.create": _RUNS,
    "threads.create_and_run": _RUNS,
    "threads.runs.submit_tool_outputs": [((), _streamed)],
    "chat.completions": _CHAT,
    "responses": _RESPONSES,
    "responses.input_tokens.count": [*_items("input"), *_OFFERED, _THINKING],
    "responses.compact": _items("input"),
    "conversations.create": _items("items"),
    "conversations.items.create": _items("items"),
    "completions": _COMPLETIONS,
    "files.create": _FILES,
    "fine_tuning.jobs.create": [
        (("suffix",), _no_longer_than(64)),
        (("method", "reinforcement", "grader", "multi", "graders"), _anything),
    ],
    "fine_tuning.alpha.graders.run": [(("grader", "multi", "graders"), _anything)],
    "fine_tuning.alpha.graders.validate": [(("grader", "multi", "graders"), _anything)],
    "uploads.create": _UPLOADS,
    "containers.create": _CONTAINERS,
    "vector_stores.create": [((), _also("description")), _EXPIRY, *_chunked()],
    "vector_stores.update": [_EXPIRY],
    "vector_stores.search": _VECTOR_SEARCH,
    "vector_stores.files.create": [((), _also("attributes")), *_chunked()],
    "vector_stores.file_batches.create": _FILE_BATCHES,
    "embeddings": [(("dimensions",), _within(1)), (("input",), _anything)],
}
