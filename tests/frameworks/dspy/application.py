"""A program of DSPy: a prediction with reasons, and an agent with a tool."""

from __future__ import annotations

import dspy


def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"21 °C in {city}"


def configured(model_type: str) -> dspy.LM:
    """A model of one of the two surfaces, that remembers nothing between calls."""
    return dspy.LM("openai/gpt-4o", model_type=model_type, cache=False)


def answer(model_type: str, question: str) -> tuple[str, str]:
    """The reasons and the answer of a chain of thought."""
    with dspy.context(lm=configured(model_type)):
        prediction = dspy.ChainOfThought("question -> answer")(question=question)
    return prediction.reasoning, prediction.answer


def forecast(question: str) -> str:
    """What an agent with a tool comes to."""
    with dspy.context(lm=configured("chat"), adapter=dspy.JSONAdapter()):
        return str(dspy.ReAct("question -> answer", tools=[get_weather], max_iters=3)(question=question).answer)
