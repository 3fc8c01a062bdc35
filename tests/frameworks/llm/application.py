"""Prompts through `llm`: tools, streams, schemas, vectors."""

from __future__ import annotations

import json
from typing import Any

import llm


def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"21 °C in {city}"


def answer(question: str) -> str:
    """What a chain of calls comes to."""
    chain = llm.get_model("gpt-4o").chain(question, system="Be brief.", tools=[get_weather], stream=False)
    return "".join(chain)


def stream(question: str) -> str:
    """The text of a streamed answer."""
    return "".join(llm.get_model("gpt-4o").prompt(question, stream=True))


def extract(text: str) -> Any:
    """The city of a text."""
    schema = llm.schema_dsl("name, country")
    return json.loads(llm.get_model("gpt-4o").prompt(text, schema=schema, stream=False).text())
