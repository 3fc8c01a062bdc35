"""A text that is spoken: how long that takes, and the note by which its sound can be told again."""

from __future__ import annotations

import re
from dataclasses import dataclass

RATE = 24_000  # samples in a second
_SECONDS_A_CHARACTER = 0.07
_SHORTEST, _LONGEST = 0.2, 1_200.0
_NOTE = re.compile(rb"pytest-fakeopenai speech of (\d{1,9}) ms in (\d{1,6}) bytes: ")
_LONGEST_NOTE = 60_000


@dataclass(frozen=True)
class Speech:
    """A text in a voice; at a speed of 2 it takes half the time."""

    text: str
    voice: str = ""
    speed: float = 1.0

    @property
    def seconds(self) -> float:
        """How long it takes, about 14 characters in a second."""
        return min(max(len(self.text) * _SECONDS_A_CHARACTER, _SHORTEST) / self.speed, _LONGEST)

    @property
    def samples(self) -> int:
        """How many samples it takes."""
        return round(self.seconds * RATE)

    @property
    def note(self) -> bytes:
        """The remark in a sound file that holds the text; empty for one too long for a remark."""
        said = self.text.encode("utf-8", "replace")
        note = b"pytest-fakeopenai speech of %d ms in %d bytes: %s" % (round(self.seconds * 1000), len(said), said)
        return note if len(note) <= _LONGEST_NOTE else b""


@dataclass(frozen=True)
class Heard:
    """What a sound file says, and the seconds that it takes; the text is None where that cannot be known."""

    text: str | None
    seconds: float


def listen(content: bytes) -> Heard | None:
    """What a sound file made here says; None for any other."""
    note = _NOTE.search(content)
    if note is None:
        return None
    said = content[note.end() : note.end() + int(note[2])]
    return Heard(said.decode("utf-8", "replace"), int(note[1]) / 1000)
