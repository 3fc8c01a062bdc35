"""Looking changes nothing: asked twice, a GET answers the same, and what comes later comes as if nobody had looked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI

from ..conformance.samples import JSONL
from ..endpoints._requests import PING, send

pytestmark = pytest.mark.fake_openai(validation="off")  # no header for what is in beta
Json = dict[str, Any]
KNOWS_ADMINISTRATION = hasattr(openai.OpenAI, "admin")
POLICY = {"anchor": "last_active_at", "days": 7}


def created(fake: FakeOpenAI, path: str, body: Json) -> Json:
    """The object that a POST creates."""
    answer = send(fake, "POST", f"/v1{path}", body)
    assert answer.status in (200, 201), answer.body
    return dict(json.loads(answer.body))


def file(fake: FakeOpenAI) -> list[str]:
    key = fake.client.files.create(file=("a.jsonl", JSONL), purpose="fine-tune").id
    return ["/files", f"/files/{key}", f"/files/{key}/content"]


def vector_store(fake: FakeOpenAI) -> list[str]:
    key = fake.client.files.create(file=("a.txt", b"Paris"), purpose="assistants").id
    path = f"/vector_stores/{created(fake, '/vector_stores', {'file_ids': [key], 'expires_after': POLICY})['id']}"
    batch = created(fake, f"{path}/file_batches", {"file_ids": [key]})["id"]
    batches = [f"{path}/file_batches/{batch}", f"{path}/file_batches/{batch}/files"]
    return ["/vector_stores", path, f"{path}/files", f"{path}/files/{key}", f"{path}/files/{key}/content", *batches]


def thread(fake: FakeOpenAI) -> list[str]:
    key = created(fake, "/threads", {"messages": [{"role": "user", "content": "Hi"}]})["id"]
    return [f"/threads/{key}", f"/threads/{key}/messages", f"/threads/{key}/runs"]


def conversation(fake: FakeOpenAI) -> list[str]:
    key = created(fake, "/conversations", {"items": [{"role": "user", "content": "Hi"}]})["id"]
    return [f"/conversations/{key}", f"/conversations/{key}/items"]


def response(fake: FakeOpenAI) -> list[str]:
    key = created(fake, "/responses", {"model": "gpt-4o", "input": "Hi"})["id"]
    return [f"/responses/{key}", f"/responses/{key}/input_items"]


def completion(fake: FakeOpenAI) -> list[str]:
    key = created(fake, "/chat/completions", {**PING, "store": True})["id"]
    return ["/chat/completions", f"/chat/completions/{key}", f"/chat/completions/{key}/messages"]


def video(fake: FakeOpenAI) -> list[str]:
    key = created(fake, "/videos", {"prompt": "A cat"})["id"]
    return [f"/videos/{key}", f"/videos/{key}/content?variant=thumbnail", "/videos"]


def assistant(fake: FakeOpenAI) -> list[str]:
    key = created(fake, "/assistants", {"model": "gpt-4o"})["id"]
    return ["/assistants", f"/assistants/{key}"]


def project(fake: FakeOpenAI) -> list[str]:
    path = f"/organization/projects/{created(fake, '/organization/projects', {'name': 'a'})['id']}"
    account = created(fake, f"{path}/service_accounts", {"name": "b"})["id"]
    return [path, f"{path}/service_accounts", f"{path}/service_accounts/{account}", f"{path}/api_keys"]


def evaluation(fake: FakeOpenAI) -> list[str]:
    criterion = {"type": "string_check", "name": "same", "input": "{{item.a}}", "reference": "x", "operation": "eq"}
    config = {"type": "custom", "item_schema": {"type": "object"}}
    path = f"/evals/{created(fake, '/evals', {'data_source_config': config, 'testing_criteria': [criterion]})['id']}"
    source = {"type": "jsonl", "source": {"type": "file_content", "content": [{"item": {"a": "x"}}]}}
    run = f"{path}/runs/{created(fake, f'{path}/runs', {'data_source': source})['id']}"
    return ["/evals", path, f"{path}/runs", run, f"{run}/output_items"]


def where_known(family: str, value: object) -> object:
    """A parameter that is skipped with an SDK that does not know the family: what it does not know is not served."""
    mark = pytest.mark.skipif(not hasattr(openai.OpenAI, family), reason=f"this SDK knows no {family}")
    return pytest.param(value, marks=mark)


KINDS = (
    *(file, vector_store, thread, response, completion, assistant),
    *(where_known("conversations", conversation), where_known("videos", video)),
    *(where_known("evals", evaluation), where_known("admin", project)),
)
ASSUMED = (
    *("/files/file-x", "/vector_stores/vs_x", "/vector_stores/vs_x/files/file-x", "/assistants/asst_x"),
    *("/threads/thread_x", "/threads/thread_x/runs/run_x", "/threads/thread_x/runs/run_x/steps/step_x"),
    *("/responses/resp_x", "/chat/completions/chatcmpl-x", "/batches/batch_x", "/fine_tuning/jobs/ftjob-x"),
    *(where_known("conversations", "/conversations/conv_x"), where_known("containers", "/containers")),
    where_known("admin", "/organization/projects/proj_x/api_keys/key_x"),
)


def later(fake: FakeOpenAI) -> Iterator[Json]:
    """What is made at the end, of families that take ids and times in different ways."""
    yield created(fake, "/threads", {})
    if KNOWS_ADMINISTRATION:
        yield created(fake, "/organization/projects", {"name": "late"})
    yield created(fake, "/responses", {"model": "gpt-4o", "input": "Bye"})


@pytest.mark.parametrize("make", KINDS, ids=lambda make: make.__name__)
def test_leaves_ids_and_times_of_what_comes_later(fake_openai: FakeOpenAI, make: Any) -> None:
    make(fake_openai)
    unseen = [*later(fake_openai)]
    fake_openai.reset()
    for path in make(fake_openai):
        answers = [send(fake_openai, "GET", f"/v1{path}") for _ in range(2)]
        assert answers[0].status == 200, path
        assert answers[0].body == answers[1].body, path
    assert [*later(fake_openai)] == unseen


@pytest.mark.fake_openai(assume_exists=True, validation="off")
@pytest.mark.parametrize("path", ASSUMED)
def test_leaves_them_where_an_object_is_assumed(fake_openai: FakeOpenAI, path: str) -> None:
    unseen = [*later(fake_openai)]
    fake_openai.reset()
    answers = [send(fake_openai, "GET", f"/v1{path}") for _ in range(2)]
    assert answers[0].status == 200
    assert answers[0].body == answers[1].body
    assert [*later(fake_openai)] == unseen


def test_expires_without_the_clock_being_moved(fake_openai: FakeOpenAI) -> None:
    expiring = created(fake_openai, "/vector_stores", {"expires_after": POLICY})
    ids = fake_openai._world.ids
    second = ids.present()
    answers = [send(fake_openai, "GET", f"/v1/vector_stores/{expiring['id']}").json for _ in range(3)]
    assert answers == [expiring] * 3
    assert ids.present() == second
