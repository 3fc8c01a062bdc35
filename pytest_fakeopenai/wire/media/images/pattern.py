"""What an image shows: a mirrored pattern of two colours, another one for every prompt."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape

Colour = tuple[int, int, int]
_NOT_IN_XML = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FEWEST_CELLS = 8  # on the longer side; there are less than twice as many
_SMALLEST_CELL = 8  # the smallest cell that every format can draw, in pixels


@dataclass(frozen=True)
class Pattern:
    """An image of `width` by `height` pixels: square cells in the colour `foreground` on `background`.

    - `prompt` is the text that the image is of; `variant` distinguishes several images of one prompt.
    - `progress` is the part of the pattern that is drawn, from the top: less than 1 in a partial image.
    - `transparent` leaves the background out, in the formats that can.
    - `frames` is the number of those of an animation, `delay` the milliseconds between them.
    """

    prompt: str
    width: int
    height: int
    variant: str = ""
    progress: float = 1.0
    transparent: bool = False
    frames: int = 9
    delay: int = 200

    @cached_property
    def _digest(self) -> bytes:
        return hashlib.blake2b(f"{self.prompt}\n{self.variant}".encode("utf-8", "replace"), digest_size=64).digest()

    @property
    def caption(self) -> str:
        """The prompt as XML can hold it."""
        return escape(_NOT_IN_XML.sub("", self.prompt))

    @property
    def foreground(self) -> Colour:
        """The colour of the filled cells: dark, and strongest in one component."""
        red, green, blue, strongest = (value % 128 for value in self._digest[:4])
        colour = [red, green, blue]
        colour[strongest % 3] += 64
        return colour[0], colour[1], colour[2]

    @property
    def background(self) -> Colour:
        """The colour of the other cells: light."""
        red, green, blue = (224 + value % 32 for value in self._digest[4:7])
        return red, green, blue

    @property
    def cell(self) -> int:
        """The side of a cell in pixels, a power of two."""
        side = _SMALLEST_CELL
        while side * 2 * _FEWEST_CELLS <= max(self.width, self.height):
            side *= 2
        return side

    @property
    def columns(self) -> int:
        """The number of cells side by side; the last may be cut."""
        return -(-self.width // self.cell)

    @cached_property
    def rows(self) -> list[list[bool]]:
        """The rows of cells from the top: whether each cell is filled."""
        count = -(-self.height // self.cell)
        done = round(count * self.progress)
        return [self._row(place) if place < done else [False] * self.columns for place in range(count)]

    def _row(self, place: int) -> list[bool]:
        half = -(-self.columns // 2)
        bits = [bool(self._bit(place * half + column)) for column in range(half)]
        return bits + bits[::-1][self.columns % 2 :]

    def _bit(self, number: int) -> int:
        """A bit of the pattern; the first is always set, so that no image is empty."""
        return int(number == 0) or self._digest[8 + number // 8 % 56] >> number % 8 & 1

    def cell_widths(self, cells: Sequence[bool], unit: int) -> list[tuple[bool, int]]:
        """The cells of a row, each with its width in units of `unit` pixels; the last may be cut at the edge."""
        left = -(-self.width // unit)
        widths = []
        for cell in cells:
            width = min(self.cell // unit, left)
            widths.append((cell, width))
            left -= width
        return widths

    def height_of(self, row: int) -> int:
        """The height of a row of cells in pixels; the last may be cut."""
        return min(self.cell, self.height - row * self.cell)
