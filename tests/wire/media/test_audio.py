"""Sounds: real files as long as the text takes, in every format, with the text in them."""

from __future__ import annotations

import hashlib
import io
import struct
import wave
from collections.abc import Iterator

import pytest

from pytest_fakeopenai.wire.media.audio import MEDIA_TYPES, synthesize
from pytest_fakeopenai.wire.media.audio.checksums import crc
from pytest_fakeopenai.wire.media.audio.speech import Recording, Speech, recognize
from pytest_fakeopenai.wire.media.audio.wav import duration
from pytest_fakeopenai.wire.media.file_types import is_audio

HELLO = Speech("Hello, Wörld! 狐", "alloy")
EVEN = Speech("x" * 256, "alloy")  # as long as so many whole blocks of a FLAC
LONG = Speech("word " * 819, "alloy", 0.25)
REMARKED = [name for name in MEDIA_TYPES if name != "pcm"]
every_length = pytest.mark.parametrize(
    "speech", [Speech(""), HELLO, EVEN, LONG], ids=["nothing", "hello", "even", "long"]
)


@pytest.mark.parametrize(
    ("text", "speed", "seconds"),
    [("", 1.0, 0.2), ("x" * 100, 1.0, 7.0), ("x" * 100, 2.0, 3.5), ("x" * 100, 0.25, 28.0), ("x" * 10**6, 1.0, 1200.0)],
)
def test_takes_as_long_as_the_text_and_the_speed_say(text: str, speed: float, seconds: float) -> None:
    assert Speech(text, "", speed).seconds == pytest.approx(seconds)


@every_length
def test_writes_a_wav_that_the_standard_library_reads(speech: Speech) -> None:
    sound = synthesize(speech, "wav")
    with wave.open(io.BytesIO(sound)) as read:
        shape = (read.getnchannels(), read.getsampwidth(), read.getframerate(), read.getnframes())
        samples = read.readframes(speech.samples)
    assert shape == (1, 2, 24_000, speech.samples)
    assert samples == sound[44 : 44 + len(samples)] == synthesize(speech, "pcm")
    assert duration(sound) == pytest.approx(speech.seconds, abs=1e-4)


def test_sounds_a_soft_tone_that_the_voice_decides() -> None:
    sound = synthesize(HELLO, "pcm")
    loudness = [abs(each) for each in struct.unpack(f"<{len(sound) // 2}h", sound)]
    assert 1_400 < max(loudness) <= 1_500
    assert synthesize(Speech(HELLO.text, "coral"), "pcm") != sound


def id3(sound: bytes) -> int:
    """Where the frames behind a tag begin."""
    assert sound[:3] == b"ID3"
    size = sound[6:10]
    return 10 + sum(byte << 7 * (3 - place) for place, byte in enumerate(size))


@every_length
def test_writes_an_mp3_of_whole_frames(speech: Speech) -> None:
    sound = synthesize(speech, "mp3")
    frames = sound[id3(sound) :]
    assert len(frames) % 96 == 0
    assert {frames[start : start + 4] for start in range(0, len(frames), 96)} == {b"\xff\xf3\x44\xc0"}
    assert 0 <= len(frames) // 96 * 576 - speech.samples < 576


@every_length
def test_writes_an_aac_of_whole_frames(speech: Speech) -> None:
    sound = synthesize(speech, "aac")
    place, count = id3(sound), 0
    while place < len(sound):
        head = int.from_bytes(sound[place : place + 7], "big")
        assert head >> 44 == 0xFFF
        place += head >> 13 & 0x1FFF
        count += 1
    assert place == len(sound)
    assert 0 <= count * 1024 - speech.samples < 1024


def pages(sound: bytes) -> Iterator[tuple[int, int, list[bytes]]]:
    """The flags, the position and the packets of each page of an Ogg file, its checksum found right."""
    place = 0
    while place < len(sound):
        name, _, flags, position, _, _, check, count = struct.unpack_from("<4sBBqIIIB", sound, place)
        lengths = sound[place + 27 : place + 27 + count]
        end = place + 27 + count + sum(lengths)
        page = sound[place:end]
        assert (name, crc(page[:22] + bytes(4) + page[26:], 0x04C11DB7, 32)) == (b"OggS", check)
        yield flags, position, [*packets(lengths, page[27 + count :])]
        place = end


def packets(lengths: bytes, data: bytes) -> Iterator[bytes]:
    size = 0
    for length in lengths:
        size += length
        if length < 255:
            yield data[:size]
            data, size = data[size:], 0


@every_length
def test_writes_opus_in_ogg(speech: Speech) -> None:
    head, tags, *rest = pages(synthesize(speech, "opus"))
    assert (head[0], head[2][0][:8], tags[2][0][:8], rest[-1][0]) == (2, b"OpusHead", b"OpusTags", 4)
    assert {packet for _, _, packets in rest for packet in packets} == {b"\xf8\xff\xfe"}
    assert rest[-1][1] - 312 == speech.samples * 2
    assert 0 <= sum(len(packets) for _, _, packets in rest) * 960 - rest[-1][1] < 960


@every_length
def test_writes_a_flac_whose_checksums_are_right(speech: Speech) -> None:
    sound = synthesize(speech, "flac")
    assert int.from_bytes(sound[21:26], "big") & (1 << 36) - 1 == speech.samples
    place = 42
    place += 4 + int.from_bytes(sound[place + 1 : place + 4], "big")
    total = 0
    while place < len(sound):
        size, length = flac_frame(sound[place : place + 20])
        total += size
        place += length
    assert (total, place) == (speech.samples, len(sound))


def flac_frame(data: bytes) -> tuple[int, int]:
    """The samples and the bytes of a frame, its checksums found right."""
    assert data[:2] == b"\xff\xf8"
    number = 1 if data[4] < 0x80 else 2 if data[4] < 0xE0 else 3
    whole = data[2] == 0xC7
    end = 4 + number + (0 if whole else 2)
    size = 4096 if whole else int.from_bytes(data[end - 2 : end], "big") + 1
    assert data[end] == crc(data[:end], 0x07, 8)
    assert int.from_bytes(data[end + 4 : end + 6], "big") == crc(data[: end + 4], 0x8005, 16)
    return size, end + 6


# These files were decoded with FFmpeg (PyAV 18.1) to silence of the right length.
@pytest.mark.parametrize(
    ("named", "digest"),
    [
        ("mp3", "fa4aec00363fae50"),
        ("aac", "b37eb124bfe2fb52"),
        ("flac", "d8e8df4cfc35bb05"),
        ("opus", "5f104502ccb18649"),
    ],
)
def test_writes_what_another_program_could_read(named: str, digest: str) -> None:
    assert hashlib.blake2b(synthesize(HELLO, named), digest_size=8).hexdigest() == digest


@pytest.mark.parametrize(("data", "polynomial", "width", "value"), [
    (b"123456789", 0x07, 8, 0xF4),
    (b"123456789", 0x8005, 16, 0xFEE8),
    (b"123456789", 0x04C11DB7, 32, 0x89A1897F),
    (b"", 0x07, 8, 0),
])  # fmt: skip
def test_computes_the_known_checksums(data: bytes, polynomial: int, width: int, value: int) -> None:
    assert crc(data, polynomial, width) == value


@pytest.mark.parametrize("named", REMARKED)
def test_says_again_what_was_said(named: str) -> None:
    sound = synthesize(HELLO, named)
    assert is_audio(sound) is True
    assert recognize(sound) == Recording(HELLO.text, 1.05)


@pytest.mark.parametrize(
    "sound",
    [
        synthesize(HELLO, "pcm"),
        b"",
        synthesize(Speech("x" * 70_000), "mp3"),
        b"pytest-fakeopenai speech of 1 ms in x bytes: ",
    ],
    ids=["samples", "nothing", "too long for a remark", "no number"],
)
def test_hears_nothing_where_nothing_is_noted(sound: bytes) -> None:
    assert recognize(sound) is None


@pytest.mark.parametrize("text", ["", "pytest-fakeopenai speech of 1 ms in 2 bytes: ab", "\ud800"])
def test_hears_any_text(text: str) -> None:
    speech = recognize(synthesize(Speech(text), "wav"))
    assert speech is not None
    assert speech.text == text.encode("utf-8", "replace").decode()


def wav_of(chunks: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


FORM = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8_000, 16_000, 2, 16)
STREAMED = b"data" + struct.pack("<I", 0xFFFFFFFF) + bytes(32_000)
ODD = b"LIST" + struct.pack("<I", 3) + b"abc\0"


@pytest.mark.parametrize(
    ("content", "seconds"),
    [
        (wav_of(FORM + b"data" + struct.pack("<I", 8_000) + bytes(8_000)), 0.5),
        (wav_of(FORM + STREAMED), 2.0),
        (wav_of(ODD + FORM + STREAMED), 2.0),
        (wav_of(STREAMED), None),
        (wav_of(FORM), None),
        (wav_of(b"fmt "), None),
        (wav_of(b"fmt " + struct.pack("<I", 16)), None),
        (b"RIFF", None),
        (b"", None),
        (synthesize(HELLO, "mp3"), None),
    ],
)
def test_measures_a_wav_by_its_head(content: bytes, seconds: float | None) -> None:
    assert duration(content) == seconds
