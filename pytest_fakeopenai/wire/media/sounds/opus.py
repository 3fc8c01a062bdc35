"""Opus in Ogg. https://www.rfc-editor.org/rfc/rfc7845"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from .checksums import crc
from .remarks import remarks
from .speech import RATE, Speech

_SILENCE = b"\xf8\xff\xfe"  # 20 milliseconds
_SAMPLES = 960  # of 48,000 in a second, whatever the rate of what was coded
_SKIPPED = 312
_A_PAGE = 200
_FIRST, _LAST = 2, 4
_HEAD = struct.Struct("<4sBBqIIIB")


def write(speech: Speech) -> bytes:
    """The length of the speech as silent packets, the note as a comment in front of them."""
    end = _SKIPPED + speech.samples * (48_000 // RATE)
    count = -(-end // _SAMPLES)
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, _SKIPPED, RATE, 0, 0)
    pages = [_page(0, [head], 0, _FIRST), _page(1, [b"OpusTags" + remarks(speech.note)], 0, 0)]
    for done in range(0, count, _A_PAGE):
        packets = [_SILENCE] * min(_A_PAGE, count - done)
        until = done + len(packets)
        last = until == count
        pages.append(_page(len(pages), packets, end if last else until * _SAMPLES, _LAST if last else 0))
    return b"".join(pages)


def _page(number: int, packets: Sequence[bytes], position: int, flags: int) -> bytes:
    lengths = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    body = lengths + b"".join(packets)
    unsigned = _HEAD.pack(b"OggS", 0, flags, position, 1, number, 0, len(lengths)) + body
    return _HEAD.pack(b"OggS", 0, flags, position, 1, number, crc(unsigned, 0x04C11DB7, 32), len(lengths)) + body
