"""Files attached together."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai import FakeOpenAI

from .._requests import both_clients, call_method
from ._stores import FRANCE, GERMANY, PICTURE, Json, counted, get, invalid, post, refusal, store, upload

STRATEGY: Any = {"type": "static", "static": {"max_chunk_size_tokens": 200, "chunk_overlap_tokens": 20}}


def filled(fake: FakeOpenAI) -> tuple[str, list[str], Json]:
    """A store, two texts and a picture, and the batch by which they have just come into it."""
    store_id = store(fake)
    files = [upload(fake, FRANCE), upload(fake, GERMANY), upload(fake, PICTURE, "a.png")]
    return store_id, files, post(fake, f"/{store_id}/file_batches", file_ids=files)


def test_is_in_progress_first_and_completed_when_next_asked_for(fake_openai: FakeOpenAI) -> None:
    store_id, _, batch = filled(fake_openai)

    assert batch == {
        "id": batch["id"],
        "object": "vector_store.files_batch",
        "created_at": batch["created_at"],
        "status": "in_progress",
        "vector_store_id": store_id,
        "file_counts": counted(in_progress=3),
    }
    assert (batch["id"][:5], len(batch["id"])) == ("vsfb_", 37)
    counts = counted(completed=2, failed=1)
    assert get(fake_openai, f"/{store_id}/file_batches/{batch['id']}") == {
        **batch,
        "status": "completed",
        "file_counts": counts,
    }
    assert get(fake_openai, f"/{store_id}")["file_counts"] == counts


@both_clients
def test_ends_polling_at_the_first_look(fake_openai: FakeOpenAI, kind: str) -> None:
    store_id, file = store(fake_openai), upload(fake_openai)

    done = call_method(fake_openai, kind, "vector_stores.file_batches.create_and_poll", store_id, file_ids=[file])

    assert (done.status, done.file_counts.completed) == ("completed", 1)
    assert [request.method for request in fake_openai.requests][-2:] == ["POST", "GET"]


def test_gives_all_files_the_same_attributes_and_strategy(fake_openai: FakeOpenAI) -> None:
    store_id, file = store(fake_openai), upload(fake_openai)
    shared: Json = {"attributes": {"lang": "en"}, "chunking_strategy": STRATEGY}

    post(fake_openai, f"/{store_id}/file_batches", file_ids=[file], **shared)

    attached = get(fake_openai, f"/{store_id}/files/{file}")
    assert {name: attached[name] for name in shared} == shared


def test_gives_each_file_its_own_attributes_and_strategy(fake_openai: FakeOpenAI) -> None:
    store_id, one, other = store(fake_openai), upload(fake_openai), upload(fake_openai)
    files = [{"file_id": one, "attributes": {"lang": "en"}, "chunking_strategy": STRATEGY}, {"file_id": other}]

    post(fake_openai, f"/{store_id}/file_batches", files=files, attributes={"lang": "ignored"})

    first, second = (get(fake_openai, f"/{store_id}/files/{file}") for file in (one, other))
    assert (first["attributes"], first["chunking_strategy"]) == ({"lang": "en"}, STRATEGY)
    assert (second["attributes"], second["chunking_strategy"]["static"]["max_chunk_size_tokens"]) == ({}, 800)


def test_lists_the_files_of_a_batch_only(fake_openai: FakeOpenAI) -> None:
    store_id, files, batch = filled(fake_openai)
    post(fake_openai, f"/{store_id}/files", file_id=upload(fake_openai))

    def listed(**query: Any) -> list[str]:
        page = fake_openai.client.vector_stores.file_batches.list_files(batch["id"], vector_store_id=store_id, **query)
        return [each.id for each in page.data]

    assert listed() == files[::-1]
    assert listed(filter="failed") == files[2:]
    assert listed(order="asc", limit=1) == files[:1]


@both_clients
def test_is_cancelled_before_anyone_has_looked(fake_openai: FakeOpenAI, kind: str) -> None:
    store_id, _, batch = filled(fake_openai)
    owner: Any = {"vector_store_id": store_id}

    ended = call_method(fake_openai, kind, "vector_stores.file_batches.cancel", batch["id"], **owner)
    again = call_method(fake_openai, kind, "vector_stores.file_batches.cancel", batch["id"], **owner)

    assert (ended.status, ended.file_counts.to_dict()) == ("cancelled", counted(cancelled=3))
    assert again == ended
    assert get(fake_openai, f"/{store_id}")["file_counts"] == counted(cancelled=3)
    assert {each["status"] for each in get(fake_openai, f"/{store_id}/files?filter=cancelled")["data"]} == {"cancelled"}
    assert post(fake_openai, f"/{store_id}/search", query="Paris")["data"] == []


@pytest.mark.parametrize("look", ["", "/files"])
def test_is_answered_unchanged_where_it_is_done(fake_openai: FakeOpenAI, look: str) -> None:
    store_id, _, batch = filled(fake_openai)
    path = f"/{store_id}/file_batches/{batch['id']}"
    get(fake_openai, f"{path}{look}")

    assert post(fake_openai, f"{path}/cancel") == get(fake_openai, path)
    assert get(fake_openai, path)["status"] == "completed"


REFUSED: list[tuple[Json, str, str, str]] = [
    ({}, "Missing required parameter: 'file_ids'.", "file_ids", "missing_required_parameter"),
    (
        {"file_ids": [], "files": []},
        "Mutually exclusive parameters: 'file_ids' and 'files'. Provide only one of them.",
        "files",
        "mutually_exclusive_parameters",
    ),
    (
        {"file_ids": ["file-a"] * 2001},
        "Invalid 'file_ids': array too long. "
        "Expected an array with maximum length 2000, but got an array with length 2001 instead.",
        "file_ids",
        "array_above_max_length",
    ),
    (
        {"files": [{"file_id": "file-a", "attributes": {"a" * 65: 1}}]},
        f"Invalid 'files[0].attributes.{'a' * 65}': string too long. "
        "Expected a string with maximum length 64, but got a string with length 65 instead.",
        f"files[0].attributes.{'a' * 65}",
        "string_above_max_length",
    ),
]


@pytest.mark.parametrize(("body", "message", "param", "code"), REFUSED)
def test_refuses_what_makes_no_batch(fake_openai: FakeOpenAI, body: Json, message: str, param: str, code: str) -> None:
    store_id = store(fake_openai)

    assert post(fake_openai, f"/{store_id}/file_batches", **body) == {"error": invalid(message, param, code)}


@pytest.mark.fake_openai(validation="off")
@pytest.mark.parametrize("body", [{}, {"files": 5}, {"files": [5, {}]}, {"file_ids": [5]}])
def test_takes_what_it_can_where_nothing_is_checked(fake_openai: FakeOpenAI, body: Json) -> None:
    store_id = store(fake_openai)

    assert post(fake_openai, f"/{store_id}/file_batches", **body)["file_counts"] == counted()


def test_makes_no_batch_of_unknown_files(fake_openai: FakeOpenAI) -> None:
    store_id = store(fake_openai)
    refused = refusal(fake_openai.client.vector_stores.file_batches.create, store_id, file_ids=["file-x"])

    assert refused == (404, invalid("No such File object: file-x", "id"))


def test_knows_no_other_batch(fake_openai: FakeOpenAI) -> None:
    store_id, batches = store(fake_openai), fake_openai.client.vector_stores.file_batches
    message = "No file batch found with id 'vsfb_x'."

    for operation in (batches.retrieve, batches.cancel, batches.list_files):
        assert refusal(operation, "vsfb_x", vector_store_id=store_id) == (404, invalid(message))


@pytest.mark.fake_openai(assume_exists=True)
def test_assumes_that_a_batch_exists(fake_openai: FakeOpenAI) -> None:
    batches = fake_openai.client.vector_stores.file_batches

    assert batches.retrieve("vsfb_a", vector_store_id="vs_a").status == "completed"
    assert batches.cancel("vsfb_b", vector_store_id="vs_a").status == "cancelled"
    assert batches.list_files("vsfb_c", vector_store_id="vs_a").data == []
