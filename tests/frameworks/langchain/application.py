"""A travel assistant on langchain-openai."""

from __future__ import annotations

import functools
from typing import Any

from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel, Field

MODEL = "gpt-4o"


class City(BaseModel):
    """A city that somebody spoke of."""

    name: str = Field(description="Its name in English")
    country: str
    population: int | None = None


@tool
def get_weather(city: str, unit: str = "celsius") -> str:
    """The weather in a city."""
    return f"21 degrees {unit} in {city}"


def chat(use_responses_api: bool) -> ChatOpenAI:
    """A model; LangChain keeps one HTTP client of the process for all of them."""
    return ChatOpenAI(model=MODEL, use_responses_api=use_responses_api, stream_usage=True)


async def answer(question: str, use_responses_api: bool = False) -> str:
    """Answer, calling tools until there is nothing more to call."""
    model = chat(use_responses_api).bind_tools([get_weather])
    messages: list[Any] = [SystemMessage("Be brief."), HumanMessage(question)]
    while True:
        message = await model.ainvoke(messages)
        messages.append(message)
        if not message.tool_calls:
            return str(message.text)
        messages += [await get_weather.ainvoke(call) for call in message.tool_calls]


async def stream(question: str, use_responses_api: bool = False) -> AIMessage:
    """The message that the chunks of a streamed answer add up to."""
    chunks = [chunk async for chunk in chat(use_responses_api).astream(question)]
    return functools.reduce(lambda left, right: left + right, chunks)


def extract(text: str, method: str) -> City:
    """The city of a text, by one of LangChain's methods of structured output."""
    return ChatOpenAI(model=MODEL).with_structured_output(City, method=method).invoke(text)


def describe(url: str) -> str:
    """What a picture shows."""
    content = [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": url}}]
    return str(ChatOpenAI(model=MODEL).invoke([HumanMessage(content)]).text)


def embed(texts: list[str]) -> list[list[float]]:
    """The vectors of texts."""
    return OpenAIEmbeddings(model="text-embedding-3-small", check_embedding_ctx_length=False).embed_documents(texts)
