"""Extraction with Instructor, by each of its modes, blocking, streamed and asynchronous."""

from __future__ import annotations

import instructor
import openai
from pydantic import BaseModel

MODES = [
    instructor.Mode.TOOLS,
    instructor.Mode.TOOLS_STRICT,
    instructor.Mode.JSON,
    instructor.Mode.JSON_SCHEMA,
    instructor.Mode.MD_JSON,
    instructor.Mode.RESPONSES_TOOLS,
]


class City(BaseModel):
    """A city that somebody spoke of."""

    name: str
    country: str


def messages(text: str) -> list[dict[str, str]]:
    """A prompt that asks for the city of a text."""
    return [{"role": "system", "content": "Which city, as JSON?"}, {"role": "user", "content": text}]


def extract(mode: instructor.Mode, text: str) -> City:
    """The city of a text; asks again where the answer does not fit."""
    client = instructor.from_openai(openai.OpenAI(), mode=mode)
    city: City = client.chat.completions.create(
        model="gpt-4o", response_model=City, messages=messages(text), max_retries=2
    )
    return city


async def extract_all(texts: list[str]) -> list[City]:
    """The cities of texts, asynchronously."""
    client = instructor.from_openai(openai.AsyncOpenAI())
    return [
        await client.chat.completions.create(model="gpt-4o", response_model=City, messages=messages(text))
        for text in texts
    ]


def extract_partially(text: str) -> list[City]:
    """What is known of the city of a text while its answer streams in."""
    client = instructor.from_openai(openai.OpenAI())
    return list(client.chat.completions.create_partial(model="gpt-4o", response_model=City, messages=messages(text)))
