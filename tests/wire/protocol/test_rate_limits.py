"""Rate limit headers: limits, what one request leaves of them, and until when."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai.replies.faults import RateLimit, go_duration
from pytest_fakeopenai.wire.protocol.rate_limits import rate_limits, used_up

from ...families import front_end

CHAT, RESPONSES = front_end("chat.completions"), front_end("responses")
HI = [{"role": "user", "content": "x" * 400}]


def of(headers: dict[str, str], what: str) -> tuple[str, ...]:
    """Limit, remainder and time to recover."""
    return tuple(headers[f"x-ratelimit-{part}-{what}"] for part in ("limit", "remaining", "reset"))


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "0s"),
        (6, "6ms"),
        (999, "999ms"),
        (1000, "1s"),
        (1500, "1.5s"),
        (59_999, "59.999s"),
        (60_000, "1m0s"),
        (360_000, "6m0s"),
        (3_661_000, "1h1m1s"),
    ],
)
def test_spells_a_time_as_go_does(milliseconds: int, text: str) -> None:
    assert go_duration(milliseconds) == text


def test_takes_one_request_and_an_estimate_of_the_prompt() -> None:
    headers = rate_limits(CHAT, {"model": "gpt-4o", "messages": HI})
    assert of(headers, "requests") == ("500", "499", "120ms")
    assert of(headers, "tokens") == ("30000", "29897", "206ms")
    assert len(headers) == 6


@pytest.mark.parametrize(
    ("model", "limit"),
    [
        ("gpt-4o-2024-08-06", "30000"),
        ("gpt-4o-mini", "200000"),
        ("gpt-4", "10000"),
        ("gpt-5-mini", "500000"),
        ("mine", "200000"),
    ],
)
def test_knows_the_tokens_of_each_family(model: str, limit: str) -> None:
    assert rate_limits(CHAT, {"model": model})["x-ratelimit-limit-tokens"] == limit


@pytest.mark.parametrize(
    ("body", "characters"),
    [
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": "x" * 40}]}]}, 40),
        ({"messages": [{"role": "user", "content": None}, {"role": "user", "content": "x" * 8}]}, 8),
        ({"input": ["x" * 8, "x" * 8]}, 16),
        ({"prompt": "x" * 12}, 12),
        ({"prompt": [1, 2, 3]}, 0),
        ({}, 0),
    ],
)
def test_estimates_by_characters(body: Any, characters: int) -> None:
    remaining = rate_limits(CHAT, {"model": "gpt-4o", **body})["x-ratelimit-remaining-tokens"]
    assert 30_000 - int(remaining) == characters // 4 + 3


@pytest.mark.parametrize(("stream", "remaining"), [(False, "30000"), (True, "29997")])
def test_gives_a_response_that_is_not_streamed_its_tokens_back(stream: bool, remaining: str) -> None:
    headers = rate_limits(RESPONSES, {"model": "gpt-4o", "input": "Hi", "stream": stream})
    assert of(headers, "tokens") == ("30000", remaining, "6ms" if stream else "0s")


def test_never_leaves_less_than_nothing() -> None:
    headers = rate_limits(CHAT, {"model": "gpt-4", "messages": [{"role": "user", "content": "x" * 100_000}]})
    assert of(headers, "tokens") == ("10000", "0", "1m0s")


@pytest.mark.parametrize("kind", ["image_url", "input_image"])
def test_counts_images(kind: str) -> None:
    parts = [{"type": "text", "text": "Look"}, {"type": kind, kind: "data:…"}, {"type": kind, kind: "data:…"}]
    headers = rate_limits(CHAT, {"model": "gpt-4o", "messages": [{"role": "user", "content": parts}]})
    assert of(headers, "input-images") == ("50000", "49998", "2ms")


@pytest.mark.parametrize("endpoint", ["", "models.list", "chat.completions.retrieve", "responses.retrieve"])
def test_limits_no_other_endpoint(endpoint: str) -> None:
    assert rate_limits(front_end(endpoint), {"model": "gpt-4o"}) == {}


@pytest.mark.parametrize(("fault", "reset"), [(RateLimit(), "1ms"), (RateLimit(20), "20s")])
def test_leaves_nothing_of_a_limit_that_is_used_up(fault: RateLimit, reset: str) -> None:
    headers = used_up(fault, CHAT, {"model": "gpt-4o"})
    assert of(headers, "requests") == ("500", "0", reset)
    assert of(headers, "tokens") == ("30000", "29997", "6ms")
