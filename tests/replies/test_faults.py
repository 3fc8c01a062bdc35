"""Faults: the status, the envelope and the headers that each puts on the wire."""

from __future__ import annotations

import re
from typing import Any

import openai
import pytest

from pytest_fakeopenai import (
    ApiError,
    ContextLengthExceeded,
    FakeOpenAI,
    Garbage,
    InvalidKey,
    Overloaded,
    QuotaExceeded,
    RateLimit,
    ServerError,
)
from pytest_fakeopenai.replies.faults import is_retried

AT_ONCE = {"retry-after-ms": "1", "retry-after": "0"}
MESSAGES: Any = [{"role": "user", "content": "Hi"}]

# fault, status, type, code, param, how the message begins, headers, what the client raises
FAULTS: list[Any] = [
    (
        RateLimit(),
        429,
        ("requests", "rate_limit_exceeded", None),
        "Rate limit reached for gpt-4o in organization org-fakeopenai on requests per min (RPM): Limit 500, Used 500, "
        "Requested 1. Please try again in 1ms. ",
        AT_ONCE,
        openai.RateLimitError,
    ),
    (
        RateLimit(0.5),
        429,
        ("requests", "rate_limit_exceeded", None),
        "Rate limit reached for gpt-4o in organization org-fakeopenai on requests per min (RPM): Limit 500, Used 500, "
        "Requested 1. Please try again in 500ms. ",
        {"retry-after-ms": "500", "retry-after": "1"},
        openai.RateLimitError,
    ),
    (
        RateLimit(retry_after=20),
        429,
        ("requests", "rate_limit_exceeded", None),
        "Rate limit reached for gpt-4o in organization org-fakeopenai on requests per min (RPM): Limit 500, Used 500, "
        "Requested 1. Please try again in 20s. ",
        {"retry-after-ms": "20000", "retry-after": "20"},
        openai.RateLimitError,
    ),
    (
        ServerError(),
        500,
        ("server_error", None, None),
        "The server had an error while processing your request.",
        AT_ONCE,
        openai.InternalServerError,
    ),
    (
        Overloaded(),
        503,
        ("service_unavailable_error", None, None),
        "The engine is currently overloaded, please try again later",
        AT_ONCE,
        openai.InternalServerError,
    ),
    (
        QuotaExceeded(),
        429,
        ("insufficient_quota", "insufficient_quota", None),
        "You exceeded your current quota, please check your plan and billing details.",
        AT_ONCE,
        openai.RateLimitError,
    ),
    (
        InvalidKey(),
        401,
        ("invalid_request_error", "invalid_api_key", None),
        "Incorrect API key provided: sk-wrong*******-key. ",
        {},
        openai.AuthenticationError,
    ),
    (
        ContextLengthExceeded(),
        400,
        ("invalid_request_error", "context_length_exceeded", "messages"),
        "This model's maximum context length is 128000 tokens.",
        {},
        openai.BadRequestError,
    ),
    (
        ApiError(404, "No {model} here", code="not_found", param="model", type="lost", headers={"X-Why": "gone"}),
        404,
        ("lost", "not_found", "model"),
        "No gpt-4o here",
        {"x-why": "gone"},
        openai.NotFoundError,
    ),
]


def test_says_in_responses_that_the_context_is_exceeded(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(ContextLengthExceeded())

    with pytest.raises(openai.BadRequestError) as caught:
        fake_openai.client.responses.create(model="gpt-4o", input="Hi")

    assert caught.value.response.json()["error"] == {
        "message": "Your input exceeds the context window of this model. Please adjust your input and try again.",
        "type": "invalid_request_error",
        "param": "input",
        "code": "context_length_exceeded",
    }


@pytest.mark.parametrize(
    ("fault", "status", "kind", "message", "headers", "raised"), FAULTS, ids=lambda v: repr(v)[:25]
)
def test_reaches_the_client_as_its_status_envelope_and_headers(
    fake_openai: FakeOpenAI,
    fault: ApiError,
    status: int,
    kind: tuple[str | None, str | None, str | None],
    message: str,
    headers: dict[str, str],
    raised: type[openai.APIStatusError],
) -> None:
    fake_openai.script(fault)

    with pytest.raises(raised) as caught:
        fake_openai.client.with_options(max_retries=0).chat.completions.create(model="gpt-4o", messages=MESSAGES)

    error = caught.value.response.json()["error"]
    assert caught.value.status_code == status
    assert list(error) == ["message", "type", "param", "code"]
    assert (error["type"], error["code"], error["param"]) == kind
    assert error["message"].startswith(message)
    assert {name: caught.value.response.headers.get(name) for name in headers} == headers
    assert ("retry-after" in caught.value.response.headers) == ("retry-after" in headers)
    assert fake_openai.requests.only.response == {"error": error}


@pytest.mark.parametrize(("status", "kind"), [(400, "invalid_request_error"), (599, "server_error")])
def test_types_an_error_by_its_status(status: int, kind: str) -> None:
    assert ApiError(status, "m").body() == {"message": "m", "type": kind, "param": None, "code": None}


@pytest.mark.parametrize("status", [399, 600, 200, True, "404", None, 404.0])
def test_refuses_a_status_that_is_no_error(status: Any) -> None:
    message = f"ApiError takes an HTTP status from 400 to 599, got {status!r}"

    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        ApiError(status, "m")


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_refuses_a_wait_that_is_not_positive(seconds: float) -> None:
    message = f"RateLimit(retry_after=) takes a positive number of seconds, got {seconds!r}"

    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        RateLimit(seconds)


@pytest.mark.parametrize(
    ("seconds", "headers"),
    [
        (0.0001, {"retry-after-ms": "1", "retry-after": "1"}),
        (1.5, {"retry-after-ms": "1500", "retry-after": "2"}),
        (3600, {"retry-after-ms": "3600000", "retry-after": "3600"}),
    ],
)
def test_rounds_a_wait_up_to_what_the_headers_can_say(seconds: float, headers: dict[str, str]) -> None:
    assert RateLimit(seconds).headers == headers


def test_lets_headers_replace_its_own() -> None:
    assert ApiError(500, "m", headers={"Retry-After": "7", "X-N": 5}).headers == {"retry-after": "7", "x-n": "5"}
    assert ApiError(500, "m", headers={"retry-after-ms": "1.5"}).headers == {"retry-after-ms": "1.5"}
    assert ApiError(500, "m", headers={"x-n": 0.5}).headers == {**AT_ONCE, "x-n": "0.5"}


@pytest.mark.parametrize("status", [400, 401, 404, 408, 409, 422, 429, 500, 503])
def test_is_retried_exactly_where_the_client_retries(fake_openai: FakeOpenAI, status: int) -> None:
    fake_openai.otherwise(ApiError(status, "m"))

    with pytest.raises(openai.APIStatusError):
        fake_openai.client.with_options(max_retries=1).responses.create(model="gpt-4o", input="Hi")

    assert len(fake_openai.requests) == (2 if is_retried(status) else 1)
    assert [request.attempt for request in fake_openai.requests] == list(range(len(fake_openai.requests)))


@pytest.mark.parametrize(
    ("fault", "shown", "message"),
    [
        (RateLimit(2), "RateLimit(retry_after=2)", "429 Rate limit reached"),
        (RateLimit(), "RateLimit()", "429 Rate limit reached"),
        (InvalidKey(), "InvalidKey()", "401 Incorrect API key"),
        (ApiError(404, "gone"), "ApiError(404, 'gone')", "404 gone"),
    ],
)
def test_is_shown_as_it_is_written(fault: ApiError, shown: str, message: str) -> None:
    assert repr(fault) == shown
    assert str(fault).startswith(message)


def test_finds_equal_errors_in_a_set() -> None:
    assert {RateLimit(), RateLimit(), RateLimit(1), ServerError()} == {RateLimit(), RateLimit(1), ServerError()}
    assert RateLimit() != "RateLimit()"


@pytest.mark.parametrize(("data", "encoded"), [("ä", b"\xc3\xa4"), (b"\xff", b"\xff"), ("", b"")])
def test_sends_garbage_as_bytes(data: str | bytes, encoded: bytes) -> None:
    assert Garbage(data).encoded == encoded
