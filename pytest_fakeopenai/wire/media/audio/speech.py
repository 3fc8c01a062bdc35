"""A text that is spoken: its duration, and the comment by which its text can be read from an audio file."""

from __future__ import annotations

import re
from dataclasses import dataclass

RATE = 24_000  # samples in a second
_SECONDS_A_CHARACTER = 0.07
_SHORTEST, _LONGEST = 0.2, 1_200.0
_COMMENT = re.compile(rb"pytest-fakeopenai speech of (\d{1,9}) ms in (\d{1,6}) bytes: ")
_LONGEST_COMMENT = 60_000


@dataclass(frozen=True)
class Speech:
    """A text in a voice; at a speed of 2 it takes half the time."""

    text: str
    voice: str = ""
    speed: float = 1.0

    @property
    def seconds(self) -> float:
        """The duration, about 14 characters in a second."""
        return min(max(len(self.text) * _SECONDS_A_CHARACTER, _SHORTEST) / self.speed, _LONGEST)

    @property
    def samples(self) -> int:
        """The number of samples."""
        return round(self.seconds * RATE)

    @property
    def comment(self) -> bytes:
        """The comment of an audio file, which holds the text; empty where that is too long for a comment."""
        content = self.text.encode("utf-8", "replace")
        milliseconds = round(self.seconds * 1000)
        comment = b"pytest-fakeopenai speech of %d ms in %d bytes: %s" % (milliseconds, len(content), content)
        return comment if len(comment) <= _LONGEST_COMMENT else b""


@dataclass(frozen=True)
class Recording:
    """The text that an audio file says, None where that cannot be known, and its duration."""

    text: str | None
    seconds: float


def recognize(content: bytes) -> Recording | None:
    """The text and duration of an audio file that was made here; None for any other."""
    comment = _COMMENT.search(content)
    if comment is None:
        return None
    text = content[comment.end() : comment.end() + int(comment[2])]
    return Recording(text.decode("utf-8", "replace"), int(comment[1]) / 1000)
