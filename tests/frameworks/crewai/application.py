"""A crew of one agent, with and without a tool."""

from __future__ import annotations

import os

os.environ.setdefault("CREWAI_DISABLE_TELEMETRY", "true")
os.environ.setdefault("OTEL_SDK_DISABLED", "true")
from crewai import Agent, Crew, Task
from crewai.tools import tool


@tool("get_weather")
def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"21 °C in {city}"


def work(question: str) -> str:
    """What the crew comes to."""
    agent = Agent(
        role="Forecaster", goal="Answer briefly", backstory="Knows the weather.", llm="gpt-4o", tools=[get_weather]
    )
    task = Task(description=question, expected_output="One sentence", agent=agent)
    return str(Crew(agents=[agent], tasks=[task]).kickoff())
