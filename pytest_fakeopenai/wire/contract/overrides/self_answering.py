"""What is known beyond the SDK's types of the parameters of endpoints that answer by themselves."""

from __future__ import annotations

from . import (
    SAMPLING,
    Override,
    also,
    any_text,
    anything,
    closed,
    expiring,
    listed,
    no_longer_than,
    optional,
    responses,
    streamed,
    tags,
    within,
)

_FILE_LIVES = expiring("created_at", "seconds", 3600, 2_592_000)
_FILES: list[Override] = [
    ((), _FILE_LIVES),
    # The endpoint has words of its own for these.
    ((), optional("purpose")),
    (("purpose",), anything),
]
_UPLOADS: list[Override] = [
    ((), _FILE_LIVES),
    (("bytes",), within(0, 8 * 2**30)),
    (("purpose",), listed("assistants", "batch", "fine-tune", "vision", "user_data", "evals")),
]
_CONTAINERS: list[Override] = [
    ((), also("memory_limit", "network_policy", "skills")),
    ((), expiring("last_active_at", "minutes", 1, 20)),
    (("memory_limit",), listed("1g", "4g", "16g", "64g")),
]

_EXPIRY: Override = (("expires_after", "days"), within(1, 365))


def _chunked(*path: str) -> list[Override]:
    """How what is at a path is cut into chunks."""
    chosen = (*path, "chunking_strategy", "static")
    static = (*chosen, "static")
    return [
        # The API's description shows both forms.
        (chosen, also("max_chunk_size_tokens", "chunk_overlap_tokens")),
        (chosen, optional("static")),
        ((*static, "max_chunk_size_tokens"), within(100, 4096)),
        ((*static, "chunk_overlap_tokens"), within(0)),
    ]


_FILE_BATCHES: list[Override] = [
    ((), also("attributes", "files")),
    ((), optional("file_ids")),
    *_chunked(),
    *_chunked("files", "[]"),
]
_VECTOR_SEARCH: list[Override] = [
    (("filters",), tags("in", "nin", order=("eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "and", "or"))),
    (("max_num_results",), within(1, 50)),
    (("ranking_options", "score_threshold"), within(0.0, 1.0)),
]

_BATCHES: list[Override] = [
    ((), also("output_expires_after")),
    (("endpoint",), any_text),
    (("completion_window",), closed),
    (("output_expires_after", "seconds"), within(3600, 2_592_000)),
]

_IMAGES: list[Override] = [
    ((), streamed),
    (
        (),
        also(
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
    (("n",), within(1, 10)),
    (("frame_count",), within(2, 16)),
    (("output_compression",), within(0, 100)),
    (("partial_images",), within(0, 3)),
    # Which of them a model takes is looked at by the endpoint.
    *(((name,), any_text) for name in ("background", "output_format", "quality", "size")),
]
_IMAGE_EDITS: list[Override] = [
    *_IMAGES,
    ((), also("images", "input_fidelity")),
    ((), optional("image")),
    (("mask",), anything),
]
_SPEECH: list[Override] = [
    ((), also("stream_format")),
    (("input",), no_longer_than(4096)),
    (("instructions",), no_longer_than(4096)),
    (("speed",), within(0.25, 4.0)),
    (("voice",), anything),
]
_TRANSCRIPTIONS: list[Override] = [
    ((), streamed),
    ((), also("chunking_strategy", "include", "known_speaker_names", "known_speaker_references")),
    # Which of them a model takes is looked at by the endpoint.
    (("response_format",), any_text),
]
_ASSISTANTS: list[Override] = [
    *SAMPLING,
    ((), also("reasoning_effort")),
    (("name",), no_longer_than(256)),
    (("description",), no_longer_than(512)),
    (("instructions",), no_longer_than(256_000)),
]
_VIDEOS: list[Override] = [(("prompt",), no_longer_than(32_000))]

# By endpoint: those that answer by themselves.
OVERRIDES: dict[str, list[Override]] = {
    "responses.input_tokens.count": responses.COUNTED,
    "responses.compact": responses.COMPACTED,
    "conversations.create": responses.items("items"),
    "conversations.items.create": responses.items("items"),
    "images.generate": _IMAGES,
    "images.edit": _IMAGE_EDITS,
    "images.create_variation": [(("n",), within(1, 10)), (("size",), any_text)],
    "audio.speech.create": _SPEECH,
    "audio.transcriptions.create": _TRANSCRIPTIONS,
    "videos.create": _VIDEOS,
    "videos.edit": _VIDEOS,
    "videos.extend": _VIDEOS,
    "videos.remix": _VIDEOS,
    "batches.create": _BATCHES,
    "assistants.create": _ASSISTANTS,
    "assistants.update": _ASSISTANTS,
    "files.create": _FILES,
    "fine_tuning.jobs.create": [
        (("suffix",), no_longer_than(64)),
        (("method", "reinforcement", "grader", "multi", "graders"), anything),
    ],
    "chatkit.sessions.create": [((), optional("user"))],  # which the API's description leaves out in an example
    "fine_tuning.alpha.graders.run": [(("grader",), anything)],
    "fine_tuning.alpha.graders.validate": [(("grader", "multi", "graders"), anything)],
    "realtime.sessions.create": [
        ((), also("prompt", "truncation")),
        (("client_secret",), also("expires_at", "value")),
        *(
            ((name,), anything)
            for name in ("input_audio_format", "modalities", "output_audio_format", "turn_detection")
        ),
        (("voice",), anything),
    ],
    "realtime.transcription_sessions.create": [
        (("input_audio_transcription",), also("delay", "keywords", "languages")),
        (("input_audio_transcription", "model"), any_text),
    ],
    "uploads.create": _UPLOADS,
    "containers.create": _CONTAINERS,
    "vector_stores.create": [((), also("description")), _EXPIRY, *_chunked()],
    "vector_stores.update": [_EXPIRY],
    "vector_stores.search": _VECTOR_SEARCH,
    "vector_stores.files.create": [((), also("attributes")), *_chunked()],
    "vector_stores.file_batches.create": _FILE_BATCHES,
}
