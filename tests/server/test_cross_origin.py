"""Web pages of other origins, which may read every answer, errors among them."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from pytest_fakeopenai import ApiError, FakeOpenAI

pytestmark = pytest.mark.fake_openai(transport="socket")

PAGE = {"origin": "https://app.example"}
HI = [{"role": "user", "content": "Hi"}]


def exchange(url: str, method: str, body: Any = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """The status, the headers and the body of an answer."""
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.netloc, timeout=30)
    names = {"authorization": "Bearer key", "content-type": "application/json"}
    names.update({name.replace("_", "-"): value for name, value in headers.items()})
    connection.request(method, place.path, None if body is None else json.dumps(body), names)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, content


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/chat/completions", {"model": "gpt-4o", "messages": HI}, 200),
        ("/chat/completions", {"model": "gpt-4o", "messages": HI, "stream": True}, 200),
        ("/chat/completions", {"model": "gpt-4o", "messages": 5}, 400),
        ("/responses", {"model": "gpt-4o", "input": "fail"}, 503),
        ("/nothing", {}, 404),
    ],
)
def test_lets_a_page_read_any_answer(fake_openai: FakeOpenAI, path: str, body: Any, status: int) -> None:
    fake_openai.otherwise("Hello!")
    fake_openai.when(text="fail").always(ApiError(503, "Overloaded"))
    actual, headers, _ = exchange(f"{fake_openai.base_url}{path}", "POST", body, **PAGE)
    _, plain_headers, _ = exchange(f"{fake_openai.base_url}{path}", "POST", body)

    assert actual == status
    assert headers["access-control-allow-origin"] == "*"
    assert headers["access-control-expose-headers"].lower() == "x-request-id"
    assert "access-control-allow-origin" not in plain_headers


def test_answers_a_preflight_without_key_and_record(fake_openai: FakeOpenAI) -> None:
    asks = {"access_control_request_method": "POST", "access_control_request_headers": "authorization"}
    status, headers, body = exchange(f"{fake_openai.base_url}/responses", "OPTIONS", **PAGE, **asks)

    assert (status, body) == (204, b"")
    assert headers["access-control-allow-origin"] == "*"
    assert headers["access-control-allow-headers"] == "authorization"
    assert "POST" in headers["access-control-allow-methods"].split(", ")
    assert len(fake_openai.requests) == 0


def test_takes_options_that_ask_for_no_method_for_a_request(fake_openai: FakeOpenAI) -> None:
    status, headers, _ = exchange(f"{fake_openai.base_url}/responses", "OPTIONS", **PAGE)

    assert status in (404, 405)
    assert headers["access-control-allow-origin"] == "*"
    assert len(fake_openai.requests) == 1
