"""Headers, and which front end an error comes from."""

from __future__ import annotations

import pytest

from pytest_fakeopenai.replies.faults import ApiError, InvalidKey, QuotaExceeded, RateLimit
from pytest_fakeopenai.wire.protocol import errors
from pytest_fakeopenai.wire.protocol.headers import (
    encode_error,
    envelope_of,
    is_turned_away,
    of_answer,
    of_error,
    timed,
)

from ...families import front_end

OLDER = ["chat.completions", "completions", "embeddings"]
LIMITS = [f"x-ratelimit-{part}-{what}" for what in ("requests", "tokens") for part in ("limit", "remaining", "reset")]
BODY = {"model": "gpt-4o"}
SERVER = ["openai-organization", "openai-project", "openai-version"]


@pytest.mark.parametrize(
    ("endpoint", "more"),
    [
        ("chat.completions", [*LIMITS, "x-openai-proxy-wasm"]),
        ("embeddings", [*LIMITS, "x-openai-proxy-wasm"]),
        (
            "completions",
            [*LIMITS, "x-openai-proxy-wasm", "openai-model", "cache-control", "access-control-allow-origin", "via"],
        ),
        ("responses", LIMITS),
        ("responses.retrieve", []),
        ("models.list", ["x-openai-proxy-wasm"]),
    ],
)
def test_tells_of_the_server_and_the_limits(endpoint: str, more: list[str]) -> None:
    assert sorted(of_answer(front_end(endpoint), BODY)) == sorted([*SERVER, "access-control-expose-headers", *more])


def test_says_what_the_api_says() -> None:
    headers = of_answer(front_end("completions"), {"model": "gpt-3.5-turbo-instruct"})
    assert {name: value for name, value in headers.items() if not name.startswith("x-ratelimit")} == {
        "openai-organization": "org-fakeopenai",
        "openai-project": "proj_fakeopenai",
        "openai-version": "2020-10-01",
        "openai-model": "gpt-3.5-turbo-instruct:20230824-v2",
        "access-control-expose-headers": "X-Request-ID",
        "access-control-allow-origin": "*",
        "cache-control": "no-cache, must-revalidate",
        "via": "envoy-router-fakeopenai",
        "x-openai-proxy-wasm": "v0.1",
    }


TURNED_AWAY: list[ApiError] = [
    InvalidKey(),
    QuotaExceeded(),
    ApiError(404, "The model `x` does not exist or you do not have access to it.", code="model_not_found"),
    errors.malformed_json(),
    errors.missing_model(),
]
REFUSED_LATER: list[ApiError] = [errors.missing_parameter("messages"), ApiError(403, "No"), ApiError(500, "Oh")]


@pytest.mark.parametrize("endpoint", OLDER)
@pytest.mark.parametrize("error", TURNED_AWAY, ids=str)
def test_turns_a_request_away_in_a_layout_of_its_own(error: ApiError, endpoint: str) -> None:
    assert of_error(error, front_end(endpoint), BODY) == {
        "content-type": "application/json; charset=utf-8",
        "vary": "Origin",
    }
    assert encode_error(error, front_end(endpoint), {"error": {}}) == b'{\n    "error": {}\n}\n'


@pytest.mark.parametrize("endpoint", [*OLDER, "responses"])
@pytest.mark.parametrize("error", REFUSED_LATER, ids=str)
def test_tells_who_refused_a_request_that_was_accepted(error: ApiError, endpoint: str) -> None:
    limits = LIMITS if error.status == 400 and endpoint == "chat.completions" else []
    assert sorted(of_error(error, front_end(endpoint), BODY)) == sorted(["content-type", *SERVER, *limits])
    assert encode_error(error, front_end(endpoint), {"error": {}}) == b'{\n  "error": {}\n}'


@pytest.mark.parametrize("endpoint", ["responses", "models.list", "chat.completions.list", ""])
@pytest.mark.parametrize("error", TURNED_AWAY, ids=str)
def test_has_one_front_end_for_newer_endpoints(error: ApiError, endpoint: str) -> None:
    restated = endpoint == "responses" and error.code == "invalid_api_key"
    media_type = "text/plain; charset=utf-8" if restated else "application/json"
    assert not is_turned_away(error, front_end(endpoint))
    assert of_error(error, front_end(endpoint), BODY)["content-type"] == media_type


@pytest.mark.parametrize(
    ("endpoint", "key", "restated"),
    [
        ("responses", "sk-0000000000000000", True),
        ("responses", "other-key-of-mine", False),
        ("chat.completions", "sk-0000000000000000", False),
        ("models.list", "sk-0000000000000000", False),
    ],
)
def test_says_the_status_again_where_a_key_of_the_usual_look_is_wrong(endpoint: str, key: str, restated: bool) -> None:
    envelope = envelope_of(errors.incorrect_key(key), front_end(endpoint), "")
    members = ["message", "type", "code", "param"] if restated else ["message", "type", "param", "code"]
    assert list(envelope["error"]) == members
    assert envelope.get("status") == (401 if restated else None)


def test_asks_for_a_key_where_one_is_missing() -> None:
    assert of_error(InvalidKey(), front_end("responses"), BODY) == {
        "content-type": "text/plain; charset=utf-8",
        "openai-version": "2020-10-01",
        "www-authenticate": 'Bearer realm="OpenAI API"',
    }


@pytest.mark.parametrize("endpoint", [*OLDER, "responses"])
def test_tells_of_the_limits_that_are_used_up(endpoint: str) -> None:
    headers = of_error(RateLimit(20), front_end(endpoint), BODY)
    assert {name for name in headers if name.startswith("x-ratelimit")} == set(LIMITS)
    assert headers["x-ratelimit-remaining-requests"] == "0"


@pytest.mark.parametrize(("seconds", "milliseconds"), [(0, "1"), (0.25, "251"), (2, "2001")])
def test_tells_the_time_that_an_answer_took(seconds: float, milliseconds: str) -> None:
    assert timed({"openai-version": "1"}, seconds)["openai-processing-ms"] == milliseconds
    assert timed({"vary": "Origin"}, seconds) == {"vary": "Origin"}
