"""Tools, streams, structured output, Responses, vectors, and what goes wrong, through LiteLLM."""

from __future__ import annotations

import litellm
import pytest

from pytest_fakeopenai import FakeOpenAI, RateLimit, Reply, ToolCall

from . import application


def test_calls_tools(fake_openai: FakeOpenAI) -> None:
    calls = [ToolCall("get_weather", {"city": city}) for city in ("Paris", "Oslo")]
    fake_openai.script(Reply(*calls), "Mild.")
    assert application.answer("Weather in Paris and Oslo?") == "Mild."
    assert fake_openai.requests.last.tool_outputs == ["21 °C", "21 °C"]


@pytest.mark.parametrize("turn", range(3))
@pytest.mark.asyncio
async def test_streams_on_any_event_loop(fake_openai: FakeOpenAI, turn: int) -> None:
    fake_openai.script(f"One two {turn}")
    assert await application.stream("Count") == f"One two {turn}"


def test_extracts(fake_openai: FakeOpenAI) -> None:
    fake_openai.script({"name": "Paris", "country": "France"})
    assert application.extract("The Louvre") == application.City(name="Paris", country="France")


def test_responds(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Hello!")
    assert application.respond("Hi") == "Hello!"


def test_embeds() -> None:
    assert [len(vector) for vector in application.embed(["a cat", "a dog"])] == [1536, 1536]


def test_is_refused(fake_openai: FakeOpenAI) -> None:
    fake_openai.otherwise(RateLimit())
    with pytest.raises(litellm.RateLimitError):
        litellm.completion(model="openai/gpt-4o", messages=[{"role": "user", "content": "Hi"}], num_retries=0)
