"""What a request to hear a recording asks for, and what is refused of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...pipeline.context import RequestContext
from ...pipeline.media import model_of
from ...pipeline.validation import enforce
from ...replies.faults import ApiError
from ...wire.contract import Violation
from ...wire.protocol import errors
from ...wire.protocol.call import Fields, Json

COUNTED_AS = "gpt-4o"
_WHISPER = "whisper-1"
_TEXTS = ("json", "text", "srt", "verbose_json", "vtt")
_ALL = (*_TEXTS, "diarized_json")
# A name that begins with one of these is a model of its kind; the first counts.
_FORMATS = {
    _WHISPER: _TEXTS,
    "gpt-4o-transcribe-diarize": ("json", "text", "diarized_json"),
    "gpt-4o-transcribe": ("json", "text"),
    "gpt-4o-mini-transcribe": ("json", "text"),
    "gpt-transcribe": ("json",),
}
_MOST_SPEAKERS = 4


@dataclass(frozen=True)
class Asked:
    """How a recording is to be heard.

    - `written_as` is the format; `by_word` and `by_sentence` tell which times a detailed one gives.
    - `speakers` are the names of those who speak in turn, where they are to be told apart.
    """

    task: str
    model: str
    written_as: str
    stream: bool
    language: str
    prompt: str
    temperature: float
    by_word: bool
    by_sentence: bool
    likely: bool
    speakers: tuple[str, ...]

    @property
    def by_length(self) -> bool:
        """Whether the length of the recording is billed, and not tokens."""
        return self.model.startswith(_WHISPER)

    @property
    def tells_languages(self) -> bool:
        """Whether the answer lists the languages that were heard."""
        return self.model.startswith("gpt-transcribe")

    @property
    def tells_speakers(self) -> bool:
        """Whether speakers are told apart."""
        return "diarize" in self.model or self.written_as == "diarized_json"


def read(context: RequestContext, body: Json) -> Asked:
    """How a recording is to be heard; ApiError for what the model cannot do."""
    fields = Fields(body)
    model = model_of(context, body)
    enforce(context, lambda: map(Violation, _problems(model, fields)))
    written_as, temperature = fields.string("response_format"), body.get("temperature")
    granularities = fields.strings("timestamp_granularities")
    translates = context.record.endpoint == "audio.translations.create"
    return Asked(
        task="translate" if translates else "transcribe",
        model=model,
        written_as=written_as if written_as in _ALL else "json",
        stream=fields.boolean("stream") and not (translates or model.startswith(_WHISPER)),
        language="en" if translates else fields.string("language") or "en",
        prompt=fields.string("prompt") or "",
        temperature=float(temperature) if isinstance(temperature, (int, float)) else 0.0,
        by_word="word" in granularities,
        by_sentence="segment" in granularities or "word" not in granularities,
        likely="logprobs" in fields.strings("include"),
        speakers=tuple(fields.strings("known_speaker_names")) or ("A",),
    )


def _problems(model: str, fields: Fields) -> Iterator[ApiError]:
    written_as = fields.string("response_format")
    if written_as is not None and written_as not in _ALL:
        yield errors.invalid_value("response_format", written_as, _ALL)
    elif written_as is not None:
        known = next((formats for name, formats in _FORMATS.items() if model.startswith(name)), _ALL)
        if written_as not in known:
            yield _incompatible(written_as, model, known)
    speakers = fields.strings("known_speaker_names")
    if len(speakers) > _MOST_SPEAKERS:
        yield errors.array_too_long("known_speaker_names", len(speakers), _MOST_SPEAKERS)


def _incompatible(written_as: str, model: str, known: tuple[str, ...]) -> ApiError:
    *others, last = map(repr, known)
    advice = f"{', '.join(others)} or {last}" if others else last
    message = f"response_format '{written_as}' is not compatible with model '{model}'. Use {advice} instead."
    return ApiError(400, message, param="response_format", code="unsupported_value")
