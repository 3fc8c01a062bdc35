"""An agent with a tool, a stream, structured output, through AutoGen."""

from __future__ import annotations

import pytest

from pytest_fakeopenai import FakeOpenAI, Reply, ToolCall

from . import application

pytestmark = pytest.mark.asyncio


async def test_calls_tools(fake_openai: FakeOpenAI) -> None:
    calls = [ToolCall("get_weather", {"city": city}) for city in ("Paris", "Oslo")]
    fake_openai.script(Reply(*calls), "Mild.")
    assert await application.answer("Weather in Paris and Oslo?") == "Mild."
    assert fake_openai.requests.last.tool_outputs == ["21 °C in Paris", "21 °C in Oslo"]


async def test_streams(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("One two three")
    assert await application.stream("Count") == "One two three"


async def test_extracts(fake_openai: FakeOpenAI) -> None:
    fake_openai.script({"name": "Paris", "country": "France"})
    assert await application.extract("The Louvre") == application.City(name="Paris", country="France")
