"""Transcriptions and translations: what a recording says, in every format, as a stream, and as a rule says."""

from __future__ import annotations

import inspect
import io
import json
import wave
from typing import Any

import openai
import pytest
from openai.resources.audio.transcriptions import Transcriptions

from pytest_fakeopenai import Chunks, Delay, FakeOpenAI, RateLimit, Reply
from pytest_fakeopenai.wire.media.audio import synthesize as sound_of
from pytest_fakeopenai.wire.media.audio.speech import Speech

from ._requests import both_clients, call_method, error, send

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
TEXT = "Hello there. How are you?"
WHISPER, GPT, SPEAKERS = "whisper-1", "gpt-4o-transcribe", "gpt-4o-transcribe-diarize"
SOUND = sound_of(Speech(TEXT), "wav")
FORMATS = "['flac', 'm4a', 'mp3', 'mp4', 'mpeg', 'mpga', 'oga', 'ogg', 'wav', 'webm']"
streams = pytest.mark.skipif(
    "stream" not in inspect.signature(Transcriptions.create).parameters, reason="this SDK streams no transcripts"
)
SEGMENTS = [(" Hello there.", 0.0, 0.84), (" How are you?", 0.91, 1.75)]


def recording(seconds: float) -> bytes:
    """A recording of silence that nobody's speech endpoint made."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 8_000, 0, "NONE", ""))
        sound.writeframes(bytes(round(seconds * 16_000)))
    return file.getvalue()


def hear(fake: FakeOpenAI, kind: str = "sync", *, extra: Any = None, **request: Any) -> Any:
    """A transcription, by default of a greeting by whisper; `extra` is what not every SDK has a parameter for."""
    fields = {"model": WHISPER, "file": ("hello.wav", SOUND), "extra_body": extra, **request}
    return call_method(fake, kind, "audio.transcriptions.create", **fields)


def raw(fake: FakeOpenAI, **request: Any) -> Any:
    """The answer to a transcription as it came over the wire."""
    return fake.client.audio.transcriptions.with_raw_response.create(
        **{"model": WHISPER, "file": ("hello.wav", SOUND), **request}
    )


@both_clients
@pytest.mark.parametrize("named", ["mp3", "wav", "flac", "opus"])
def test_hears_what_was_spoken_here(fake_openai: FakeOpenAI, kind: str, named: str) -> None:
    speech = call_method(
        fake_openai, kind, "audio.speech.create", model="tts-1", voice="nova", input=TEXT, response_format=named
    )
    answer = hear(fake_openai, kind, file=(f"hello.{'ogg' if named == 'opus' else named}", speech.content))
    assert answer.text == TEXT
    assert fake_openai.requests.last.endpoint == "audio.transcriptions.create"


@pytest.mark.parametrize(
    ("file", "seconds"),
    [
        (("talk.wav", recording(3.7)), 4),
        (("talk.mp3", b"ID3" + bytes(31_997)), 2),
        (("talk.WEBM", b"\x1a\x45\xdf\xa3"), 1),
    ],
    ids=["wav", "mp3", "webm"],
)
def test_names_the_file_where_it_cannot_know_what_was_said(fake_openai: FakeOpenAI, file: Any, seconds: int) -> None:
    answer = hear(fake_openai, file=file)
    assert answer.text == f"Transcript of {file[0]}."
    assert answer.to_dict()["usage"] == {"type": "duration", "seconds": seconds}


def test_sends_compact_json_that_bills_whole_seconds(fake_openai: FakeOpenAI) -> None:
    answer = raw(fake_openai)
    assert answer.http_response.content == (
        b'{"text":"Hello there. How are you?","usage":{"type":"duration","seconds":2}}'
    )
    assert answer.headers["content-type"] == "application/json"


def test_bills_tokens_where_the_model_is_newer(fake_openai: FakeOpenAI, with_tokenizer: None) -> None:
    answer = raw(fake_openai, model=GPT, prompt="A greeting")
    assert json.dumps(json.loads(answer.http_response.content)) == json.dumps(
        {
            "text": TEXT,
            "usage": {
                "type": "tokens",
                "total_tokens": 27,
                "input_tokens": 20,
                "input_token_details": {"text_tokens": 2, "audio_tokens": 18},
                "output_tokens": 7,
            },
        }
    )


@both_clients
@pytest.mark.parametrize(
    ("named", "text"),
    [
        ("text", "Hello there. How are you?\n"),
        (
            "srt",
            "1\n00:00:00,000 --> 00:00:00,840\nHello there.\n\n2\n00:00:00,910 --> 00:00:01,750\nHow are you?\n\n\n",
        ),
        (
            "vtt",
            "WEBVTT\n\n00:00:00.000 --> 00:00:00.840\nHello there.\n\n00:00:00.910 --> 00:00:01.750\nHow are you?\n\n",
        ),
    ],
)
def test_writes_texts(fake_openai: FakeOpenAI, kind: str, named: str, text: str) -> None:
    assert hear(fake_openai, kind, response_format=named) == text
    assert raw(fake_openai, response_format=named).headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("granularities", "parts"),
    [
        (None, ["segments"]),
        (["segment"], ["segments"]),
        (["word"], ["words"]),
        (["word", "segment"], ["segments", "words"]),
    ],
)
def test_writes_details(fake_openai: FakeOpenAI, granularities: Any, parts: list[str]) -> None:
    fields = {} if granularities is None else {"timestamp_granularities": granularities}
    answer = hear(fake_openai, response_format="verbose_json", language="de", temperature=0.2, **fields)
    body = answer.to_dict()
    assert {*body} == {"task", "language", "duration", "text", "usage", *parts}
    assert (answer.language, float(answer.duration), answer.text) == ("german", 1.75, TEXT)
    segments = [(each["text"], each["start"], each["end"]) for each in body.get("segments", [])]
    assert segments == (SEGMENTS if "segments" in parts else [])
    assert [each["word"] for each in body.get("words", [])] == (TEXT.split() if "words" in parts else [])
    assert {each["temperature"] for each in body.get("segments", [])} <= {0.2}


@pytest.mark.parametrize(("names", "speakers"), [(None, ["A", "A"]), (["Ann", "Bob"], ["Ann", "Bob"])])
def test_tells_speakers_apart(fake_openai: FakeOpenAI, names: Any, speakers: list[str]) -> None:
    extra = {"response_format": "diarized_json", **({"known_speaker_names": names} if names else {})}
    body = hear(fake_openai, model=SPEAKERS, extra=extra).to_dict()
    assert [each["speaker"] for each in body["segments"]] == speakers
    assert [(each["text"], each["start"], each["end"]) for each in body["segments"]] == SEGMENTS
    assert (body["task"], body["duration"], body["usage"]["type"]) == ("transcribe", 1.75, "tokens")


def test_tells_how_likely_each_token_is(fake_openai: FakeOpenAI) -> None:
    body = hear(fake_openai, model=GPT, extra={"include": ["logprobs"]}).to_dict()
    assert "".join(each["token"] for each in body["logprobs"]) == TEXT
    assert all(
        bytes(map(int, each["bytes"])).decode() == each["token"] and each["logprob"] <= 0 for each in body["logprobs"]
    )


def test_tells_the_languages_where_the_model_does(fake_openai: FakeOpenAI) -> None:
    body = hear(fake_openai, model="gpt-transcribe", language="fr").to_dict()
    assert (body["languages"], body["text"]) == ([{"code": "fr"}], TEXT)


@both_clients
@streams
@pytest.mark.parametrize("model", [GPT, "gpt-4o-mini-transcribe", "gpt-transcribe"])
def test_streams_a_transcript(fake_openai: FakeOpenAI, kind: str, model: str) -> None:
    *deltas, done = hear(fake_openai, kind, model=model, stream=True)
    assert {event.type for event in deltas} == {"transcript.text.delta"}
    assert "".join(event.delta for event in deltas) == done.text == TEXT
    assert (done.type, done.usage.input_token_details.audio_tokens) == ("transcript.text.done", 18)
    assert fake_openai.requests.only.events[-1]["text"] == TEXT


@streams
def test_streams_as_the_api_does(fake_openai: FakeOpenAI) -> None:
    with fake_openai.client.audio.transcriptions.with_streaming_response.create(
        model=GPT, file=("hello.wav", SOUND), stream=True
    ) as answer:
        data, headers = answer.read(), answer.headers
    *lines, done, rest = data.split(b"\r\n\r\n")
    assert (headers["content-type"], headers["cache-control"]) == ("text/event-stream; charset=utf-8", "no-store")
    assert (done, rest) == (b"data: [DONE]", b"")
    assert all(line.startswith(b'data: {"type":"transcript.text.') and b"\n" not in line for line in lines)


@streams
def test_streams_likelihoods_and_speakers(fake_openai: FakeOpenAI) -> None:
    *deltas, done = hear(fake_openai, model=GPT, stream=True, include=["logprobs"])
    assert [each.token for each in done.logprobs] == [event.delta for event in deltas]
    assert all(event.logprobs[0].token == event.delta for event in deltas)
    *segments, last = hear(fake_openai, model=SPEAKERS, stream=True)
    assert [(event.to_dict()["text"], event.to_dict()["speaker"]) for event in segments] == [
        (" Hello there.", "A"),
        (" How are you?", "A"),
    ]
    assert (last.type, last.text) == ("transcript.text.done", TEXT)


def test_does_not_stream_where_the_model_cannot(fake_openai: FakeOpenAI) -> None:
    assert hear(fake_openai, extra={"stream": True}).text == TEXT


@pytest.mark.parametrize(
    ("model", "named", "advice"),
    [
        (GPT, "verbose_json", "'json' or 'text'"),
        ("gpt-4o-mini-transcribe", "srt", "'json' or 'text'"),
        (SPEAKERS, "vtt", "'json', 'text' or 'diarized_json'"),
        (WHISPER, "diarized_json", "'json', 'text', 'srt', 'verbose_json' or 'vtt'"),
        ("gpt-transcribe", "text", "'json'"),
    ],
)
def test_refuses_a_format_that_the_model_lacks(fake_openai: FakeOpenAI, model: str, named: Any, advice: str) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        hear(fake_openai, model=model, extra={"response_format": named})
    message = f"response_format '{named}' is not compatible with model '{model}'. Use {advice} instead."
    assert {"error": refused.value.body} == error(message, param="response_format", code="unsupported_value")


@both_clients
@pytest.mark.parametrize(
    ("request_", "status", "problem"),
    [
        ({"file": ("hello.txt", SOUND)}, 400, error(f"Invalid file format. Supported formats: {FORMATS}")),
        ({"file": SOUND}, 400, error(f"Invalid file format. Supported formats: {FORMATS}")),
        ({"file": ("hello.wav", b"no sound")}, 400, error(f"Invalid file format. Supported formats: {FORMATS}")),
        (
            {"file": ("hello.wav", recording(0.05))},
            400,
            error(
                "Audio file is too short. Minimum audio length is 0.1 seconds.", param="file", code="audio_too_short"
            ),
        ),
        (
            {"extra": {"response_format": "docx"}},
            400,
            error(
                "Invalid value: 'docx'. "
                "Supported values are: 'json', 'text', 'srt', 'verbose_json', 'vtt', and 'diarized_json'.",
                param="response_format",
                code="invalid_value",
            ),
        ),
    ],
    ids=["other name", "no name", "other content", "short", "other format"],
)
def test_refuses_what_the_api_refuses(
    fake_openai: FakeOpenAI, kind: str, request_: Any, status: int, problem: Any
) -> None:
    with pytest.raises(openai.APIStatusError) as refused:
        hear(fake_openai, kind, **request_)
    assert (refused.value.status_code, {"error": refused.value.body}) == (status, problem)


def test_refuses_a_file_that_is_too_large(fake_openai: FakeOpenAI) -> None:
    with pytest.raises(openai.APIStatusError) as refused:
        hear(fake_openai, file=("hello.wav", SOUND + bytes(26_214_400)))
    expected = error(f"Maximum content size limit (26214400) exceeded ({26_214_400 + len(SOUND)} bytes read)")
    expected["error"]["type"] = "server_error"
    assert (refused.value.status_code, {"error": refused.value.body}) == (413, expected)


def test_refuses_too_many_speakers(fake_openai: FakeOpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        hear(fake_openai, model=SPEAKERS, extra={"known_speaker_names": ["a", "b", "c", "d", "e"]})
    assert (refused.value.code, refused.value.param) == ("array_above_max_length", "known_speaker_names")


@pytest.mark.parametrize("name", ["file", "model"])
def test_needs_a_file_and_a_model(fake_openai: FakeOpenAI, name: str) -> None:
    fields = {"model": WHISPER, "file": "hello.wav"}
    answer = send(fake_openai, "POST", "/v1/audio/transcriptions", {key: fields[key] for key in fields if key != name})
    message = f"Missing required parameter: '{name}'."
    assert (answer.status, answer.json) == (400, error(message, param=name, code="missing_required_parameter"))


def test_takes_a_name_without_ending_where_the_media_type_tells(fake_openai: FakeOpenAI) -> None:
    assert hear(fake_openai, file=("hello", SOUND, "audio/wav")).text == TEXT


def test_takes_any_file_where_nothing_is_checked() -> None:
    with FakeOpenAI(validation="off") as fake:
        assert hear(fake, file=b"no sound", extra={"response_format": "docx"}).text == "Transcript of upload."


@both_clients
def test_says_the_transcript_of_a_rule_whatever_the_file(fake_openai: FakeOpenAI, kind: str) -> None:
    rule = fake_openai.when(endpoint="audio.transcriptions.create")
    rule.script(RateLimit(), "Hello world", Reply(Delay(0.01), "Hello again"))
    assert hear(fake_openai, kind, file=("a.wav", b"no sound")).text == "Hello world"
    assert hear(fake_openai, kind, response_format="text") == "Hello again\n"


@streams
def test_streams_the_transcript_of_a_rule_in_its_pieces(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(endpoint="audio.transcriptions.create").script(Chunks("Hel", "lo"))
    *deltas, done = hear(fake_openai, model=GPT, stream=True)
    assert ([event.delta for event in deltas], done.text) == (["Hel", "lo"], "Hello")


def test_answers_the_body_of_a_rule(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(endpoint="audio.transcriptions.create").script({"text": "Hi", "usage": None})
    assert raw(fake_openai).http_response.content == b'{"text":"Hi","usage":null}'


def test_refuses_of_a_scripted_request_what_the_model_lacks(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(endpoint="audio.transcriptions.create").script("Hello")
    with pytest.raises(openai.BadRequestError, match="is not compatible with model"):
        hear(fake_openai, model=GPT, response_format="srt")


def translate(fake: FakeOpenAI, kind: str = "sync", **request: Any) -> Any:
    return call_method(
        fake, kind, "audio.translations.create", **{"model": WHISPER, "file": ("hello.wav", SOUND), **request}
    )


@both_clients
def test_translates(fake_openai: FakeOpenAI, kind: str) -> None:
    assert translate(fake_openai, kind).to_dict() == {"text": TEXT}
    assert translate(fake_openai, kind, response_format="text") == f"{TEXT}\n"
    body = translate(fake_openai, kind, response_format="verbose_json").to_dict()
    assert {*body} == {"task", "language", "duration", "text", "segments"}
    assert (body["task"], body["language"]) == ("translate", "english")


def test_says_the_translation_of_a_rule(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(endpoint="audio.translations.create").script("Good day")
    assert translate(fake_openai).text == "Good day"
