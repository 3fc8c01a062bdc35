"""What the validation of requests costs, as a share of a blocking call.

Checks and calls are measured in turn; their medians are compared.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from functools import partial
from typing import Any

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.endpoints.chat_completions.surface import SURFACE as CHAT
from pytest_fakeopenai.endpoints.responses.surface import SURFACE as RESPONSES
from pytest_fakeopenai.pipeline.context import RequestContext
from pytest_fakeopenai.pipeline.surface import Surface
from pytest_fakeopenai.sdk import params
from pytest_fakeopenai.settings import Settings
from pytest_fakeopenai.state.request import RecordedRequest
from pytest_fakeopenai.state.world import World

from .clock import once
from .groups import Figures, Goal, Group

TURNS = 7
CHECKS = 200
CALLS = 10
Json = dict[str, Any]

TOOL: Json = {
    "name": "get_weather",
    "description": "The weather of a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
TURN: list[Json] = [
    {"role": "user", "content": "What is the weather in Paris? " * 4},
    {"role": "assistant", "content": "It is 21 degrees and sunny, with a light wind from the west. " * 4},
]
BODIES: dict[str, tuple[Surface, Json]] = {
    "chat": (CHAT, {"model": "gpt-4o", "messages": TURN[:1]}),
    "chat, a tool": (
        CHAT,
        {"model": "gpt-4o", "messages": TURN[:1], "tools": [{"type": "function", "function": TOOL}]},
    ),
    "chat, 100 messages": (CHAT, {"model": "gpt-4o", "messages": TURN * 50}),
    "responses": (RESPONSES, {"model": "gpt-4o", "input": "What is the weather?"}),
    "responses, 100 items": (RESPONSES, {"model": "gpt-4o", "input": TURN * 50}),
}


def checking(surface: Surface, body: Json) -> Callable[[], object]:
    """What the pipeline does to check a request, and would not do without validation."""
    record = RecordedRequest(1, "POST", "/", surface.endpoint, {}, {}, b"")
    call = surface.read(body, RequestContext(World(Settings()), record, None, {}, None))  # type: ignore[arg-type]  # it sends nothing
    contract, parameters = surface.contract, surface.parameters
    return lambda: (
        params.violations(surface.endpoint, body, parameters),
        [*contract.field_errors(body)],
        [*contract.call_errors(call)],
    )


def create(client: Any, body: Json) -> object:
    """The call that an application makes."""
    return (client.chat.completions if "messages" in body else client.responses).create(**body)


def _mean(act: Callable[[], object], count: int) -> float:
    """How long one act takes, over so many."""
    return once(lambda: [act() for _ in range(count)]) / count


def _measured(name: str) -> Figures:
    surface, body = BODIES[name]
    check = checking(surface, body)
    with FakeOpenAI() as fake:
        turns = [(_mean(check, CHECKS), _mean(lambda: create(fake.client, body), CALLS)) for _ in range(1 + TURNS)]
    checks, calls = map(statistics.median, zip(*turns[1:], strict=True))
    return {"check": checks, "call": calls, "share": checks / calls}


GROUP = Group(
    "validation",
    "the check of a request, and its share of the call",
    {name: partial(_measured, name) for name in BODIES},
    (
        Goal("validation of a chat completion, share of the call", "chat", "share", 0.01, 0.002, reference=None),
        Goal("validation of a response, share of the call", "responses", "share", 0.01, 0.002, reference=None),
        Goal("validation of 100 messages", "chat, 100 messages", "check", 100e-6, 100e-6, reference=None),
        Goal("validation of 100 items", "responses, 100 items", "check", 100e-6, 100e-6, reference=None),
    ),
)
