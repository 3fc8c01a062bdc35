"""Tools, a stream, a schema, through `llm`, whose user folder is the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_fakeopenai import FakeOpenAI, Reply, ToolCall

from . import application


@pytest.fixture(autouse=True)
def user_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder for its keys and logs."""
    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path))


def test_calls_tools(fake_openai: FakeOpenAI) -> None:
    calls = [ToolCall("get_weather", {"city": city}) for city in ("Paris", "Oslo")]
    fake_openai.script(Reply(*calls), "Mild.")
    assert application.answer("Weather in Paris and Oslo?") == "Mild."
    assert fake_openai.requests.last.tool_outputs == ["21 °C in Paris", "21 °C in Oslo"]


def test_streams(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("One two three")
    assert application.stream("Count") == "One two three"


def test_extracts(fake_openai: FakeOpenAI) -> None:
    fake_openai.script({"name": "Paris", "country": "France"})
    assert application.extract("The Louvre") == {"name": "Paris", "country": "France"}
