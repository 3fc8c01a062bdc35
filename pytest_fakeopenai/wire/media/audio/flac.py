"""FLAC. https://www.rfc-editor.org/rfc/rfc9639"""

from __future__ import annotations

import struct

from ..bits import bits, msb_first
from .checksums import crc
from .speech import RATE, Speech
from .vorbis_comment import vorbis_comment

_BLOCK_SIZE = 4_096
_FULL_BLOCK, _LAST_BLOCK = 0xC7, 0x77  # of 4,096 samples, or of a size that follows; at 24 kHz
_MONO_16 = 0x08
_SILENCE = bytes(3)  # a subframe of one value, zero, for the whole block


def write(speech: Speech) -> bytes:
    """Silent frames as long as the speech, behind a Vorbis comment."""
    stream_info = bits(RATE, 20) + bits(0, 3) + bits(15, 5) + bits(speech.samples, 36)
    info = struct.pack(">HH", _BLOCK_SIZE, _BLOCK_SIZE) + bytes(6) + msb_first(stream_info) + bytes(16)
    sizes = [_BLOCK_SIZE] * (speech.samples // _BLOCK_SIZE)
    if rest := speech.samples % _BLOCK_SIZE:
        sizes.append(rest)
    frames = b"".join(_frame(number, size) for number, size in enumerate(sizes))
    return b"fLaC" + _block(0, info) + _block(0x84, vorbis_comment(speech.comment)) + frames


def _block(kind: int, data: bytes) -> bytes:
    return bytes([kind]) + len(data).to_bytes(3, "big") + data


def _frame(number: int, size: int) -> bytes:
    full = size == _BLOCK_SIZE
    head = bytes((0xFF, 0xF8, _FULL_BLOCK if full else _LAST_BLOCK, _MONO_16)) + chr(number).encode()
    head += b"" if full else struct.pack(">H", size - 1)
    frame = head + bytes([crc(head, 0x07, 8)]) + _SILENCE
    return frame + struct.pack(">H", crc(frame, 0x8005, 16))
