"""A newcomer's first minute: what a fake OpenAI does, shown with the official client."""

from __future__ import annotations

import json
from typing import Any

import openai

from .fake import FakeOpenAI
from .replies.faults import RateLimit
from .replies.parts import Text, ToolCall
from .replies.reply import Reply
from .replies.timing import Pace

_MODEL = "gpt-4o"
_TOOL: Any = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


def run() -> None:
    """Show each kind of reply on a server of its own, and print what came of it."""
    with FakeOpenAI() as fake:
        client = openai.OpenAI()  # as an application makes it: the environment points here
        print(f"openai {openai.__version__}, unmodified, speaking to {fake.base_url}")
        for show in (_echo, _stream, _tool_call, _rate_limit):
            _title(show.__doc__ or "")
            show(fake, client)
        _title("What the server recorded, ready for assertions:")
        print(fake.transcript)
        client.close()


def _title(text: str) -> None:
    print(f"\n\033[1m{text}\033[0m" if _is_terminal() else f"\n{text}")


def _is_terminal() -> bool:
    import sys

    return sys.stdout.isatty()


def _ask(client: openai.OpenAI, text: str, **options: Any) -> Any:
    return client.chat.completions.create(model=_MODEL, messages=[{"role": "user", "content": text}], **options)


def _echo(fake: FakeOpenAI, client: openai.OpenAI) -> None:
    """Unscripted, it echoes:"""
    print("  ", _ask(client, "Say this is a test").choices[0].message.content)


def _stream(fake: FakeOpenAI, client: openai.OpenAI) -> None:
    """A reply streams token by token, at the pace that you choose:"""
    fake.script(Reply(Text("Every word arrives by itself, as from the real model."), pace=Pace(between=0.08)))
    print("  ", end=" ")
    for chunk in _ask(client, "Stream!", stream=True):
        print(chunk.choices[0].delta.content or "", end="", flush=True)
    print()


def _tool_call(fake: FakeOpenAI, client: openai.OpenAI) -> None:
    """A tool call, its result, and the answer:"""
    fake.script(ToolCall("get_weather", {"city": "Paris"}), "It is 21 °C in Paris.")
    question = {"role": "user", "content": "Weather in Paris?"}
    turn = _ask(client, "Weather in Paris?", tools=[_TOOL]).choices[0].message
    call = turn.tool_calls[0]
    print(f"   the model calls {call.function.name}({json.loads(call.function.arguments)})")
    result = {"role": "tool", "tool_call_id": call.id, "content": "21 °C"}
    history: Any = [question, turn.model_dump(exclude_none=True), result]
    completion = client.chat.completions.create(model=_MODEL, messages=history, tools=[_TOOL])
    print(f"   and says: {completion.choices[0].message.content}")


def _rate_limit(fake: FakeOpenAI, client: openai.OpenAI) -> None:
    """A rate limit, which the client retries by itself, at once:"""
    fake.script(RateLimit(), "Here I am again.")
    print("  ", _ask(client, "Are you there?").choices[0].message.content)
    first, second = fake.requests[-2:]
    print(f"   {first.status} on the first try, {second.status} on retry {second.attempt}")
