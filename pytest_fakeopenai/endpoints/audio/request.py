"""A request to transcribe or translate a recording, and what is refused of it.

https://platform.openai.com/docs/api-reference/audio/createTranscription
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...pipeline.context import RequestContext
from ...pipeline.media import model_of
from ...pipeline.validation import enforce
from ...replies.faults import ApiError
from ...wire.contract import Violation
from ...wire.json_values import Fields
from ...wire.media.transcript import is_language
from ...wire.protocol import errors
from ...wire.protocol.call import Json

_WHISPER = "whisper-1"
_TEXTS = ("json", "text", "srt", "verbose_json", "vtt")
_ALL = (*_TEXTS, "diarized_json")
# The formats of the models whose names begin so; the first that fits counts.
_FORMATS = {
    _WHISPER: _TEXTS,
    "gpt-4o-transcribe-diarize": ("json", "text", "diarized_json"),
    "gpt-4o-transcribe": ("json", "text"),
    "gpt-4o-mini-transcribe": ("json", "text"),
    "gpt-transcribe": ("json",),
}
_MOST_SPEAKERS = 4


@dataclass(frozen=True)
class TranscriptionRequest:
    """The options of a transcription or translation, each with its value or its default.

    - `task` is "transcribe" or "translate"; `language` is a code, `en`.
    - `word_timestamps` and `segment_timestamps` are what `verbose_json` gives beside the text.
    - `speakers` are the names of those who speak in turn, where they are to be told apart.
    """

    task: str
    model: str
    response_format: str
    stream: bool
    language: str
    prompt: str
    temperature: float
    word_timestamps: bool
    segment_timestamps: bool
    logprobs: bool
    speakers: tuple[str, ...]

    @property
    def is_billed_by_duration(self) -> bool:
        """Whether the seconds of the recording are billed, and not tokens."""
        return self.model.startswith(_WHISPER)

    @property
    def lists_languages(self) -> bool:
        """Whether the answer lists the languages of the recording."""
        return self.model.startswith("gpt-transcribe")

    @property
    def diarizes(self) -> bool:
        """Whether speakers are told apart."""
        return "diarize" in self.model or self.response_format == "diarized_json"


def read(context: RequestContext, body: Json) -> TranscriptionRequest:
    """The options in a form's fields; ApiError for what the model cannot do."""
    fields = Fields(body)
    model = model_of(context, body)
    enforce(context, lambda: map(Violation, _refusals(model, fields)))
    response_format, temperature = fields.string("response_format"), body.get("temperature")
    granularities = fields.strings("timestamp_granularities")
    translates = context.record.endpoint == "audio.translations.create"
    return TranscriptionRequest(
        task="translate" if translates else "transcribe",
        model=model,
        response_format=response_format if response_format in _ALL else "json",
        stream=fields.boolean("stream") and not (translates or model.startswith(_WHISPER)),
        language="en" if translates else fields.string("language") or "en",
        prompt=fields.string("prompt") or "",
        temperature=float(temperature) if isinstance(temperature, (int, float)) else 0.0,
        word_timestamps="word" in granularities,
        segment_timestamps="segment" in granularities or "word" not in granularities,
        logprobs="logprobs" in fields.strings("include"),
        speakers=tuple(fields.strings("known_speaker_names")) or ("A",),
    )


def _refusals(model: str, fields: Fields) -> Iterator[ApiError]:
    language = fields.string("language")
    if language is not None and not is_language(language):
        yield _no_language(language, model)
    response_format = fields.string("response_format")
    if response_format is not None and response_format not in _ALL:
        yield errors.invalid_value("response_format", response_format, _ALL)
    elif response_format is not None:
        supported = next((formats for name, formats in _FORMATS.items() if model.startswith(name)), _ALL)
        if response_format not in supported:
            yield _incompatible(response_format, model, supported)
    speakers = fields.strings("known_speaker_names")
    if len(speakers) > _MOST_SPEAKERS:
        yield errors.array_too_long("known_speaker_names", len(speakers), _MOST_SPEAKERS)


def _no_language(language: str, model: str) -> ApiError:
    message = f"Invalid language '{language}'. Language parameter must be specified in ISO-639-1 format."
    kind = errors.UnbilledError if model.startswith(_WHISPER) else ApiError
    return kind(400, message, param="language", code="invalid_language_format")


def _incompatible(response_format: str, model: str, supported: tuple[str, ...]) -> ApiError:
    *others, last = map(repr, supported)
    advice = f"{', '.join(others)} or {last}" if others else last
    message = f"response_format '{response_format}' is not compatible with model '{model}'. Use {advice} instead."
    return ApiError(400, message, param="response_format", code="unsupported_value")
