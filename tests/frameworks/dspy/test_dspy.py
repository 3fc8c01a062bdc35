"""A prediction with reasons on both surfaces, and an agent that calls a tool."""

from __future__ import annotations

import json

import pytest

from pytest_fakeopenai import FakeOpenAI

from . import application

CHAIN = "[[ ## reasoning ## ]]\nIt is near.\n\n[[ ## answer ## ]]\nParis\n\n[[ ## completed ## ]]"


@pytest.mark.parametrize("model_type", ["chat", "responses"])
def test_predicts(fake_openai: FakeOpenAI, model_type: str) -> None:
    fake_openai.script(CHAIN)
    assert application.answer(model_type, "Where is the Louvre?") == ("It is near.", "Paris")


def step(tool: str, **arguments: str) -> str:
    """One step of the agent, as DSPy's JSON adapter reads it."""
    return json.dumps({"next_thought": "Go on.", "next_tool_name": tool, "next_tool_args": arguments})


def test_an_agent_calls_tools(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(
        step("get_weather", city="Paris"), step("finish"), json.dumps({"reasoning": "It is.", "answer": "Mild."})
    )
    assert application.forecast("Weather in Paris?") == "Mild."
    assert "21 °C in Paris" in str(fake_openai.requests[1].json)
