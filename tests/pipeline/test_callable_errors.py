"""Scripted callables that raise: the API's own errors are the answer, all others fail the test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import openai
import pytest

from pytest_fakeopenai import ApiError, FakeOpenAI, InvalidKey, RecordedRequest, ServerError

from ..verdicts import verdict_of


def ask(fake: FakeOpenAI, text: str = "Hi", **options: Any) -> Any:
    return fake.client.responses.create(model="gpt-4o", input=text, **options)


@pytest.mark.parametrize("how", ["raise", "return", "await", "yield"])
@pytest.mark.parametrize("stream", [False, True])
def test_answers_with_the_api_error_of_a_callable(fake_openai: FakeOpenAI, how: str, stream: bool) -> None:
    error = ApiError(404, "No such file", code="not_found")

    def raising(request: RecordedRequest) -> object:
        raise error

    async def awaited(request: RecordedRequest) -> object:
        raise error

    def yielding(request: RecordedRequest) -> Iterator[object]:
        yield error

    fake_openai.script({"raise": raising, "return": lambda request: error, "await": awaited, "yield": yielding}[how])

    with pytest.raises(openai.NotFoundError) as caught:
        ask(fake_openai, stream=stream)

    assert caught.value.code == "not_found"
    assert (fake_openai.requests.only.status, fake_openai.requests.only.stream) == (404, stream)


def test_lets_the_client_retry_the_error_of_a_callable(fake_openai: FakeOpenAI) -> None:
    def flaky(request: RecordedRequest) -> str:
        if request.attempt < 2:
            raise ServerError
        return f"attempt {request.attempt}"

    fake_openai.otherwise(flaky)

    assert ask(fake_openai).output_text == "attempt 2"


@pytest.mark.parametrize("raised", [False, True])
def test_ends_a_stream_with_the_error_of_a_generator(fake_openai: FakeOpenAI, raised: bool) -> None:
    def failing(request: RecordedRequest) -> Iterator[object]:
        yield "Hel"
        if raised:
            raise InvalidKey
        yield InvalidKey()

    fake_openai.script(failing)
    stream = ask(fake_openai, stream=True)

    with pytest.raises(openai.APIError, match="Incorrect API key provided"):
        list(stream)

    assert [event["type"] for event in fake_openai.requests.only.events][-2:] == ["error", "response.failed"]


class _Outcome(BaseException):
    """What pytest.fail raises is no Exception either."""


ERRORS = [
    ValueError("broken"),
    StopIteration("broken"),
    pytest.fail.Exception("broken"),
    _Outcome("broken"),
    SystemExit("broken"),
    KeyboardInterrupt("broken"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("kind", ["function", "coroutine", "generator", "async generator"])
def test_fails_the_test_with_the_exception_of_a_callable(
    fake_openai: FakeOpenAI, kind: str, error: BaseException
) -> None:
    def fail() -> str:
        raise error

    def function(request: RecordedRequest) -> str:
        return fail()

    async def coroutine(request: RecordedRequest) -> str:
        return fail()

    def generator(request: RecordedRequest) -> Iterator[str]:
        yield fail()

    async def async_generator(request: RecordedRequest) -> AsyncIterator[str]:
        yield fail()

    responder: Any = {
        "function": function,
        "coroutine": coroutine,
        "generator": generator,
        "async generator": async_generator,
    }[kind]
    fake_openai.script(responder)

    with pytest.raises(openai.BadRequestError) as caught:
        ask(fake_openai)

    assert caught.value.code == "callable_failed"
    assert len(fake_openai.requests) == 1  # not retried
    verdict = verdict_of(fake_openai)
    assert str(verdict).startswith(f"The scripted callable {responder.__name__} failed on request 1: ")
    assert error in (verdict.__cause__, verdict.__cause__ and verdict.__cause__.__cause__)


def test_fails_the_test_when_a_generator_breaks_in_mid_stream(fake_openai: FakeOpenAI) -> None:
    def breaking(request: RecordedRequest) -> Iterator[str]:
        yield "Hel"
        raise ValueError("broken")

    fake_openai.script(breaking)
    stream = ask(fake_openai, stream=True)

    with pytest.raises(openai.APIError, match="The scripted callable breaking failed on request 1: ValueError: broken"):
        list(stream)

    assert isinstance(verdict_of(fake_openai).__cause__, ValueError)
