"""Totals and details of usage, wherever it is told: figures that add up, and details within what they detail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pytest_fakeopenai import FakeOpenAI, Reasoning, Refusal, Reply, ToolCall

from ._requests import call_method, chat, function_tool, send
from .responses._requests import create_response, wire

Json = dict[str, Any]

HELLO = [{"role": "user", "content": "Hello"}]
MODELS = ["gpt-4o", "gpt-5", "gpt-5.4", "gpt-5.6", "gpt-audio", "gpt-4o-search-preview"]
REPLIES = [
    "Hi!",
    "",
    Refusal("No."),
    ToolCall("bell", "{}"),
    Reply("Hi!", finish_reason="length"),
    Reply("Hi! " * 50, usage={"completion_tokens": 2}),
    Reply("Hi!", usage={"prompt_tokens": 1, "output_tokens": 0}),
]
THINKING = [Reply(Reasoning("Hm. " * 100), "Hi!", usage=usage) for usage in (None, {"output_tokens": 3})]


def check(usage: Json) -> None:
    """Fail where the figures of a usage do not add up, or a detail is larger than its figure."""
    names = [name for name in usage if not name.endswith("_details") and name not in ("total_tokens", "type")]

    assert usage["total_tokens"] == sum(usage[name] for name in names)
    for name in names:
        details = usage.get(f"{name}_details", {})
        assert all(0 <= count <= usage[name] for count in details.values()), (name, usage)


def usages(value: object) -> Iterator[Json]:
    """Every usage in a body."""
    if isinstance(value, dict):
        yield from (each for key, each in value.items() if key == "usage" and isinstance(each, dict))
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from usages(inner)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("reply", REPLIES)
def test_adds_up_in_a_chat(fake_openai: FakeOpenAI, reply: object, model: str, stream: bool) -> None:
    fake_openai.otherwise(reply)
    tools: Json = {"tools": [function_tool("bell")]} if isinstance(reply, ToolCall) else {}
    options: Json = {"stream": True, "stream_options": {"include_usage": True}} if stream else {}
    answer = chat(fake_openai, model=model, max_completion_tokens=16, **tools, **options)

    check((answer[-1] if stream else answer).usage.to_dict())


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-5", "gpt-5.4", "gpt-5.6"])
@pytest.mark.parametrize("reply", [*REPLIES, *THINKING])
def test_adds_up_in_a_response(fake_openai: FakeOpenAI, reply: object, model: str) -> None:
    fake_openai.otherwise(reply)
    bell: Json = {"tools": [{"type": "function", "name": "bell", "parameters": {}}]}
    tools = bell if isinstance(reply, ToolCall) else {}
    response = create_response(fake_openai, model=model, max_output_tokens=16, **tools)
    compacted = send(
        fake_openai, "POST", "/v1/responses/compact", {"model": model, "previous_response_id": response.id}
    )

    check(wire(response.usage))
    check(compacted.json["usage"])


def test_adds_up_in_completions_embeddings_images_and_audio(fake_openai: FakeOpenAI) -> None:
    requests: dict[str, Json] = {
        "completions": {"model": "gpt-3.5-turbo-instruct", "prompt": ["Hello", [1, 2]], "n": 2},
        "embeddings": {"model": "text-embedding-3-small", "input": ["Hello", "you"]},
        "images/generations": {"model": "gpt-image-1", "prompt": "A lamp", "size": "1024x1024", "quality": "low"},
    }
    bodies = [send(fake_openai, "POST", f"/v1/{path}", body).json for path, body in requests.items()]

    assert [len(list(usages(body))) for body in bodies] == [1, 1, 1]
    for body in bodies:
        check(body["usage"])


def test_adds_up_the_lines_of_a_batch(fake_openai: FakeOpenAI) -> None:
    fake_openai.otherwise(Reply("Hi!"))
    bodies: dict[str, list[Json]] = {
        "chat/completions": [{"model": "gpt-5", "messages": HELLO * n} for n in (1, 2)],
        "responses": [{"model": "gpt-5.4", "input": text} for text in ("Hello", "Hello you")],
    }
    for path, requests in bodies.items():
        url = f"/v1/{path}"
        lines = [{"custom_id": str(n), "method": "POST", "url": url, "body": each} for n, each in enumerate(requests)]
        file = ("lines.jsonl", "\n".join(map(json.dumps, lines)).encode())
        upload = call_method(fake_openai, "sync", "files.create", file=file, purpose="batch")
        batch = call_method(
            fake_openai, "sync", "batches.create", input_file_id=upload.id, endpoint=url, completion_window="24h"
        )
        ended = send(fake_openai, "GET", f"/v1/batches/{batch.id}").json
        direct = [send(fake_openai, "POST", url, each).json["usage"] for each in requests]

        check(ended["usage"])
        assert ended["usage"]["total_tokens"] == sum(each["total_tokens"] for each in direct)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_adds_up_the_steps_of_a_run(fake_openai: FakeOpenAI) -> None:
    client: Any = fake_openai.client
    assistant = client.beta.assistants.create(
        model="gpt-4o", tools=[{"type": "function", "function": {"name": "bell"}}]
    )
    fake_openai.script(Reply("Let me see.", ToolCall("bell", "{}")), "Done.")
    run = client.beta.threads.create_and_run(assistant_id=assistant.id, thread={"messages": HELLO})
    waiting = client.beta.threads.runs.retrieve(run.id, thread_id=run.thread_id)
    call = waiting.required_action.submit_tool_outputs.tool_calls[0]
    client.beta.threads.runs.submit_tool_outputs(
        run.id, thread_id=run.thread_id, tool_outputs=[{"tool_call_id": call.id, "output": "ok"}]
    )
    ended = client.beta.threads.runs.retrieve(run.id, thread_id=run.thread_id)
    pages = client.beta.threads.runs.steps.list(run.id, thread_id=run.thread_id)
    whole, *steps = [wire(each)["usage"] for each in (ended, *pages)]

    assert len(steps) == 3
    for usage in (whole, *steps):
        check(usage)
    for name in ("prompt_tokens", "completion_tokens", "total_tokens"):
        assert whole[name] == sum(each[name] for each in steps)
