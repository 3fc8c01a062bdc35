"""A travel agency on openai-agents: an agent with tools, one that hands over to it, structured output, a session."""

from __future__ import annotations

from agents import Agent, ModelSettings, OpenAIChatCompletionsModel, Runner, SQLiteSession, function_tool
from openai import AsyncOpenAI
from openai.types.responses import ResponseTextDeltaEvent
from openai.types.shared import Reasoning
from pydantic import BaseModel


class City(BaseModel):
    """A city that somebody spoke of."""

    name: str
    country: str


@function_tool
def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"21 °C in {city}"


forecaster = Agent(
    name="Forecaster",
    handoff_description="Knows the weather.",
    instructions="Be brief.",
    model="gpt-5",
    tools=[get_weather],
)
receptionist = Agent(name="Receptionist", instructions="Hand over.", model="gpt-4.1", handoffs=[forecaster])
thinker = Agent(
    name="Thinker",
    model="gpt-5",
    model_settings=ModelSettings(
        reasoning=Reasoning(effort="low", summary="auto"), response_include=["reasoning.encrypted_content"], store=False
    ),
    tools=[get_weather],
)
geographer = Agent(name="Geographer", model="gpt-5-mini", output_type=City)


async def answer(agent: Agent, question: str, session: str | None = None) -> object:
    """What an agent's run comes to."""
    result = await Runner.run(agent, question, session=SQLiteSession(session) if session else None)
    return result.final_output


async def converse(agent: Agent, questions: list[str]) -> list[object]:
    """The answers to questions that follow each other, the history sent along."""
    history: list[object] = []
    answers = []
    for question in questions:
        result = await Runner.run(agent, [*history, {"role": "user", "content": question}])
        history = result.to_input_list()
        answers.append(result.final_output)
    return answers


async def stream(agent: Agent, question: str) -> str:
    """The text of a streamed run, as it comes."""
    result = Runner.run_streamed(agent, question)
    events = [event async for event in result.stream_events()]
    deltas = [event.data for event in events if event.type == "raw_response_event"]
    return "".join(delta.delta for delta in deltas if isinstance(delta, ResponseTextDeltaEvent))


def over_chat(agent: Agent) -> Agent:
    """The agent on chat completions."""
    return agent.clone(model=OpenAIChatCompletionsModel("gpt-4.1", AsyncOpenAI()), model_settings=ModelSettings())
