"""Chat with tools, a stream, and vectors, through Haystack."""

from __future__ import annotations

from pytest_fakeopenai import FakeOpenAI, Reply, ToolCall

from . import application


def test_calls_tools(fake_openai: FakeOpenAI) -> None:
    calls = [ToolCall("get_weather", {"city": city}) for city in ("Paris", "Oslo")]
    fake_openai.script(Reply(*calls), "Mild.")
    assert application.answer("Weather in Paris and Oslo?") == "Mild."
    assert fake_openai.requests.last.tool_outputs == ["21 °C in Paris", "21 °C in Oslo"]


def test_streams(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("One two three")
    assert application.stream("Count") == "One two three"


def test_embeds() -> None:
    assert [len(vector) for vector in application.embed(["a cat", "a dog"])] == [1536, 1536]
