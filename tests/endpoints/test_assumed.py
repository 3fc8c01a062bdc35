"""Objects that are assumed to exist: whole, and in a state that ends whoever waits for them."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.sdk import params
from pytest_fakeopenai.sdk.catalogue import Method, catalogue
from pytest_fakeopenai.sdk.checking import TypeChecker
from pytest_fakeopenai.sdk.signature import signature

from ._requests import send

Json = dict[str, Any]
pytestmark = [pytest.mark.fake_openai(assume_exists=True), pytest.mark.filterwarnings("ignore::DeprecationWarning")]
LINE = {"custom_id": "1", "method": "POST", "url": "/v1/responses", "body": {"model": "gpt-5", "input": "Hi"}}


def get(fake: FakeOpenAI, path: str) -> Json:
    ask: Any = fake.client.get
    body: Json = ask(path, cast_to=object, options={"headers": {"openai-beta": "assistants=v2"}})
    return body


def file(client: Any) -> str:
    return str(client.files.create(file=("in.jsonl", json.dumps(LINE).encode()), purpose="batch").id)


def run(client: Any) -> str:
    assistant = client.beta.assistants.create(model="gpt-4o").id
    thread: Json = {"messages": [{"role": "user", "content": "Hi"}]}
    instance = client.beta.threads.create_and_run(assistant_id=assistant, thread=thread)
    return f"/threads/{instance.thread_id}/runs/{instance.id}"


def store_file(client: Any) -> str:
    store, upload = client.vector_stores.create().id, file(client)
    client.vector_stores.files.create(store, file_id=upload)
    return f"/vector_stores/{store}/files/{upload}"


def batch(client: Any) -> str:
    instance = client.batches.create(input_file_id=file(client), endpoint="/v1/responses", completion_window="24h")
    return f"/batches/{instance.id}"


def completion(client: Any) -> str:
    messages: Any = [{"role": "user", "content": "Hi"}]
    return f"/chat/completions/{client.chat.completions.create(model='gpt-4o', messages=messages, store=True).id}"


CREATED: dict[str, Callable[[Any], str]] = {
    # what creates an object, and says at which path it is
    "assistants": lambda client: f"/assistants/{client.beta.assistants.create(model='gpt-4o').id}",
    "batches": batch,
    "chat.completions": completion,
    "containers": lambda client: f"/containers/{client.containers.create(name='a').id}",
    "conversations": lambda client: f"/conversations/{client.conversations.create().id}",
    "files": lambda client: f"/files/{file(client)}",
    "fine_tuning.jobs": lambda client: (
        "/fine_tuning/jobs/"
        + client.fine_tuning.jobs.create(model="gpt-4o-mini-2024-07-18", training_file=file(client)).id
    ),
    "responses": lambda client: f"/responses/{client.responses.create(model='gpt-5', input='Hi').id}",
    "threads": lambda client: f"/threads/{client.beta.threads.create().id}",
    "threads.runs": run,
    "vector_stores": lambda client: f"/vector_stores/{client.vector_stores.create().id}",
    "vector_stores.files": store_file,
    "videos": lambda client: f"/videos/{client.videos.create(prompt='a').id}",
}

NEWER = ("containers", "conversations", "videos")


@pytest.mark.parametrize("family", CREATED)
def test_has_every_key_of_an_object_that_was_created(fake_openai: FakeOpenAI, family: str) -> None:
    if family in NEWER and not hasattr(fake_openai.client, family):
        pytest.skip(f"this SDK knows no {family}")
    path = CREATED[family](fake_openai.client)
    owner, _, key = path.rpartition("/")
    assumed_key = f"{key[:-6]}assumd"
    created, assumed = get(fake_openai, path), get(fake_openai, f"{owner}/{assumed_key}")

    assert created.keys() - assumed.keys() == set()
    assert {name: assumed[name] for name in ("id", "object")} == {"id": assumed_key, "object": created["object"]}
    assert assumed.keys() - created.keys() == set()


ITEMS = [
    method
    for method in catalogue()
    if method.verb == "GET" and method.is_item and hasattr(signature(method).answer, "model_fields")
]


@pytest.mark.skipif(not params.is_current(), reason="an older SDK is no judge of today's API")
@pytest.mark.parametrize("method", ITEMS, ids=lambda method: method.name)
def test_fits_its_type_and_has_all_of_its_keys(fake_openai: FakeOpenAI, method: Method) -> None:
    placeholders = {name: f"{name}_1" for name in method.parameters}
    body = get(fake_openai, method.path.format(**placeholders))

    assert [*TypeChecker().problems(signature(method).answer, body)] == []
    assert body.get("status", "") not in ("queued", "in_progress", "validating", "validating_files")


def test_polls_to_the_end(fake_openai: FakeOpenAI) -> None:
    client = fake_openai.client
    assert client.batches.retrieve("batch_1").status == "completed"
    assert client.responses.retrieve("resp_1").status == "completed"
    assert client.beta.threads.runs.poll("run_1", thread_id="thread_1").status == "completed"
    assert client.vector_stores.files.poll("file_1", vector_store_id="vs_1").status == "completed"
    if hasattr(client, "videos"):
        assert client.videos.poll("video_1").status == "completed"
    assert client.files.wait_for_processing("file-1").status == "processed"


def test_streams_a_response_to_its_end(fake_openai: FakeOpenAI) -> None:
    retrieve: Any = fake_openai.client.responses.retrieve
    if "stream" not in inspect.signature(retrieve).parameters:
        pytest.skip("this SDK streams no response that is there")
    events = [*retrieve("resp_1", stream=True)]

    assert [event.type for event in events] == ["response.created", "response.in_progress", "response.completed"]


def test_streams_a_response_that_was_cancelled(fake_openai: FakeOpenAI) -> None:
    send(fake_openai, "POST", "/v1/responses/resp_1/cancel")
    answer = send(fake_openai, "GET", "/v1/responses/resp_1?stream=true")

    assert re.findall(r"^event: (.*)$", answer.body.decode(), re.M) == ["response.created", "response.in_progress"]


def test_stays_as_it_is_however_often_it_is_looked_at(fake_openai: FakeOpenAI) -> None:
    first = [get(fake_openai, path) for path in ("/responses/resp_1", "/batches/batch_1", "/fine_tuning/jobs/ftjob-1")]
    thread = fake_openai.client.beta.threads.create()
    second = [get(fake_openai, path) for path in ("/responses/resp_1", "/batches/batch_1", "/fine_tuning/jobs/ftjob-1")]

    assert first == second
    with FakeOpenAI() as other:
        assert other.client.beta.threads.create().id == thread.id
