"""FLAC. https://www.rfc-editor.org/rfc/rfc9639"""

from __future__ import annotations

import struct

from ..bits import bits, high_first
from .checksums import crc
from .remarks import remarks
from .speech import RATE, Speech

_SAMPLES = 4_096
_WHOLE, _PART = 0xC7, 0x77  # a block of 4,096 samples or of a size that follows, at 24 kHz
_MONO_16 = 0x08
_SILENCE = bytes(3)  # one value for the whole block, which is zero


def write(speech: Speech) -> bytes:
    """The length of the speech as silent frames, the note as a comment in front of them."""
    form = bits(RATE, 20) + bits(0, 3) + bits(15, 5) + bits(speech.samples, 36)
    info = struct.pack(">HH", _SAMPLES, _SAMPLES) + bytes(6) + high_first(form) + bytes(16)
    sizes = [_SAMPLES] * (speech.samples // _SAMPLES)
    if rest := speech.samples % _SAMPLES:
        sizes.append(rest)
    frames = b"".join(_frame(number, size) for number, size in enumerate(sizes))
    return b"fLaC" + _block(0, info) + _block(0x84, remarks(speech.note)) + frames


def _block(kind: int, data: bytes) -> bytes:
    return bytes([kind]) + len(data).to_bytes(3, "big") + data


def _frame(number: int, size: int) -> bytes:
    whole = size == _SAMPLES
    head = bytes((0xFF, 0xF8, _WHOLE if whole else _PART, _MONO_16)) + chr(number).encode()
    head += b"" if whole else struct.pack(">H", size - 1)
    frame = head + bytes([crc(head, 0x07, 8)]) + _SILENCE
    return frame + struct.pack(">H", crc(frame, 0x8005, 16))
