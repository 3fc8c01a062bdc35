"""What fails while an answer is made: it fails the test, and the record tells what went over the wire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openai
import pytest

from pytest_fakeopenai import ApiError, FakeOpenAI, Reply
from pytest_fakeopenai.endpoints.chat_completions.builder import ChatCompletionBuilder
from pytest_fakeopenai.endpoints.chat_completions.surface import SURFACE
from pytest_fakeopenai.pipeline import writer
from pytest_fakeopenai.wire.protocol.headers import encode_error

from ..verdicts import verdict_of

PING: Any = [{"role": "user", "content": "Hi"}]


def broken(*args: Any, **options: Any) -> Any:
    """A fault of ours."""
    raise ZeroDivisionError("by us")


def broken_later(*args: Any) -> Iterator[Any]:
    """A fault of ours in a generator, behind its first value."""
    yield from ()
    raise ZeroDivisionError("by us")


PLACES = [
    (SURFACE, "encode", broken),
    (SURFACE, "builder", broken),
    (ChatCompletionBuilder, "add", broken),
    (ChatCompletionBuilder, "add", broken_later),
    (ChatCompletionBuilder, "close", broken_later),
    (ChatCompletionBuilder, "body", broken),
    (writer, "of_answer", broken),
    (writer, "timed", broken),
]


@pytest.mark.parametrize(("owner", "name", "fault"), PLACES, ids=lambda value: getattr(value, "__name__", None))
@pytest.mark.parametrize("stream", [False, True], ids=["blocking", "streamed"])
def test_fails_the_test_and_tells_the_status_that_was_sent(
    fake_openai: FakeOpenAI, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, fault: Any, stream: bool
) -> None:
    fake_openai.script("Hi")
    client = fake_openai.client.with_options(max_retries=0)
    with monkeypatch.context() as patch:  # once where the answer that tells of it goes the same way
        patch.setattr(owner, name, once(getattr(owner, name), fault) if name == "timed" else fault)
        with pytest.raises(openai.InternalServerError, match="ZeroDivisionError: by us") as caught:
            list(client.chat.completions.create(model="gpt-4o", messages=PING, stream=stream))

    request = fake_openai.requests.only
    assert request.status == caught.value.status_code == 500
    assert request.response == caught.value.response.json()
    assert request.events == []
    assert "fake_openai failed on request 1: ZeroDivisionError: by us" in str(verdict_of(fake_openai))


def once(function: Any, fault: Any) -> Any:
    """A function that fails the first time."""
    faults = iter([fault])
    return lambda *args: next(faults, function)(*args)


def test_fails_the_test_where_an_error_cannot_be_rendered(
    fake_openai: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_openai.script(ApiError(404, "gone"))
    monkeypatch.setattr(writer, "encode_error", once(encode_error, broken))
    with pytest.raises(openai.InternalServerError, match="ZeroDivisionError: by us"):
        fake_openai.client.with_options(max_retries=0).chat.completions.create(model="gpt-4o", messages=PING)

    assert fake_openai.requests.only.status == 500
    assert "ZeroDivisionError" in str(verdict_of(fake_openai))


def test_fails_the_test_where_a_stream_breaks(fake_openai: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply("Hel", gate, "lo"))
    stream = fake_openai.client.chat.completions.create(model="gpt-4o", messages=PING, stream=True)
    gate.wait_reached()
    monkeypatch.setattr(ChatCompletionBuilder, "add", broken)
    gate.open()
    with pytest.raises(Exception, match=r"(?i)closed|incomplete|connection"):
        list(stream)

    assert fake_openai.requests.only.status == 200
    assert "ZeroDivisionError: by us" in str(verdict_of(fake_openai))
