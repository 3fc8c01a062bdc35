"""Speech, and what is heard in it. https://platform.openai.com/docs/api-reference/audio

Voices and the consents to use them are kept as any other objects are.
"""

from __future__ import annotations

from ...pipeline.operate import operate
from ...pipeline.operation import Operation
from ...wire.protocol import sse
from .hearing import listen, say
from .speaking import create, speak_rule

_hearing = operate(listen, encode=sse.compact, render=say)

ROUTES = [
    Operation("POST", "/audio/speech", "audio.speech.create", operate(create, render=speak_rule)),
    Operation("POST", "/audio/transcriptions", "audio.transcriptions.create", _hearing),
    Operation("POST", "/audio/translations", "audio.translations.create", _hearing),
]
