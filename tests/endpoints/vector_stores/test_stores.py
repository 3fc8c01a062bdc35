"""Vector stores themselves: their fields, states and lives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_fakeopenai import FakeOpenAI, RateLimit, Reply

from .._requests import both_clients, call_method
from ._stores import (
    FRANCE,
    GERMANY,
    OF_VECTOR,
    PICTURE,
    Json,
    attach,
    counted,
    get,
    invalid,
    pass_days,
    post,
    refusal,
    store,
    upload,
)

DAY = 86_400
DAYS: Any = {"anchor": "last_active_at", "days": 7}
UNKNOWN = "vs_0123456789abcdef0123456789abcdef"


def test_is_complete_at_once_where_it_is_empty(fake_openai: FakeOpenAI) -> None:
    created_store = post(fake_openai, "")
    created = created_store["created_at"]

    assert json.dumps(created_store) == json.dumps(
        {
            "id": created_store["id"],
            "object": "vector_store",
            "created_at": created,
            "name": None,
            "description": None,
            "usage_bytes": 0,
            "file_counts": counted(),
            "status": "completed",
            "expires_after": None,
            "expires_at": None,
            "last_active_at": created,
            "metadata": {},
        }
    )
    assert len(created_store["id"]) == len(UNKNOWN)
    assert created_store["id"].startswith("vs_")
    assert get(fake_openai, f"/{created_store['id']}") == created_store


def test_keeps_what_it_is_given(fake_openai: FakeOpenAI) -> None:
    settings: Json = {"name": "docs", "description": "All.", "metadata": {"a": "b"}, "expires_after": DAYS}

    created = post(fake_openai, "", **settings)

    assert {name: created[name] for name in settings} == settings
    assert created["expires_at"] == created["created_at"] + 7 * DAY
    assert created == get(fake_openai, f"/{created['id']}")


@both_clients
def test_is_in_progress_first_and_completed_when_next_asked_for(fake_openai: FakeOpenAI, kind: str) -> None:
    files = [upload(fake_openai, FRANCE), upload(fake_openai, GERMANY), upload(fake_openai, PICTURE, "a.png")]

    created = call_method(fake_openai, kind, "vector_stores.create", file_ids=files)
    retrieved = call_method(fake_openai, kind, "vector_stores.retrieve", created.id)

    assert (created.status, created.usage_bytes, created.file_counts.to_dict()) == (
        "in_progress",
        0,
        counted(in_progress=3),
    )
    assert (retrieved.status, retrieved.file_counts.to_dict()) == ("completed", counted(completed=2, failed=1))
    assert retrieved.usage_bytes == len(FRANCE) + len(GERMANY) + 2 * OF_VECTOR


def test_cuts_its_files_as_it_is_told(fake_openai: FakeOpenAI) -> None:
    strategy: Any = {"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 10}}
    file = upload(fake_openai)
    store_id = store(fake_openai, file, chunking_strategy=strategy)

    assert get(fake_openai, f"/{store_id}/files/{file}")["chunking_strategy"] == strategy


def test_counts_a_file_once(fake_openai: FakeOpenAI) -> None:
    file = upload(fake_openai)

    created = fake_openai.client.vector_stores.create(file_ids=[file, file])

    assert created.file_counts.total == 1


def test_is_changed_in_what_is_named(fake_openai: FakeOpenAI) -> None:
    created = post(fake_openai, "", name="docs", metadata={"a": "b"})

    renamed = post(fake_openai, f"/{created['id']}", name="new")
    assert renamed == {**created, "name": "new"}
    changed = post(fake_openai, f"/{created['id']}", metadata={"c": "d"}, expires_after=DAYS)
    assert (changed["name"], changed["metadata"], changed["expires_after"]) == ("new", {"c": "d"}, DAYS)
    assert changed["expires_at"] == changed["last_active_at"] + 7 * DAY
    emptied = post(fake_openai, f"/{created['id']}", name=None, metadata=None, expires_after=None)
    assert (emptied["name"], emptied["metadata"], emptied["expires_at"]) == (None, {}, None)
    assert fake_openai.requests[1].response == renamed  # what was answered stays what it was


@both_clients
def test_lists_stores_newest_first(fake_openai: FakeOpenAI, kind: str) -> None:
    ids = [store(fake_openai, name=str(number)) for number in range(3)]
    attach(fake_openai, ids[0], FRANCE)

    page = call_method(fake_openai, kind, "vector_stores.list", limit=2)
    rest = call_method(fake_openai, kind, "vector_stores.list", after=page.data[-1].id)

    assert [each.id for each in page.data] == ids[:0:-1]
    assert [each.id for each in rest.data] == ids[:1]
    assert rest.data[0].file_counts.completed == 1


def test_deletes_a_store(fake_openai: FakeOpenAI) -> None:
    store_id = store(fake_openai)
    stores = fake_openai.client.vector_stores

    assert stores.delete(store_id).to_dict() == {"id": store_id, "object": "vector_store.deleted", "deleted": True}
    message = f"No vector store found with id '{store_id}'."
    for operation in (stores.retrieve, stores.delete, stores.update, stores.files.list):
        assert refusal(operation, store_id) == (404, invalid(message))
    assert refusal(stores.search, store_id, query="a") == (404, invalid(message))
    assert refusal(stores.files.create, store_id, file_id="file-x") == (404, invalid(message))
    assert refusal(stores.file_batches.create, store_id, file_ids=[]) == (404, invalid(message))


@pytest.mark.parametrize(
    ("store_id", "expected"),
    [
        ("store", "an ID that begins with 'vs_'."),
        (
            "vs:a",
            "an ID that contains letters, numbers, underscores, or dashes, "
            "but this value contained additional characters.",
        ),
    ],
)
def test_refuses_what_cannot_be_the_id_of_a_store(fake_openai: FakeOpenAI, store_id: str, expected: str) -> None:
    message = f"Invalid 'vector_store_id': '{store_id}'. Expected {expected}"

    refused = refusal(fake_openai.client.vector_stores.retrieve, store_id)

    assert refused == (400, invalid(message, "vector_store_id", "invalid_value"))


def test_makes_no_store_of_unknown_files(fake_openai: FakeOpenAI) -> None:
    refused = refusal(fake_openai.client.vector_stores.create, file_ids=["file-x"])

    assert refused == (404, invalid("No such File object: file-x", "id"))
    assert get(fake_openai, "")["data"] == []


BOUNDS: list[tuple[Json, str, str, str]] = [
    (
        {"expires_after": {"anchor": "last_active_at", "days": 366}},
        "Invalid 'expires_after.days': integer above maximum value. Expected a value <= 365, but got 366 instead.",
        "expires_after.days",
        "integer_above_max_value",
    ),
    (
        {"file_ids": ["file-a"] * 501},
        "Invalid 'file_ids': array too long. "
        "Expected an array with maximum length 500, but got an array with length 501 instead.",
        "file_ids",
        "array_above_max_length",
    ),
    (
        {"metadata": {"a": "b" * 513}},
        "Invalid 'metadata.a': string too long. "
        "Expected a string with maximum length 512, but got a string with length 513 instead.",
        "metadata.a",
        "string_above_max_length",
    ),
    (
        {"chunking_strategy": {"type": "static", "static": {"max_chunk_size_tokens": 99, "chunk_overlap_tokens": 0}}},
        "Invalid 'chunking_strategy.static.max_chunk_size_tokens': integer below minimum value. "
        "Expected a value >= 100, but got 99 instead.",
        "chunking_strategy.static.max_chunk_size_tokens",
        "integer_below_min_value",
    ),
    (
        {"chunking_strategy": {"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 51}}},
        "Invalid 'chunking_strategy.static.chunk_overlap_tokens': integer above maximum value. "
        "Expected a value <= 50, but got 51 instead.",
        "chunking_strategy.static.chunk_overlap_tokens",
        "integer_above_max_value",
    ),
]


@pytest.mark.parametrize(("body", "message", "param", "code"), BOUNDS)
def test_refuses_what_is_out_of_bounds(
    fake_openai: FakeOpenAI, body: Json, message: str, param: str, code: str
) -> None:
    assert post(fake_openai, "", **body) == {"error": invalid(message, param, code)}


@pytest.mark.fake_openai(validation="off")
@pytest.mark.parametrize(
    "body",
    [
        *(bound[0] for bound in BOUNDS if "file_ids" not in bound[0]),
        {"file_ids": "file-a", "metadata": None, "expires_after": {"days": "x"}, "chunking_strategy": 5},
        {"chunking_strategy": {"type": "static", "static": {"max_chunk_size_tokens": "x"}}},
    ],
)
def test_takes_anything_where_nothing_is_checked(fake_openai: FakeOpenAI, body: Json) -> None:
    created = post(fake_openai, "", **{"file_ids": [upload(fake_openai)], **body})

    assert get(fake_openai, f"/{created['id']}")["status"] == "completed"


def test_ends_so_many_days_after_it_was_last_used(fake_openai: FakeOpenAI) -> None:
    store_id = store(fake_openai, upload(fake_openai), expires_after={"anchor": "last_active_at", "days": 1})
    before = get(fake_openai, f"/{store_id}")
    post(fake_openai, f"/{store_id}/search", query="Paris")
    used = get(fake_openai, f"/{store_id}")

    assert before["last_active_at"] < used["last_active_at"] == used["expires_at"] - DAY
    pass_days(fake_openai, 1)
    assert get(fake_openai, f"/{store_id}")["status"] == "expired"
    refused = refusal(fake_openai.client.vector_stores.search, store_id, query="Paris")
    assert refused == (400, invalid(f"Vector store '{store_id}' has expired"))


@pytest.mark.fake_openai(assume_exists=True)
def test_assumes_that_a_store_exists(fake_openai: FakeOpenAI) -> None:
    stores = fake_openai.client.vector_stores

    assert stores.retrieve("production").status == "completed"
    assert stores.search("production", query="a").data == []
    assert stores.files.create("production", file_id="file-x").status == "in_progress"
    assert stores.files.retrieve("file-x", vector_store_id="production").status == "completed"
    assert stores.files.retrieve("file-y", vector_store_id="production").id == "file-y"
    assert stores.search("production", query="a").data == []


def test_says_what_a_rule_says_instead(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(endpoint="vector_stores.create").script(RateLimit(), Reply({"id": "vs_mine"}, unchecked=True))

    assert fake_openai.client.vector_stores.create().id == "vs_mine"
    assert [request.status for request in fake_openai.requests] == [429, 200]
