"""A transcript as the answer to a request: as JSON, as text or subtitles, or as a stream."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...pipeline.results import EventStream, Response, Result
from ...wire import tokens
from ...wire.billing.logprobs import invent
from ...wire.media import transcript
from ...wire.protocol import sse
from ...wire.protocol.call import Json
from .asked import COUNTED_AS, Asked

_PLAIN = "text/plain; charset=utf-8"
_TOKENS_A_SECOND = 10
_DONE = b"data: [DONE]\r\n\r\n"


@dataclass(frozen=True)
class Transcript:
    """What was said, in the pieces in which it is streamed, and the seconds that it took."""

    pieces: Sequence[str]
    seconds: float

    @property
    def text(self) -> str:
        """The whole of it."""
        return "".join(self.pieces)

    @property
    def sentences(self) -> list[transcript.Span]:
        """It sentence by sentence."""
        return transcript.sentences(self.text, self.seconds)


def write(asked: Asked, said: Transcript) -> Result:
    """The transcript as the request wants it."""
    if asked.stream:
        return EventStream([*_events(asked, said)], _frame, _DONE, {"cache-control": "no-store"})
    if asked.written_as == "text":
        return Response(f"{said.text}\n".encode(), media_type=_PLAIN)
    if asked.written_as in ("srt", "vtt"):
        subtitles = {"srt": transcript.srt, "vtt": transcript.vtt}[asked.written_as]
        return Response(subtitles(said.sentences).encode(), media_type=_PLAIN)
    body = {"verbose_json": _verbose, "diarized_json": _diarized}.get(asked.written_as, _plain)(asked, said)
    return body if asked.task == "translate" else {**body, "usage": _usage(asked, said)}


def _plain(asked: Asked, said: Transcript) -> Json:
    likely = {"logprobs": _logprobs(said.pieces)} if asked.likely else {}
    return {"text": said.text, **_languages(asked), **likely}


def _verbose(asked: Asked, said: Transcript) -> Json:
    body: Json = {
        "task": asked.task,
        "language": transcript.language_name(asked.language),
        "duration": said.seconds,
        "text": said.text,
    }
    if asked.by_sentence:
        body["segments"] = transcript.verbose_segments(said.sentences, asked.temperature)
    if asked.by_word:
        body["words"] = transcript.timed_words(transcript.words(said.text, said.seconds))
    return body


def _diarized(asked: Asked, said: Transcript) -> Json:
    segments = transcript.diarized_segments(said.sentences, asked.speakers)
    return {"text": said.text, "task": asked.task, "duration": said.seconds, "segments": segments}


def _languages(asked: Asked) -> Json:
    return {"languages": [{"code": asked.language}]} if asked.tells_languages else {}


def _logprobs(pieces: Sequence[str]) -> list[Json]:
    return [
        {"token": each.token, "logprob": each.logprob, "bytes": list(each.token.encode())}
        for each in invent(pieces, alternatives=0)
    ]


def _usage(asked: Asked, said: Transcript) -> Json:
    """What is billed: whole seconds, or the tokens of the sound, of the prompt and of the transcript."""
    if asked.by_length:
        return {"type": "duration", "seconds": math.ceil(said.seconds)}
    heard, read = round(said.seconds * _TOKENS_A_SECOND), tokens.count(asked.prompt, COUNTED_AS)
    made = tokens.count(said.text, COUNTED_AS)
    return {
        "type": "tokens",
        "total_tokens": heard + read + made,
        "input_tokens": heard + read,
        "input_token_details": {"text_tokens": read, "audio_tokens": heard},
        "output_tokens": made,
    }


def _events(asked: Asked, said: Transcript) -> Iterator[Json]:
    """The transcript piece by piece, or where speakers are told apart sentence by sentence."""
    if asked.tells_speakers:
        yield from transcript.diarized_segments(said.sentences, asked.speakers)
    else:
        for piece in said.pieces:
            likely = {"logprobs": _logprobs([piece])} if asked.likely else {}
            yield {"type": "transcript.text.delta", "delta": piece, **likely}
    yield {"type": "transcript.text.done", **_plain(asked, said), "usage": _usage(asked, said)}


def _frame(event: Json) -> bytes:
    return b"data: " + sse.compact(event) + b"\r\n\r\n"
