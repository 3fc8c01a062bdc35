"""AAC in ADTS frames. https://wiki.multimedia.cx/index.php/ADTS"""

from __future__ import annotations

from ..bits import bits, high_first
from .id3 import tag
from .speech import Speech

_SAMPLES = 1_024
_SILENCE = bytes(3) + b"\x07"  # one channel with nothing in any band, and the end
_HEAD = (
    ("sync", 0xFFF, 12),
    ("version, layer", 0, 3),
    ("no checksum", 1, 1),
    ("low complexity", 1, 2),
    ("24 kHz", 6, 4),
    ("private", 0, 1),
    ("mono", 1, 3),
    ("original, home, copyright", 0, 4),
    ("length", 7 + len(_SILENCE), 13),
    ("variable rate", 0x7FF, 11),
    ("one block", 0, 2),
)
_FRAME = high_first("".join(bits(value, width) for _, value, width in _HEAD)) + _SILENCE


def write(speech: Speech) -> bytes:
    """The length of the speech as silent frames, the note in front of them."""
    return tag(speech.note) + _FRAME * -(-speech.samples // _SAMPLES)
