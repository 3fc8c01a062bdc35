"""Transcriptions and translations: what a recording says, in every format.

A recording that was made by this server's speech endpoint says what was spoken; what any other says a rule has to tell.
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
from ...wire.protocol.call import Json
from .asked import COUNTED_AS, Asked, read
from .recording import admit_recording, hear
from .written import Transcript, write


async def listen(context: RequestContext) -> Result:
    """What the recording says; what is said in another language is not translated."""
    body = await read_body(context)
    asked, upload = read(context, body), file_of(body, "file")
    await in_thread(lambda: admit_recording(context, upload))
    heard = await in_thread(lambda: hear(upload))
    text = f"Transcript of {upload.filename}." if heard.text is None else heard.text
    return await _written(asked, [Text(_sound(text))], heard.seconds)


async def say(context: RequestContext, reply: Reply) -> Result:
    """What a rule says in place of an endpoint: the transcript, whatever the recording, or a body."""
    said = body_or_text(reply)
    if not isinstance(said, str):
        return said
    body: Json = await read_body(context)
    asked, upload = read(context, body), file_of(body, "file")
    heard = await in_thread(lambda: hear(upload))
    return await _written(asked, [part for part in reply.parts if isinstance(part, (Text, Chunks))], heard.seconds)


async def _written(asked: Asked, parts: Iterable[Text | Chunks], seconds: float) -> Result:
    """The transcript in the format asked for; a tokenizer may have to be loaded for it, so beside the loop."""

    def made() -> Result:
        pieces = tuple(piece for part in parts for piece in deltas.cut(part, COUNTED_AS))
        return write(asked, Transcript(pieces, seconds))

    return await in_thread(made)


def _sound(text: str) -> str:
    """A text that can be sent as UTF-8."""
    return text.encode("utf-8", "replace").decode()
