"""Speech: a sound in every format, as long as the text, that can be transcribed again."""

from __future__ import annotations

import base64
import io
import json
import wave
from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI, RateLimit
from pytest_fakeopenai.sdk import params
from pytest_fakeopenai.wire.media.audio.speech import Recording, recognize

from ._requests import both_clients, call_method, error, send

URL = "/v1/audio/speech"
HELLO = "Hello there. How are you?"
BODY: dict[str, Any] = {"model": "gpt-4o-mini-tts", "voice": "coral", "input": HELLO}


def say(fake: FakeOpenAI, kind: str = "sync", **request: Any) -> Any:
    return call_method(fake, kind, "audio.speech.create", **{**BODY, **request})


@both_clients
@pytest.mark.parametrize(
    ("named", "media_type"),
    [
        ("mp3", "audio/mpeg"),
        ("opus", "audio/opus"),
        ("aac", "audio/aac"),
        ("flac", "audio/flac"),
        ("wav", "audio/wav"),
        ("pcm", "audio/pcm"),
    ],
)
def test_says_the_text_in_every_format(fake_openai: FakeOpenAI, kind: str, named: str, media_type: str) -> None:
    answer = say(fake_openai, kind, response_format=named)
    assert answer.response.headers["content-type"] == media_type
    assert recognize(answer.content) == (None if named == "pcm" else Recording(HELLO, 1.75))
    assert (named != "pcm") or len(answer.content) == 1.75 * 48_000


def test_sends_an_mp3_unless_asked_otherwise(fake_openai: FakeOpenAI) -> None:
    answer = send(fake_openai, "POST", URL, BODY)
    assert (answer.headers["content-type"], answer.body[:3]) == ("audio/mpeg", b"ID3")
    assert answer.body == say(fake_openai).content
    assert fake_openai.requests[0].endpoint == "audio.speech.create"


@pytest.mark.parametrize(("speed", "seconds"), [(0.25, 7.0), (1.0, 1.75), (4.0, 0.4375)])
def test_takes_as_long_as_the_speed_says(fake_openai: FakeOpenAI, speed: float, seconds: float) -> None:
    content = say(fake_openai, response_format="wav", speed=speed).content
    with wave.open(io.BytesIO(content)) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(seconds)


def test_speaks_with_a_voice_that_was_made(fake_openai: FakeOpenAI) -> None:
    body = {**BODY, "voice": {"id": "voice_unknown"}}
    missing = send(fake_openai, "POST", URL, body)
    assert (missing.status, missing.json) == (404, error("Not found"))
    with FakeOpenAI(assume_exists=True) as fake:
        assert send(fake, "POST", URL, body).status == 200


def events_of(data: bytes) -> list[dict[str, Any]]:
    *events, rest = data.decode().split("\n\n")
    assert rest == ""
    return [json.loads(event.removeprefix("data: ")) for event in events]


def test_sends_the_sound_in_events_where_that_is_asked_for(fake_openai: FakeOpenAI, with_tokenizer: None) -> None:
    answer = send(fake_openai, "POST", URL, {**BODY, "stream_format": "sse", "response_format": "wav"})
    *deltas, done = events_of(answer.body)
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert {delta["type"] for delta in deltas} == {"speech.audio.delta"}
    assert len(deltas) > 3
    sound = b"".join(base64.b64decode(delta["audio"]) for delta in deltas)
    assert sound == say(fake_openai, response_format="wav").content
    usage = {"input_tokens": 7, "output_tokens": 35, "total_tokens": 42}
    assert done == {"type": "speech.audio.done", "usage": usage}


@pytest.mark.parametrize(
    ("change", "message", "param", "code"),
    [
        (
            {"input": "x" * 4097},
            "Invalid 'input': string too long. "
            "Expected a string with maximum length 4096, but got a string with length 4097 instead.",
            "input",
            "string_above_max_length",
        ),
        (
            {"speed": 4.5},
            "Invalid 'speed': decimal above maximum value. Expected a value <= 4, but got 4.5 instead.",
            "speed",
            "decimal_above_max_value",
        ),
        (
            {"speed": 0.2},
            "Invalid 'speed': decimal below minimum value. Expected a value >= 0.25, but got 0.2 instead.",
            "speed",
            "decimal_below_min_value",
        ),
        ({"input": None}, "Missing required parameter: 'input'.", "input", "missing_required_parameter"),
        ({"model": None}, "Missing required parameter: 'model'.", "model", "missing_required_parameter"),
        ({"voice": None}, "Missing required parameter: 'voice'.", "voice", "missing_required_parameter"),
        (
            {"voice": 5},
            "Invalid type for 'voice': expected a string, but got an integer instead.",
            "voice",
            "invalid_type",
        ),
        (
            {"model": "tts-1", "stream_format": "sse"},
            "Unsupported value: 'stream_format' does not support 'sse' with this model. Only 'audio' is supported.",
            "stream_format",
            "unsupported_value",
        ),
    ],
)
def test_refuses_what_the_api_refuses(
    fake_openai: FakeOpenAI, change: Any, message: str, param: str, code: str
) -> None:
    body = {name: value for name, value in {**BODY, **change}.items() if value is not None}
    answer = send(fake_openai, "POST", URL, body)
    assert (answer.status, answer.json) == (400, error(message, param=param, code=code))


@pytest.mark.parametrize("name", ["model", "voice"])
def test_needs_a_model_and_a_voice(name: str) -> None:
    body = {key: value for key, value in BODY.items() if key != name}
    with FakeOpenAI() as fake:
        answer = send(fake, "POST", URL, body)
    with FakeOpenAI(validation="off") as fake:
        assert send(fake, "POST", URL, body).status == 200
    expected = error(f"Missing required parameter: '{name}'.", param=name, code="missing_required_parameter")
    assert (answer.status, answer.json) == (400, expected)


@pytest.mark.parametrize("change", [{"speed": 99}, {"speed": "fast"}, {"response_format": "midi"}, {"input": ""}])
def test_says_what_it_can_where_nothing_is_checked(change: Any) -> None:
    with FakeOpenAI(validation="off") as fake:
        answer = send(fake, "POST", URL, {**BODY, **change})
    assert (answer.status, answer.headers["content-type"]) == (200, "audio/mpeg")


@pytest.mark.skipif(not params.is_current(), reason="an older SDK is no judge of today's API")
def test_warns_of_a_voice_that_is_not_known() -> None:
    fake = FakeOpenAI()
    with pytest.warns(UserWarning, match="Invalid value: 'robot'"), fake:
        assert say(fake, voice="robot").content


def test_knows_only_the_models_that_the_test_names() -> None:
    with FakeOpenAI(models=["tts-1"]) as fake:
        assert say(fake, model="tts-1").content
        with pytest.raises(openai.NotFoundError, match="gpt-4o-mini-tts"):
            say(fake)


@both_clients
def test_says_the_text_of_a_rule(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.when(endpoint="audio.speech.create").script(RateLimit(), "Something else")
    speech = recognize(say(fake_openai, kind).content)
    assert speech is not None
    assert speech.text == "Something else"


def test_answers_the_body_of_a_rule(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(endpoint="audio.speech.create").script({"a": 1})
    assert send(fake_openai, "POST", URL, BODY).json == {"a": 1}
