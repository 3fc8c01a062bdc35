"""Calls through LiteLLM: completions with tools, Responses, streams, vectors, asynchronously and not."""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # it looks for a newer price list in the network else
import litellm
from pydantic import BaseModel


class City(BaseModel):
    """A city that somebody spoke of."""

    name: str
    country: str


TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


def answer(question: str) -> str:
    """Answer, calling tools until there is nothing more to call."""
    messages: list[Any] = [{"role": "user", "content": question}]
    while True:
        completion = litellm.completion(model="openai/gpt-4o", messages=messages, tools=[TOOL], tool_choice="auto")
        message = completion.choices[0].message
        messages.append(message)
        if not message.tool_calls:
            return str(message.content)
        messages += [{"role": "tool", "tool_call_id": call.id, "content": "21 °C"} for call in message.tool_calls]


async def stream(question: str) -> str:
    """The text of a streamed answer."""
    messages = [{"role": "user", "content": question}]
    options = {"include_usage": True}
    chunks = await litellm.acompletion(model="openai/gpt-4o", messages=messages, stream=True, stream_options=options)
    return "".join([chunk.choices[0].delta.content or "" async for chunk in chunks])


def extract(text: str) -> City:
    """The city of a text."""
    messages = [{"role": "user", "content": text}]
    completion = litellm.completion(model="openai/gpt-4o", messages=messages, response_format=City)
    return City.model_validate_json(completion.choices[0].message.content)


def respond(question: str) -> str:
    """An answer of Responses."""
    return str(litellm.responses(model="openai/gpt-5", input=question).output[-1].content[0].text)


def embed(texts: list[str]) -> list[list[float]]:
    """The vectors of texts."""
    return [item["embedding"] for item in litellm.embedding("openai/text-embedding-3-small", texts).data]
