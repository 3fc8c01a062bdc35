"""An agent of Agno with a tool, on both surfaces."""

from __future__ import annotations

from agno.agent import Agent
from agno.models.openai import OpenAIChat, OpenAIResponses
from pydantic import BaseModel

MODELS = {"chat": OpenAIChat, "responses": OpenAIResponses}


class City(BaseModel):
    """A city that somebody spoke of."""

    name: str
    country: str


def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"21 °C in {city}"


def answer(surface: str, question: str) -> str:
    """What an agent with a tool comes to."""
    agent = Agent(model=MODELS[surface](id="gpt-4o"), tools=[get_weather], instructions="Be brief.", telemetry=False)
    return str(agent.run(question).content)


def stream(surface: str, question: str) -> str:
    """The text of a streamed answer."""
    agent = Agent(model=MODELS[surface](id="gpt-4o"), telemetry=False)
    return "".join(event.content for event in agent.run(question, stream=True) if isinstance(event.content, str))


def extract(surface: str, text: str) -> City:
    """The city of a text."""
    city: City = Agent(model=MODELS[surface](id="gpt-4o"), output_schema=City, telemetry=False).run(text).content
    return city
