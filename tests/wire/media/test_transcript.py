"""Transcripts in every format: times spread evenly over the text."""

from __future__ import annotations

import pytest

from pytest_fakeopenai.wire.media.transcript import (
    Span,
    diarized_segments,
    language_name,
    sentences,
    srt,
    timed_words,
    verbose_segments,
    vtt,
    words,
)

HELLO = [Span("Hello there.", 0.0, 1.2), Span("How are you?", 1.3, 2.5)]
LATE = [Span("Late", 3_661.0625, 36_000.0)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("   ", []),
        ("Hello", ["Hello"]),
        ("Hello there. How are you?", ["Hello there.", "How are you?"]),
        ("Pi is 3.14. Wait... what?!", ["Pi is 3.14.", "Wait...", "what?!"]),
        (". Oh! ...", [". Oh!", "..."]),
        ("Two\nlines. And more", ["Two\nlines.", "And more"]),
        ("你好。再见！", ["你好。", "再见！"]),  # noqa: RUF001  # these are the marks of that script
    ],
)
def test_tells_sentences(text: str, expected: list[str]) -> None:
    assert [span.text for span in sentences(text, 1.0)] == expected


def test_tells_a_sentence_with_ever_so_many_marks() -> None:
    text = "." * 200_000 + "x"
    assert [span.text for span in sentences(text, 1.0)] == [text]


def test_spreads_the_text_evenly_over_the_time() -> None:
    assert sentences("Hello there. How are you?", 2.5) == HELLO
    assert words("One two", 7.0) == [Span("One", 0.0, 3.0), Span("two", 4.0, 7.0)]


@pytest.mark.parametrize(
    ("spans", "text"),
    [
        ([], "\n"),
        (
            HELLO,
            "1\n00:00:00,000 --> 00:00:01,200\nHello there.\n\n2\n00:00:01,300 --> 00:00:02,500\nHow are you?\n\n\n",
        ),
        (LATE, "1\n01:01:01,062 --> 10:00:00,000\nLate\n\n\n"),
    ],
)
def test_writes_numbered_subtitles(spans: list[Span], text: str) -> None:
    assert srt(spans) == text


@pytest.mark.parametrize(
    ("spans", "text"),
    [
        ([], "WEBVTT\n\n"),
        (
            HELLO,
            "WEBVTT\n\n00:00:00.000 --> 00:00:01.200\nHello there.\n\n00:00:01.300 --> 00:00:02.500\nHow are you?\n\n",
        ),
    ],
)
def test_writes_subtitles_for_the_web(spans: list[Span], text: str) -> None:
    assert vtt(spans) == text


def test_tells_all_of_a_segment_that_whisper_does() -> None:
    first, second = verbose_segments(HELLO, 0.3)
    assert (first["id"], first["text"], first["start"], first["end"]) == (0, " Hello there.", 0.0, 1.2)
    assert (second["id"], second["temperature"], second["seek"]) == (1, 0.3, 0)
    assert (first["tokens"][0], first["tokens"][-1], len(first["tokens"])) == (50_364, 50_424, 4)
    assert list(first)[6:] == ["temperature", "avg_logprob", "compression_ratio", "no_speech_prob"]


def test_tells_words_and_speakers() -> None:
    assert timed_words([Span("One", 0.0, 3.0)]) == [{"word": "One", "start": 0.0, "end": 3.0}]
    assert [(each["speaker"], each["id"]) for each in diarized_segments(HELLO * 2, ["Ann", "Bob"])] == [
        ("Ann", "seg_0"),
        ("Bob", "seg_1"),
        ("Ann", "seg_2"),
        ("Bob", "seg_3"),
    ]
    assert diarized_segments(HELLO, ["A"])[0] == {
        "type": "transcript.text.segment",
        "text": " Hello there.",
        "speaker": "A",
        "start": 0.0,
        "end": 1.2,
        "id": "seg_0",
    }


@pytest.mark.parametrize(
    ("code", "name"), [("en", "english"), ("DE", "german"), ("zh", "chinese"), ("tlh", "tlh"), ("English", "english")]
)
def test_calls_languages_by_name(code: str, name: str) -> None:
    assert language_name(code) == name
