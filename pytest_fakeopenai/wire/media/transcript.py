"""A transcript in the formats that the API writes: when each part of it was said, and subtitles.

What is not known of a recording is made up: the text is said evenly over its length.
Reference: https://platform.openai.com/docs/guides/speech-to-text
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..protocol.call import Json

_SENTENCE = re.compile(r"\S.*?(?:[.!?](?=\s|$)|[\u3002\uff01\uff1f]+|$)", re.DOTALL)
_WORD = re.compile(r"\S+")
_FIRST_TIME = 50_364  # the token that stands for no time at all
_NAMES = """
    af:afrikaans ar:arabic az:azerbaijani be:belarusian bg:bulgarian bs:bosnian ca:catalan cs:czech cy:welsh da:danish
    de:german el:greek en:english es:spanish et:estonian fa:persian fi:finnish fr:french gl:galician he:hebrew hi:hindi
    hr:croatian hu:hungarian hy:armenian id:indonesian is:icelandic it:italian ja:japanese kk:kazakh kn:kannada
    ko:korean lt:lithuanian lv:latvian mi:maori mk:macedonian mr:marathi ms:malay ne:nepali nl:dutch no:norwegian
    pl:polish pt:portuguese ro:romanian ru:russian sk:slovak sl:slovenian sr:serbian sv:swedish sw:swahili ta:tamil
    th:thai tl:tagalog tr:turkish uk:ukrainian ur:urdu vi:vietnamese zh:chinese
"""
_LANGUAGES = dict(pair.split(":") for pair in _NAMES.split())


@dataclass(frozen=True)
class Span:
    """A part of a transcript, and from which second to which it was said."""

    text: str
    start: float
    end: float


def sentences(text: str, seconds: float) -> list[Span]:
    """The transcript sentence by sentence."""
    return _spans(_SENTENCE, text, seconds)


def words(text: str, seconds: float) -> list[Span]:
    """The transcript word by word."""
    return _spans(_WORD, text, seconds)


def _spans(pattern: re.Pattern[str], text: str, seconds: float) -> list[Span]:
    a_character = seconds / max(len(text), 1)
    return [
        Span(found[0], round(found.start() * a_character, 2), round(found.end() * a_character, 2))
        for found in pattern.finditer(text)
    ]


def language_named(code: str) -> str:
    """The English name of a language, by its code; another name as it is."""
    return _LANGUAGES.get(code.lower(), code.lower())


def srt(spans: Iterable[Span]) -> str:
    """The transcript as numbered subtitles."""
    blocks = (f"{number}\n{_from_to(span, ',')}\n{span.text}\n\n" for number, span in enumerate(spans, 1))
    return "".join(blocks) + "\n"


def vtt(spans: Iterable[Span]) -> str:
    """The transcript as subtitles for the web."""
    return "WEBVTT\n\n" + "".join(f"{_from_to(span, '.')}\n{span.text}\n\n" for span in spans)


def _from_to(span: Span, mark: str) -> str:
    return f"{_clock(span.start, mark)} --> {_clock(span.end, mark)}"


def _clock(seconds: float, mark: str) -> str:
    minutes, thousandths = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{thousandths // 1000:02}{mark}{thousandths % 1000:03}"


def detailed(spans: Sequence[Span], temperature: float) -> list[Json]:
    """Segments with all that whisper tells of them."""
    return [
        {
            "id": number,
            "seek": 0,
            "start": span.start,
            "end": span.end,
            "text": f" {span.text}",
            "tokens": [_FIRST_TIME + round(50 * span.start), *_tokens(span.text), _FIRST_TIME + round(50 * span.end)],
            "temperature": temperature,
            "avg_logprob": -0.25,
            "compression_ratio": 1.2,
            "no_speech_prob": 0.01,
        }
        for number, span in enumerate(spans)
    ]


def _tokens(text: str) -> list[int]:
    """Numbers that look like the tokens of a text, of which nobody has the vocabulary."""
    return [zlib.crc32(word.encode("utf-8", "replace")) % 50_000 for word in text.split()]


def timed(spans: Sequence[Span]) -> list[Json]:
    """Words with their times."""
    return [{"word": span.text, "start": span.start, "end": span.end} for span in spans]


def by_speaker(spans: Sequence[Span], names: Sequence[str]) -> list[Json]:
    """Segments, said by speakers in turn."""
    return [
        {
            "type": "transcript.text.segment",
            "text": f" {span.text}",
            "speaker": names[number % len(names)],
            "start": span.start,
            "end": span.end,
            "id": f"seg_{number}",
        }
        for number, span in enumerate(spans)
    ]
