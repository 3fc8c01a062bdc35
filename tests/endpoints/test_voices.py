"""Voices and the consents to use them: made of recordings, kept, and spoken with."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from openai.resources.audio import Audio

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.wire.media.audio import synthesize as sound_of
from pytest_fakeopenai.wire.media.audio.speech import Speech

from ._requests import both_clients, call_method

pytestmark = pytest.mark.skipif(not hasattr(Audio, "voice_consents"), reason="this SDK makes no voices")
RECORDING: Any = ("me.wav", sound_of(Speech("I agree"), "wav"), "audio/wav")


def agree(fake: FakeOpenAI, kind: str = "sync", name: str = "Ann") -> Any:
    return call_method(fake, kind, "audio.voice_consents.create", name=name, language="en-US", recording=RECORDING)


@both_clients
def test_keeps_consents(fake_openai: FakeOpenAI, kind: str) -> None:
    consent = agree(fake_openai, kind)
    assert (consent.id[:5], consent.object, consent.name, consent.language) == (
        "cons_",
        "audio.voice_consent",
        "Ann",
        "en-US",
    )
    assert call_method(fake_openai, kind, "audio.voice_consents.retrieve", consent.id) == consent
    assert call_method(fake_openai, kind, "audio.voice_consents.update", consent.id, name="Bob").name == "Bob"
    gone = call_method(fake_openai, kind, "audio.voice_consents.delete", consent.id)
    assert gone.to_dict() == {"id": consent.id, "object": "audio.voice_consent", "deleted": True}
    with pytest.raises(openai.NotFoundError):
        call_method(fake_openai, kind, "audio.voice_consents.retrieve", consent.id)


def test_lists_consents_page_by_page(fake_openai: FakeOpenAI) -> None:
    ids = [agree(fake_openai, name=str(number)).id for number in range(5)]
    client: Any = fake_openai.client
    assert [each.id for each in client.audio.voice_consents.list(limit=2)] == ids[::-1]


@both_clients
def test_speaks_with_a_voice_that_was_made(fake_openai: FakeOpenAI, kind: str) -> None:
    consent = agree(fake_openai, kind)
    own_voice = call_method(
        fake_openai, kind, "audio.voices.create", name="Ann", consent=consent.id, audio_sample=RECORDING
    )
    assert (own_voice.id[:6], own_voice.object, own_voice.name) == ("voice_", "audio.voice", "Ann")
    settings: Any = {"model": "gpt-4o-mini-tts", "input": "Hello", "voice": {"id": own_voice.id}}
    assert call_method(fake_openai, kind, "audio.speech.create", **settings).content[:3] == b"ID3"
