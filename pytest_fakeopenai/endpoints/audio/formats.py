"""A transcript in the format that its request asks for: JSON, plain text, subtitles, or a stream of events.

https://platform.openai.com/docs/api-reference/audio/json-object
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...pipeline.results import EventStream, Response, Result
from ...wire import tokens
from ...wire.billing.logprobs import invent
from ...wire.media import transcript as transcripts
from ...wire.protocol import sse
from ...wire.protocol.call import Json
from .request import TranscriptionRequest

TOKENIZER_MODEL = "gpt-4o"  # whose tokens are counted
_PLAIN = "text/plain; charset=utf-8"
_TOKENS_PER_SECOND = 10
_DONE = b"data: [DONE]\r\n\r\n"


@dataclass(frozen=True)
class Transcript:
    """The text of a recording, in the pieces in which it is streamed, and the seconds that it lasts."""

    pieces: Sequence[str]
    seconds: float

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.pieces)

    @property
    def sentences(self) -> list[transcripts.Span]:
        """The sentences, each with its time."""
        return transcripts.sentences(self.text, self.seconds)


def result_of(request: TranscriptionRequest, transcript: Transcript) -> Result:
    """The result that a request for a transcript is answered with."""
    if request.stream:
        return EventStream([*_events(request, transcript)], _frame, _DONE, {"cache-control": "no-store"})
    if request.response_format == "text":
        return Response(f"{transcript.text}\n".encode(), media_type=_PLAIN)
    if request.response_format in ("srt", "vtt"):
        subtitles = {"srt": transcripts.srt, "vtt": transcripts.vtt}[request.response_format]
        return Response(subtitles(transcript.sentences).encode(), media_type=_PLAIN)
    body_of = {"verbose_json": _verbose, "diarized_json": _diarized}.get(request.response_format, _plain)
    body = body_of(request, transcript)
    return body if request.task == "translate" else {**body, "usage": _usage(request, transcript)}


def _plain(request: TranscriptionRequest, transcript: Transcript) -> Json:
    logprobs = {"logprobs": _logprobs(transcript.pieces)} if request.logprobs else {}
    return {"text": transcript.text, **_languages(request), **logprobs}


def _verbose(request: TranscriptionRequest, transcript: Transcript) -> Json:
    body: Json = {
        "task": request.task,
        "language": transcripts.language_name(request.language),
        "duration": transcript.seconds,
        "text": transcript.text,
    }
    if request.segment_timestamps:
        body["segments"] = transcripts.verbose_segments(transcript.sentences, request.temperature)
    if request.word_timestamps:
        body["words"] = transcripts.timed_words(transcripts.words(transcript.text, transcript.seconds))
    return body


def _diarized(request: TranscriptionRequest, transcript: Transcript) -> Json:
    segments = transcripts.diarized_segments(transcript.sentences, request.speakers)
    return {"text": transcript.text, "task": request.task, "duration": transcript.seconds, "segments": segments}


def _languages(request: TranscriptionRequest) -> Json:
    return {"languages": [{"code": request.language}]} if request.lists_languages else {}


def _logprobs(pieces: Sequence[str]) -> list[Json]:
    return [
        {"token": each.token, "logprob": each.logprob, "bytes": list(each.token.encode())}
        for each in invent(pieces, alternatives=0)
    ]


def _usage(request: TranscriptionRequest, transcript: Transcript) -> Json:
    """What is billed: whole seconds, or the tokens of the sound, of the prompt and of the transcript."""
    if request.is_billed_by_duration:
        return {"type": "duration", "seconds": math.ceil(transcript.seconds)}
    audio, prompt = round(transcript.seconds * _TOKENS_PER_SECOND), tokens.count(request.prompt, TOKENIZER_MODEL)
    output = tokens.count(transcript.text, TOKENIZER_MODEL)
    return {
        "type": "tokens",
        "total_tokens": audio + prompt + output,
        "input_tokens": audio + prompt,
        "input_token_details": {"text_tokens": prompt, "audio_tokens": audio},
        "output_tokens": output,
    }


def _events(request: TranscriptionRequest, transcript: Transcript) -> Iterator[Json]:
    """The transcript piece by piece, or where speakers are told apart sentence by sentence."""
    if request.diarizes:
        yield from transcripts.diarized_segments(transcript.sentences, request.speakers)
    else:
        for piece in transcript.pieces:
            logprobs = {"logprobs": _logprobs([piece])} if request.logprobs else {}
            yield {"type": "transcript.text.delta", "delta": piece, **logprobs}
    yield {"type": "transcript.text.done", **_plain(request, transcript), "usage": _usage(request, transcript)}


def _frame(event: Json) -> bytes:
    return b"data: " + sse.compact(event) + b"\r\n\r\n"
