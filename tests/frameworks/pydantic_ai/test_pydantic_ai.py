"""The travel agent: tools, output modes, history with thoughts, streams, on both surfaces."""

from __future__ import annotations

import pytest

from pytest_fakeopenai import FakeOpenAI, Reasoning, Reply, ToolCall

from . import application

pytestmark = [pytest.mark.asyncio, pytest.mark.parametrize("model", [application.CHAT, application.RESPONSES])]


async def test_calls_tools(fake_openai: FakeOpenAI, model: str) -> None:
    fake_openai.script(
        Reply(ToolCall("get_weather", {"city": "Paris"}), ToolCall("get_weather", {"city": "Oslo"})), "Mild.", "Bye."
    )
    assert await application.converse(model, ["Weather in Paris and Oslo?", "Thanks"]) == ["Mild.", "Bye."]
    assert "Oslo" in str(fake_openai.requests.last.json)


async def test_sends_thoughts_back(fake_openai: FakeOpenAI, model: str) -> None:
    fake_openai.script(Reply(Reasoning("Weather…"), ToolCall("get_weather", {"city": "Paris"})), "Mild.", "Bye.")
    assert await application.converse(model, ["Weather in Paris?", "Thanks"]) == ["Mild.", "Bye."]


@pytest.mark.parametrize("mode", application.MODES)
async def test_extracts(fake_openai: FakeOpenAI, model: str, mode: str) -> None:
    city = {"name": "Paris", "country": "France", "population": None}
    fake_openai.script(ToolCall("final_result", city) if mode == "tool" else city)
    assert await application.extract(model, mode) == application.City(name="Paris", country="France")


async def test_streams(fake_openai: FakeOpenAI, model: str) -> None:
    fake_openai.script("One two three")
    assert await application.stream(model, "Count") == "One two three"
