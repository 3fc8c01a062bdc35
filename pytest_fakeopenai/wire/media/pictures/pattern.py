"""What a picture shows: a mirrored pattern of two colours, another one for every prompt."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape

Colour = tuple[int, int, int]
_UNSPEAKABLE = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CELLS = 8  # as many on the longer side, or up to twice as many
_FINEST = 8  # the smallest cell that every format can draw, in pixels


@dataclass(frozen=True)
class Pattern:
    """A picture of `width` by `height` pixels: square cells of `ink` on `paper`.

    - `prompt` is the text that the picture is of; `variant` tells several pictures of one prompt apart.
    - `share` is how much of it is done, from the top: a partial image shows less than 1.
    - `clear` leaves the paper out, in the formats that can.
    - `frames` are those of an animation, `pause` the milliseconds between them.
    """

    prompt: str
    width: int
    height: int
    variant: str = ""
    share: float = 1.0
    clear: bool = False
    frames: int = 9
    pause: int = 200

    @cached_property
    def _digest(self) -> bytes:
        return hashlib.blake2b(f"{self.prompt}\n{self.variant}".encode("utf-8", "replace"), digest_size=64).digest()

    @property
    def caption(self) -> str:
        """The prompt as XML can hold it."""
        return escape(_UNSPEAKABLE.sub("", self.prompt))

    @property
    def ink(self) -> Colour:
        """The colour of the cells: dark, and strong in one part."""
        red, green, blue, strong = (value % 128 for value in self._digest[:4])
        colour = [red, green, blue]
        colour[strong % 3] += 64
        return colour[0], colour[1], colour[2]

    @property
    def paper(self) -> Colour:
        """The colour behind the cells: light."""
        red, green, blue = (224 + value % 32 for value in self._digest[4:7])
        return red, green, blue

    @property
    def cell(self) -> int:
        """The side of a cell in pixels, a power of two."""
        side = _FINEST
        while side * 2 * _CELLS <= max(self.width, self.height):
            side *= 2
        return side

    @property
    def columns(self) -> int:
        """How many cells there are side by side; the last may be cut."""
        return -(-self.width // self.cell)

    @cached_property
    def rows(self) -> list[list[bool]]:
        """The cells from the top: whether each is of ink."""
        count = -(-self.height // self.cell)
        done = round(count * self.share)
        return [self._row(place) if place < done else [False] * self.columns for place in range(count)]

    def _row(self, place: int) -> list[bool]:
        half = -(-self.columns // 2)
        bits = [bool(self._bit(place * half + column)) for column in range(half)]
        return bits + bits[::-1][self.columns % 2 :]

    def _bit(self, number: int) -> int:
        """A bit of the pattern; the very first is set, so that no picture is empty."""
        return int(number == 0) or self._digest[8 + number // 8 % 56] >> number % 8 & 1

    def stretched(self, cells: Sequence[bool], unit: int) -> list[tuple[bool, int]]:
        """The cells of a row as runs of so many units of `unit` pixels each, cut at the picture's edge."""
        left = -(-self.width // unit)
        runs = []
        for cell in cells:
            length = min(self.cell // unit, left)
            runs.append((cell, length))
            left -= length
        return runs

    def height_of(self, row: int) -> int:
        """The pixels from the top to the bottom of a row of cells; the last may be cut."""
        return min(self.cell, self.height - row * self.cell)
