"""`POST /audio/speech`: a text as a sound that takes as long as saying it would."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from ...pipeline.callables import in_thread
from ...pipeline.collections import CollectionPath
from ...pipeline.context import RequestContext
from ...pipeline.media import body_or_text, model_of
from ...pipeline.results import EventStream, Response, Result
from ...pipeline.validation import enforce, read_body
from ...replies.reply import Reply
from ...wire import tokens
from ...wire.contract import Violation
from ...wire.json_values import is_number
from ...wire.media.audio import MEDIA_TYPES, synthesize
from ...wire.media.audio.speech import Speech
from ...wire.protocol import errors, sse
from ...wire.protocol.call import Fields, Json

_VOICES = (
    *("alloy", "ash", "ballad", "coral", "echo", "fable", "onyx"),
    *("nova", "sage", "shimmer", "verse", "marin", "cedar"),
)
_VOICE_OBJECTS = CollectionPath("/audio/voices")  # which `_fallback` stores
_COUNTED_AS = "gpt-4o"
_SLOWEST, _FASTEST = 0.25, 4.0
_A_DELTA = 12_000  # bytes of sound in an event
_TOKENS_A_SECOND = 20


async def create(context: RequestContext) -> Result:
    """The text that the request asks for, spoken."""
    body = await read_body(context)
    return await _spoken(context, body, Fields(body).string("input") or "")


async def speak_rule(context: RequestContext, reply: Reply) -> Result:
    """What a rule says in place of the endpoint: a text that is spoken instead of the request's own, or a body."""
    said = body_or_text(reply)
    return await _spoken(context, await read_body(context), said) if isinstance(said, str) else said


async def _spoken(context: RequestContext, body: Json, text: str) -> Result:
    fields = Fields(body)
    model = model_of(context, body)
    voice = _voice(context, body.get("voice"))
    enforce(context, lambda: _problems(model, voice, fields))
    speech = Speech(text, voice, _speed(body.get("speed")))
    named = fields.string("response_format")
    sound_format = named if named in MEDIA_TYPES else "mp3"
    sound = await in_thread(lambda: synthesize(speech, sound_format))
    if fields.string("stream_format") != "sse":
        return Response(sound, media_type=MEDIA_TYPES[sound_format])
    asked = text + (fields.string("instructions") or "")
    return EventStream(await in_thread(lambda: _events(sound, asked, speech.seconds)), frame=_frame)


def _speed(given: Any) -> float:
    return float(min(max(given, _SLOWEST), _FASTEST)) if is_number(given) else 1.0


def _voice(context: RequestContext, given: Any) -> str:
    """The name of a voice, or the id of one that was made."""
    if isinstance(given, str):
        return given
    key = given.get("id") if isinstance(given, dict) else None
    if not isinstance(key, str):
        raise errors.missing_parameter("voice") if given is None else errors.invalid_type("voice", "a string", given)
    _VOICE_OBJECTS.view(context).get(key)
    return key


def _problems(model: str, voice: str, fields: Fields) -> Iterator[Violation]:
    if fields.string("stream_format") == "sse" and model.startswith("tts-1"):
        yield Violation(errors.unsupported_value("stream_format", "'sse'", "Only 'audio' is supported."))
    if voice not in _VOICES and not voice.startswith("voice_"):
        yield Violation(errors.invalid_value("voice", voice, _VOICES), known=False)


def _frame(event: Json) -> bytes:
    return sse.data(sse.compact(event))


def _events(sound: bytes, asked: str, seconds: float) -> list[Json]:
    pieces = [sound[start : start + _A_DELTA] for start in range(0, len(sound), _A_DELTA)]
    deltas = [{"type": "speech.audio.delta", "audio": base64.b64encode(piece).decode()} for piece in pieces]
    read, made = tokens.count(asked, _COUNTED_AS), round(seconds * _TOKENS_A_SECOND)
    usage = {"input_tokens": read, "output_tokens": made, "total_tokens": read + made}
    return [*deltas, {"type": "speech.audio.done", "usage": usage}]
