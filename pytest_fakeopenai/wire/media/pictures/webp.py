"""WebP, lossless. https://developers.google.com/speed/webp/docs/webp_lossless_bitstream_specification

A cell is a block of the image that has codes of its own. Each knows one colour only, so its pixels take no bits at all.
"""

from __future__ import annotations

import struct

from ..bits import bits, low_first
from .pattern import Colour, Pattern

_HAS_XMP, _HAS_ALPHA = 0x04, 0x10
_ONLY_ZERO = "0001"  # a code that knows one symbol, zero
_ZERO_OR_ONE = bits(1, 8) + "0011"


def write(pattern: Pattern) -> bytes:
    """The pattern as a WebP; the prompt is its description in XMP."""
    size = bits(pattern.height - 1, 24) + bits(pattern.width - 1, 24)
    flags = _HAS_XMP | (_HAS_ALPHA if pattern.clear else 0)
    chunks = _chunk(b"VP8X", bytes((flags, 0, 0, 0)) + low_first(size))
    chunks += _chunk(b"VP8L", b"\x2f" + low_first(_image(pattern))) + _chunk(b"XMP ", _description(pattern.caption))
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
    """The image's bits, the first at the end."""
    cells = [inked for row in pattern.rows for inked in row]
    header = [
        bits(pattern.width - 1, 14),
        bits(pattern.height - 1, 14),
        bits(int(pattern.clear), 1),
        bits(0, 3),  # the version
        "00",  # nothing is transformed, no colours are cached
        "1",  # blocks have codes of their own
        bits(pattern.cell.bit_length() - 3, 3),
    ]
    which = ["0", _ZERO_OR_ONE, *[_ONLY_ZERO] * 4, *(bits(inked, 1) for inked in cells)]
    codes = [_code(pattern.paper, 0 if pattern.clear else 255)]
    if any(cells):
        codes.append(_code(pattern.ink, 255))
    return "".join(reversed([*header, *which, *codes]))


def _code(colour: Colour, alpha: int) -> str:
    red, green, blue = colour
    return "".join([_ONLY_ZERO, *(bits(value, 8) + "101" for value in (alpha, blue, red, green))])
