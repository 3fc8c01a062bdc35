"""The travel assistant on both surfaces: tools, streams, structured prediction, pictures, vectors."""

from __future__ import annotations

import pytest

from pytest_fakeopenai import FakeOpenAI, Reply, ToolCall

from . import application

SURFACES = pytest.mark.parametrize("surface", application.MODELS)


@SURFACES
def test_calls_tools(fake_openai: FakeOpenAI, surface: str) -> None:
    calls = [ToolCall("get_weather", {"city": city}) for city in ("Paris", "Oslo")]
    fake_openai.script(Reply(*calls), "Mild.")
    assert application.answer(surface, "Weather in Paris and Oslo?") == "Mild."
    assert fake_openai.requests.last.tool_outputs == ["21 °C in Paris", "21 °C in Oslo"]


@SURFACES
@pytest.mark.asyncio
async def test_streams(fake_openai: FakeOpenAI, surface: str) -> None:
    fake_openai.script("One two three")
    assert await application.stream(surface, "Count") == "One two three"


@SURFACES
def test_extracts(fake_openai: FakeOpenAI, surface: str) -> None:
    city = {"name": "Paris", "country": "France"}
    fake_openai.otherwise(lambda request: ToolCall("City", city) if request.tool_names else city)
    assert application.extract(surface, "The Louvre") == application.City(name="Paris", country="France")


def test_sees(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("A cat")
    assert application.describe("https://example.com/cat.png") == "A cat"


def test_embeds() -> None:
    assert [len(vector) for vector in application.embed(["a cat", "a dog"])] == [1536, 1536]
