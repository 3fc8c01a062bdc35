"""WebP, lossless. https://developers.google.com/speed/webp/docs/webp_lossless_bitstream_specification

A cell is a block of the image with prefix codes of its own. Each has one colour only, so its pixels take no bits.
"""

from __future__ import annotations

import struct

from ..bits import bits, lsb_first
from .pattern import Colour, Pattern

_HAS_XMP, _HAS_ALPHA = 0x04, 0x10
_CODE_OF_ZERO = "0001"  # a prefix code whose only symbol is zero; its pixels take no bits
_CODE_OF_ZERO_AND_ONE = bits(1, 8) + "0011"


def write(pattern: Pattern) -> bytes:
    """The pattern as a WebP; the prompt is its description in XMP."""
    size = bits(pattern.height - 1, 24) + bits(pattern.width - 1, 24)
    flags = _HAS_XMP | (_HAS_ALPHA if pattern.transparent else 0)
    chunks = _chunk(b"VP8X", bytes((flags, 0, 0, 0)) + lsb_first(size))
    chunks += _chunk(b"VP8L", b"\x2f" + lsb_first(_image(pattern))) + _chunk(b"XMP ", _description(pattern.caption))
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


def _chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def _description(caption: str) -> bytes:
    text = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt>'
        f'<rdf:li xml:lang="x-default">{caption}</rdf:li>'
        "</rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    return text.encode("utf-8", "replace")


def _image(pattern: Pattern) -> str:
    """The bits of the image, the first at the end."""
    cells = [filled for row in pattern.rows for filled in row]
    header = [
        bits(pattern.width - 1, 14),
        bits(pattern.height - 1, 14),
        bits(int(pattern.transparent), 1),
        bits(0, 3),  # the version
        "00",  # no transform, no colour cache
        "1",  # blocks have prefix codes of their own
        bits(pattern.cell.bit_length() - 3, 3),
    ]
    block_codes = ["0", _CODE_OF_ZERO_AND_ONE, *[_CODE_OF_ZERO] * 4, *(bits(filled, 1) for filled in cells)]
    prefix_codes = [_prefix_codes(pattern.background, 0 if pattern.transparent else 255)]
    if any(cells):
        prefix_codes.append(_prefix_codes(pattern.foreground, 255))
    return "".join(reversed([*header, *block_codes, *prefix_codes]))


def _prefix_codes(colour: Colour, alpha: int) -> str:
    """The prefix codes of a block: each has one symbol, the value of that channel."""
    red, green, blue = colour
    return "".join([_CODE_OF_ZERO, *(bits(value, 8) + "101" for value in (alpha, blue, red, green))])
