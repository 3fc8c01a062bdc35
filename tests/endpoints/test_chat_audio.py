"""Chat completions that are spoken: where a request asks for audio, a text is said aloud."""

from __future__ import annotations

import base64
import io
import wave
from typing import Any

import pytest

from pytest_fakeopenai import Chunks, FakeOpenAI, Reply, ToolCall

from ._requests import HI, both_clients, both_ways, chat, error, function_tool, send

TEXT = "Sure, it is eight."
URL = "/v1/chat/completions"


def say(fake: FakeOpenAI, kind: str = "sync", **request: Any) -> Any:
    """A completion for which audio is asked, in a format that can be streamed."""
    options: Any = {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "pcm16"}}
    return chat(fake, kind, model="gpt-4o-audio-preview", **{**options, **request})


def deltas(chunks: list[Any]) -> list[dict[str, Any]]:
    """What each chunk of a stream adds to its only choice."""
    return [chunk.to_dict()["choices"][0]["delta"] for chunk in chunks if chunk.choices]


@both_clients
def test_says_a_text_aloud(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script(TEXT)
    completion = say(fake_openai, kind, audio={"voice": "alloy", "format": "wav"})
    message = completion.choices[0].message
    with wave.open(io.BytesIO(base64.b64decode(message.audio.data, validate=True))) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(len(TEXT) * 0.07, abs=0.01)
    assert (message.content, message.audio.transcript) == (None, TEXT)
    assert message.audio.id.startswith("audio_")
    assert message.audio.expires_at == completion.created + 3600
    assert completion.choices[0].finish_reason == "stop"


def test_has_the_keys_of_the_api(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(TEXT)
    say(fake_openai)
    message = fake_openai.requests.only.response["choices"][0]["message"]
    assert list(message) == ["role", "content", "audio", "refusal", "annotations"]
    assert list(message["audio"]) == ["id", "data", "expires_at", "transcript"]


@pytest.mark.parametrize(
    ("sound", "first"),
    [("wav", b"RIFF"), ("mp3", b"ID3"), ("flac", b"fLaC"), ("opus", b"OggS"), ("aac", b""), ("pcm16", b"")],
)
def test_says_it_in_the_format_asked_for(fake_openai: FakeOpenAI, sound: str, first: bytes) -> None:
    fake_openai.script(TEXT)
    message = say(fake_openai, audio={"voice": {"id": "voice_1"}, "format": sound}).choices[0].message
    assert base64.b64decode(message.audio.data).startswith(first)


def test_streams_the_transcript_then_the_sound_then_its_end(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Chunks("Sure, ", "it is eight."))
    first, *pieces, end = deltas(say(fake_openai, stream=True))
    assert first == {"role": "assistant", "content": None, "refusal": None, "audio": {"id": first["audio"]["id"]}}
    assert [list(piece["audio"]) for piece in pieces[:2]] == [["transcript"], ["transcript"]]
    assert {*map(str, (list(piece["audio"]) for piece in pieces[2:-1]))} == {"['data']"}
    assert list(pieces[-1]["audio"]) == ["expires_at"]
    assert end == {}


def test_streams_what_it_answers_whole(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(TEXT)
    whole = say(fake_openai).choices[0].message.audio.to_dict()
    fake_openai.reset()
    fake_openai.script(TEXT)
    folded: dict[str, Any] = {"data": "", "transcript": ""}
    for delta in deltas(say(fake_openai, stream=True)):
        for name, value in delta.get("audio", {}).items():
            folded[name] = folded[name] + value if name in ("data", "transcript") else value
    assert folded == whole


@both_ways
def test_bills_the_sound(fake_openai: FakeOpenAI, stream: bool, with_tokenizer: None) -> None:
    fake_openai.script(TEXT)
    options: Any = {"stream": True, "stream_options": {"include_usage": True}} if stream else {}
    answer = say(fake_openai, **options)
    usage = (answer[-1] if stream else answer).usage
    details = usage.completion_tokens_details.to_dict()
    assert details["audio_tokens"] == round(len(TEXT) * 0.07 * 20)
    assert usage.completion_tokens == details["audio_tokens"] + details["text_tokens"]
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


@both_ways
def test_has_no_audio_beside_a_call(fake_openai: FakeOpenAI, stream: bool) -> None:
    fake_openai.script(ToolCall("add", {}))
    answer = say(fake_openai, stream=stream, tools=[function_tool("add")])
    if stream:
        assert all("audio" not in delta for delta in deltas(answer))
    else:
        assert (answer.choices[0].message.audio, answer.choices[0].finish_reason) == (None, "tool_calls")


def test_says_each_choice_with_a_sound_of_its_own(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(choices=["One.", "Two and three."]))
    first, second = (choice.message.audio for choice in say(fake_openai, n=2).choices)
    assert (first.transcript, second.transcript) == ("One.", "Two and three.")
    assert first.id != second.id
    assert len(first.data) < len(second.data)


def test_echoes_aloud(fake_openai: FakeOpenAI) -> None:
    assert say(fake_openai).choices[0].message.audio.transcript == "Hi"


@pytest.mark.parametrize("sound", ["wav", "mp3"])
def test_streams_bare_samples_only(fake_openai: FakeOpenAI, sound: str) -> None:
    body = {"model": "gpt-audio", "messages": HI, "stream": True, "modalities": ["text", "audio"]}
    answer = send(fake_openai, "POST", URL, {**body, "audio": {"voice": "alloy", "format": sound}})
    message = (
        f"Unsupported value: 'audio.format' does not support '{sound}' when stream=true. Supported values are: 'pcm16'."
    )
    assert (answer.status, answer.json) == (400, error(message, param="audio.format", code="unsupported_value"))
