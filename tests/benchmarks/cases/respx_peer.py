"""respx with one client for all tests; it reaches clients of the legacy HTTP library only."""

from __future__ import annotations

import importlib
import json
from typing import Any

import openai
import pytest

from ..constant import TEXT, split
from .completion import completion_text, each


@pytest.fixture(scope="session")
def shared() -> openai.OpenAI:
    legacy = importlib.import_module("httpx").Client()
    return openai.OpenAI(base_url="http://peer/v1", api_key="key", http_client=legacy)


@each
def test_asks(shared: openai.OpenAI, respx_mock: Any, answer: bytes, number: int) -> None:
    respx_mock.post("http://peer/v1/chat/completions").respond(json=json.loads(split(answer)[1]))
    assert completion_text(shared) == TEXT
