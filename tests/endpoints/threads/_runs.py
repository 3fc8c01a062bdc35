"""How these tests get an assistant, a thread and a run, on every supported version of the official client."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from pytest_fakeopenai import FakeOpenAI

# The client warns that the family is going out of use, in two wordings.
deprecated = (
    pytest.mark.filterwarnings("ignore:deprecated$:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The Assistants API is deprecated:DeprecationWarning"),
)

WEATHER: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Tells the weather.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        "strict": False,
    },
}


def assistant(fake: FakeOpenAI, **settings: Any) -> str:
    """The id of a new assistant."""
    assistant_id: str = fake.client.beta.assistants.create(
        **{"model": "gpt-4o", "instructions": "Be brief.", **settings}
    ).id
    return assistant_id


def thread(fake: FakeOpenAI, *texts: str) -> str:
    """The id of a new thread in which the user has said this."""
    messages: Any = [{"role": "user", "content": text} for text in texts or ("What is the weather?",)]
    thread_id: str = fake.client.beta.threads.create(messages=messages).id
    return thread_id


def ids(fake: FakeOpenAI, **settings: Any) -> dict[str, Any]:
    """A thread and an assistant, as a run wants them."""
    return {"thread_id": thread(fake), "assistant_id": assistant(fake, **settings)}


def create_run(fake: FakeOpenAI, **settings: Any) -> Any:
    """A run as its creation is answered."""
    return fake.client.beta.threads.runs.create(**{**ids(fake, tools=[WEATHER]), **settings})


def retrieve_run(fake: FakeOpenAI, run: Any) -> Any:
    """The run as it is now."""
    return fake.client.beta.threads.runs.retrieve(run_id=run.id, thread_id=run.thread_id)


def run_of(fake: FakeOpenAI, **settings: Any) -> Any:
    """A run as it is right after its creation."""
    return retrieve_run(fake, create_run(fake, **settings))


def outputs(run: Any, *texts: str) -> Any:
    """The outputs that a run waits for."""
    calls = run.required_action.submit_tool_outputs.tool_calls
    return [{"tool_call_id": call.id, "output": text} for call, text in zip(calls, texts, strict=True)]


def submit(fake: FakeOpenAI, run: Any, *texts: str) -> Any:
    """The run right after the outputs of its calls have been given to it."""
    fake.client.beta.threads.runs.submit_tool_outputs(
        run_id=run.id, thread_id=run.thread_id, tool_outputs=outputs(run, *texts)
    )
    return retrieve_run(fake, run)


def steps(fake: FakeOpenAI, run: Any) -> list[Any]:
    """The steps of a run, oldest first."""
    return list(fake.client.beta.threads.runs.steps.list(run_id=run.id, thread_id=run.thread_id, order="asc"))


def thread_messages(fake: FakeOpenAI, thread_id: str) -> list[tuple[str, str]]:
    """Who said what in a thread, oldest first."""
    messages = fake.client.beta.threads.messages.list(thread_id, order="asc")
    return [(message.role, _text(message)) for message in messages]


def _text(message: Any) -> str:
    return "".join(part.text.value if part.type == "text" else getattr(part, "refusal", "") for part in message.content)


def drain(stream: Iterable[Any]) -> list[Any]:
    """All that a stream has."""
    return list(stream)


def names(events: Iterable[Any]) -> list[str]:
    """What events are called."""
    return [event.event for event in events]
