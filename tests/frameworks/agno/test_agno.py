"""An agent with a tool, a stream, structured output, on both surfaces, through Agno."""

from __future__ import annotations

import pytest

from pytest_fakeopenai import FakeOpenAI, Reply, ToolCall

from . import application

pytestmark = pytest.mark.parametrize("surface", application.MODELS)


def test_calls_tools(fake_openai: FakeOpenAI, surface: str) -> None:
    calls = [ToolCall("get_weather", {"city": city}) for city in ("Paris", "Oslo")]
    fake_openai.script(Reply(*calls), "Mild.")
    assert application.answer(surface, "Weather in Paris and Oslo?") == "Mild."
    assert fake_openai.requests.last.tool_outputs == ["21 °C in Paris", "21 °C in Oslo"]


def test_streams(fake_openai: FakeOpenAI, surface: str) -> None:
    fake_openai.script("One two three")
    assert application.stream(surface, "Count") == "One two three"


def test_extracts(fake_openai: FakeOpenAI, surface: str) -> None:
    fake_openai.script({"name": "Paris", "country": "France"})
    assert application.extract(surface, "The Louvre") == application.City(name="Paris", country="France")
