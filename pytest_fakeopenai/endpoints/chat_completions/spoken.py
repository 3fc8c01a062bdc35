"""A message that the model says aloud, where the request asks for audio. https://platform.openai.com/docs/guides/audio"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass

from ...wire.json_values import as_dict, as_list, as_text
from ...wire.media.audio import MEDIA_TYPES, synthesize
from ...wire.media.audio.speech import Speech
from ...wire.protocol.call import Call, Json
from ...wire.protocol.ids import Ids

_FORMATS = {"pcm16": "pcm"}  # as the encoders call them
_DEFAULT = "wav"
_LIFETIME = 3600
_TOKENS_PER_SECOND = 20
_PIECE = 12_000  # bytes of audio in a chunk: whole groups of base64, so that the pieces can be put together


@dataclass
class SpokenMessage:
    """A message said aloud; `transcript` is its text so far, `format` the name of an encoder."""

    id: str
    voice: str
    format: str
    expires_at: int
    transcript: str = ""

    @property
    def body(self) -> Json:
        """The audio as a message of a blocking answer has it."""
        data = base64.b64encode(self._sound()).decode()
        return {"id": self.id, "data": data, "expires_at": self.expires_at, "transcript": self.transcript}

    @property
    def tokens(self) -> int:
        """The tokens of the sound, without those of the transcript."""
        return round(self._speech.seconds * _TOKENS_PER_SECOND) if self.transcript else 0

    def last_deltas(self) -> Iterator[Json]:
        """What a stream tells once the transcript is whole: the sound in pieces, and when it expires."""
        if not self.transcript:
            return
        sound = self._sound()
        for start in range(0, len(sound), _PIECE):
            yield {"data": base64.b64encode(sound[start : start + _PIECE]).decode()}
        yield {"expires_at": self.expires_at}

    @property
    def _speech(self) -> Speech:
        return Speech(self.transcript, self.voice)

    def _sound(self) -> bytes:
        return synthesize(self._speech, self.format)


def is_spoken(call: Call) -> bool:
    """Whether a request asks for audio."""
    return "audio" in as_list(call.body.get("modalities"))


def spoken_message(call: Call, ids: Ids, created: int) -> SpokenMessage | None:
    """The message that answers a request aloud; None where the request asks for no audio."""
    if not is_spoken(call):
        return None
    audio = as_dict(call.body.get("audio"))
    voice = audio.get("voice")
    named = as_text(audio.get("format"))
    encoder = _FORMATS.get(named, named)
    return SpokenMessage(
        id=f"audio_{ids.hexadecimal(32)}",
        voice=as_text(as_dict(voice).get("id")) or as_text(voice),
        format=encoder if encoder in MEDIA_TYPES else _DEFAULT,
        expires_at=created + _LIFETIME,
    )
