"""Batches that run: every line is a request to the same fake, and files come out."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import openai
import pytest

from pytest_fakeopenai import ApiError, Disconnect, FakeOpenAI, Garbage, RateLimit, RecordedRequest, Reply
from pytest_fakeopenai.fake import VerdictError
from tests.endpoints._requests import MODEL, SNAPSHOT, both_clients, call_method, send

from ._batches import (
    CHAT,
    completion_text,
    content,
    done,
    look,
    question,
    questions,
    results,
    submit,
    to_bytes,
    upload,
)


@both_clients
def test_is_validating_first_and_completed_next(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script("one", "two")
    metadata = {"job": "nightly"}
    file_id = upload(fake_openai, to_bytes(questions("a", "b")))
    settings: Any = {"input_file_id": file_id, "endpoint": CHAT, "completion_window": "24h", "metadata": metadata}
    created = call_method(fake_openai, kind, "batches.create", **settings).to_dict()
    nothing = {"total": 0, "completed": 0, "failed": 0}
    no_usage = {
        "input_tokens": 0,
        "output_tokens": 0,
        "total_tokens": 0,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": 0},
    }
    assert re.fullmatch(r"batch_[0-9a-f]{32}", created["id"])
    assert created == {
        "id": created["id"],
        "object": "batch",
        "endpoint": CHAT,
        "model": None,
        "errors": None,
        "input_file_id": file_id,
        "completion_window": "24h",
        "status": "validating",
        "output_file_id": None,
        "error_file_id": None,
        "created_at": 1767225601,
        "in_progress_at": None,
        "expires_at": 1767225601 + 86_400,
        "finalizing_at": None,
        "completed_at": None,
        "failed_at": None,
        "expired_at": None,
        "cancelling_at": None,
        "cancelled_at": None,
        "request_counts": nothing,
        "usage": no_usage,
        "metadata": metadata,
    }
    ended = call_method(fake_openai, kind, "batches.retrieve", created["id"]).to_dict()
    lines = results(fake_openai, ended["output_file_id"]).values()
    used = [line["response"]["body"]["usage"] for line in lines]
    assert ended == {
        **created,
        "model": SNAPSHOT,
        "status": "completed",
        "output_file_id": ended["output_file_id"],
        "in_progress_at": 1767225602,
        "finalizing_at": 1767225605,
        "completed_at": 1767225607,
        "request_counts": {"total": 2, "completed": 2, "failed": 0},
        "usage": {
            **no_usage,
            "input_tokens": sum(each["prompt_tokens"] for each in used),
            "output_tokens": sum(each["completion_tokens"] for each in used),
            "total_tokens": sum(each["total_tokens"] for each in used),
        },
    }


def test_answers_as_the_wire_does(fake_openai: FakeOpenAI) -> None:
    file_id = upload(fake_openai, to_bytes(questions("a")))
    body = {"input_file_id": file_id, "endpoint": CHAT, "completion_window": "24h"}
    created = send(fake_openai, "POST", "/v1/batches", body)
    keys = "id object endpoint model errors input_file_id completion_window status output_file_id error_file_id "
    keys += "created_at in_progress_at expires_at finalizing_at completed_at failed_at expired_at cancelling_at "
    keys += "cancelled_at request_counts usage metadata"
    assert (created.status, list(created.json)) == (200, keys.split())
    assert created.body.startswith(b'{\n  "id"')
    assert list(send(fake_openai, "GET", f"/v1/batches/{created.json['id']}").json) == keys.split()


def test_writes_a_file_of_answers(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("é")
    batch = done(fake_openai, questions("a"))
    file = fake_openai.client.files.retrieve(batch["output_file_id"])
    assert (file.filename, file.purpose) == (f"{batch['id']}_output.jsonl", "batch_output")
    text = content(fake_openai, file.id)
    line = json.loads(text)
    assert text == json.dumps(line) + "\n"
    assert list(line) == ["id", "custom_id", "response", "error"]
    assert list(line["response"]) == ["status_code", "request_id", "body"]
    assert re.fullmatch(r"batch_req_[0-9a-f]{32}", line["id"])
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", line["response"]["request_id"])
    assert (line["custom_id"], line["response"]["status_code"], line["error"]) == ("0", 200, None)
    assert line["response"]["body"] == fake_openai.requests.where(endpoint="chat.completions").only.response


def test_writes_a_file_of_errors(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(ApiError(400, "Too odd", code="odd", param="p"))
    batch = done(fake_openai, questions("a"))
    file = fake_openai.client.files.retrieve(batch["error_file_id"])
    assert (file.filename, file.purpose) == (f"{batch['id']}_error.jsonl", "batch_output")
    assert (batch["status"], batch["output_file_id"]) == ("completed", None)
    line = results(fake_openai, file.id)["0"]
    envelope = {"message": "Too odd", "type": "invalid_request_error", "param": "p", "code": "odd"}
    assert (line["response"]["status_code"], line["response"]["body"]) == (400, {"error": envelope})
    assert line["error"] is None


def test_promises_no_order(fake_openai: FakeOpenAI) -> None:
    batch = done(fake_openai, questions("a", "b", "c"))
    assert list(results(fake_openai, batch["output_file_id"])) == ["2", "1", "0"]


def test_gives_the_script_to_the_lines_in_their_order(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("first", RateLimit(), "third")
    batch = done(fake_openai, questions("a", "b", "c"))
    assert {key: completion_text(line) for key, line in results(fake_openai, batch["output_file_id"]).items()} == {
        "0": "first",
        "2": "third",
    }
    assert list(results(fake_openai, batch["error_file_id"])) == ["1"]


def test_echoes_where_nothing_is_scripted(fake_openai: FakeOpenAI) -> None:
    batch = done(fake_openai, questions("Hello"))
    assert completion_text(results(fake_openai, batch["output_file_id"])["0"]) == "Hello"


def test_records_a_request_for_each_line(fake_openai: FakeOpenAI) -> None:
    client = fake_openai.client.with_options(api_key="mine", organization="org-1", project="proj-1")
    file = client.files.create(file=("requests.jsonl", to_bytes(questions("a"))), purpose="batch")
    client.batches.create(input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h")
    request = fake_openai.requests.where(endpoint="chat.completions").only
    assert (request.method, request.path, request.status, request.model) == ("POST", CHAT, 200, MODEL)
    assert request.messages == [{"role": "user", "content": "a"}]
    assert request.headers["authorization"] == "Bearer mine"
    assert (request.headers["openai-organization"], request.headers["openai-project"]) == ("org-1", "proj-1")
    assert (request.disconnected, request.attempt) == (False, 0)


def test_is_the_same_in_every_run(fake_openai: FakeOpenAI) -> None:
    def run() -> tuple[Any, str]:
        batch = done(fake_openai, questions("a", "b"))
        return batch, content(fake_openai, batch["output_file_id"])

    first = run()
    fake_openai.reset()
    assert run() == first


def test_refuses_the_lines_that_nothing_is_scripted_for() -> None:
    with FakeOpenAI() as fake:
        fake.script("one")
        batch = done(fake, questions("a", "b"))
        assert batch["request_counts"] == {"total": 2, "completed": 1, "failed": 1}
        body = results(fake, batch["error_file_id"])["1"]["response"]["body"]
        assert body["error"]["code"] == "unscripted_request"
        with pytest.raises(VerdictError, match="no reply for request 4"):
            fake.check()
        fake.reset()


def test_refuses_what_the_endpoint_refuses(fake_openai: FakeOpenAI) -> None:
    lines = [question("good", "Hi"), question("bad", "Hi", temperature=3)]
    batch = done(fake_openai, lines)
    refused = results(fake_openai, batch["error_file_id"])["bad"]["response"]
    assert (refused["status_code"], refused["body"]["error"]["code"]) == (400, "decimal_above_max_value")
    assert list(results(fake_openai, batch["output_file_id"])) == ["good"]


@pytest.mark.parametrize("end", [Disconnect(), Garbage("oops"), Garbage("[]")], ids=repr)
def test_says_which_lines_got_no_answer(fake_openai: FakeOpenAI, end: Any) -> None:
    fake_openai.script(Reply("Half", end), "whole")
    batch = done(fake_openai, questions("a", "b"))
    line = results(fake_openai, batch["error_file_id"])["0"]
    message = "The request ended before it was answered with JSON."
    assert (line["response"], line["error"]) == (None, {"code": "request_failed", "message": message})
    assert batch["request_counts"] == {"total": 2, "completed": 1, "failed": 1}


RESPONSE = {"model": "gpt-5", "input": "Hi"}


@pytest.mark.parametrize(
    ("endpoint", "body", "model", "kind"),
    [
        ("/v1/responses", RESPONSE, "gpt-5-2025-08-07", "response"),
        ("/v1/completions", {"model": "gpt-3.5-turbo-instruct", "prompt": "Hi"}, None, "text_completion"),
        ("/v1/embeddings", {"model": "text-embedding-3-small", "input": "Hi"}, "text-embedding-3-small", "list"),
    ],
)
def test_runs_whatever_may_stand_in_a_batch(
    fake_openai: FakeOpenAI, endpoint: str, body: dict[str, Any], model: str | None, kind: str
) -> None:
    batch = done(fake_openai, [{"custom_id": "a", "method": "POST", "url": endpoint, "body": body}], endpoint)
    answer = results(fake_openai, batch["output_file_id"])["a"]["response"]["body"]
    assert (batch["status"], answer["object"], batch["endpoint"]) == ("completed", kind, endpoint)
    assert batch["model"] == (model or answer["model"])
    assert batch["usage"]["total_tokens"] == answer["usage"]["total_tokens"] > 0


@pytest.mark.parametrize(
    ("endpoint", "body", "field"),
    [
        ("/v1/moderations", {"input": "Hi"}, "results"),
        ("/v1/images/generations", {"prompt": "A cat", "model": "gpt-image-1"}, "created"),
        ("/v1/videos", {"prompt": "A cat", "model": "sora-2"}, "status"),
    ],
)
def test_runs_what_is_no_text(fake_openai: FakeOpenAI, endpoint: Any, body: dict[str, Any], field: str) -> None:
    if endpoint == "/v1/videos" and not hasattr(openai.OpenAI, "videos"):
        pytest.skip("this SDK knows no videos")
    batch = done(fake_openai, [{"custom_id": "a", "method": "POST", "url": endpoint, "body": body}], endpoint)
    assert batch["request_counts"] == {"total": 1, "completed": 1, "failed": 0}
    assert field in results(fake_openai, batch["output_file_id"])["a"]["response"]["body"]
    assert batch["model"] == body.get("model")


@pytest.mark.parametrize("lifetime", [None, 3600, 2_592_000])
def test_lets_its_files_expire_as_asked(fake_openai: FakeOpenAI, lifetime: int | None) -> None:
    more = {"output_expires_after": {"anchor": "created_at", "seconds": lifetime}} if lifetime else None
    batch = done(fake_openai, questions("a"), extra_body=more)
    file = fake_openai.client.files.retrieve(batch["output_file_id"]).to_dict()
    expires = file.get("expires_at")
    assert expires == (None if lifetime is None else file["created_at"] + lifetime)  # type: ignore[operator]  # JSON


def test_lists_the_newest_first(fake_openai: FakeOpenAI) -> None:
    ids = [submit(fake_openai, questions(text))["id"] for text in "abc"]
    page = send(fake_openai, "GET", "/v1/batches").json
    assert ([each["id"] for each in page["data"]], page["has_more"]) == (ids[::-1], False)
    assert {each["status"] for each in page["data"]} == {"completed"}
    assert [each.id for each in fake_openai.client.batches.list(limit=1)] == ids[::-1]
    page = send(fake_openai, "GET", f"/v1/batches?limit=1&after={ids[2]}").json
    assert ([each["id"] for each in page["data"]], page["has_more"]) == ([ids[1]], True)


def test_runs_on_azure(fake_openai: FakeOpenAI) -> None:
    """There the model of a line is a deployment, and URLs are given without a version."""
    fake_openai.script("Hello")
    client = fake_openai.azure_client
    line = {**question("a", "Hi", model="my-deployment"), "url": "/chat/completions"}
    file = client.files.create(file=("requests.jsonl", to_bytes([line])), purpose="batch")
    endpoint: Any = "/chat/completions"
    batch = client.batches.create(input_file_id=file.id, endpoint=endpoint, completion_window="24h")
    ended = client.batches.retrieve(batch.id).to_dict()
    assert (ended["status"], ended["endpoint"], ended["model"]) == ("completed", endpoint, "my-deployment")
    assert completion_text(results(fake_openai, ended["output_file_id"])["a"]) == "Hello"


def test_is_answered_by_a_rule_that_names_it(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(endpoint="batches.retrieve").script(
        ApiError(400, "No"), Reply({"id": "batch_1", "status": "expired"}, unchecked=True)
    )
    batch = submit(fake_openai, questions("a"))
    with pytest.raises(openai.BadRequestError, match="No"):
        look(fake_openai, batch)
    assert look(fake_openai, batch)["status"] == "expired"


async def submit_two(client: openai.AsyncOpenAI, fake: FakeOpenAI) -> list[Any]:
    ids = [upload(fake, to_bytes(questions(text))) for text in ("a", "b")]
    settings: Any = {"endpoint": CHAT, "completion_window": "24h"}
    created = await asyncio.gather(*(client.batches.create(input_file_id=each, **settings) for each in ids))
    return await asyncio.gather(*(client.batches.retrieve(each.id) for each in created))


def test_runs_several_at_once(fake_openai: FakeOpenAI, async_openai_client: openai.AsyncOpenAI) -> None:
    ended = asyncio.run(submit_two(async_openai_client, fake_openai))
    texts = [completion_text(results(fake_openai, batch.output_file_id)["0"]) for batch in ended]
    assert texts == ["a", "b"]


def test_lets_others_be_answered_meanwhile(fake_openai: FakeOpenAI) -> None:
    """What the server's loop has to do besides is done between two lines, not behind them all."""
    happened: list[str] = []

    async def answer(request: RecordedRequest) -> str:
        happened.append(request.text)
        if request.text == "one":
            asyncio.get_running_loop().call_soon(happened.append, "something else")
        return "yes"

    fake_openai.otherwise(answer)
    done(fake_openai, questions("one", "two", "three"))
    assert happened == ["one", "something else", "two", "three"]


def test_forgets_a_batch_on_reset(fake_openai: FakeOpenAI) -> None:
    batch = submit(fake_openai, questions("a"))
    fake_openai.reset()
    with pytest.raises(openai.NotFoundError, match=f"No batch found with id '{batch['id']}'"):
        look(fake_openai, batch)
