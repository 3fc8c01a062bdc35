"""What of a file is searched: its text, cut into chunks that overlap.

https://platform.openai.com/docs/guides/retrieval#chunking
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

from ...replies.parts import Text
from ...wire.billing import deltas
from ...wire.evaluation.similarity import Indexed
from ...wire.json_values import as_dict
from ...wire.protocol.call import Json

_MODEL = "text-embedding-3-large"  # whose tokens are counted
_VECTOR = 1024  # the bytes of the vector that OpenAI keeps of a chunk
_SIZE, _OVERLAP = 800, 400
# The beginnings of documents that OpenAI can read and a double cannot: they may well be valid UTF-8.
_DOCUMENTS = (b"%PDF-", b"PK\x03\x04", b"{\\rtf", b"\xd0\xcf\x11\xe0")


class NotText(Exception):
    """A file from which no text can be taken; `error` is the file's `last_error`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.error: Json = {"code": code, "message": message}


@dataclass(frozen=True)
class Chunk:
    """A piece of a file's text, ready to be searched."""

    text: str
    indexed: Indexed

    @property
    def size(self) -> int:
        """The bytes that the index keeps of it."""
        return len(self.text.encode()) + _VECTOR


def text_in(content: bytes) -> str:
    """The text of a file: UTF-8, or UTF-16 with its mark, whatever it is written in; NotText where there is none."""
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text or content.startswith(_DOCUMENTS):
        raise NotText("unsupported_file", "The file type is not supported.")
    if not text.strip():
        raise NotText("invalid_file", "The file could not be parsed because it is empty.")
    return text


def strategy(requested: object) -> Json:
    """The `chunking_strategy` of a file's object: what is left to the API is 800 tokens, of which 400 overlap."""
    static = as_dict(as_dict(requested).get("static"))
    size, overlap = static.get("max_chunk_size_tokens", _SIZE), static.get("chunk_overlap_tokens", _OVERLAP)
    return {"type": "static", "static": {"max_chunk_size_tokens": size, "chunk_overlap_tokens": overlap}}


def chunks(text: str, strategy: Json) -> list[Chunk]:
    """The chunks of a text by the `chunking_strategy` of its file's object."""
    static = strategy["static"]
    size, overlap = static["max_chunk_size_tokens"], static["chunk_overlap_tokens"]
    if type(size) is not int or type(overlap) is not int or not 0 <= 2 * overlap <= size > 0:
        size, overlap = _SIZE, _OVERLAP
    return [Chunk(piece, Indexed(piece)) for piece in cut(text, size, overlap)]


def cut(text: str, size: int, overlap: int) -> Iterator[str]:
    """The text in pieces of so many tokens, each of which begins with the last tokens of the one before it."""
    if len(text.encode()) <= size:  # a token is a byte at least, so there is no need to count
        yield text
        return
    tokens = [*deltas.cut(Text(text), _MODEL)]
    for start in range(0, max(len(tokens) - overlap, 1), size - overlap):
        yield "".join(tokens[start : start + size])
