"""Batches under way: what they show while a reply waits, and how they are cancelled or cut."""

from __future__ import annotations

import gc
import logging
import threading
from typing import Any

import openai
import pytest

from pytest_fakeopenai import ApiError, Delay, FakeOpenAI, RecordedRequest, Reply, Timeout
from pytest_fakeopenai.pipeline import tasks
from tests.endpoints._requests import both_clients, call_method, send

from ._batches import CHAT, completion_text, done, look, questions, results, submit, to_bytes, upload


def counts(completed: int, failed: int, total: int) -> dict[str, int]:
    return {"total": total, "completed": completed, "failed": failed}


def cancelled(fake: FakeOpenAI, batch: dict[str, Any]) -> dict[str, Any]:
    """The answer to a cancellation."""
    return fake.client.batches.cancel(batch["id"]).to_dict()


def test_is_in_progress_while_a_reply_waits(fake_openai: FakeOpenAI) -> None:
    first, second = fake_openai.gate(), fake_openai.gate()
    fake_openai.script("a", Reply("b", first), ApiError(400, "No"), Reply(second, "d"), "e")
    batch = submit(fake_openai, questions(*"abcde"))
    assert batch["status"] == "validating"
    now = look(fake_openai, batch)
    assert (now["status"], now["request_counts"]) == ("in_progress", counts(1, 0, 5))
    assert (now["in_progress_at"], now["finalizing_at"], now["output_file_id"]) == (1767225602, None, None)
    assert now["usage"]["total_tokens"] == 0
    first.open()
    now = look(fake_openai, batch)
    assert (now["status"], now["request_counts"]) == ("in_progress", counts(2, 1, 5))
    assert fake_openai.client.batches.list().data[0].to_dict() == now
    second.open()
    now = look(fake_openai, batch)
    assert (now["status"], now["request_counts"]) == ("completed", counts(4, 1, 5))


def test_goes_on_after_a_delay(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply(Delay(0.001), gate, Delay(0.001), "a"))
    batch = submit(fake_openai, questions("a"))
    gate.wait_reached()
    assert look(fake_openai, batch)["status"] == "in_progress"
    gate.open()
    while (now := look(fake_openai, batch))["status"] == "in_progress":
        pass
    assert now["status"] == "completed"


def test_waits_for_a_callable_that_does_not_wait_for_long(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(lambda request: f"said by a thread: {request.text}")
    batch = done(fake_openai, questions("a"))
    assert completion_text(results(fake_openai, batch["output_file_id"])["0"]) == "said by a thread: a"


def test_waits_no_longer_than_it_can(fake_openai: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_PATIENCE", 0.05)
    let_go = threading.Event()

    def answer(request: RecordedRequest) -> str:
        assert let_go.wait(30)
        return "at last"

    fake_openai.script(answer)
    batch = submit(fake_openai, questions("a"))
    assert look(fake_openai, batch)["status"] == "in_progress"
    let_go.set()
    monkeypatch.undo()
    assert look(fake_openai, batch)["status"] == "completed"


def test_may_be_looked_at_by_its_own_replies(fake_openai: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_PATIENCE", 0.05)
    fake_openai.otherwise(lambda request: fake_openai.client.batches.list().data[0].status)
    batch = done(fake_openai, questions("a"))
    assert completion_text(results(fake_openai, batch["output_file_id"])["0"]) == "in_progress"


@both_clients
def test_is_cancelled(fake_openai: FakeOpenAI, kind: str) -> None:
    gate = fake_openai.gate()
    fake_openai.script("a", ApiError(400, "No"), Reply(gate, "c"))
    batch = submit(fake_openai, questions(*"abcd"))
    answer = call_method(fake_openai, kind, "batches.cancel", batch["id"]).to_dict()
    assert (answer["status"], answer["cancelled_at"]) == ("cancelling", None)
    assert answer["cancelling_at"] > answer["in_progress_at"]
    now = look(fake_openai, batch)
    assert (now["status"], now["request_counts"]) == ("cancelled", counts(1, 1, 4))
    assert now["cancelled_at"] > now["cancelling_at"] == answer["cancelling_at"]
    assert (now["finalizing_at"], now["completed_at"]) == (None, None)
    assert list(results(fake_openai, now["output_file_id"])) == ["0"]
    failed = results(fake_openai, now["error_file_id"])
    assert {key: line["error"] and line["error"]["code"] for key, line in failed.items()} == {
        "1": None,
        "2": "batch_cancelled",
        "3": "batch_cancelled",
    }
    assert failed["3"]["response"] is None
    assert now["usage"]["total_tokens"] > 0
    assert len(fake_openai.requests.where(endpoint="chat.completions")) == 3


def test_is_cancelled_but_once(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Timeout())
    batch = submit(fake_openai, questions("a"))
    cancelled(fake_openai, batch)
    now = look(fake_openai, batch)
    assert cancelled(fake_openai, batch) == look(fake_openai, batch) == now
    assert (now["status"], now["output_file_id"]) == ("cancelled", None)


def test_answers_a_cancellation_in_one_line(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Timeout())
    batch = submit(fake_openai, questions("a"))
    assert send(fake_openai, "POST", f"/v1/batches/{batch['id']}/cancel").body.startswith(b'{"id":"batch_')


def test_cannot_be_cancelled_once_it_has_ended(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply(gate, "a"))
    batch = submit(fake_openai, questions("a"))
    gate.open()
    with pytest.raises(openai.ConflictError, match="Cannot cancel a batch with status 'completed'"):
        cancelled(fake_openai, batch)
    failed = fake_openai.client.batches.create(input_file_id="file-x", endpoint=CHAT, completion_window="24h")  # type: ignore[arg-type]  # no Literal
    with pytest.raises(openai.ConflictError, match="Cannot cancel a batch with status 'failed'"):
        cancelled(fake_openai, failed.to_dict())


def test_ends_with_the_reset_that_forgets_it(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply(gate, "a"))
    submit(fake_openai, questions("a", "b"))
    fake_openai.reset()
    gate.open()
    upload(fake_openai, b"x")
    assert [file.filename for file in fake_openai.client.files.list()] == ["requests.jsonl"]
    assert len(fake_openai.requests.where(endpoint="chat.completions")) == 0


def test_is_cut_with_the_end_of_its_test(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), FakeOpenAI() as fake:
        fake.script(Reply(fake.gate(), "a"))
        batch = submit(fake, questions("a", "b"))
        request = fake.requests.last
        assert look(fake, batch)["status"] == "in_progress"
    gc.collect()
    assert (request.endpoint, request.status, request.disconnected) == ("chat.completions", None, True)
    assert [record.getMessage() for record in caplog.records if record.name == "asyncio"] == []


def test_runs_what_ids_that_are_assumed_stand_for() -> None:
    with FakeOpenAI(assume_exists=True) as fake:
        settings: Any = {"endpoint": CHAT, "completion_window": "24h"}
        batch = fake.client.batches.create(input_file_id="file-in-production", **settings).to_dict()
        now = look(fake, batch)
        assert (now["status"], now["request_counts"]) == ("completed", counts(0, 0, 0))
        assert now["output_file_id"] is now["error_file_id"] is None
        assert cancelled(fake, {"id": "batch_in_production"})["status"] == "cancelling"


def test_runs_what_was_uploaded_though_ids_are_assumed() -> None:
    with FakeOpenAI(assume_exists=True) as fake:
        file_id = upload(fake, to_bytes(questions("a")))
        settings: Any = {"endpoint": CHAT, "completion_window": "24h"}
        batch = fake.client.batches.create(input_file_id=file_id, **settings).to_dict()
        assert look(fake, batch)["request_counts"] == counts(1, 0, 1)
