"""Uploads: a file that comes in parts."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI, Reply
from pytest_fakeopenai.endpoints import uploads

from ..conformance.folding import connect
from ._requests import both_clients, call_method, error, send

WHOLE = b"Hello, world!"
PENDING: dict[str, Any] = {"filename": "a.txt", "purpose": "vision", "bytes": len(WHOLE), "mime_type": "text/plain"}


def create(fake: FakeOpenAI, **request: Any) -> Any:
    return fake.client.uploads.create(**{**PENDING, **request})


def add(fake: FakeOpenAI, upload: Any, data: bytes) -> str:
    """The id of a part that is added."""
    part_id: str = fake.client.uploads.parts.create(upload.id, data=data).id
    return part_id


def complete(fake: FakeOpenAI, upload: Any, *parts: str, **request: Any) -> Any:
    return fake.client.uploads.complete(upload.id, part_ids=[*parts], **request)


def refusal(call: Any, *args: Any, **request: Any) -> dict[str, Any]:
    """What is said of a request that is refused."""
    with pytest.raises(openai.BadRequestError) as caught:
        call(*args, **request)
    body: dict[str, Any] = caught.value.response.json()
    return body


def test_makes_a_file_of_its_parts(fake_openai: FakeOpenAI) -> None:
    upload = create(fake_openai)
    last, first = add(fake_openai, upload, WHOLE[5:]), add(fake_openai, upload, WHOLE[:5])
    done = complete(fake_openai, upload, first, last, md5=hashlib.md5(WHOLE).hexdigest())

    assert (upload.status, upload.file) == ("pending", None)
    assert done.to_dict() == {**upload.to_dict(), "status": "completed", "file": done.file.to_dict()}
    assert fake_openai.client.files.retrieve(done.file.id) == done.file
    assert fake_openai.client.files.content(done.file.id).read() == WHOLE
    assert (done.file.filename, done.file.purpose, done.file.bytes) == ("a.txt", "vision", len(WHOLE))


def test_describes_an_upload_as_the_wire_does(fake_openai: FakeOpenAI) -> None:
    upload = send(fake_openai, "POST", "/v1/uploads", PENDING).json

    assert [*upload.items()] == [
        ("id", upload["id"]),
        ("object", "upload"),
        ("bytes", len(WHOLE)),
        ("created_at", upload["created_at"]),
        ("filename", "a.txt"),
        ("purpose", "vision"),
        ("status", "pending"),
        ("expires_at", upload["created_at"] + 3600),
    ]
    assert upload["id"].startswith("upload_")


def test_answers_with_what_the_types_declare(fake_openai: FakeOpenAI) -> None:
    client = connect(fake_openai, "strict")
    upload = client.uploads.create(**PENDING)
    part = client.uploads.parts.create(upload.id, data=WHOLE)

    assert (part.upload_id, part.object, part.id[:5]) == (upload.id, "upload.part", "part_")
    assert client.uploads.complete(upload.id, part_ids=[part.id]).file.id.startswith("file-")


@both_clients
def test_takes_a_file_in_chunks(fake_openai: FakeOpenAI, kind: str) -> None:
    done = call_method(
        fake_openai,
        kind,
        "uploads.upload_file_chunked",
        **PENDING,
        file=WHOLE,
        part_size=5,
        md5=hashlib.md5(WHOLE).hexdigest(),
    )

    assert [request.endpoint for request in fake_openai.requests] == [
        "uploads.create",
        *["uploads.parts.create"] * 3,
        "uploads.complete",
    ]
    assert fake_openai.client.files.content(done.file.id).read() == WHOLE


@pytest.mark.asyncio
async def test_takes_parts_in_parallel(fake_openai: FakeOpenAI, async_openai_client: openai.AsyncOpenAI) -> None:
    client = async_openai_client.uploads
    upload = await client.create(**PENDING)
    parts = await asyncio.gather(*(client.parts.create(upload.id, data=WHOLE[at : at + 1]) for at in range(len(WHOLE))))
    done = await client.complete(upload.id, part_ids=[part.id for part in parts])

    assert done.file is not None
    assert (await async_openai_client.files.content(done.file.id)).read() == WHOLE


def test_lets_the_file_expire_as_the_upload_says(fake_openai: FakeOpenAI) -> None:
    upload = create(fake_openai, extra_body={"expires_after": {"anchor": "created_at", "seconds": 3600}})
    file = complete(fake_openai, upload, add(fake_openai, upload, WHOLE)).file.to_dict()

    assert file["expires_at"] == file["created_at"] + 3600


def test_may_be_cancelled(fake_openai: FakeOpenAI) -> None:
    upload = create(fake_openai)
    cancelled = fake_openai.client.uploads.cancel(upload.id)

    assert cancelled.to_dict() == {**upload.to_dict(), "status": "cancelled"}


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_ends_for_good(fake_openai: FakeOpenAI, status: str) -> None:
    client = fake_openai.client.uploads
    upload = create(fake_openai)
    part = add(fake_openai, upload, WHOLE)
    if status == "completed":
        complete(fake_openai, upload, part)
    else:
        client.cancel(upload.id)

    assert [
        refusal(client.parts.create, upload.id, data=b"more"),
        refusal(client.complete, upload.id, part_ids=[part]),
        refusal(client.cancel, upload.id),
    ] == [
        error(f"Cannot add a part to an upload with status '{status}'."),
        error(f"Cannot complete an upload with status '{status}'."),
        error(f"Cannot cancel an upload with status '{status}'."),
    ]


def test_wants_all_the_bytes_it_was_created_for(fake_openai: FakeOpenAI) -> None:
    upload = create(fake_openai)
    part, more = add(fake_openai, upload, WHOLE[1:]), add(fake_openai, upload, WHOLE[:1])
    message = f"The parts add up to 12 bytes, but the upload was created for {len(WHOLE)}."

    assert refusal(complete, fake_openai, upload, part) == error(message, param="part_ids")
    assert complete(fake_openai, upload, more, part).status == "completed"


def test_compares_the_checksum(fake_openai: FakeOpenAI) -> None:
    upload = create(fake_openai)
    part = add(fake_openai, upload, WHOLE)
    right, wrong = hashlib.md5(WHOLE).hexdigest(), "0" * 32
    expected = error(f"The md5 of the file is '{right}', but '{wrong}' was expected.", param="md5")

    assert refusal(complete, fake_openai, upload, part, md5=wrong) == expected
    assert complete(fake_openai, upload, part, md5=right.upper()).status == "completed"


def test_refuses_a_part_that_is_too_large(fake_openai: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "_LARGEST_PART", 5)
    upload = create(fake_openai)
    message = "The part is too large. It may have 5 bytes, but has 6."

    assert refusal(add, fake_openai, upload, b"123456") == error(message, param="data")
    assert add(fake_openai, upload, b"12345").startswith("part_")


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (
            {"purpose": "batch_output"},
            error(
                "Invalid value: 'batch_output'. Supported values are: 'assistants', 'batch', 'fine-tune', 'vision', "
                "'user_data', and 'evals'.",
                param="purpose",
                code="invalid_value",
            ),
        ),
        ({"purpose": "batch"}, error("Invalid file format for Batch API. Must be .jsonl")),
        (
            {"bytes": 8 * 2**30 + 1},
            error(
                "Invalid 'bytes': integer above maximum value. "
                "Expected a value <= 8589934592, but got 8589934593 instead.",
                param="bytes",
                code="integer_above_max_value",
            ),
        ),
        (
            {"filename": 5},
            error(
                "Invalid type for 'filename': expected a string, but got an integer instead.",
                param="filename",
                code="invalid_type",
            ),
        ),
        (
            {"mime_type": None},
            error(
                "Invalid type for 'mime_type': expected a string, but got null instead.",
                param="mime_type",
                code="invalid_type",
            ),
        ),
    ],
)
def test_refuses_what_the_api_refuses(fake_openai: FakeOpenAI, request_: Any, expected: Any) -> None:
    answer = send(fake_openai, "POST", "/v1/uploads", {**PENDING, **request_})

    assert (answer.status, answer.json) == (400, expected)


def test_knows_no_other_uploads_and_parts(fake_openai: FakeOpenAI) -> None:
    upload, other = create(fake_openai), create(fake_openai)
    part = add(fake_openai, other, WHOLE)
    path = f"/v1/uploads/{upload.id}"
    unknown = [
        send(fake_openai, "POST", f"/v1/uploads/upload_x/{verb}", {"part_ids": []}) for verb in ("complete", "cancel")
    ]
    foreign = send(fake_openai, "POST", f"{path}/complete", {"part_ids": [part]})
    bare = send(fake_openai, "POST", f"{path}/parts", {})

    assert [(answer.status, answer.json) for answer in unknown] == [(404, error("Not found"))] * 2
    assert (foreign.status, foreign.json) == (404, error(f"No part found with id '{part}'."))
    assert (bare.status, bare.json["error"]["message"]) == (400, "Missing required parameter: 'data'.")


@pytest.mark.fake_openai(assume_exists=True)
def test_assumes_an_upload_that_is_pending(fake_openai: FakeOpenAI) -> None:
    client = connect(fake_openai, "strict").uploads
    part = client.parts.create("upload_x", data=WHOLE)
    done = client.complete("upload_x", part_ids=[part.id, "part_unseen"], md5="unseen")

    assert (done.status, done.file.bytes) == ("completed", len(WHOLE))
    assert fake_openai.client.uploads.cancel("upload_y").status == "cancelled"


def test_says_instead_what_a_rule_says(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(endpoint="uploads.create").always(Reply({"id": "upload_scripted"}, unchecked=True))

    assert create(fake_openai).id == "upload_scripted"
