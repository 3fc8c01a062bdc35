"""What the validation of requests costs, as a share of a blocking call: `python -m tests.benchmarks.validation`.

Checks and calls are measured in turn within one run; the medians over the rounds are compared.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.endpoints import chat_completions, responses
from pytest_fakeopenai.endpoints._surface import Exchange, Surface
from pytest_fakeopenai.journal import RecordedRequest
from pytest_fakeopenai.sdk import params
from pytest_fakeopenai.settings import Settings
from pytest_fakeopenai.world import World

ROUNDS = 15
Json = dict[str, Any]

TOOL: Json = {
    "name": "get_weather",
    "description": "The weather of a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
ROUND: list[Json] = [
    {"role": "user", "content": "What is the weather in Paris? " * 4},
    {"role": "assistant", "content": "It is 21 degrees and sunny, with a light wind from the west. " * 4},
]
BODIES: dict[str, tuple[Surface, Json]] = {
    "chat, 1 message": (chat_completions.SURFACE, {"model": "gpt-4o", "messages": ROUND[:1]}),
    "chat, 1 message, 1 tool": (
        chat_completions.SURFACE,
        {"model": "gpt-4o", "messages": ROUND[:1], "tools": [{"type": "function", "function": TOOL}]},
    ),
    "chat, 101 messages": (
        chat_completions.SURFACE,
        {"model": "gpt-4o", "messages": [*ROUND * 50, ROUND[0]]},
    ),
    "responses, 1 item": (responses.SURFACE, {"model": "gpt-4o", "input": "What is the weather?"}),
    "responses, 101 items": (responses.SURFACE, {"model": "gpt-4o", "input": [*ROUND * 50, ROUND[0]]}),
}


def seconds(act: Callable[[], object], times: int) -> float:
    """How long one act takes, over so many."""
    began = time.perf_counter()
    for _ in range(times):
        act()
    return (time.perf_counter() - began) / times


def checking(surface: Surface, body: Json) -> Callable[[], object]:
    """What the pipeline does to check a request, and would not do without validation."""
    record = RecordedRequest(1, "POST", "/", surface.endpoint, {}, {}, b"")
    call = surface.read(body, Exchange(World(Settings()), record, None, {}, None))  # type: ignore[arg-type]  # it sends nothing
    rules = surface.rules
    return lambda: (params.breaches(surface.endpoint, body), [*rules.fields(body)], [*rules.breaches(call)])


def create(client: Any, body: Json) -> object:
    """The call that an application makes."""
    return (client.chat.completions if "messages" in body else client.responses).create(**body)


def measure(fake: FakeOpenAI, surface: Surface, body: Json) -> tuple[float, float]:
    """The medians of a check and of a call."""
    check = checking(surface, body)
    checks, calls = [], []
    for _ in range(ROUNDS):
        checks.append(seconds(check, 200))
        calls.append(seconds(lambda: create(fake.client, body), 40))
        fake.reset()
    return statistics.median(checks), statistics.median(calls)


def main() -> None:
    """Print a line for each request."""
    print(f"{'request':26} {'check':>10} {'call':>10} {'share':>8}")
    with FakeOpenAI() as fake:
        for name, (surface, body) in BODIES.items():
            check, call = measure(fake, surface, body)
            print(f"{name:26} {check * 1e6:7.1f} us {call * 1e6:7.0f} us {check / call:8.2%}")


if __name__ == "__main__":
    main()
