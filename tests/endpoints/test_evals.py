"""Evals: criteria applied to rows, samples made by the fake itself, and runs that are done when looked at."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest

from pytest_fakeopenai import Disconnect, FakeOpenAI, Garbage, RateLimit, Reply

from ._requests import both_clients, call_method, error, send

pytestmark = pytest.mark.skipif(not hasattr(openai.resources, "evals"), reason="this SDK knows no evals")

SCHEMA = {"type": "object", "properties": {"question": {"type": "string"}}}
CONFIG = {"type": "custom", "item_schema": SCHEMA, "include_sample_schema": True}
EXACT = {
    "type": "string_check",
    "name": "exact",
    "operation": "eq",
    "input": "{{sample.output_text}}",
    "reference": "{{item.answer}}",
}
ALIKE = {
    "type": "text_similarity",
    "name": "alike",
    "evaluation_metric": "fuzzy_match",
    "pass_threshold": 0.8,
    "input": "{{sample.output_text}}",
    "reference": "{{item.answer}}",
}
ROWS = [
    {"item": {"answer": "Paris"}, "sample": {"output_text": "Paris"}},
    {"item": {"answer": "Paris"}, "sample": {"output_text": "Pari"}},
    {"item": {"answer": "Paris"}, "sample": {"output_text": "Rome"}},
]
CONTENT = {"type": "file_content", "content": ROWS}
JSONL: Any = {"type": "jsonl", "source": CONTENT}
ASKING: Any = {
    "type": "template",
    "template": [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": {"type": "input_text", "text": "Capital of {{item.country}}?"}},
    ],
}
COUNTRIES = [
    {"item": {"country": "France", "answer": "Paris"}},
    {"item": {"country": "Italy", "answer": "Rome"}},
]


def define(fake: FakeOpenAI, *criteria: Any, **options: Any) -> str:
    """The id of an eval, by default of two criteria."""
    body = {"data_source_config": CONFIG, "testing_criteria": criteria or (EXACT, ALIKE), **options}
    answer = send(fake, "POST", "/v1/evals", body)
    assert answer.status == 201
    return str(answer.json["id"])


def begin(fake: FakeOpenAI, source: Any = JSONL, *criteria: Any) -> str:
    """The path of a run, by default of three rows."""
    eval_id = define(fake, *criteria)
    answer = send(fake, "POST", f"/v1/evals/{eval_id}/runs", {"data_source": source})
    assert (answer.status, answer.json["status"]) == (201, "queued")
    return f"/v1/evals/{eval_id}/runs/{answer.json['id']}"


def look(fake: FakeOpenAI, path: str) -> Any:
    """A run, or what is below it."""
    return send(fake, "GET", path).json


def items(fake: FakeOpenAI, path: str, query: str = "") -> list[Any]:
    """The output items of a run."""
    data: list[Any] = look(fake, f"{path}/output_items{query}")["data"]
    return data


def verdicts(fake: FakeOpenAI, path: str) -> list[list[bool]]:
    """Which criteria each row of a run passed."""
    return [[result["passed"] for result in item["results"]] for item in items(fake, path)]


@both_clients
def test_creates_an_eval_with_its_schema(fake_openai: FakeOpenAI, kind: str) -> None:
    created = call_method(
        fake_openai,
        kind,
        "evals.create",
        name="capitals",
        metadata={"team": "a"},
        data_source_config=CONFIG,
        testing_criteria=[EXACT, ALIKE],
    )
    assert fake_openai.requests.only.status == 201
    assert (created.object, created.name, created.metadata) == ("eval", "capitals", {"team": "a"})
    assert created.id.startswith("eval_")
    schema = created.to_dict()["data_source_config"]["schema"]
    assert schema["properties"]["item"] == SCHEMA
    assert schema["required"] == ["item", "sample"]
    assert [criterion.name for criterion in created.testing_criteria] == ["exact", "alike"]
    assert call_method(fake_openai, kind, "evals.retrieve", created.id).to_dict() == created.to_dict()


@pytest.mark.parametrize("kind", ["logs", "stored_completions"])
def test_builds_a_schema_for_what_is_stored(fake_openai: FakeOpenAI, kind: str) -> None:
    key = define(fake_openai, data_source_config={"type": kind, "metadata": {"a": "b"}})
    config = look(fake_openai, f"/v1/evals/{key}")["data_source_config"]
    assert (config["type"], config["metadata"]) == (kind, {"a": "b"})
    assert config["schema"]["required"] == ["item", "sample"]


def test_leaves_the_sample_out_of_the_schema(fake_openai: FakeOpenAI) -> None:
    key = define(fake_openai, data_source_config={"type": "custom", "item_schema": SCHEMA})
    schema = look(fake_openai, f"/v1/evals/{key}")["data_source_config"]["schema"]
    assert schema == {"type": "object", "properties": {"item": SCHEMA}, "required": ["item"]}


def test_refuses_a_criterion_that_cannot_be_applied(fake_openai: FakeOpenAI) -> None:
    body = {"data_source_config": CONFIG, "testing_criteria": [EXACT, {**EXACT, "input": "{{question}}"}]}
    answer = send(fake_openai, "POST", "/v1/evals", body)
    message = "Invalid 'testing_criteria[1]': '{{question}}' names neither the item nor the sample."
    assert (answer.status, answer.json) == (400, error(message, param="testing_criteria[1]"))


@both_clients
def test_lists_updates_and_deletes_evals(fake_openai: FakeOpenAI, kind: str) -> None:
    first, second = define(fake_openai, name="a"), define(fake_openai, name="b")
    assert [each.id for each in call_method(fake_openai, kind, "evals.list").data] == [first, second]
    assert [each.id for each in call_method(fake_openai, kind, "evals.list", order="desc", limit=1).data] == [second]
    changed = call_method(fake_openai, kind, "evals.update", first, name="c", metadata={"n": "1"})
    assert (changed.name, changed.metadata) == ("c", {"n": "1"})
    gone = call_method(fake_openai, kind, "evals.delete", first)
    assert gone.to_dict() == {"object": "eval.deleted", "deleted": True, "eval_id": first}
    with pytest.raises(openai.NotFoundError):
        call_method(fake_openai, kind, "evals.retrieve", first)


@both_clients
def test_applies_every_criterion_to_every_row(fake_openai: FakeOpenAI, kind: str) -> None:
    eval_id = define(fake_openai)
    run = call_method(fake_openai, kind, "evals.runs.create", eval_id, name="first", data_source=JSONL)
    assert (run.status, run.result_counts.total, run.per_testing_criteria_results) == ("queued", 0, None)
    assert run.report_url == f"https://platform.openai.com/evaluations/{eval_id}?run_id={run.id}"
    done = call_method(fake_openai, kind, "evals.runs.retrieve", run.id, eval_id=eval_id)
    assert (done.status, done.name, done.error, done.per_model_usage) == ("completed", "first", None, [])
    assert done.result_counts.to_dict() == {"total": 3, "errored": 0, "failed": 2, "passed": 1}
    tallies = [(each.passed, each.failed) for each in done.per_testing_criteria_results]
    names = [each.testing_criteria.partition("-")[0] for each in done.per_testing_criteria_results]
    assert (names, tallies) == (["exact", "alike"], [(1, 2), (2, 1)])
    output_items = call_method(fake_openai, kind, "evals.runs.output_items.list", run.id, eval_id=eval_id).data
    assert [item.status for item in output_items] == ["pass", "fail", "fail"]
    assert [item.datasource_item for item in output_items] == [row["item"] for row in ROWS]
    assert [result.score for result in output_items[1].results] == [0.0, pytest.approx(8 / 9)]
    assert output_items[1].sample.output[0].content == "Pari"
    key = {"run_id": run.id, "eval_id": eval_id}
    again = call_method(fake_openai, kind, "evals.runs.output_items.retrieve", output_items[2].id, **key)
    assert again.to_dict() == output_items[2].to_dict()


def test_filters_output_items_and_runs_by_status(fake_openai: FakeOpenAI) -> None:
    path = begin(fake_openai)
    assert [item["datasource_item_id"] for item in items(fake_openai, path, "?status=fail&order=desc")] == [2, 1]
    runs = path.rpartition("/")[0]
    assert len(look(fake_openai, f"{runs}?status=completed")["data"]) == 1
    assert look(fake_openai, f"{runs}?status=failed")["data"] == []


def test_shows_items_before_the_run_was_looked_at(fake_openai: FakeOpenAI) -> None:
    assert len(items(fake_openai, begin(fake_openai))) == 3


def test_reads_rows_from_a_file(fake_openai: FakeOpenAI) -> None:
    text = "\n".join(map(json.dumps, ROWS)).encode()
    file = fake_openai.client.files.create(file=("rows.jsonl", text), purpose="evals")
    path = begin(fake_openai, {"type": "jsonl", "source": {"type": "file_id", "id": file.id}})
    assert verdicts(fake_openai, path) == [[True, True], [False, True], [False, False]]


@pytest.mark.parametrize(
    ("text", "reason"),
    [(b"{", "every line must be valid JSON"), (b'{"answer": 1}', "every row must be an object with an 'item'")],
)
def test_fails_a_run_whose_file_cannot_be_read(fake_openai: FakeOpenAI, text: bytes, reason: str) -> None:
    file = fake_openai.client.files.create(file=("rows.jsonl", text), purpose="evals")
    run = look(fake_openai, begin(fake_openai, {"type": "jsonl", "source": {"type": "file_id", "id": file.id}}))
    assert (run["status"], run["per_testing_criteria_results"]) == ("failed", None)
    assert run["error"] == {"code": "invalid_data_source", "message": f"The data source cannot be read: {reason}."}


def test_refuses_a_file_that_is_not_there(fake_openai: FakeOpenAI) -> None:
    source = {"type": "jsonl", "source": {"type": "file_id", "id": "file-x"}}
    answer = send(fake_openai, "POST", f"/v1/evals/{define(fake_openai)}/runs", {"data_source": source})
    expected = error("No such File object: file-x", param="data_source.source.id")
    assert (answer.status, answer.json) == (400, expected)


def test_counts_what_could_not_be_judged(fake_openai: FakeOpenAI) -> None:
    rows = {"type": "file_content", "content": [{"item": {"answer": "x"}}, ROWS[0]]}
    path = begin(fake_openai, {"type": "jsonl", "source": rows})
    counts = look(fake_openai, path)["result_counts"]
    assert counts == {"total": 2, "errored": 1, "failed": 0, "passed": 1}
    assert items(fake_openai, path)[0]["sample"]["error"]["code"] == "invalid_variable_error"


def test_finds_the_text_of_a_sample_that_is_a_completion(fake_openai: FakeOpenAI) -> None:
    sample = {"choices": [{"message": {"role": "assistant", "content": "Paris"}}], "usage": {"total_tokens": "many"}}
    rows = {"type": "file_content", "content": [{"item": {"answer": "Paris"}, "sample": sample}]}
    assert verdicts(fake_openai, begin(fake_openai, {"type": "jsonl", "source": rows})) == [[True, True]]


# ---- samples that the fake makes itself


def asking(kind: str, **more: Any) -> Any:
    """A data source that has a model answer."""
    source = {"type": "file_content", "content": COUNTRIES}
    return {"type": kind, "model": "gpt-4o", "source": source, "input_messages": ASKING, **more}


@pytest.mark.parametrize("kind", ["completions", "responses"])
def test_asks_the_script_for_samples(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.when(text="Italy").script("Rome")
    fake_openai.script("Lyon")
    settings = {"temperature": 0.5, "max_completion_tokens": 50}
    path = begin(fake_openai, asking(kind, sampling_params=settings), EXACT)
    run = look(fake_openai, path)
    assert run["result_counts"] == {"total": 2, "errored": 0, "failed": 1, "passed": 1}
    (usage,) = run["per_model_usage"]
    assert (usage["model_name"], usage["invocation_count"]) == ("gpt-4o-2024-08-06", 2)
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > 0
    request = fake_openai.requests.where(text="Capital of France?").only
    limit = "max_completion_tokens" if kind == "completions" else "max_output_tokens"
    assert (request.system, request.json["temperature"], request.json[limit]) == ("Be brief.", 0.5, 50)
    sample = items(fake_openai, path)[0]["sample"]
    assert sample["output"] == [{"role": "assistant", "content": "Lyon"}]
    assert sample["input"][1] == {"role": "user", "content": "Capital of France?"}
    assert (sample["temperature"], sample["max_completion_tokens"]) == (0.5, 50)


def test_asks_what_an_item_holds(fake_openai: FakeOpenAI) -> None:
    rows = [{"item": {"answer": "Hi", "messages": [{"role": "user", "content": "Hi"}]}}, {"item": {"answer": "Hi"}}]
    source = asking("completions", source={"type": "file_content", "content": rows})
    source["input_messages"] = {"type": "item_reference", "item_reference": "item.messages"}
    path = begin(fake_openai, source, EXACT)
    assert verdicts(fake_openai, path) == [[True], [False]]
    assert items(fake_openai, path)[1]["sample"]["error"]["code"] == "invalid_template"


@pytest.mark.parametrize(
    ("reply", "code"),
    [(RateLimit(), "rate_limit_exceeded"), (Disconnect(), "server_error"), (Garbage("no JSON"), "server_error")],
)
def test_counts_samples_that_could_not_be_made(fake_openai: FakeOpenAI, reply: Any, code: str) -> None:
    fake_openai.script(reply, "Rome")
    path = begin(fake_openai, asking("completions"), EXACT)
    assert look(fake_openai, path)["result_counts"] == {"total": 2, "errored": 1, "failed": 0, "passed": 1}
    assert items(fake_openai, path)[0]["sample"]["error"]["code"] == code


def test_thinks_as_hard_as_it_is_told(fake_openai: FakeOpenAI) -> None:
    source = asking("responses", model="gpt-5", sampling_params={"reasoning_effort": "low"})
    look(fake_openai, begin(fake_openai, source, EXACT))
    assert {request.json["reasoning"]["effort"] for request in fake_openai.requests.where(endpoint="responses")} == {
        "low"
    }


@pytest.mark.parametrize("limit", [None, 1])
def test_takes_stored_completions(fake_openai: FakeOpenAI, limit: int | None) -> None:
    for text, team in (("Paris", "a"), ("Rome", "a"), ("Bonn", "b")):
        message: Any = [{"role": "user", "content": text}]
        fake_openai.client.chat.completions.create(model="gpt-4o", messages=message, store=True, metadata={"t": team})
    stored = {"type": "stored_completions", "model": "gpt-4o", "metadata": {"t": "a"}, "limit": limit}
    criterion = {**EXACT, "reference": "{{item.input[0].content}}"}
    path = begin(fake_openai, {"type": "completions", "source": stored}, criterion)
    assert verdicts(fake_openai, path) == [[True]] * (limit or 2)


def test_takes_stored_responses(fake_openai: FakeOpenAI) -> None:
    fake_openai.client.responses.create(model="gpt-4o", input="Paris")
    path = begin(fake_openai, {"type": "responses", "source": {"type": "responses"}}, {**EXACT, "reference": "Paris"})
    assert verdicts(fake_openai, path) == [[True]]


# ---- what is under way


def test_is_in_progress_while_a_reply_waits(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply(gate, "Paris"), "Rome")
    path = begin(fake_openai, asking("completions"), EXACT)
    gate.wait_reached()
    run = look(fake_openai, path)
    assert (run["status"], run["result_counts"]["total"]) == ("in_progress", 2)
    assert items(fake_openai, path) == []
    gate.open()
    assert look(fake_openai, path)["status"] == "completed"


@pytest.mark.parametrize("suffix", ["", "/cancel"])
def test_cancels_a_run_that_nobody_has_looked_at(fake_openai: FakeOpenAI, suffix: str) -> None:
    path = begin(fake_openai)
    assert send(fake_openai, "POST", path + suffix).json["status"] == "canceled"
    assert look(fake_openai, path)["status"] == "canceled"
    assert items(fake_openai, path) == []
    assert {request.endpoint for request in fake_openai.requests} >= {"evals.runs.cancel"}


def test_leaves_a_run_that_has_ended(fake_openai: FakeOpenAI) -> None:
    path = begin(fake_openai)
    done = look(fake_openai, path)
    assert send(fake_openai, "POST", f"{path}/cancel").json == done


def test_cancels_a_run_that_waits(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply(gate, "Paris"))
    path = begin(fake_openai, asking("completions"), EXACT)
    gate.wait_reached()
    assert send(fake_openai, "POST", f"{path}/cancel").json["status"] == "canceled"
    assert len(fake_openai.requests.where(endpoint="chat.completions")) == 1


def test_deletes_a_run(fake_openai: FakeOpenAI) -> None:
    path = begin(fake_openai)
    gone = send(fake_openai, "DELETE", path).json
    assert gone == {"object": "eval.run.deleted", "deleted": True, "run_id": path.rpartition("/")[2]}
    assert [send(fake_openai, "GET", path + below).status for below in ("", "/output_items")] == [404, 404]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/evals/eval_x/runs"),
        ("GET", "/evals/eval_x/runs"),
        ("POST", "/evals/eval_x/runs/evalrun_x"),
        ("GET", "/evals/{eval_id}/runs/evalrun_x"),
        ("POST", "/evals/{eval_id}/runs/evalrun_x/cancel"),
        ("GET", "/evals/{eval_id}/runs/evalrun_x/output_items"),
    ],
)
def test_does_not_find_what_is_unknown(fake_openai: FakeOpenAI, method: str, path: str) -> None:
    body = {"data_source": JSONL} if method == "POST" else None
    answer = send(fake_openai, method, "/v1" + path.format(eval_id=define(fake_openai)), body)
    assert (answer.status, answer.json) == (404, error("Not found"))


def test_says_what_a_rule_says(fake_openai: FakeOpenAI) -> None:
    path = begin(fake_openai)
    fake_openai.when(endpoint="evals.runs.retrieve").always(Reply({"status": "failed"}, unchecked=True))
    assert look(fake_openai, path) == {"status": "failed"}


@pytest.mark.fake_openai(assume_exists=True)
def test_runs_an_eval_that_is_assumed(fake_openai: FakeOpenAI) -> None:
    run = send(fake_openai, "POST", "/v1/evals/eval_prod/runs", {"data_source": JSONL}).json
    assert look(fake_openai, f"/v1/evals/eval_prod/runs/{run['id']}")["result_counts"]["passed"] == 3
    source = {"type": "jsonl", "source": {"type": "file_id", "id": "file-prod"}}
    run = send(fake_openai, "POST", "/v1/evals/eval_prod/runs", {"data_source": source}).json
    assert look(fake_openai, f"/v1/evals/eval_prod/runs/{run['id']}")["status"] == "completed"


@pytest.mark.fake_openai(validation="off")
@pytest.mark.parametrize("template", [True, "text", {"role": "user"}, [True, None]])
def test_asks_nothing_where_a_template_is_none(fake_openai: FakeOpenAI, template: Any) -> None:
    source = {"type": "file_content", "content": COUNTRIES}
    asking = {"type": "template", "template": template}
    path = begin(fake_openai, {"type": "responses", "model": "gpt-4o", "source": source, "input_messages": asking})
    assert look(fake_openai, path)["status"] == "completed"
    assert [each["sample"]["input"] for each in items(fake_openai, path)] == [[], []]
