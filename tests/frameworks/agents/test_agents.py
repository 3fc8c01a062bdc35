"""The travel agency: tools, handovers, reasoning sent back, sessions, streams, and one client over many event loops."""

from __future__ import annotations

import pytest

from pytest_fakeopenai import FakeOpenAI, Reasoning, Reply, ToolCall

from . import application

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("turn", range(50))
async def test_one_client_serves_many_event_loops(fake_openai: FakeOpenAI, turn: int) -> None:
    fake_openai.script(ToolCall("get_weather", {"city": "Paris"}), f"Mild, for the {turn}th time.", "One two three")
    assert await application.answer(application.forecaster, "Weather in Paris?") == f"Mild, for the {turn}th time."
    assert fake_openai.requests.last.tool_outputs == ["21 °C in Paris"]
    assert await application.stream(application.forecaster, "Count") == "One two three"


async def test_hands_over(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(
        ToolCall("transfer_to_forecaster", {}),
        Reply(ToolCall("get_weather", {"city": "Paris"}), ToolCall("get_weather", {"city": "Oslo"})),
        "Mild.",
    )
    assert await application.answer(application.receptionist, "Weather in Paris and Oslo?") == "Mild."


async def test_thinks_and_sends_its_thoughts_back(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(
        Reply(Reasoning("Weather…"), ToolCall("get_weather", {"city": "Paris"})), Reply(Reasoning(""), "Mild."), "Bye."
    )
    assert await application.converse(application.thinker, ["Weather in Paris?", "Thanks"]) == ["Mild.", "Bye."]


async def test_extracts(fake_openai: FakeOpenAI) -> None:
    fake_openai.script({"name": "Paris", "country": "France"})
    city = await application.answer(application.geographer, "Where is the Louvre?")
    assert city == application.City(name="Paris", country="France")


async def test_keeps_a_session(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(Reasoning("Hm."), "Hello."), "Bye.")
    assert await application.answer(application.forecaster, "Hi", session="one") == "Hello."
    assert await application.answer(application.forecaster, "Bye", session="one") == "Bye."


async def test_works_over_chat(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(
        ToolCall("get_weather", {"city": "Paris"}), "Mild.", "One two", {"name": "Paris", "country": "France"}
    )
    assert await application.answer(application.over_chat(application.forecaster), "Weather in Paris?") == "Mild."
    assert await application.stream(application.over_chat(application.forecaster), "Count") == "One two"
    city = await application.answer(application.over_chat(application.geographer), "The Louvre?")
    assert city == application.City(name="Paris", country="France")
