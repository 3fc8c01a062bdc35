"""SVG. https://www.w3.org/TR/SVG2/"""

from __future__ import annotations

from .pattern import Colour, Pattern


def write(pattern: Pattern) -> bytes:
    """The pattern as an SVG; the prompt is its title."""
    cell = pattern.cell
    squares = "".join(
        f"M{column * cell} {row * cell}h{cell}v{cell}h-{cell}z"
        for row, cells in enumerate(pattern.rows)
        for column, filled in enumerate(cells)
        if filled
    )
    rect = f'<rect width="100%" height="100%" fill="{_hexadecimal(pattern.background)}"/>'
    width, height = pattern.width, pattern.height
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f"<title>{pattern.caption}</title>{'' if pattern.transparent else rect}"
        f'<path d="{squares}" fill="{_hexadecimal(pattern.foreground)}"/></svg>\n'
    )
    return text.encode("utf-8", "replace")


def _hexadecimal(colour: Colour) -> str:
    return "#" + bytes(colour).hex()
