"""Real audio files without an audio library: as long as it takes to say a text, in each format that the API sends.

WAV and PCM hold a soft tone, another one for every voice; the compressed formats hold silence. All but PCM carry the
text in their metadata, so that speech made here is transcribed to its text.
Reference: https://platform.openai.com/docs/guides/text-to-speech
"""

from __future__ import annotations

from collections.abc import Callable

from . import aac, flac, mp3, opus, wav
from .speech import Speech

MEDIA_TYPES = {
    "mp3": "audio/mpeg",
    "opus": "audio/opus",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}
_WRITERS: dict[str, Callable[[Speech], bytes]] = {
    "mp3": mp3.write,
    "opus": opus.write,
    "aac": aac.write,
    "flac": flac.write,
    "wav": wav.write,
    "pcm": wav.samples,
}


def synthesize(speech: Speech, audio_format: str = "mp3") -> bytes:
    """The speech as an audio file of a format in MEDIA_TYPES, as bare samples for `pcm`."""
    return _WRITERS[audio_format](speech)
