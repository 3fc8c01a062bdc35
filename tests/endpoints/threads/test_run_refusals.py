"""What a run is refused for, and what it refuses while it is at work."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI, Reply

from .._requests import error
from ._runs import assistant, create_run, deprecated, retrieve_run, run_of, thread

pytestmark = [*deprecated]


def refused(message: str, *, param: str | None = None, code: str | None = None) -> dict[str, Any]:
    """The body of the client's error."""
    body: dict[str, Any] = error(message, param=param, code=code)["error"]
    return body


def test_refuses_to_run_on_nothing(fake_openai: FakeOpenAI) -> None:
    empty = fake_openai.client.beta.threads.create().id
    create = fake_openai.client.beta.threads.runs.create
    with pytest.raises(openai.BadRequestError) as failed:
        create(empty, assistant_id=assistant(fake_openai, instructions=None))

    message = "Run creation requires a Thread with a user message or an assistant with instructions."
    assert failed.value.body == refused(message, code="invalid_thread")
    assert create(empty, assistant_id=assistant(fake_openai)).status == "queued"


def test_refuses_a_second_run_while_the_first_is_active(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply(gate, "One"))
    first = create_run(fake_openai)
    with pytest.raises(openai.BadRequestError) as failed:
        fake_openai.client.beta.threads.runs.create(first.thread_id, assistant_id=first.assistant_id)

    assert failed.value.body == refused(f"Thread {first.thread_id} already has an active run {first.id}.")
    gate.open()


@pytest.mark.parametrize(
    ("fields", "status", "body"),
    [
        ({"assistant_id": "asst_x"}, 404, refused("No assistant found with id 'asst_x'.")),
        (
            {"assistant_id": 5},
            400,
            refused(
                "Invalid type for 'assistant_id': expected a string, but got an integer instead.",
                param="assistant_id",
                code="invalid_type",
            ),
        ),
        (
            {"metadata": {"k": "v" * 513}},
            400,
            refused(
                "Invalid 'metadata.k': string too long. Expected a string with maximum length 512, "
                "but got a string with length 513 instead.",
                param="metadata.k",
                code="string_above_max_length",
            ),
        ),
        (
            {"max_completion_tokens": 255},
            400,
            refused(
                "Invalid 'max_completion_tokens': integer below minimum value. "
                "Expected a value >= 256, but got 255 instead.",
                param="max_completion_tokens",
                code="integer_below_min_value",
            ),
        ),
        (
            {"stream": "yes"},
            400,
            refused(
                "Invalid type for 'stream': expected a boolean, but got a string instead.",
                param="stream",
                code="invalid_type",
            ),
        ),
    ],
)
def test_refuses_what_the_api_refuses(
    fake_openai: FakeOpenAI, fields: dict[str, Any], status: int, body: dict[str, Any]
) -> None:
    fake_openai.script("Never said")
    with pytest.raises(openai.APIStatusError) as failed:
        create_run(fake_openai, **fields)
    assert (failed.value.status_code, failed.value.body) == (status, body)
    fake_openai.reset()


def test_wants_an_assistant(fake_openai: FakeOpenAI) -> None:
    asking = fake_openai.client.with_options(default_headers={"OpenAI-Beta": "assistants=v2"})
    with pytest.raises(openai.BadRequestError) as failed:
        asking.post(f"/threads/{thread(fake_openai)}/runs", cast_to=object, body={})

    message = "Missing required parameter: 'assistant_id'."
    assert failed.value.body == refused(message, param="assistant_id", code="missing_required_parameter")


@pytest.mark.fake_openai(validation="off")
def test_runs_without_an_assistant_where_nothing_is_validated(fake_openai: FakeOpenAI) -> None:
    asking: Any = fake_openai.client.with_options(default_headers={"OpenAI-Beta": "assistants=v2"})
    run = asking.post(f"/threads/{thread(fake_openai)}/runs", cast_to=object, body={})

    assert (run["object"], run["assistant_id"], run["model"]) == ("thread.run", "", "gpt-4o")


@pytest.mark.fake_openai(models=["gpt-4o"])
def test_refuses_a_model_that_there_is_not(fake_openai: FakeOpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="The requested model 'gpt-9' does not exist"):
        create_run(fake_openai, model="gpt-9")


def test_knows_no_other_runs_and_steps(fake_openai: FakeOpenAI) -> None:
    run = run_of(fake_openai)
    api = fake_openai.client.beta.threads.runs
    with pytest.raises(openai.NotFoundError) as failed:
        api.retrieve(run_id="x_123", thread_id=run.thread_id)
    assert failed.value.body == refused("No run found with id 'x_123'.")

    with pytest.raises(openai.NotFoundError) as failed:
        api.steps.retrieve(step_id="x_123", run_id=run.id, thread_id=run.thread_id)
    assert failed.value.body == refused("No run step found with id 'x_123'.")


def test_updates_the_metadata_of_a_run_that_is_not_at_work(fake_openai: FakeOpenAI) -> None:
    update = fake_openai.client.beta.threads.runs.update
    run = run_of(fake_openai, metadata={"a": "b"})

    assert update(run_id=run.id, thread_id=run.thread_id).metadata == {"a": "b"}
    changed = update(run_id=run.id, thread_id=run.thread_id, metadata={"c": "d"})
    assert changed.to_dict() == {**run.to_dict(), "metadata": {"c": "d"}}
    assert retrieve_run(fake_openai, run) == changed


def test_refuses_to_update_a_run_at_work(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply("Hel", gate, "lo"))
    run = create_run(fake_openai)
    gate.wait_reached()
    with pytest.raises(openai.BadRequestError) as failed:
        fake_openai.client.beta.threads.runs.update(run_id=run.id, thread_id=run.thread_id, metadata={"c": "d"})

    assert failed.value.body == refused("Cannot update run with status 'in_progress'.")
    gate.open()
