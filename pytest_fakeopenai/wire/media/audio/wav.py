"""WAV, and the samples in it. https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html"""

from __future__ import annotations

import math
import struct
import zlib

from .speech import RATE, Speech

_BYTES_A_SAMPLE = 2
_AMPLITUDE = 1_500  # of 32,767
_HEADER = struct.Struct("<4sI")


def samples(speech: Speech) -> bytes:
    """The samples of a soft tone as long as the speech: 16 bits each, little-endian, mono."""
    period = 80 + zlib.crc32(speech.voice.encode("utf-8", "replace")) % 120
    wave = (round(_AMPLITUDE * math.sin(2 * math.pi * position / period)) for position in range(period))
    tone = struct.pack(f"<{period}h", *wave)
    return (tone * (speech.samples // period + 1))[: speech.samples * _BYTES_A_SAMPLE]


def write(speech: Speech) -> bytes:
    """The speech as a WAV: a header of 44 bytes, the samples, and the comment behind them."""
    form = struct.pack("<HHIIHH", 1, 1, RATE, RATE * _BYTES_A_SAMPLE, _BYTES_A_SAMPLE, _BYTES_A_SAMPLE * 8)
    data = samples(speech)
    comment = _chunk(b"LIST", b"INFO" + _chunk(b"ICMT", speech.comment + b"\0"))
    chunks = b"WAVE" + _chunk(b"fmt ", form) + _chunk(b"data", data) + comment
    return _HEADER.pack(b"RIFF", len(chunks)) + chunks


def _chunk(chunk_id: bytes, data: bytes) -> bytes:
    return _HEADER.pack(chunk_id, len(data)) + data + bytes(len(data) % 2)


def duration(content: bytes) -> float | None:
    """The duration of a WAV in seconds; None for what is no WAV, or does not say."""
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        return None
    position, byte_rate = 12, 0
    while position + _HEADER.size <= len(content):
        chunk_id, size = _HEADER.unpack_from(content, position)
        position += _HEADER.size
        if chunk_id == b"fmt " and len(content) >= position + 12:
            (byte_rate,) = struct.unpack_from("<I", content, position + 8)
        elif chunk_id == b"data" and byte_rate:
            return float(min(size, len(content) - position) / byte_rate)  # a stream's size is not known when it begins
        position += size + size % 2
    return None
