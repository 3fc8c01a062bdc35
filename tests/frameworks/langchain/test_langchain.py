"""Tools, streams, structured output, pictures, vectors, and one pool over many event loops, through LangChain."""

from __future__ import annotations

import pytest

from pytest_fakeopenai import FakeOpenAI, Reply, ToolCall

from . import application

SURFACES = pytest.mark.parametrize("use_responses_api", [False, True], ids=["chat", "responses"])


@SURFACES
@pytest.mark.asyncio
async def test_calls_tools(fake_openai: FakeOpenAI, use_responses_api: bool) -> None:
    fake_openai.script(
        Reply(ToolCall("get_weather", {"city": "Paris"}), ToolCall("get_weather", {"city": "Oslo"})), "Mild."
    )
    assert await application.answer("Weather in Paris and Oslo?", use_responses_api) == "Mild."
    assert fake_openai.requests.last.tool_outputs == ["21 degrees celsius in Paris", "21 degrees celsius in Oslo"]


@SURFACES
@pytest.mark.parametrize("turn", range(25))
@pytest.mark.asyncio
async def test_one_http_client_serves_many_event_loops(
    fake_openai: FakeOpenAI, use_responses_api: bool, turn: int
) -> None:
    fake_openai.script(f"Answer {turn}", "One two three")
    assert await application.answer("Hello", use_responses_api) == f"Answer {turn}"
    message = await application.stream("Count", use_responses_api)
    assert message.text == "One two three"
    assert message.usage_metadata is not None


@pytest.mark.parametrize("method", ["json_schema", "function_calling", "json_mode"])
def test_extracts(fake_openai: FakeOpenAI, method: str) -> None:
    city = {"name": "Paris", "country": "France", "population": None}
    fake_openai.script(ToolCall("City", city) if method == "function_calling" else city)
    assert application.extract("The Louvre, as JSON", method) == application.City(name="Paris", country="France")


def test_sees(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("A cat")
    assert application.describe("data:image/png;base64,iVBORw0KGgo=") == "A cat"


def test_embeds() -> None:
    vectors = application.embed(["a cat", "a dog"])
    assert [len(vector) for vector in vectors] == [1536, 1536]
