"""Fine-tuning: jobs that are done when looked at, their events and checkpoints, the models they leave, and graders."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest

from pytest_fakeopenai import ApiError, FakeOpenAI

from ._requests import both_clients, call_method, error, send

BASE = "gpt-4o-mini-2024-07-18"
EXAMPLE = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello there"}]}


def upload(fake: FakeOpenAI, *lines: Any, name: str = "data.jsonl") -> str:
    """The id of a file for fine-tuning with these lines, by default ten good examples."""
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines or [EXAMPLE] * 10)
    return fake.client.files.create(file=(name, text.encode()), purpose="fine-tune").id


def start(fake: FakeOpenAI, kind: str = "sync", **options: Any) -> Any:
    """A job, by default one that will succeed."""
    settings = {"model": "gpt-4o-mini", "training_file": options.pop("training_file", None) or upload(fake), **options}
    return call_method(fake, kind, "fine_tuning.jobs.create", **settings)


def end(fake: FakeOpenAI, **options: Any) -> Any:
    """A job as it ended."""
    return fake.client.fine_tuning.jobs.retrieve(start(fake, **options).id)


def messages(fake: FakeOpenAI, job_id: str) -> list[str]:
    """What a job's events say, oldest first."""
    events = list(fake.client.fine_tuning.jobs.list_events(job_id, limit=100))
    return [event.message for event in reversed(events)]


@both_clients
def test_creates_a_job_that_validates_its_files(fake_openai: FakeOpenAI, kind: str) -> None:
    training, validation = upload(fake_openai), upload(fake_openai)
    job = start(
        fake_openai,
        kind,
        training_file=training,
        validation_file=validation,
        suffix="mine",
        seed=7,
        metadata={"team": "a"},
    )
    assert job.to_dict() == {
        "object": "fine_tuning.job",
        "id": job.id,
        "model": BASE,
        "created_at": job.created_at,
        "finished_at": None,
        "fine_tuned_model": None,
        "organization_id": "org-fakeopenai",
        "result_files": [],
        "status": "validating_files",
        "validation_file": validation,
        "training_file": training,
        "hyperparameters": {"n_epochs": "auto", "batch_size": "auto", "learning_rate_multiplier": "auto"},
        "trained_tokens": None,
        "error": {},
        "user_provided_suffix": "mine",
        "seed": 7,
        "estimated_finish": None,
        "integrations": [],
        "metadata": {"team": "a"},
        "usage_metrics": None,
        "shared_with_openai": False,
        "eval_id": None,
        "method": job.to_dict()["method"],
    }
    assert job.id.startswith("ftjob-")
    assert job.to_dict()["method"]["supervised"]["hyperparameters"] == job.to_dict()["hyperparameters"]


@both_clients
def test_is_done_when_looked_at(fake_openai: FakeOpenAI, kind: str) -> None:
    begun = start(fake_openai, kind)
    job = call_method(fake_openai, kind, "fine_tuning.jobs.retrieve", begun.id)
    assert (job.status, job.to_dict()["error"], job.seed) == ("succeeded", {}, begun.seed)
    assert job.finished_at > job.created_at
    assert job.trained_tokens > 0
    assert job.hyperparameters.to_dict() == {"n_epochs": 3, "batch_size": 1, "learning_rate_multiplier": 2.0}
    assert job.fine_tuned_model.startswith(f"ft:{BASE}:fakeopenai::")
    assert call_method(fake_openai, kind, "fine_tuning.jobs.retrieve", begun.id) == job


def test_tells_what_happened_newest_first(fake_openai: FakeOpenAI) -> None:
    training = upload(fake_openai)
    job = start(fake_openai, training_file=training, hyperparameters={"n_epochs": 1, "batch_size": 5})
    answer = send(fake_openai, "GET", f"/v1/fine_tuning/jobs/{job.id}/events?limit=2").json
    assert list(answer) == ["object", "data", "has_more"]
    assert [event["message"] for event in answer["data"]] == [
        "The job has successfully completed",
        "New fine-tuned model created",
    ]
    assert messages(fake_openai, job.id) == [
        f"Created fine-tuning job: {job.id}",
        f"Validating training file: {training}",
        "Files validated, moving job to queued state",
        "Fine-tuning job started",
        "Step 1/2: training loss=0.69",
        "Step 2/2: training loss=0.40",
        "New fine-tuned model created",
        "The job has successfully completed",
    ]
    newest = fake_openai.client.fine_tuning.jobs.list_events(job.id).data
    assert {event.object for event in newest} == {"fine_tuning.job.event"}
    assert [event.created_at for event in newest] == sorted((event.created_at for event in newest), reverse=True)
    step = next(event for event in newest if event.type == "metrics")
    assert (step.level, step.data) == ("info", {**step.data, "step": 2, "total_steps": 2, "valid_loss": None})  # type: ignore[dict-item]  # any JSON


def test_pages_through_events(fake_openai: FakeOpenAI) -> None:
    job = start(fake_openai)
    pages = [len(page.data) for page in fake_openai.client.fine_tuning.jobs.list_events(job.id, limit=15).iter_pages()]
    assert pages == [15, 15, 6]


@both_clients
def test_leaves_a_checkpoint_of_each_of_the_last_epochs(fake_openai: FakeOpenAI, kind: str) -> None:
    job = start(fake_openai, validation_file=upload(fake_openai), hyperparameters={"n_epochs": 4, "batch_size": 2})
    page = call_method(fake_openai, kind, "fine_tuning.jobs.checkpoints.list", job.id)
    assert [each.step_number for each in page.data] == [20, 15, 10]
    model = fake_openai.client.fine_tuning.jobs.retrieve(job.id).fine_tuned_model
    last = page.data[0]
    assert last.fine_tuned_model_checkpoint == f"{model}:ckpt-step-20"
    assert (last.fine_tuning_job_id, last.metrics.step) == (job.id, 20)
    assert last.metrics.full_valid_loss > last.metrics.train_loss > 0
    answer = send(fake_openai, "GET", f"/v1/fine_tuning/jobs/{job.id}/checkpoints").json
    assert (answer["first_id"], answer["last_id"], answer["has_more"]) == (page.data[0].id, page.data[2].id, False)


def test_leaves_a_file_with_the_measures(fake_openai: FakeOpenAI) -> None:
    job = end(fake_openai, hyperparameters={"n_epochs": 1, "batch_size": 10}, validation_file=upload(fake_openai))
    (results,) = job.result_files
    described = fake_openai.client.files.retrieve(results)
    assert (described.filename, described.purpose) == ("step_metrics.csv", "fine-tune-results")
    assert fake_openai.client.files.content(results).text == (
        "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n1,0.4,0.9,0.5,0.88\n"
    )


@both_clients
def test_adds_the_model_to_those_there_are(fake_openai: FakeOpenAI, kind: str) -> None:
    model = end(fake_openai, suffix="mine").fine_tuned_model
    assert model.split(":")[:4] == ["ft", BASE, "fakeopenai", "mine"]
    listed = {each.id: each for each in call_method(fake_openai, kind, "models.list").data}
    assert listed[model].owned_by == "org-fakeopenai"
    assert call_method(fake_openai, kind, "models.retrieve", model) == listed[model]
    assert fake_openai.client.chat.completions.create(model=model, messages=[{"role": "user", "content": "Hi"}])


@pytest.mark.fake_openai(models=["gpt-4o-mini"])
def test_knows_the_model_beside_those_that_the_test_names(fake_openai: FakeOpenAI) -> None:
    model = end(fake_openai).fine_tuned_model
    completion = fake_openai.client.chat.completions.create(model=model, messages=[{"role": "user", "content": "Hi"}])
    assert completion.model == model
    with pytest.raises(openai.NotFoundError):
        fake_openai.client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}])
    with pytest.raises(openai.BadRequestError, match="gpt-4o is not available for fine-tuning"):
        start(fake_openai, model="gpt-4o")


def test_trains_a_fine_tuned_model_on(fake_openai: FakeOpenAI) -> None:
    first = end(fake_openai, suffix="one").fine_tuned_model
    second = end(fake_openai, model=first).fine_tuned_model
    assert second.startswith(f"ft:{BASE}:fakeopenai::")
    assert second != first


@both_clients
def test_lists_jobs_newest_first(fake_openai: FakeOpenAI, kind: str) -> None:
    training = upload(fake_openai)
    ids = [start(fake_openai, training_file=training, metadata={"n": str(n % 2)}).id for n in range(5)]
    answer = send(fake_openai, "GET", "/v1/fine_tuning/jobs?limit=3").json
    assert list(answer) == ["object", "data", "has_more"]
    assert ([job["id"] for job in answer["data"]], answer["has_more"]) == (ids[:1:-1], True)
    assert {job["status"] for job in answer["data"]} == {"succeeded"}
    if kind == "sync":
        assert [job.id for job in fake_openai.client.fine_tuning.jobs.list(limit=2)] == ids[::-1]
    odd = send(fake_openai, "GET", "/v1/fine_tuning/jobs?metadata[n]=1").json
    assert [job["id"] for job in odd["data"]] == [ids[3], ids[1]]


@both_clients
@pytest.mark.parametrize("act", ["retrieve", "cancel", "list_events", "checkpoints.list"])
def test_does_not_find_an_unknown_job(fake_openai: FakeOpenAI, kind: str, act: str) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        call_method(fake_openai, kind, f"fine_tuning.jobs.{act}", "ftjob-x")
    expected = error("Could not find fine tune: ftjob-x", param="fine_tune_id", code="fine_tune_not_found")
    assert caught.value.body == expected["error"]


@pytest.mark.parametrize("name", ["training_file", "validation_file"])
def test_refuses_a_file_that_is_not_there(fake_openai: FakeOpenAI, name: str) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        start(fake_openai, **{name: "file-x"})
    assert caught.value.body == error(f"invalid {name}: file-x", param=name)["error"]


def test_refuses_a_request_without_file_or_model(fake_openai: FakeOpenAI) -> None:
    for body, param in (({"model": "gpt-4o-mini"}, "training_file"), ({"training_file": "file-x"}, "model")):
        answer = send(fake_openai, "POST", "/v1/fine_tuning/jobs", body)
        assert (answer.status, answer.json["error"]["param"]) == (400, param)


def test_refuses_what_is_too_long_or_of_another_type(fake_openai: FakeOpenAI) -> None:
    training = upload(fake_openai)
    with pytest.raises(openai.BadRequestError) as caught:
        start(fake_openai, training_file=training, suffix="x" * 65)
    assert (caught.value.param, caught.value.code) == ("suffix", "string_above_max_length")
    with pytest.raises(openai.BadRequestError) as caught:
        start(fake_openai, training_file=training, metadata={"modified": True})
    assert (
        caught.value.body
        == (
            error(
                "Invalid type for 'metadata.modified': expected a string, but got a boolean instead.",
                param="metadata.modified",
                code="invalid_type",
            )["error"]
        )
    )


PREFERENCE = {
    "input": {"messages": [{"role": "user", "content": "Hi"}]},
    "preferred_output": [{"role": "assistant", "content": "Hello"}],
    "non_preferred_output": [{"role": "assistant", "content": "What"}],
}
QUESTION = {"messages": [{"role": "user", "content": "2+2?"}], "answer": "4"}
CHECK = {"type": "string_check", "name": "eq", "operation": "eq", "input": "{{sample.output_text}}", "reference": "4"}


@pytest.mark.parametrize(
    ("method", "line"),
    [
        ({"type": "supervised"}, EXAMPLE),
        ({"type": "supervised"}, {"prompt": "Hi", "completion": "Hello"}),
        ({"type": "dpo", "dpo": {"hyperparameters": {"beta": "auto"}}}, PREFERENCE),
        ({"type": "reinforcement", "reinforcement": {"grader": CHECK}}, QUESTION),
    ],
    ids=["chat", "completion", "dpo", "reinforcement"],
)
def test_trains_by_every_method(fake_openai: FakeOpenAI, method: Any, line: Any) -> None:
    job = end(fake_openai, method=method, training_file=upload(fake_openai, *[line] * 10))
    assert (job.status, job.to_dict()["error"], job.method.type) == ("succeeded", {}, method["type"])


def test_settles_the_hyperparameters_of_a_method(fake_openai: FakeOpenAI) -> None:
    method = {"type": "dpo", "dpo": {"hyperparameters": {"beta": "auto", "n_epochs": 2}}}
    job = end(fake_openai, method=method, training_file=upload(fake_openai, *[PREFERENCE] * 10))
    assert job.to_dict()["method"]["dpo"]["hyperparameters"] == {
        "n_epochs": 2,
        "batch_size": 1,
        "learning_rate_multiplier": 2.0,
        "beta": 0.1,
    }


@pytest.mark.parametrize(
    ("line", "kind", "flaw"),
    [
        ("{", "supervised", "it is not valid JSON"),
        ("[]", "supervised", "it is not a JSON object"),
        ({}, "supervised", "missing key 'messages'"),
        ({"messages": []}, "supervised", "'messages' must be a list of messages"),
        ({"messages": [1]}, "supervised", "message 1 has no role"),
        ({"messages": [{"role": "user"}]}, "supervised", "message 1 has no content"),
        (QUESTION, "supervised", "the conversation has no message of the assistant"),
        ({"prompt": "Hi"}, "supervised", "'completion' must be a string"),
        ({"input": 1}, "dpo", "missing key 'messages'"),
        ({**PREFERENCE, "non_preferred_output": "no"}, "dpo", "'non_preferred_output' must be a list of messages"),
        (EXAMPLE, "reinforcement", "the last message must be one of the user"),
    ],
)
def test_fails_with_bad_data(fake_openai: FakeOpenAI, line: Any, kind: str, flaw: str) -> None:
    good = {"supervised": EXAMPLE, "dpo": PREFERENCE, "reinforcement": QUESTION}[kind]
    own = {"grader": CHECK} if kind == "reinforcement" else {}
    training = upload(fake_openai, *[good] * 10, line)
    job = end(fake_openai, training_file=training, method={"type": kind, kind: own})
    message = f"Invalid file format. Line 11: {flaw}."
    assert job.status == "failed"
    assert job.error.to_dict() == {"code": "invalid_file_format", "message": message, "param": "training_file"}
    assert (job.fine_tuned_model, job.result_files) == (None, [])
    event = fake_openai.client.fine_tuning.jobs.list_events(job.id).data[0]
    assert (event.level, event.message) == ("error", f"The job failed due to an invalid training file. {message}")


def test_fails_with_too_few_examples(fake_openai: FakeOpenAI) -> None:
    job = end(fake_openai, training_file=upload(fake_openai, *[EXAMPLE] * 3))
    assert (job.status, job.error.code) == ("failed", "invalid_n_examples")
    assert job.error.message == "Training file has 3 example(s), but must have at least 10 examples"


def test_fails_with_a_bad_validation_file(fake_openai: FakeOpenAI) -> None:
    job = end(fake_openai, validation_file=upload(fake_openai, "{"))
    assert (job.status, job.error.param) == ("failed", "validation_file")


@pytest.mark.fake_openai(validation="off")
def test_trains_with_anything_where_nothing_is_checked(fake_openai: FakeOpenAI) -> None:
    assert end(fake_openai, training_file=upload(fake_openai, "no example")).status == "succeeded"


@pytest.mark.fake_openai(assume_exists=True)
def test_trains_with_a_file_that_is_assumed(fake_openai: FakeOpenAI) -> None:
    job = end(fake_openai, training_file="file-in-production")
    assert (job.status, job.training_file) == ("succeeded", "file-in-production")
    for act in ("pause", "resume", "cancel"):
        assert send(fake_openai, "POST", f"/v1/fine_tuning/jobs/ftjob-in-production/{act}").status == 400
    assert fake_openai.client.fine_tuning.jobs.retrieve("ftjob-in-production").status == "succeeded"


@pytest.mark.fake_openai(assume_exists=True, validation="off")
def test_acts_on_a_job_that_is_assumed(fake_openai: FakeOpenAI) -> None:
    path = "/v1/fine_tuning/jobs/ftjob-in-production"
    became = [send(fake_openai, "POST", f"{path}/{act}").json["status"] for act in ("pause", "resume", "cancel")]
    assert became == ["queued", "running", "cancelled"]
    assert send(fake_openai, "GET", f"{path}/checkpoints").json["data"] == []
    assert send(fake_openai, "GET", path).json["status"] == "cancelled"


@both_clients
def test_cancels_a_job_that_nobody_has_looked_at(fake_openai: FakeOpenAI, kind: str) -> None:
    job = start(fake_openai, kind)
    cancelled = call_method(fake_openai, kind, "fine_tuning.jobs.cancel", job.id)
    assert (cancelled.status, cancelled.fine_tuned_model) == ("cancelled", None)
    assert call_method(fake_openai, kind, "fine_tuning.jobs.retrieve", job.id) == cancelled
    assert messages(fake_openai, job.id)[-1] == "Fine-tuning job cancelled"


@pytest.mark.parametrize("act", ["cancel", "pause", "resume"])
def test_does_nothing_to_a_job_that_is_over(fake_openai: FakeOpenAI, act: str) -> None:
    job = end(fake_openai)
    answer = send(fake_openai, "POST", f"/v1/fine_tuning/jobs/{job.id}/{act}")
    assert (answer.status, answer.json) == (400, error(f"Job has already ended: {job.id} is succeeded."))


def test_waits_while_a_job_is_paused(fake_openai: FakeOpenAI) -> None:
    job = start(fake_openai)
    path = f"/v1/fine_tuning/jobs/{job.id}"
    assert send(fake_openai, "POST", f"{path}/pause").json["status"] == "queued"
    assert fake_openai.client.fine_tuning.jobs.retrieve(job.id).status == "queued"
    assert send(fake_openai, "POST", f"{path}/resume").json["status"] == "running"
    assert fake_openai.client.fine_tuning.jobs.retrieve(job.id).status == "succeeded"
    texts = messages(fake_openai, job.id)
    assert texts[2:4] == ["Fine-tuning job paused", "Fine-tuning job resumed"]


def test_says_what_a_rule_says(fake_openai: FakeOpenAI) -> None:
    limited = ApiError(429, "This fine-tune request has been rate-limited.", code="rate_limit_exceeded")
    fake_openai.when(endpoint="fine_tuning.jobs.create").script(limited)
    assert start(fake_openai).status == "validating_files"
    assert [request.status for request in fake_openai.requests.where(endpoint="fine_tuning.jobs.create")] == [429, 200]


def test_gives_permissions_for_checkpoints(fake_openai: FakeOpenAI) -> None:
    permissions = getattr(fake_openai.client.fine_tuning, "checkpoints", None)
    if permissions is None:
        pytest.skip("this SDK knows no permissions")
    model = "ft:gpt-4o-mini:org::x:ckpt-step-1"
    path = f"/v1/fine_tuning/checkpoints/{model}/permissions"
    answer = send(fake_openai, "POST", path, {"project_ids": ["proj_a", "proj_b", "proj_c"]})
    assert list(answer.json) == ["object", "data", "first_id", "last_id", "has_more"]
    assert [each["project_id"] for each in answer.json["data"]] == ["proj_a", "proj_b", "proj_c"]
    assert {each["object"] for each in answer.json["data"]} == {"checkpoint.permission"}
    key = answer.json["data"][0]["id"]
    assert key.startswith("cp_")
    listed = [
        [each["project_id"] for each in send(fake_openai, "GET", path + query).json["data"]]
        for query in ("?order=ascending", "", "?order=descending&limit=1", "?project_id=proj_b")
    ]
    assert listed == [["proj_a", "proj_b", "proj_c"], ["proj_c", "proj_b", "proj_a"], ["proj_c"], ["proj_b"]]
    gone = send(fake_openai, "DELETE", f"{path}/{key}").json
    assert gone == {"id": key, "object": "checkpoint.permission", "deleted": True}
    assert send(fake_openai, "DELETE", f"{path}/{key}").status == 404
