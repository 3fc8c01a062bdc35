"""pytest-httpserver with one client for all tests."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest

from ..constant import TEXT, client, split
from .completion import completion_text, each


@pytest.fixture(scope="session")
def shared(make_httpserver: Any) -> openai.OpenAI:
    return client(make_httpserver.url_for("").rstrip("/"))


@each
def test_asks(shared: openai.OpenAI, httpserver: Any, answer: bytes, number: int) -> None:
    httpserver.expect_request("/v1/chat/completions").respond_with_json(json.loads(split(answer)[1]))
    assert completion_text(shared) == TEXT
