"""Overriding: fields laid over an endpoint's own answer, and whole answers that are held against the SDK's types."""

from __future__ import annotations

import json
import re
from typing import Any

import openai
import pytest
from openai.types import Batch

from pytest_fakeopenai import Delay, FakeOpenAI, FakeOpenAIWarning, Patch, RateLimit, Reply, VerdictError

Json = dict[str, Any]
LINE = {
    "custom_id": "1",
    "method": "POST",
    "url": "/v1/embeddings",
    "body": {"model": "text-embedding-3-small", "input": "a"},
}


HALF: Any = Batch.model_construct(id="batch_1")


def file_id(fake: FakeOpenAI) -> str:
    return fake.client.files.create(file=("in.jsonl", json.dumps(LINE).encode()), purpose="batch").id


def batch_id(fake: FakeOpenAI) -> str:
    batch = fake.client.batches.create(
        input_file_id=file_id(fake), endpoint="/v1/embeddings", completion_window="24h", metadata={"a": "1", "b": "2"}
    )
    return batch.id


def status(fake: FakeOpenAI, key: str) -> str:
    return fake.client.batches.retrieve(key).status


def test_is_in_progress_twice_and_then_done(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(endpoint="batches.retrieve").script(*[Patch(status="in_progress")] * 2)
    key = batch_id(fake_openai)

    assert [status(fake_openai, key) for _ in range(3)] == ["in_progress", "in_progress", "completed"]


def test_lays_fields_over_the_answer_and_not_over_what_is_stored(fake_openai: FakeOpenAI) -> None:
    key = batch_id(fake_openai)
    whole = fake_openai.client.batches.retrieve(key).to_dict()
    fields: Json = {"status": "failed", "errors": {"data": [{"code": "x"}]}, "output_file_id": None}
    fake_openai.when(endpoint="batches.retrieve").script(Patch(fields))

    assert fake_openai.client.batches.retrieve(key).to_dict() == {**whole, **fields}
    assert fake_openai.client.batches.retrieve(key).to_dict() == whole


def test_lays_objects_over_objects_and_replaces_lists(fake_openai: FakeOpenAI) -> None:
    key = batch_id(fake_openai)
    rule = fake_openai.when(endpoint="batches.retrieve")
    rule.script(Patch(metadata={"a": "9"}, request_counts={"failed": 4}), Patch(metadata=None))
    batch = fake_openai.client.batches.retrieve(key)

    assert batch.metadata == {"a": "9", "b": "2"}
    assert batch.request_counts is not None
    assert (batch.request_counts.failed, batch.request_counts.total) == (4, 1)
    assert fake_openai.client.batches.retrieve(key).metadata is None


def test_lays_fields_over_each_object_of_a_page_and_over_the_page(fake_openai: FakeOpenAI) -> None:
    for _ in range(2):
        batch_id(fake_openai)
    fake_openai.when(endpoint="batches.list").script(Patch(status="cancelling"), Patch(data=[], has_more=False))

    assert [each.status for each in fake_openai.client.batches.list()] == ["cancelling"] * 2
    assert [*fake_openai.client.batches.list()] == []
    assert [each.status for each in fake_openai.client.batches.list()] == ["completed"] * 2


@pytest.mark.parametrize(
    ("endpoint", "fields", "call"),
    [
        ("files.retrieve", {"status": "error"}, lambda client, key: client.files.retrieve(key)),
        ("files.create", {"status": "uploaded"}, lambda client, key: client.files.create(file=b"a", purpose="evals")),
        ("files.delete", {"deleted": False}, lambda client, key: client.files.delete(key)),
        ("vector_stores.create", {"status": "in_progress"}, lambda client, key: client.vector_stores.create(name="a")),
        ("models.retrieve", {"owned_by": "me"}, lambda client, key: client.models.retrieve("gpt-4o")),
        ("moderations.create", {"model": "mine"}, lambda client, key: client.moderations.create(input="a")),
        (
            "embeddings",
            {"model": "mine"},
            lambda client, key: client.embeddings.create(model="text-embedding-3-small", input="a"),
        ),
        (
            "images.generate",
            {"created": 5},
            lambda client, key: client.images.generate(prompt="a"),
        ),
        ("beta.threads.create", {"metadata": {"a": "b"}}, lambda client, key: client.beta.threads.create()),
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_patches_any_endpoint_that_answers_by_itself(
    fake_openai: FakeOpenAI, endpoint: str, fields: Json, call: Any
) -> None:
    key = file_id(fake_openai)
    fake_openai.when(endpoint=endpoint).script(Reply(Delay(0), Patch(fields), headers={"x-a": "b"}))
    answer = call(fake_openai.client, key).to_dict()

    assert {name: answer[name] for name in fields} == fields
    assert len(answer) > 1


def test_patches_a_stored_response(fake_openai: FakeOpenAI) -> None:
    response = fake_openai.client.responses.create(model="gpt-5", input="Hi")
    fake_openai.when(endpoint="responses.retrieve").script(Patch(status="in_progress", output=[]))

    assert fake_openai.client.responses.retrieve(response.id).status == "in_progress"
    assert fake_openai.client.responses.retrieve(response.id).output_text == "Hi"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_patches_a_run_and_goes_wrong_in_between(fake_openai: FakeOpenAI) -> None:
    beta = fake_openai.client.beta
    assistant = beta.assistants.create(model="gpt-4o", instructions="Help")
    run = beta.threads.create_and_run(
        assistant_id=assistant.id, thread={"messages": [{"role": "user", "content": "Hi"}]}
    )
    rule = fake_openai.when(endpoint="threads.runs.retrieve")
    rule.script(Patch(status="queued"), RateLimit(), lambda request: Patch(status="in_progress"))

    states = [beta.threads.runs.retrieve(run.id, thread_id=run.thread_id).status for _ in range(3)]
    assert states == ["queued", "in_progress", "completed"]


def test_lets_the_endpoint_refuse(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(endpoint="batches.retrieve").script(Patch(status="failed"))

    with pytest.raises(openai.NotFoundError):
        fake_openai.client.batches.retrieve("batch_lost")


# What does not fit


def request(fake: FakeOpenAI, endpoint: str, key: str) -> object:
    if endpoint == "batches.list":
        return fake.client.batches.list()
    return fake.client.batches.retrieve(key) if endpoint == "batches.retrieve" else fake.client.files.content(key)


@pytest.mark.parametrize(
    ("endpoint", "entry", "problem"),
    [
        (
            "batches.retrieve",
            Patch(status="in_progres"),
            "'in_progress'?; Patch(…, unchecked=True) sends it",
        ),
        ("batches.retrieve", Patch(statu="failed"), "Batch has no statu; did you mean 'status'?"),
        ("batches.retrieve", Patch(colour="red"), "Batch has no colour"),
        (
            "batches.retrieve",
            Patch(request_counts={"complete": 1}),
            "complete; did you mean 'completed'?",
        ),
        ("batches.retrieve", Patch(created_at="now"), "created_at is 'now', not of type int"),
        ("batches.list", Patch(status="don"), "status is 'don', not one of"),
        ("batches.list", Patch(has_mor=True), "Batch has no has_mor"),
        (
            "files.content",
            Patch(status="error"),
            "what files.content says, which is no JSON object",
        ),
        (
            "batches.retrieve",
            {"status": "in_progres"},
            "no answer of batches.retrieve: Batch needs id, completion_window",
        ),
        (
            "batches.retrieve",
            {"status": "in_progres"},
            "'in_progress'?; Reply(…, unchecked=True) sends it",
        ),
        ("batches.list", [{"id": "batch_1"}], "a page is {'object': 'list', 'data': […]} of Batch, got list"),
        ("batches.list", {"object": "list", "data": [{"id": "batch_1"}]}, "Batch needs completion_window, created_at"),
        ("batches.retrieve", [1], "Batch is [1], not an object"),
        ("batches.retrieve", HALF, "Batch needs completion_window"),
        ("batches.retrieve", lambda request: {"id": "batch_1"}, "Batch needs completion_window"),
    ],
)
def test_refuses_what_the_type_does_not_take(endpoint: str, entry: object, problem: str) -> None:
    fake = FakeOpenAI()
    with pytest.raises(VerdictError, match=re.escape(problem)), fake:  # noqa: PT012  # the end of the fake raises
        fake.when(endpoint=endpoint).script(entry)
        key = file_id(fake) if endpoint == "files.content" else batch_id(fake)
        with pytest.raises(openai.BadRequestError):
            request(fake, endpoint, key)
        assert problem in fake.requests.last.response["error"]["message"]


@pytest.mark.parametrize(
    "entry",
    [
        Patch(status="paused", unchecked=True),
        Reply(Patch(status="paused"), unchecked=True),
        Reply({"id": "batch_1", "status": "paused"}, unchecked=True),
    ],
)
def test_sends_what_the_type_does_not_take_where_that_is_meant(fake_openai: FakeOpenAI, entry: object) -> None:
    fake_openai.when(endpoint="batches.retrieve").script(entry)

    assert status(fake_openai, batch_id(fake_openai)) == "paused"


def test_warns_where_the_test_says_so() -> None:
    with FakeOpenAI(validation="warn") as fake:
        fake.when(endpoint="batches.retrieve").script(Patch(status="paused"))
        assert status(fake, batch_id(fake)) == "paused"
        with pytest.warns(FakeOpenAIWarning, match="status is 'paused', not one of"):
            fake.check()


def test_takes_back_every_answer_that_it_gave(fake_openai: FakeOpenAI) -> None:
    key = batch_id(fake_openai)
    batch, page = fake_openai.client.batches.retrieve(key), fake_openai.client.batches.list()
    response = fake_openai.client.responses.create(model="gpt-5", input="Hi")
    fake_openai.when(endpoint="batches.retrieve").script(batch.to_dict(), batch)
    fake_openai.when(endpoint="batches.list").script(page.to_dict(), page)
    fake_openai.when(endpoint="responses.retrieve").script(response, response.to_dict())

    for _ in range(2):
        assert fake_openai.client.batches.retrieve(key) == batch
        assert [*fake_openai.client.batches.list()] == [*page]
        assert fake_openai.client.responses.retrieve(response.id) == response


@pytest.mark.parametrize(
    "write",
    [
        lambda fake: fake.script(Patch(status="failed")),
        lambda fake: fake.otherwise(Patch(status="failed")),
        lambda fake: fake.when(text="Hi").script(Patch(status="failed")),
        lambda fake: fake.when(endpoint="chat.completions").always(Reply(Patch(status="failed"))),
    ],
)
def test_needs_a_rule_that_names_its_endpoint(write: Any) -> None:
    with pytest.raises(TypeError, match=r"Patch\(status='failed'\) needs a rule that names an endpoint"):
        write(FakeOpenAI())


def test_cannot_answer_what_generates() -> None:
    fake = FakeOpenAI()
    with pytest.raises(VerdictError, match="an endpoint that answers by itself can"), fake:  # noqa: PT012  # the end of the fake raises
        fake.script(lambda request: Patch(status="failed"))
        with pytest.raises(openai.BadRequestError):
            fake.client.responses.create(model="gpt-5", input="Hi")


@pytest.mark.parametrize("fields", [None, {}, [1], {"a": {1}}, {"a": float("nan")}])
def test_takes_only_fields(fields: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        Patch(fields)


def test_is_equal_when_its_fields_are() -> None:
    assert Patch(a=1) == Patch({"a": 1}) != Patch(a=1, unchecked=True)
    assert repr(Patch({"a": 1}, b="c")) == "Patch(a=1, b='c')"
