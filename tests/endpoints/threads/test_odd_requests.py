"""Requests of any shape where nothing is validated: they get an answer, and never the fault of a server."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI

from ._runs import WEATHER, assistant, deprecated, run_of, thread

pytestmark = [*deprecated, pytest.mark.fake_openai(validation="off", unscripted="echo")]

ODD: list[Any] = [None, 5, True, "odd", [], [5, None], {}, {"type": 5}, {"role": 5, "content": {}}, [{"type": "odd"}]]
FIELDS: dict[str, list[str]] = {
    "/assistants": ["model", "tools", "tool_resources", "metadata", "temperature", "response_format", "instructions"],
    "/assistants/{assistant_id}": ["model", "tools", "tool_resources", "metadata"],
    "/threads": ["messages", "tool_resources", "metadata"],
    "/threads/{thread_id}/messages": ["role", "content", "attachments", "metadata"],
    "/threads/{thread_id}/runs": [
        *("assistant_id", "model", "instructions", "additional_instructions", "additional_messages", "tools"),
        *("metadata", "temperature", "max_completion_tokens", "truncation_strategy", "response_format"),
        *("tool_choice", "parallel_tool_calls", "stream", "reasoning_effort"),
    ],
    "/threads/runs": ["assistant_id", "thread", "tools", "tool_resources", "truncation_strategy", "metadata"],
    "/threads/{thread_id}/runs/{run_id}": ["metadata"],
    "/threads/{thread_id}/runs/{run_id}/submit_tool_outputs": ["tool_outputs", "stream"],
}
NESTED: list[tuple[str, Any]] = [
    ("tools", [{"type": "function", "function": {}}]),
    ("tools", [{"type": "function"}]),
    ("response_format", {"type": "json_schema"}),
    ("response_format", {"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "odd"}}}),
    ("truncation_strategy", {"type": "last_messages", "last_messages": -1}),
    ("additional_messages", [{"role": "user", "content": [{"type": "text", "text": 5}]}]),
    (
        "additional_messages",
        [{"role": "user", "content": "", "attachments": [{"file_id": "x", "tools": [{"type": 5}]}]}],
    ),
]


def refusal(fake: FakeOpenAI, path: str, field: str, value: Any) -> openai.APIStatusError | None:
    """The error that a request is answered with which is right but for one field."""
    right: dict[str, Any] = {"model": "gpt-4o", "assistant_id": assistant(fake), "role": "user", "content": "Hi"}
    run = run_of(fake, tools=[WEATHER], tool_choice="required")
    names = {"thread_id": thread(fake), "assistant_id": right["assistant_id"]}
    if "run_id" in path:
        names |= {"thread_id": run.thread_id, "run_id": run.id}
    client = fake.client.with_options(max_retries=0, default_headers={"OpenAI-Beta": "assistants=v2"})
    try:
        client.post(path.format_map(names), cast_to=object, body={**right, field: value})
    except openai.APIStatusError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("path", "field"), [(path, field) for path, fields in FIELDS.items() for field in fields], ids=str
)
def test_answers_odd_fields(fake_openai: FakeOpenAI, path: str, field: str) -> None:
    for value in ODD:
        error = refusal(fake_openai, path, field, value)
        assert error is None or 400 <= error.status_code < 500, (value, error)
    fake_openai.reset()  # what is no schema cannot be echoed, which a test should know


@pytest.mark.parametrize(("field", "value"), NESTED, ids=str)
def test_answers_what_is_odd_inside(fake_openai: FakeOpenAI, field: str, value: Any) -> None:
    error = refusal(fake_openai, "/threads/{thread_id}/runs", field, value)
    assert error is None or 400 <= error.status_code < 500
    fake_openai.reset()
