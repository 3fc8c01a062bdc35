"""WAV, and the samples in it. https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html"""

from __future__ import annotations

import math
import struct
import zlib

from .speech import RATE, Speech

_WIDTH = 2
_LOUDNESS = 1_500  # of 32,767
_HEAD = struct.Struct("<4sI")


def samples(speech: Speech) -> bytes:
    """A soft tone for as long as the text takes: 16 bits each, little-endian, mono."""
    period = 80 + zlib.crc32(speech.voice.encode("utf-8", "replace")) % 120
    wave = (round(_LOUDNESS * math.sin(2 * math.pi * place / period)) for place in range(period))
    tone = struct.pack(f"<{period}h", *wave)
    return (tone * (speech.samples // period + 1))[: speech.samples * _WIDTH]


def write(speech: Speech) -> bytes:
    """The speech as a WAV: a head of 44 bytes, the samples, and the note as a comment behind them."""
    shape = struct.pack("<HHIIHH", 1, 1, RATE, RATE * _WIDTH, _WIDTH, _WIDTH * 8)
    data = samples(speech)
    comment = _chunk(b"LIST", b"INFO" + _chunk(b"ICMT", speech.note + b"\0"))
    chunks = b"WAVE" + _chunk(b"fmt ", shape) + _chunk(b"data", data) + comment
    return _HEAD.pack(b"RIFF", len(chunks)) + chunks


def _chunk(kind: bytes, data: bytes) -> bytes:
    return _HEAD.pack(kind, len(data)) + data + bytes(len(data) % 2)


def measure(content: bytes) -> float | None:
    """The seconds that a WAV takes; None for what is no WAV, or does not say."""
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        return None
    place, a_second = 12, 0
    while place + _HEAD.size <= len(content):
        kind, size = _HEAD.unpack_from(content, place)
        place += _HEAD.size
        if kind == b"fmt " and len(content) >= place + 12:
            (a_second,) = struct.unpack_from("<I", content, place + 8)
        elif kind == b"data" and a_second:
            return float(min(size, len(content) - place) / a_second)  # a stream's size is not known when it begins
        place += size + size % 2
    return None
