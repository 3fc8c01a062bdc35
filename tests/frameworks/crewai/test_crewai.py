"""A crew whose agent calls a tool."""

from __future__ import annotations

from pytest_fakeopenai import FakeOpenAI, ToolCall

from . import application


def test_calls_tools(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(ToolCall("get_weather", {"city": "Paris"}), "Mild.")
    assert application.work("Weather in Paris?") == "Mild."
    assert "21 °C in Paris" in str(fake_openai.requests.last.json)
