"""Any value in any argument of the public interface works or raises at that line: none is lost on the way."""

from __future__ import annotations

import contextlib
import http.client
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from pytest_fakeopenai import FakeOpenAI, VerdictError

from ..endpoints._requests import PING, send
from ..properties import unhurried
from .values import CONDITIONS, REPLIES, Make

# How a wrong argument may be answered, at the line that gives it.
REFUSALS = (TypeError, ValueError)
REQUESTS: dict[str, tuple[str, dict[str, Any]]] = {
    "chat": ("/v1/chat/completions", PING),
    "chat of two": ("/v1/chat/completions", {**PING, "n": 2, "logprobs": True, "store": True}),
    "responses": ("/v1/responses", {"model": "gpt-4o", "input": "Hi"}),
    "completions": ("/v1/completions", {"model": "gpt-3.5-turbo-instruct", "prompt": "Hi"}),
}
EVERY_REQUEST = pytest.mark.parametrize("request_", REQUESTS)
BOTH_WAYS = pytest.mark.parametrize("stream", [False, True], ids=["blocking", "streamed"])


@EVERY_REQUEST
@BOTH_WAYS
@unhurried
@given(make=REPLIES)
def test_works_or_raises_where_it_is_scripted(request_: str, stream: bool, make: Make) -> None:
    check(request_, stream, lambda fake: fake.script(make()))


@EVERY_REQUEST
@unhurried
@given(make=REPLIES, conditions=CONDITIONS)
def test_works_or_raises_where_a_rule_is_made(request_: str, make: Make, conditions: dict[str, Any]) -> None:
    check(request_, False, lambda fake: fake.when(**conditions).always(make()))


@EVERY_REQUEST
@BOTH_WAYS
@unhurried
@given(make=REPLIES)
def test_tells_what_is_wrong_with_what_a_callable_says(request_: str, stream: bool, make: Make) -> None:
    check(request_, stream, lambda fake: fake.script(lambda request: make()))


@EVERY_REQUEST
@BOTH_WAYS
@unhurried
@given(make=REPLIES)
def test_tells_what_is_wrong_with_what_a_generator_says(request_: str, stream: bool, make: Make) -> None:
    check(request_, stream, lambda fake: fake.script(lambda request: (part for part in ("Hel", make()))))


def check(request_: str, stream: bool, script: Callable[[FakeOpenAI], object]) -> None:
    """Script something, and send the request: neither is a fault of ours, and the record tells what was sent."""
    path, body = REQUESTS[request_]
    with FakeOpenAI(unused="allow", unscripted="echo", validation="known") as fake:
        with contextlib.suppress(*REFUSALS):
            script(fake)
        with contextlib.suppress(http.client.RemoteDisconnected, ConnectionError):  # a Disconnect cut it
            check_answer(fake, send(fake, "POST", path, {**body, "stream": stream}))
        assert "fake_openai failed on" not in verdict(fake)
        fake.reset()


def check_answer(fake: FakeOpenAI, answer: Any) -> None:
    """The status on record is that on the wire; a failure is told in OpenAI's envelope, and is on record as well."""
    request = fake.requests.only
    assert answer.status == request.status
    assert answer.status != 500 or type(request.reply).__name__ == "RawResponse" or json.loads(answer.body)["error"]
    if b"fake_openai failed" in answer.body:
        pytest.fail(f"a fault of ours: {answer.body!r}")


def verdict(fake: FakeOpenAI) -> str:
    """What fails the test; an empty text where nothing does."""
    try:
        fake.check()
    except VerdictError as error:
        return str(error)
    return ""
