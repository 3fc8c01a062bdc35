"""The strings that an example of a schema tries: of a format, of a length, matching a pattern."""

from __future__ import annotations

import itertools
import re
import string
from collections.abc import Iterator
from functools import lru_cache

from .schema import python_pattern

LONGEST = 1_000_000  # characters in one string
_MOST_PICKS = 4  # alternatives of a pattern to try
_MOST_SPARE = 16  # repeats beyond those that a pattern needs, for one that has to be longer

FORMATS = {
    "date-time": "2024-01-01T12:00:00Z",
    "date": "2024-01-01",
    "time": "12:00:00Z",
    "duration": "P1D",
    "email": "user@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "uuid4": "00000000-0000-4000-8000-000000000000",
}


def sized(text: str, low: int, high: int | None) -> str:
    """A text cut or repeated to a length between two bounds."""
    unit = text or "string"
    return text[:high] if len(text) >= low else (unit * (low // len(unit) + 1))[:low]


def matching(patterns: list[str], low: int) -> Iterator[str]:
    """Strings that may match the patterns, as they are and filled up to a least length; most likely first."""
    for pattern, pick in itertools.product(patterns, range(_MOST_PICKS)):
        shortest = _PatternReader(pattern, pick, 0).text()
        for spare in (0, max(low - len(shortest), 0), *range(1, _MOST_SPARE)):
            text = _PatternReader(pattern, pick, spare).text()
            yield from (text, text.ljust(low, "a"), text.rjust(low, "a"))
    if patterns:
        yield from ("Aa1!Aa1!Aa1!", *FORMATS.values())


_TOKEN = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]|\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)|.", re.DOTALL)
_GROUP = re.compile(r"\((\?(?:[:=!]|<[=!]|P<\w+>|[a-zA-Z-]+:?))?")
_QUANTIFIER = re.compile(r"(?:\{(\d+)(,?)(\d*)\}|([*+?]))[+?]?")
_ZERO_WIDTH = ("^", "$", r"\b", r"\B", r"\A", r"\Z")
_SYMBOLS = {"*": (0, LONGEST), "+": (1, LONGEST), "?": (0, 1)}


class _PatternReader:
    """Makes a string for a simple pattern, read from left to right; it may not match, for lookarounds are skipped.

    - `pick` is the number of the alternative to take, where there are several.
    - `spare` is how many more repeats than needed there may be; the first quantifiers use them up.
    """

    def __init__(self, pattern: str, pick: int, spare: int) -> None:
        self.rest = python_pattern(pattern)
        self.pick = pick
        self.spare = spare

    def text(self) -> str:
        """The string, empty for a pattern with a back reference."""
        try:
            return self.alternatives()
        except re.error:  # a back reference, which is no pattern on its own
            return ""

    def take(self, syntax: re.Pattern[str]) -> re.Match[str] | None:
        """The match of what the rest begins with, which is read over; None where it begins otherwise."""
        match = syntax.match(self.rest)
        self.rest = self.rest[match.end() :] if match else self.rest
        return match

    def alternatives(self) -> str:
        """The string of `a|b|c`, up to the end of its group."""
        texts = [self.sequence()]
        while self.rest.startswith("|"):
            self.rest = self.rest[1:]
            texts.append(self.sequence())
        return texts[min(self.pick, len(texts) - 1)]

    def sequence(self) -> str:
        """The string of one alternative."""
        text = ""
        while self.rest and self.rest[0] not in "|)":
            piece = self.group() if self.rest[0] == "(" else self.character()
            text += self.repeated(piece)
        return text

    def group(self) -> str:
        """The string of `(…)`, empty for a lookaround."""
        opening, spare = self.take(_GROUP), self.spare
        text = self.alternatives()
        self.rest = self.rest[1:]
        if opening and opening[0][-1] in "=!":
            text, self.spare = "", spare
        return text

    def character(self) -> str:
        """The string of one character, set, escape or anchor."""
        match = self.take(_TOKEN)
        token = match[0] if match else ""
        if token in _ZERO_WIDTH:
            return ""
        if len(token) == 1:
            return "a" if token == "." else token
        return _character(token)

    def repeated(self, piece: str) -> str:
        """A piece as often as the quantifier behind it says."""
        match = self.take(_QUANTIFIER)
        if not match:
            return piece
        low, high = _SYMBOLS.get(match[4]) or (int(match[1]), int(match[3] or (LONGEST if match[2] else match[1])))
        extra = min(high - low, self.spare)
        self.spare -= extra
        return piece * min(low + extra, LONGEST // max(len(piece), 1))


@lru_cache(maxsize=256)
def _character(token: str) -> str:
    """The plainest character that a set or an escape matches, "" if none; surrogates are left out, being no text."""
    alphabet = itertools.chain(string.ascii_letters, string.digits, string.printable, map(chr, range(0x80, 0xD800)))
    return next(filter(re.compile(token).fullmatch, alphabet), "")
