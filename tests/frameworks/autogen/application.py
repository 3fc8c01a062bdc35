"""An agent of AutoGen with a tool, and its client by itself."""

from __future__ import annotations

from autogen_agentchat.agents import AssistantAgent
from autogen_core.models import CreateResult, UserMessage
from autogen_ext.models.openai import OpenAIChatCompletionClient
from pydantic import BaseModel


class City(BaseModel):
    """A city that somebody spoke of."""

    name: str
    country: str


async def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"21 °C in {city}"


async def answer(question: str) -> str:
    """What an agent with a tool comes to."""
    client = OpenAIChatCompletionClient(model="gpt-4o")
    agent = AssistantAgent(
        "assistant", model_client=client, tools=[get_weather], reflect_on_tool_use=True, system_message="Be brief."
    )
    result = await agent.run(task=question)
    await client.close()
    return str(result.messages[-1].content)


async def stream(question: str) -> str:
    """The text of a streamed answer."""
    client = OpenAIChatCompletionClient(model="gpt-4o")
    chunks = [chunk async for chunk in client.create_stream([UserMessage(content=question, source="user")])]
    await client.close()
    return "".join(chunk for chunk in chunks if not isinstance(chunk, CreateResult))


async def extract(text: str) -> City:
    """The city of a text."""
    client = OpenAIChatCompletionClient(model="gpt-4o")
    result = await client.create([UserMessage(content=text, source="user")], json_output=City)
    await client.close()
    return City.model_validate_json(str(result.content))
