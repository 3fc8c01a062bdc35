"""The audio file of a request: whether it is accepted, what is said in it, and how long it is."""

from __future__ import annotations

from collections.abc import Iterator

from ...pipeline.context import RequestContext
from ...pipeline.forms import Upload
from ...pipeline.validation import enforce
from ...replies.faults import ApiError
from ...wire.contract import Violation
from ...wire.media.audio import wav
from ...wire.media.audio.speech import Recording, recognize
from ...wire.media.file_types import is_audio
from ...wire.protocol import errors

_FORMATS = ("flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm")
_LARGEST = 26_214_400
_SHORTEST = 0.1  # seconds
_LEAST_DURATION = 0.01
_BYTES_PER_SECOND = 16_000  # of a file that does not say how long it is: 128 kbit


def recording_of(upload: Upload) -> Recording:
    """The text and the seconds of a file; the text is None where this server did not make it."""
    recording = recognize(upload.content)
    if recording is not None:
        return recording
    seconds = wav.duration(upload.content)
    if seconds is None:
        seconds = len(upload.content) / _BYTES_PER_SECOND
    return Recording(None, max(round(seconds, 2), _LEAST_DURATION))


def enforce_audio_file(context: RequestContext, upload: Upload) -> None:
    """Refuse a file that is not audio, or too large, or too short, as the test's validation has it."""
    enforce(context, lambda: map(Violation, _refusals(upload)))


def _refusals(upload: Upload) -> Iterator[ApiError]:
    if len(upload.content) > _LARGEST:
        yield errors.content_too_large(_LARGEST, len(upload.content))
    elif not (_is_named(upload) and is_audio(upload.content)):
        yield ApiError(400, f"Invalid file format. Supported formats: {[*_FORMATS]}")
    elif (seconds := wav.duration(upload.content)) is not None and seconds < _SHORTEST:
        message = f"Audio file is too short. Minimum audio length is {_SHORTEST} seconds."
        yield ApiError(400, message, param="file", code="audio_too_short")


def _is_named(upload: Upload) -> bool:
    """Whether the name of a file, or else its media type, is that of audio."""
    extension = upload.filename.rpartition(".")[2].lower()
    return extension in _FORMATS or upload.content_type.startswith(("audio/", "video/"))
