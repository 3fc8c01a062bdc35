"""Cutting text and arguments into the pieces in which they are streamed, and padding those."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice

from ...replies.parts import Chunks, Content, ToolCall
from .. import tokens
from ..protocol.ids import BASE62

# A word keeps the blanks before it, as tokens do; blanks at the very end are a piece of their own.
_WORDS = re.compile(r"\s*\S{1,24}|\s+")
_ARGUMENTS = re.compile(r'"(?:[^"\\]|\\.)*"|[\w.+-]+|[^\w"]+|.', re.DOTALL)

_STRING = r'"(?:[^"\\]|\\.)*"'
_VALUE = rf"(?:{_STRING}|[\w.+-]+)"
_MEMBER = rf"{_STRING}\s*:\s*{_VALUE}"
_FLAT = re.compile(rf"\{{\s*{_MEMBER}(?:\s*,\s*{_MEMBER})*\s*\}}", re.DOTALL)
# The first name opens the object; its value comes by itself, every other together with its name.
_MEMBERS = re.compile(rf"\{{\s*{_STRING}|\s*:\s*{_VALUE}(?:\s*,\s*)?|{_MEMBER}(?:\s*,\s*)?|\s*\}}", re.DOTALL)


def words(text: str) -> list[str]:
    """The text word by word; the pieces put together are the text."""
    return _WORDS.findall(text)


def cut(part: Content, model: str) -> Iterable[str]:
    """The pieces in which a part is streamed: the model's tokens, or where no tokenizer is installed its words."""
    if isinstance(part, Chunks):
        return part.pieces
    if isinstance(part, ToolCall):
        text = part.arguments_text
        return tokens.pieces(text, model) or _ARGUMENTS.findall(text)
    return tokens.pieces(part.text, model) or words(part.text)


def members(part: ToolCall) -> Iterable[str]:
    """The pieces of one of several calls in parallel: names and values; of what is no flat object, one piece."""
    text = part.arguments_text
    return _MEMBERS.findall(text) if _FLAT.fullmatch(text) else (text,) * bool(text)


def whole(part: Content) -> Iterable[str]:
    """The part in one piece, for a blocking answer."""
    return (part.arguments_text if isinstance(part, ToolCall) else part.text,)


_FIRST, _MANY = 8, 128


def batches(pieces: Iterable[str]) -> Iterator[tuple[list[str], bool]]:
    """The pieces in the batches in which they are sent, each with whether another follows.

    All are one batch, but where there are many the first few go before the rest is even cut.
    """
    rest = iter(pieces)
    first, next_ones = [*islice(rest, _FIRST)], [*islice(rest, _MANY)]
    if len(next_ones) < _MANY:
        yield first + next_ones, False
    else:
        yield first, True
        yield [*next_ones, *rest], False


_FILLING = BASE62 + BASE62
_PERIOD = 496  # after so many lengths the paddings repeat: what fills up to 16, taken from 62 characters in turn


def padding(length: int) -> str:
    """The obfuscation that fills a length up to a multiple of 16 characters."""
    begin = length % 62
    return _FILLING[begin : begin + -length % 16]


@cache
def _all_paddings() -> tuple[bytes, ...]:
    return tuple(b'"%b"' % padding(length).encode() for length in range(_PERIOD))


def paddings(lengths: Iterable[int]) -> list[bytes]:
    """The obfuscation for each of the lengths, as JSON."""
    by_length = _all_paddings()
    return [by_length[length % _PERIOD] for length in lengths]
