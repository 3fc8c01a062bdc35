"""Files in vector stores: what becomes of them, and what is told of them."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai import FakeOpenAI

from .._requests import both_clients, call_method
from ._stores import (
    AUTO,
    FRANCE,
    OF_VECTOR,
    PICTURE,
    Json,
    attach,
    counted,
    get,
    invalid,
    post,
    refusal,
    store,
    upload,
)


@both_clients
def test_is_in_progress_first_and_completed_when_next_asked_for(fake_openai: FakeOpenAI, kind: str) -> None:
    store_id, file = store(fake_openai), upload(fake_openai, "Hello, world")

    first = call_method(fake_openai, kind, "vector_stores.files.create", store_id, file_id=file)
    then = call_method(fake_openai, kind, "vector_stores.files.retrieve", file, vector_store_id=store_id)

    assert (first.status, first.usage_bytes) == ("in_progress", 0)
    assert (then.status, then.usage_bytes) == ("completed", 1036)  # as recorded
    assert first.to_dict() == {
        "id": file,
        "object": "vector_store.file",
        "usage_bytes": 0,
        "created_at": first.created_at,
        "vector_store_id": store_id,
        "status": "in_progress",
        "last_error": None,
        "attributes": {},
        "chunking_strategy": AUTO,
    }


def test_ends_polling_at_the_first_look(fake_openai: FakeOpenAI) -> None:
    store_id = store(fake_openai)

    done = fake_openai.client.vector_stores.files.upload_and_poll(vector_store_id=store_id, file=("a.txt", b"Hi"))

    assert done.status == "completed"
    assert [request.method for request in fake_openai.requests][-3:] == ["POST", "POST", "GET"]


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        (PICTURE, "unsupported_file", "The file type is not supported."),
        (b"%PDF-1.7\nplain", "unsupported_file", "The file type is not supported."),
        (b" \n", "invalid_file", "The file could not be parsed because it is empty."),
    ],
)
def test_fails_where_there_is_no_text(fake_openai: FakeOpenAI, content: bytes, code: str, message: str) -> None:
    store_id = store(fake_openai)
    file = attach(fake_openai, store_id, content)

    attached = get(fake_openai, f"/{store_id}/files/{file}")

    assert (attached["status"], attached["usage_bytes"]) == ("failed", 0)
    assert attached["last_error"] == {"code": code, "message": message}
    assert get(fake_openai, f"/{store_id}/files/{file}/content")["data"] == []
    assert get(fake_openai, f"/{store_id}")["file_counts"] == counted(failed=1)


@both_clients
def test_gives_the_text_of_a_file(fake_openai: FakeOpenAI, kind: str) -> None:
    store_id = store(fake_openai)
    file = attach(fake_openai, store_id, FRANCE)

    (part,) = call_method(fake_openai, kind, "vector_stores.files.content", file, vector_store_id=store_id).data

    assert (part.type, part.text) == ("text", FRANCE)
    assert get(fake_openai, f"/{store_id}/files/{file}/content") == {
        "object": "vector_store.file_content.page",
        "data": [{"type": "text", "text": FRANCE}],
        "has_more": False,
        "next_page": None,
    }


def test_has_attributes_that_change(fake_openai: FakeOpenAI) -> None:
    store_id = store(fake_openai)
    file = attach(fake_openai, store_id, FRANCE, attributes={"year": 2024.0, "draft": False})
    path = f"/{store_id}/files/{file}"

    assert get(fake_openai, path)["attributes"] == {"year": 2024, "draft": False}
    assert post(fake_openai, path, attributes={"lang": "en"})["attributes"] == {"lang": "en"}
    assert post(fake_openai, path, attributes=None)["attributes"] == {}
    assert get(fake_openai, path)["attributes"] == {}


def test_is_one_entry_though_attached_twice(fake_openai: FakeOpenAI) -> None:
    file = upload(fake_openai)
    store_id = store(fake_openai, file)

    post(fake_openai, f"/{store_id}/files", file_id=file, attributes={"a": "b"})

    (attached,) = get(fake_openai, f"/{store_id}/files")["data"]
    assert attached["attributes"] == {"a": "b"}


def test_lists_files_by_state(fake_openai: FakeOpenAI) -> None:
    store_id = store(fake_openai)
    texts = [attach(fake_openai, store_id, text) for text in ("a", "b", "c")]
    picture = attach(fake_openai, store_id, PICTURE)

    def listed(**query: Any) -> list[str]:
        return [each.id for each in fake_openai.client.vector_stores.files.list(store_id, **query).data]

    assert listed() == [picture, *reversed(texts)]
    assert listed(order="asc", limit=2) == texts[:2]
    assert listed(order="asc", after=texts[1]) == [texts[2], picture]
    assert listed(before=texts[1]) == [picture, texts[2]]
    assert listed(filter="failed") == [picture]
    assert listed(filter="completed", order="asc") == texts
    assert listed(filter="cancelled") == []


def test_refuses_a_state_that_there_is_not(fake_openai: FakeOpenAI) -> None:
    message = "Invalid value: 'done'. Supported values are: 'in_progress', 'completed', 'failed', and 'cancelled'."

    refused = get(fake_openai, f"/{store(fake_openai)}/files?filter=done")

    assert refused == {"error": invalid(message, "filter", "invalid_value")}


@pytest.mark.fake_openai(validation="off")
def test_lists_all_where_nothing_is_checked(fake_openai: FakeOpenAI) -> None:
    store_id = store(fake_openai, upload(fake_openai))

    assert len(get(fake_openai, f"/{store_id}/files?filter=done")["data"]) == 1
    assert post(fake_openai, f"/{store_id}/files")["error"]["code"] == "missing_required_parameter"


def test_is_taken_out_of_a_store_and_stays_uploaded(fake_openai: FakeOpenAI) -> None:
    file = upload(fake_openai)
    store_id = store(fake_openai, file)
    files = fake_openai.client.vector_stores.files

    gone = files.delete(file, vector_store_id=store_id)

    assert gone.to_dict() == {"id": file, "object": "vector_store.file.deleted", "deleted": True}
    assert fake_openai.client.files.retrieve(file).id == file
    assert get(fake_openai, f"/{store_id}")["file_counts"] == counted()
    message = f"No file found with id '{file}' in vector store '{store_id}'."
    for operation in (files.retrieve, files.delete, files.content):
        assert refusal(operation, file, vector_store_id=store_id) == (404, invalid(message))
    assert refusal(files.update, file, vector_store_id=store_id, attributes={}) == (404, invalid(message))


def test_is_gone_once_the_file_itself_is_deleted(fake_openai: FakeOpenAI) -> None:
    gone, kept = upload(fake_openai), upload(fake_openai)
    store_id = store(fake_openai, gone, kept)

    fake_openai.client.files.delete(gone)

    assert [each["id"] for each in get(fake_openai, f"/{store_id}/files")["data"]] == [kept]
    assert get(fake_openai, f"/{store_id}")["usage_bytes"] == len(FRANCE) + OF_VECTOR
    assert [each["file_id"] for each in post(fake_openai, f"/{store_id}/search", query="a")["data"]] == [kept]


REFUSED: list[tuple[Json, str, str, str]] = [
    (
        {"attributes": {str(number): "a" for number in range(17)}},
        "Invalid 'attributes': too many properties. "
        "Expected an object with at most 16 properties, but got an object with 17 properties instead.",
        "attributes",
        "object_above_max_properties",
    ),
    (
        {"attributes": {"a": "b" * 513}},
        "Invalid 'attributes.a': string too long. "
        "Expected a string with maximum length 512, but got a string with length 513 instead.",
        "attributes.a",
        "string_above_max_length",
    ),
    (
        {
            "chunking_strategy": {
                "type": "static",
                "static": {"max_chunk_size_tokens": 4097, "chunk_overlap_tokens": 0},
            }
        },
        "Invalid 'chunking_strategy.static.max_chunk_size_tokens': integer above maximum value. "
        "Expected a value <= 4096, but got 4097 instead.",
        "chunking_strategy.static.max_chunk_size_tokens",
        "integer_above_max_value",
    ),
]


@pytest.mark.parametrize(("extra", "message", "param", "code"), REFUSED)
def test_refuses_what_is_out_of_bounds(
    fake_openai: FakeOpenAI, extra: Json, message: str, param: str, code: str
) -> None:
    store_id = store(fake_openai)

    refused = post(fake_openai, f"/{store_id}/files", file_id=upload(fake_openai), **extra)

    assert refused == {"error": invalid(message, param, code)}
    assert get(fake_openai, f"/{store_id}/files")["data"] == []


def test_attaches_no_unknown_file(fake_openai: FakeOpenAI) -> None:
    refused = refusal(fake_openai.client.vector_stores.files.create, store(fake_openai), file_id="file-x")

    assert refused == (404, invalid("No such File object: file-x", "id"))
