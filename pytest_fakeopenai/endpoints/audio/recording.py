"""A sound file that a request brings: whether it is taken, what it says, and how long it is."""

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
_SHORTEST = 0.1
_A_MOMENT = 0.01
_BYTES_A_SECOND = 16_000  # of what does not say how long it is: 128 kbit


def hear(upload: Upload) -> Recording:
    """What a file says. Of one that was not made here that cannot be known; its transcript names the file."""
    heard = recognize(upload.content)
    if heard is not None:
        return heard
    seconds = wav.duration(upload.content)
    if seconds is None:
        seconds = len(upload.content) / _BYTES_A_SECOND
    return Recording(None, max(round(seconds, 2), _A_MOMENT))


def admit_recording(context: RequestContext, upload: Upload) -> None:
    """Refuse a file that is none of sound, or too large, or too short."""
    enforce(context, lambda: map(Violation, _problems(upload)))


def _problems(upload: Upload) -> Iterator[ApiError]:
    if len(upload.content) > _LARGEST:
        yield errors.content_too_large(_LARGEST, len(upload.content))
    elif not (_is_named(upload) and is_audio(upload.content)):
        yield ApiError(400, f"Invalid file format. Supported formats: {[*_FORMATS]}")
    elif (seconds := wav.duration(upload.content)) is not None and seconds < _SHORTEST:
        message = f"Audio file is too short. Minimum audio length is {_SHORTEST} seconds."
        yield ApiError(400, message, param="file", code="audio_too_short")


def _is_named(upload: Upload) -> bool:
    """Whether the name of a file, or else its media type, says that it is one of sound."""
    ending = upload.filename.rpartition(".")[2].lower()
    return ending in _FORMATS or upload.content_type.startswith(("audio/", "video/"))
