"""Opus in Ogg. https://www.rfc-editor.org/rfc/rfc7845"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from .checksums import crc
from .speech import RATE, Speech
from .vorbis_comment import vorbis_comment

_SILENCE = b"\xf8\xff\xfe"  # 20 milliseconds
_SAMPLES_A_PACKET = 960  # at 48 kHz, whatever the rate of what was encoded
_PRE_SKIP = 312
_PACKETS_A_PAGE = 200
_BEGIN, _END = 2, 4  # of the stream, as pages flag it
_HEADER = struct.Struct("<4sBBqIIIB")


def write(speech: Speech) -> bytes:
    """Silent packets as long as the speech, behind a Vorbis comment."""
    end = _PRE_SKIP + speech.samples * (48_000 // RATE)
    count = -(-end // _SAMPLES_A_PACKET)
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, _PRE_SKIP, RATE, 0, 0)
    pages = [_page(0, [head], 0, _BEGIN), _page(1, [b"OpusTags" + vorbis_comment(speech.comment)], 0, 0)]
    for done in range(0, count, _PACKETS_A_PAGE):
        packets = [_SILENCE] * min(_PACKETS_A_PAGE, count - done)
        until = done + len(packets)
        last = until == count
        pages.append(_page(len(pages), packets, end if last else until * _SAMPLES_A_PACKET, _END if last else 0))
    return b"".join(pages)


def _page(number: int, packets: Sequence[bytes], granule_position: int, flags: int) -> bytes:
    lengths = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    body = lengths + b"".join(packets)
    fields = (b"OggS", 0, flags, granule_position, 1, number)
    checksum = crc(_HEADER.pack(*fields, 0, len(lengths)) + body, 0x04C11DB7, 32)
    return _HEADER.pack(*fields, checksum, len(lengths)) + body
