"""An agent of Haystack with a tool, its generator by itself, vectors of documents."""

from __future__ import annotations

from haystack import Document
from haystack.components.agents import Agent
from haystack.components.embedders import OpenAIDocumentEmbedder
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.dataclasses import ChatMessage, StreamingChunk
from haystack.tools import Tool


def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"21 °C in {city}"


WEATHER = Tool(
    name="get_weather",
    description="The weather in a city.",
    parameters={"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    function=get_weather,
)


def answer(question: str) -> str:
    """What an agent with a tool comes to."""
    agent = Agent(chat_generator=OpenAIChatGenerator(model="gpt-4o"), tools=[WEATHER], system_prompt="Be brief.")
    return str(agent.run([ChatMessage.from_user(question)])["last_message"].text)


def stream(question: str) -> str:
    """The text of a streamed answer."""
    chunks: list[StreamingChunk] = []
    OpenAIChatGenerator(model="gpt-4o", streaming_callback=chunks.append).run([ChatMessage.from_user(question)])
    return "".join(chunk.content for chunk in chunks)


def embed(texts: list[str]) -> list[list[float]]:
    """The vectors of texts."""
    documents = OpenAIDocumentEmbedder(model="text-embedding-3-small", progress_bar=False).run(
        [Document(content=text) for text in texts]
    )["documents"]
    return [document.embedding for document in documents]
