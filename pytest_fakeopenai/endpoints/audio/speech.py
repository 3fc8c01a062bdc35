"""`POST /audio/speech`: a text as audio that lasts as long as saying it would.

https://platform.openai.com/docs/api-reference/audio/createSpeech
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from ...pipeline.callables import in_thread
from ...pipeline.collections import CollectionPath
from ...pipeline.context import RequestContext
from ...pipeline.media import body_or_text, model_of
from ...pipeline.results import EventStream, Response, Result
from ...pipeline.validation import enforce, read_body, refuse
from ...replies.reply import Reply
from ...wire import tokens
from ...wire.contract import Violation
from ...wire.json_values import Fields, is_number
from ...wire.media.audio import MEDIA_TYPES, synthesize
from ...wire.media.audio.speech import Speech
from ...wire.protocol import errors, sse
from ...wire.protocol.call import Json

_NAMES = (
    *("alloy", "ash", "ballad", "coral", "echo", "fable", "onyx"),
    *("nova", "sage", "shimmer", "verse", "marin", "cedar"),
)
_CUSTOM = CollectionPath("/audio/voices")  # which `_fallback` stores
_TOKENIZER_MODEL = "gpt-4o"
_SLOWEST, _FASTEST = 0.25, 4.0
_DELTA = 12_000  # bytes of audio in an event
_TOKENS_PER_SECOND = 20


async def create(context: RequestContext) -> Result:
    """The audio of the request's `input`."""
    body = await read_body(context)
    return await _result(context, body, Fields(body).string("input") or "")


async def create_from_reply(context: RequestContext, reply: Reply) -> Result:
    """The result of a rule's reply: the audio of its text in place of the request's; a JSON object is the body."""
    content = body_or_text(reply)
    return await _result(context, await read_body(context), content) if isinstance(content, str) else content


async def _result(context: RequestContext, body: Json, text: str) -> Result:
    fields = Fields(body)
    model = model_of(context, body)
    speaker = _speaker(context, body.get("voice"))
    enforce(context, lambda: _violations(model, speaker, fields))
    speech = Speech(text, speaker, _speed(body.get("speed")))
    requested = fields.string("response_format")
    audio_format = requested if requested in MEDIA_TYPES else "mp3"
    audio = await in_thread(lambda: synthesize(speech, audio_format))
    if fields.string("stream_format") != "sse":
        return Response(audio, media_type=MEDIA_TYPES[audio_format])
    prompt = text + (fields.string("instructions") or "")
    return EventStream(await in_thread(lambda: _events(audio, prompt, speech.seconds)), frame=_frame)


def _speed(value: object) -> float:
    return float(min(max(value, _SLOWEST), _FASTEST)) if is_number(value) else 1.0


def _speaker(context: RequestContext, value: Any) -> str:
    """The name of a voice that the API has, or the id of one that was created; ApiError where there is none."""
    if isinstance(value, str):
        return value
    key = value.get("id") if isinstance(value, dict) else None
    if not isinstance(key, str):
        missing = errors.missing_parameter("voice")
        refuse(context, missing if value is None else errors.invalid_type("voice", "a string", value))
        return _NAMES[0]
    _CUSTOM.view(context).get(key)
    return key


def _violations(model: str, speaker: str, fields: Fields) -> Iterator[Violation]:
    if fields.string("stream_format") == "sse" and model.startswith("tts-1"):
        yield Violation(errors.unsupported_value("stream_format", "'sse'", "Only 'audio' is supported."))
    if speaker not in _NAMES and not speaker.startswith("voice_"):
        yield Violation(errors.invalid_value("voice", speaker, _NAMES), grade="typed")


def _frame(event: Json) -> bytes:
    return sse.data(sse.compact(event))


def _events(audio: bytes, prompt: str, seconds: float) -> list[Json]:
    pieces = [audio[start : start + _DELTA] for start in range(0, len(audio), _DELTA)]
    deltas = [{"type": "speech.audio.delta", "audio": base64.b64encode(piece).decode()} for piece in pieces]
    read, generated = tokens.count(prompt, _TOKENIZER_MODEL), round(seconds * _TOKENS_PER_SECOND)
    usage = {"input_tokens": read, "output_tokens": generated, "total_tokens": read + generated}
    return [*deltas, {"type": "speech.audio.done", "usage": usage}]
