"""Transcriptions and translations of a recording. https://platform.openai.com/docs/api-reference/audio

A recording that this server's speech endpoint made is transcribed to the text that was spoken. Of any other nothing is
known; a rule of the test can say what its transcript is.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...pipeline.callables import in_thread
from ...pipeline.context import RequestContext
from ...pipeline.forms import file_of
from ...pipeline.media import body_or_text
from ...pipeline.results import Result
from ...pipeline.validation import read_body
from ...replies.parts import Chunks, Text
from ...replies.reply import Reply
from ...wire.billing import deltas
from .audio_file import enforce_audio_file, recording_of
from .formats import TOKENIZER_MODEL, Transcript, result_of
from .request import TranscriptionRequest, read


async def create(context: RequestContext) -> Result:
    """`POST /audio/transcriptions` or `/audio/translations`: a translation is in the language of the recording."""
    body = await read_body(context)
    request, upload = read(context, body), file_of(body, "file")
    await in_thread(lambda: enforce_audio_file(context, upload))
    recording = await in_thread(lambda: recording_of(upload))
    text = f"Transcript of {upload.filename}." if recording.text is None else recording.text
    return await _result(request, [Text(_encodable(text))], recording.seconds)


async def create_from_reply(context: RequestContext, reply: Reply) -> Result:
    """The result of a rule's reply: its text is the transcript, whatever the recording; a JSON object is the body."""
    body_or_transcript = body_or_text(reply)
    if not isinstance(body_or_transcript, str):
        return body_or_transcript
    body = await read_body(context)
    request, upload = read(context, body), file_of(body, "file")
    recording = await in_thread(lambda: recording_of(upload))
    return await _result(request, [part for part in reply.parts if isinstance(part, Text | Chunks)], recording.seconds)


async def _result(request: TranscriptionRequest, parts: Iterable[Text | Chunks], seconds: float) -> Result:
    """The transcript in the format asked for; beside the loop, for a tokenizer may have to be loaded."""

    def compute() -> Result:
        pieces = tuple(piece for part in parts for piece in deltas.cut(part, TOKENIZER_MODEL))
        return result_of(request, Transcript(pieces, seconds))

    return await in_thread(compute)


def _encodable(text: str) -> str:
    """A text that can be sent as UTF-8: a file name may hold half a surrogate pair."""
    return text.encode("utf-8", "replace").decode()
