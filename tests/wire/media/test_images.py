"""Pictures: real files of the size asked for, in every format, as the prompt has it."""

from __future__ import annotations

import hashlib
import struct
import xml.etree.ElementTree as ElementTree
import zlib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from pytest_fakeopenai.wire.media.file_types import image_format, png_size
from pytest_fakeopenai.wire.media.images import MEDIA_TYPES, draw
from pytest_fakeopenai.wire.media.images.pattern import Pattern

FOX = Pattern("a red fox", 128, 96)
SIZES = [(1024, 1024), (1536, 864), (16, 48), (1000, 333), (8, 8), (1, 1)]
every_format = pytest.mark.parametrize("requested_format", MEDIA_TYPES)
every_size = pytest.mark.parametrize(("width", "height"), SIZES)


def chunks(image: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG, their checksums found right."""
    place = 8
    while place < len(image):
        (size,) = struct.unpack_from(">I", image, place)
        kind, data = image[place + 4 : place + 8], image[place + 8 : place + 8 + size]
        assert struct.unpack_from(">I", image, place + 8 + size) == (zlib.crc32(kind + data),)
        yield kind, data
        place += size + 12


def pixels(image: bytes) -> list[list[int]]:
    """The colour of each pixel of a PNG of two colours, line by line."""
    chunk_data = dict(chunks(image))
    width, _ = struct.unpack_from(">II", chunk_data[b"IHDR"])
    data, size = zlib.decompress(chunk_data[b"IDAT"]), -(-width // 4) + 1
    lines: list[list[int]] = []
    for start in range(0, len(data), size):
        filtered, line = data[start], data[start + 1 : start + size]
        assert filtered == 0 or not any(line)
        fresh = [byte >> shift & 3 for byte in line for shift in (6, 4, 2, 0)][:width]
        lines.append(lines[-1] if filtered == 2 else fresh)
    return lines


def drawn(pattern: Pattern) -> list[list[int]]:
    """The colour of each pixel of a pattern."""
    size = pattern.cell
    return [[int(pattern.rows[y // size][x // size]) for x in range(pattern.width)] for y in range(pattern.height)]


@every_size
def test_draws_every_pixel_of_a_png(width: int, height: int) -> None:
    pattern = replace(FOX, width=width, height=height)
    image = draw(pattern)
    assert png_size(image) == (width, height)
    assert pixels(image) == drawn(pattern)


def test_names_two_colours_and_the_prompt_in_a_png() -> None:
    chunk_data = dict(chunks(draw(replace(FOX, prompt="ein Fuchs 狐"))))
    assert list(chunk_data) == [b"IHDR", b"PLTE", b"iTXt", b"IDAT", b"IEND"]
    assert chunk_data[b"iTXt"] == b"prompt\0\0\0\0\0" + "ein Fuchs 狐".encode()
    assert len(chunk_data[b"PLTE"]) == 6
    assert chunk_data[b"PLTE"][:3] != chunk_data[b"PLTE"][3:]


def test_leaves_the_background_out_where_it_is_transparent() -> None:
    transparent = replace(FOX, transparent=True)
    assert dict(chunks(draw(transparent)))[b"tRNS"] == b"\0"
    assert b"<rect" in draw(FOX, "svg")
    assert b"<rect" not in draw(transparent, "svg")


# These files were opened with Pillow 13 and found to show, pixel by pixel, what the PNG shows.
@pytest.mark.parametrize(
    ("named", "transparent", "digest"),
    [
        ("jpeg", False, "8819fc64b27da520"),
        ("webp", False, "40786fd7ba44fd55"),
        ("webp", True, "394b65d529c171d1"),
        ("gif", False, "83317aee58d5eaf6"),
        ("gif", True, "aeb2857623227078"),
    ],
)
def test_writes_what_another_program_could_read(named: str, transparent: bool, digest: str) -> None:
    image = draw(replace(FOX, transparent=transparent), named)
    assert hashlib.blake2b(image, digest_size=8).hexdigest() == digest


@every_format
def test_is_a_file_of_its_format_with_the_prompt_in_it(requested_format: str) -> None:
    image = draw(FOX, requested_format)
    assert image_format(image) == (None if requested_format == "svg" else requested_format)
    assert b"a red fox" in image


@every_format
def test_is_the_same_for_the_same_prompt_only(requested_format: str) -> None:
    others = [FOX, replace(FOX, prompt="a red hen"), replace(FOX, variant="1"), replace(FOX, progress=0.5)]
    images = [draw(pattern, requested_format) for pattern in others]
    assert draw(FOX, requested_format) == images[0]
    assert len(set(images)) == len(images)


@every_format
@every_size
def test_takes_any_size_and_any_prompt(requested_format: str, width: int, height: int) -> None:
    strange = Pattern("<&\"'\x00\ud800狐" * 40_000, width, height, progress=0.01)
    assert len(draw(strange, requested_format)) > 100


def test_is_small() -> None:
    sizes = {named: len(draw(replace(FOX, width=1024, height=1024), named)) for named in MEDIA_TYPES}
    assert max(sizes.values()) < 120_000


def test_mirrors_the_pattern_and_leaves_no_picture_empty() -> None:
    for number in range(50):
        pattern = Pattern(f"prompt {number}", 1024, 1024)
        assert all(row == row[::-1] for row in pattern.rows)
        assert pattern.rows[0][0]
        assert sum(pattern.foreground) < sum(pattern.background)


def test_shows_of_a_partial_image_the_upper_part() -> None:
    whole, half = FOX.rows, replace(FOX, progress=0.5).rows
    assert half[: len(half) // 2] == whole[: len(half) // 2]
    assert not any(map(any, half[len(half) // 2 :]))


def test_draws_an_svg_cell_by_cell() -> None:
    pattern = replace(FOX, prompt="foxes\x00 & <hens>\ud800")
    tree = ElementTree.fromstring(draw(pattern, "svg"))
    title, _, path = tree
    assert (tree.attrib["width"], tree.attrib["height"], title.text) == ("128", "96", "foxes & <hens>")
    assert path.attrib["d"].count("z") == sum(map(sum, pattern.rows))


def gif_frames(image: bytes) -> Iterator[tuple[int, int, list[int]]]:
    """Where each frame of a GIF begins, its height, and its pixels."""
    place = 13 + 6
    while image[place] != 0x3B:
        if image[place] == 0x21:
            place = blocks(image, place + 2)[1]
            continue
        top, width, height = struct.unpack_from("<xxxHHHx", image, place)
        data, place = blocks(image, place + 11)
        frame = colours(data)
        assert len(frame) == width * height
        yield top, height, frame


def blocks(image: bytes, place: int) -> tuple[bytes, int]:
    data = b""
    while size := image[place]:
        data += image[place + 1 : place + 1 + size]
        place += size + 1
    return data, place + 1


def colours(data: bytes) -> list[int]:
    """The pixels behind the codes of a frame of four colours."""
    value, indices, width = int.from_bytes(data, "little"), list[int](), 3
    table: list[list[int]] = []
    before: list[int] = []
    while True:
        code, value = value & (1 << width) - 1, value >> width
        if code == 5:
            return indices
        if code == 4:
            table, before, width = [[0], [1], [2], [3], [], []], [], 3
            continue
        now = table[code] if code < len(table) else [*before, before[0]]
        if before:
            table.append([*before, now[0]])
            width += len(table) == 1 << width
        indices, before = [*indices, *now], now


@pytest.mark.parametrize("frames", [2, 5, 16])
def test_shows_a_gif_frame_by_frame(frames: int) -> None:
    pattern = replace(FOX, height=90, frames=frames, delay=500)
    image = draw(pattern, "gif")
    screen = [[-1] * 128 for _ in range(90)]
    shown_frames = [*gif_frames(image)]
    for top, height, shown in shown_frames:
        screen[top : top + height] = [shown[128 * line : 128 * (line + 1)] for line in range(height)]
    assert screen == drawn(pattern)
    assert len(shown_frames) == frames
    assert image.count(b"\x21\xf9\x04\x04" + struct.pack("<H", 50)) == frames
