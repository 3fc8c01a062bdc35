"""Speech, transcriptions and translations. https://platform.openai.com/docs/api-reference/audio

Voices, and the consents to use them, are answered by their types.
"""

from __future__ import annotations

from ...pipeline.operate import operate
from ...pipeline.operation import Operation
from ...wire.protocol import sse
from . import speech, transcription

_TRANSCRIBE = operate(transcription.create, encode=sse.compact, render=transcription.create_from_reply)

ROUTES = [
    Operation("POST", "/audio/speech", "audio.speech.create", operate(speech.create, render=speech.create_from_reply)),
    Operation("POST", "/audio/transcriptions", "audio.transcriptions.create", _TRANSCRIBE),
    Operation("POST", "/audio/translations", "audio.translations.create", _TRANSCRIBE),
]
