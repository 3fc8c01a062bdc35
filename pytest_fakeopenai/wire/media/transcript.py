"""A transcript in the formats of the API: segments and words with their times, and subtitles.

The times are made up: the text is spread evenly over the length of the recording.
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
_FIRST_TIMESTAMP = 50_364  # the token of whisper's vocabulary for 0 seconds
_LANGUAGE_NAMES = """
    af:afrikaans ar:arabic az:azerbaijani be:belarusian bg:bulgarian bs:bosnian ca:catalan cs:czech cy:welsh da:danish
    de:german el:greek en:english es:spanish et:estonian fa:persian fi:finnish fr:french gl:galician he:hebrew hi:hindi
    hr:croatian hu:hungarian hy:armenian id:indonesian is:icelandic it:italian ja:japanese kk:kazakh kn:kannada
    ko:korean lt:lithuanian lv:latvian mi:maori mk:macedonian mr:marathi ms:malay ne:nepali nl:dutch no:norwegian
    pl:polish pt:portuguese ro:romanian ru:russian sk:slovak sl:slovenian sr:serbian sv:swedish sw:swahili ta:tamil
    th:thai tl:tagalog tr:turkish uk:ukrainian ur:urdu vi:vietnamese zh:chinese
"""
_LANGUAGES = dict(pair.split(":") for pair in _LANGUAGE_NAMES.split())


@dataclass(frozen=True)
class Span:
    """A part of a transcript, with the seconds at which it begins and ends."""

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
    pace = seconds / max(len(text), 1)
    matches = pattern.finditer(text)
    return [Span(match[0], round(match.start() * pace, 2), round(match.end() * pace, 2)) for match in matches]


def language_name(code: str) -> str:
    """The English name of a language by its code, in lower case; an unknown code as it is."""
    return _LANGUAGES.get(code.lower(), code.lower())


_has_form_of_code = re.compile(r"[A-Za-z]{2,3}").fullmatch


def is_language(text: str) -> bool:
    """Whether a text names a language: a code, or the English name of one that is known."""
    return _has_form_of_code(text) is not None or text.lower() in _LANGUAGES.values()


def srt(spans: Iterable[Span]) -> str:
    """The transcript as SubRip subtitles."""
    blocks = (f"{number}\n{_cue_times(span, ',')}\n{span.text}\n\n" for number, span in enumerate(spans, 1))
    return "".join(blocks) + "\n"


def vtt(spans: Iterable[Span]) -> str:
    """The transcript as WebVTT subtitles."""
    return "WEBVTT\n\n" + "".join(f"{_cue_times(span, '.')}\n{span.text}\n\n" for span in spans)


def _cue_times(span: Span, separator: str) -> str:
    return f"{_timestamp(span.start, separator)} --> {_timestamp(span.end, separator)}"


def _timestamp(seconds: float, separator: str) -> str:
    minutes, thousandths = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{thousandths // 1000:02}{separator}{thousandths % 1000:03}"


def verbose_segments(spans: Sequence[Span], temperature: float) -> list[Json]:
    """The `segments` of a `verbose_json` answer."""
    return [
        {
            "id": number,
            "seek": 0,
            "start": span.start,
            "end": span.end,
            "text": f" {span.text}",
            "tokens": [_time_token(span.start), *_tokens(span.text), _time_token(span.end)],
            "temperature": temperature,
            "avg_logprob": -0.25,
            "compression_ratio": 1.2,
            "no_speech_prob": 0.01,
        }
        for number, span in enumerate(spans)
    ]


def _time_token(seconds: float) -> int:
    return _FIRST_TIMESTAMP + round(50 * seconds)


def _tokens(text: str) -> list[int]:
    """Numbers in place of the tokens, for whisper's vocabulary is not at hand."""
    return [zlib.crc32(word.encode("utf-8", "replace")) % 50_000 for word in text.split()]


def timed_words(spans: Sequence[Span]) -> list[Json]:
    """The `words` of a `verbose_json` answer."""
    return [{"word": span.text, "start": span.start, "end": span.end} for span in spans]


def diarized_segments(spans: Sequence[Span], names: Sequence[str]) -> list[Json]:
    """The `segments` of a `diarized_json` answer, spoken by the named speakers in turn."""
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
