"""Cyclic redundancy checks, the highest bit first, as FLAC and Ogg have them."""

from __future__ import annotations

from functools import cache


def crc(data: bytes, polynomial: int, width: int) -> int:
    """The checksum of some bytes, `width` bits wide."""
    table, mask, shift = _table(polynomial, width), (1 << width) - 1, width - 8
    value = 0
    for byte in data:
        value = value << 8 & mask ^ table[value >> shift ^ byte]
    return value


@cache
def _table(polynomial: int, width: int) -> list[int]:
    return [_step(byte << width - 8, polynomial, width) for byte in range(256)]


def _step(value: int, polynomial: int, width: int) -> int:
    for _ in range(8):
        over = value >> width - 1
        value = value << 1 & (1 << width) - 1 ^ polynomial * over
    return value
