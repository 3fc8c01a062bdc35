"""AAC in ADTS frames. https://wiki.multimedia.cx/index.php/ADTS"""

from __future__ import annotations

from ..bits import bits, msb_first
from .id3 import tag
from .speech import Speech

_SAMPLES_A_FRAME = 1_024
_SILENCE = bytes(3) + b"\x07"  # one channel with nothing in any band, and the end
_HEADER = (
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
_FRAME = msb_first("".join(bits(value, width) for _, value, width in _HEADER)) + _SILENCE


def write(speech: Speech) -> bytes:
    """Silent frames as long as the speech, behind an ID3 tag with the comment."""
    return tag(speech.comment) + _FRAME * -(-speech.samples // _SAMPLES_A_FRAME)
