"""A travel agent on Pydantic AI: tools, typed output by each of its modes, history, streams."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic_ai import Agent, NativeOutput, PromptedOutput, ToolOutput

CHAT, RESPONSES = "openai-chat:gpt-4o", "openai-responses:gpt-5"
MODES: dict[str, Any] = {"tool": ToolOutput, "native": NativeOutput, "prompted": PromptedOutput}


class City(BaseModel):
    """A city that somebody spoke of."""

    name: str
    country: str
    population: int | None = None


def agent(model: str, output_type: Any = str) -> Agent[None, Any]:
    """An agent with one tool."""
    travel_agent: Agent[None, Any] = Agent(model, instructions="Be brief.", output_type=output_type)

    @travel_agent.tool_plain
    def get_weather(city: str, days: int = 1) -> str:
        """The weather in a city."""
        return f"21 °C in {city} for {days}"

    return travel_agent


async def converse(model: str, questions: list[str]) -> list[str]:
    """The answers to questions that follow each other, the history sent along."""
    history: list[Any] = []
    answers = []
    for question in questions:
        result = await agent(model).run(question, message_history=history)
        history = result.all_messages()
        answers.append(result.output)
    return answers


async def extract(model: str, mode: str) -> City:
    """The city of a text, by one of Pydantic AI's output modes."""
    city: City = (await agent(model, MODES[mode](City)).run("The Louvre, as JSON")).output
    return city


async def stream(model: str, question: str) -> str:
    """The last of the texts that a streamed run grows through."""
    async with agent(model).run_stream(question) as result:
        return [text async for text in result.stream_text()][-1]
