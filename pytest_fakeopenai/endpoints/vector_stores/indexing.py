"""Files as a vector store searches them: their text, cut into chunks and indexed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ...state.store import Record
from ...wire.protocol.call import Json
from ..files import FileContent
from .chunks import Chunk, NotText, chunks, text_in


@dataclass(frozen=True)
class IndexedFile:
    """What is stored of a vector store's file beside its object: the name of the file, its text, and what is searched.

    `error` is the `last_error` of a file from which no text can be taken: {`code`, `message`}.
    """

    filename: str
    text: str = field(default="", repr=False)
    chunks: Sequence[Chunk] = field(default=(), repr=False)
    error: Json | None = None

    @property
    def size(self) -> int:
        """The bytes that the index takes."""
        return sum(chunk.size for chunk in self.chunks)


def index(file: Record[FileContent], strategy: Json) -> IndexedFile:
    """The index of an uploaded file by a chunking strategy; one that is only assumed to exist has no text.

    It takes time with a large file, and changes nothing, so that it may run beside the loop.
    """
    filename = file.body.get("filename") or ""
    if file.data is None:
        return IndexedFile(filename)
    try:
        text = text_in(file.data.content)
    except NotText as failure:
        return IndexedFile(filename, error=failure.error)
    return IndexedFile(filename, text, chunks(text, strategy))
