"""The headers of answers as they reach the client."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pytest_fakeopenai import ApiError, Delay, FakeOpenAI, Pace, RateLimit, Reply

from ..endpoints._requests import PING, both_ways, send

CHAT, RESPONSES = "/v1/chat/completions", "/v1/responses"
BODIES: dict[str, Any] = {CHAT: PING, RESPONSES: {"model": "gpt-4o", "input": "Hi"}}
both_surfaces = pytest.mark.parametrize("path", [CHAT, RESPONSES], ids=["chat", "responses"])


@both_surfaces
@both_ways
def test_sends_these_headers(fake_openai: FakeOpenAI, path: str, stream: bool) -> None:
    answer = send(fake_openai, "POST", path, {**BODIES[path], "stream": stream})
    tokens = ("30000", "0s") if path == RESPONSES and not stream else ("29997", "6ms")
    length: dict[str, str] = {"content-length": str(len(answer.body))}
    assert re.fullmatch("req_[0-9a-f]{32}", answer.headers["x-request-id"])
    assert answer.headers == {
        **length,
        "content-type": "text/event-stream; charset=utf-8" if stream else "application/json",
        "access-control-expose-headers": "X-Request-ID",
        "openai-organization": "org-fakeopenai",
        "openai-processing-ms": "1",
        "openai-project": "proj_fakeopenai",
        "openai-version": "2020-10-01",
        **({"x-openai-proxy-wasm": "v0.1"} if path == CHAT else {}),
        "x-ratelimit-limit-requests": "500",
        "x-ratelimit-limit-tokens": "30000",
        "x-ratelimit-remaining-requests": "499",
        "x-ratelimit-remaining-tokens": tokens[0],
        "x-ratelimit-reset-requests": "120ms",
        "x-ratelimit-reset-tokens": tokens[1],
        "x-request-id": answer.headers["x-request-id"],
    }


@pytest.mark.parametrize(
    ("reply", "blocking", "streamed"),
    [
        (Reply("Hi"), "1", "1"),
        (Reply(Delay(0.02), "Hi"), "21", "21"),
        (Reply("H", Delay(0.02), "i"), "21", "1"),
        (Reply("Hi", pace=Pace(first=0.03)), "31", "31"),
        (Reply(Delay(0.02), ApiError(403, "No")), "21", "21"),
        (Reply("Hi", headers={"openai-processing-ms": "7"}), "7", "7"),
    ],
)
@both_ways
def test_tells_the_time_that_passed_before_the_first_byte(
    fake_openai: FakeOpenAI, stream: bool, reply: Reply, blocking: str, streamed: str
) -> None:
    fake_openai.script(reply)
    headers = send(fake_openai, "POST", CHAT, {**PING, "stream": stream}).headers
    assert headers["openai-processing-ms"] == (streamed if stream else blocking)


@both_surfaces
def test_sends_headers_of_the_limit_that_was_reached(fake_openai: FakeOpenAI, path: str) -> None:
    fake_openai.script(RateLimit(retry_after=20))
    headers = send(fake_openai, "POST", path, BODIES[path]).headers
    names = ("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests", "retry-after", "retry-after-ms")
    assert [headers[name] for name in names] == ["0", "20s", "20", "20000"]


def test_keeps_the_headers_of_a_reply_on_its_error(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(ApiError(403, "No", headers={"x-b": "2"}), headers={"x-a": "1", "x-b": "1"}))
    headers = send(fake_openai, "POST", CHAT, PING).headers
    assert (headers["x-a"], headers["x-b"]) == ("1", "2")


def test_sends_the_headers_of_an_answer_that_asks_for_no_model(fake_openai: FakeOpenAI) -> None:
    headers = send(fake_openai, "GET", "/v1/models").headers
    assert sorted(name for name in headers if name.startswith("x-")) == ["x-openai-proxy-wasm", "x-request-id"]
