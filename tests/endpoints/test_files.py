"""Files: what is kept of them, what comes back, and what is refused."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI, RateLimit, Reply
from pytest_fakeopenai.endpoints.files import refusals

from ..conformance.folding import connect
from ._requests import both_clients, call_method, error, send

ALL_BYTES = bytes(range(256)) * 5
MONTH = 2_592_000
LINE = ("a.jsonl", b"{}\n")
ONE_HOUR: Any = {"anchor": "created_at", "seconds": 3600}
UNKNOWN = error("No such File object: file-x", param="id")


def create(fake: FakeOpenAI, kind: str = "sync", **request: Any) -> Any:
    return call_method(fake, kind, "files.create", **{"file": ("a.txt", b"A"), "purpose": "vision", **request})


def refusal(fake: FakeOpenAI, **request: Any) -> dict[str, Any]:
    """What is said of a file that is not taken."""
    with pytest.raises(openai.BadRequestError) as caught:
        create(fake, **request)
    body: dict[str, Any] = caught.value.response.json()
    return body


def disposition(fake: FakeOpenAI, name: str) -> str:
    file = create(fake, file=(name, b"A"))
    return fake.client.files.content(file.id).response.headers["content-disposition"]


@both_clients
def test_gives_a_file_back_as_it_came(fake_openai: FakeOpenAI, kind: str) -> None:
    file = create(fake_openai, kind, file=("photo.png", ALL_BYTES))
    got = call_method(fake_openai, kind, "files.content", file.id)

    assert got.read() == ALL_BYTES
    assert got.response.headers["content-type"] == "application/octet-stream"
    assert got.response.headers["content-disposition"] == 'attachment; filename="photo.png"'
    assert got.response.headers["content-length"] == str(len(ALL_BYTES))


def test_describes_a_file_as_the_wire_does(fake_openai: FakeOpenAI) -> None:
    file = fake_openai.client.files.with_raw_response.create(file=LINE, purpose="batch").http_response.json()

    assert [*file.items()] == [
        ("object", "file"),
        ("id", file["id"]),
        ("purpose", "batch"),
        ("filename", "a.jsonl"),
        ("bytes", 3),
        ("created_at", file["created_at"]),
        ("expires_at", file["created_at"] + MONTH),
        ("status", "processed"),
        ("status_details", None),
    ]
    assert file["id"].startswith("file-")
    assert len(file["id"]) == len("file-") + 22
    assert send(fake_openai, "GET", f"/v1/files/{file['id']}").json == file
    assert send(fake_openai, "GET", "/v1/files").json["data"] == [file]


def test_answers_with_what_the_types_declare(fake_openai: FakeOpenAI) -> None:
    client = connect(fake_openai, "strict")
    file = client.files.create(file=LINE, purpose="batch")

    assert client.files.retrieve(file.id) == file
    assert [*client.files.list()] == [file]
    assert client.files.delete(file.id).to_dict() == {"id": file.id, "object": "file", "deleted": True}


@pytest.mark.parametrize(
    ("request_", "seconds"),
    [
        ({}, None),
        ({"extra_body": {"expires_after": ONE_HOUR}}, 3600),
        ({"file": LINE, "purpose": "batch"}, MONTH),
        ({"file": LINE, "purpose": "batch", "extra_body": {"expires_after": ONE_HOUR}}, 3600),
        ({"file": LINE, "purpose": "fine-tune"}, None),
    ],
)
def test_says_when_a_file_expires(fake_openai: FakeOpenAI, request_: Any, seconds: int | None) -> None:
    file = create(fake_openai, **request_)

    assert file.to_dict()["expires_at"] == (None if seconds is None else file.created_at + seconds)


def test_calls_bytes_as_the_client_does(fake_openai: FakeOpenAI) -> None:
    assert create(fake_openai, file=b"A").filename == "upload"


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("a b's (1).txt", 'filename="a b\'s (1).txt"'),
        ("ü.txt", "filename*=utf-8''%C3%BC.txt"),
        ("a\\b.txt", "filename*=utf-8''a%5Cb.txt"),
        ("日本/x.txt", "filename*=utf-8''%E6%97%A5%E6%9C%AC%2Fx.txt"),
    ],
)
def test_sends_any_name_in_a_header(fake_openai: FakeOpenAI, name: str, sent: str) -> None:
    assert disposition(fake_openai, name) == f"attachment; {sent}"


def test_is_ready_at_once(fake_openai: FakeOpenAI) -> None:
    client = fake_openai.client
    file = create(fake_openai)

    assert client.files.wait_for_processing(file.id).id == file.id
    assert len(fake_openai.requests) == 2


@both_clients
def test_lists_the_newest_first_and_by_purpose(fake_openai: FakeOpenAI, kind: str) -> None:
    old, lines, new = create(fake_openai), create(fake_openai, file=LINE, purpose="batch"), create(fake_openai)

    def listed(**query: Any) -> list[str]:
        return [each.id for each in call_method(fake_openai, kind, "files.list", **query).data]

    assert listed() == [new.id, lines.id, old.id]
    assert listed(order="asc") == [old.id, lines.id, new.id]
    assert listed(purpose="vision") == [new.id, old.id]
    assert listed(purpose="vision", order="asc", limit=1) == [old.id]
    assert listed(purpose="vision", after=new.id) == [old.id]
    assert listed(purpose="evals") == []


@both_clients
def test_forgets_what_is_deleted(fake_openai: FakeOpenAI, kind: str) -> None:
    file = create(fake_openai)
    call_method(fake_openai, kind, "files.delete", file.id)

    for operation in ("files.retrieve", "files.content", "files.delete"):
        with pytest.raises(openai.NotFoundError) as caught:
            call_method(fake_openai, kind, operation, file.id)
        assert caught.value.response.json() == error(f"No such File object: {file.id}", param="id")


@pytest.mark.parametrize("purpose", ["assistants", "user_data"])
def test_keeps_back_what_may_not_be_downloaded(fake_openai: FakeOpenAI, purpose: str) -> None:
    file = create(fake_openai, purpose=purpose)
    with pytest.raises(openai.BadRequestError) as caught:
        fake_openai.client.files.content(file.id)

    assert caught.value.response.json() == error(f"Not allowed to download files of purpose: {purpose}")


@pytest.mark.parametrize("purpose", ["batch", "fine-tune", "vision", "evals"])
def test_gives_out_what_may_be_downloaded(fake_openai: FakeOpenAI, purpose: str) -> None:
    file = create(fake_openai, file=LINE, purpose=purpose)

    assert fake_openai.client.files.content(file.id).read() == LINE[1]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (
            {"purpose": "batch_output"},
            error(
                "'batch_output' is not one of ['fine-tune', 'assistants', 'batch', 'user_data', 'vision', 'evals']"
                " - 'purpose'",
                param="purpose",
            ),
        ),
        ({"purpose": "batch"}, error("Invalid file format for Batch API. Must be .jsonl")),
        ({"purpose": "fine-tune"}, error("Invalid file format for Fine-Tuning API. Must be .jsonl")),
        (
            {"extra_body": {"expires_after": {**ONE_HOUR, "seconds": 3599}}},
            error(
                "Invalid 'expires_after.seconds': integer below minimum value. "
                "Expected a value >= 3600, but got 3599 instead.",
                param="expires_after.seconds",
                code="integer_below_min_value",
            ),
        ),
        (
            {"extra_body": {"expires_after": {**ONE_HOUR, "seconds": MONTH + 1}}},
            error(
                "Invalid 'expires_after.seconds': integer above maximum value. "
                f"Expected a value <= {MONTH}, but got {MONTH + 1} instead.",
                param="expires_after.seconds",
                code="integer_above_max_value",
            ),
        ),
        (
            {"extra_body": {"expires_after": {**ONE_HOUR, "anchor": "now"}}},
            error(
                "Invalid value: 'now'. Supported values are: 'created_at'.",
                param="expires_after.anchor",
                code="invalid_value",
            ),
        ),
        (
            {"extra_body": {"size": "5"}},
            error("Unknown parameter: 'size'.", param="size", code="unknown_parameter"),
        ),
    ],
)
def test_refuses_what_the_api_refuses(fake_openai: FakeOpenAI, request_: Any, expected: Any) -> None:
    assert refusal(fake_openai, **request_) == expected
    assert fake_openai.client.files.list().data == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"purpose": "vision"},
            error("Missing required parameter: 'file'.", param="file", code="missing_required_parameter"),
        ),
        (
            {"purpose": "vision", "file": "A"},
            error(
                "Invalid type for 'file': expected a file, but got a string instead.", param="file", code="invalid_type"
            ),
        ),
    ],
)
def test_needs_a_file(fake_openai: FakeOpenAI, body: Any, expected: Any) -> None:
    answer = send(fake_openai, "POST", "/v1/files", body)

    assert (answer.status, answer.json) == (400, expected)


def problems(purpose: Any, name: str = "a.jsonl", size: int = 1) -> list[str]:
    return [each.message for each in refusals(purpose, name, size)]


@pytest.mark.parametrize(("purpose", "most"), [("batch", 200), ("fine-tune", 512), ("user_data", 512), ("evals", 512)])
def test_refuses_files_that_are_too_large(purpose: str, most: int) -> None:
    assert problems(purpose, size=most * 2**20) == []
    assert problems(purpose, size=most * 2**20 + 1) == ["File is too large."]


def test_wants_a_purpose() -> None:
    assert problems(None) == ["'purpose' is a required property"]
    assert problems("batch", "A.JSONL") == []
    assert problems("assistants", "a") == []


@pytest.mark.fake_openai(validation="off")
def test_takes_whatever_comes_without_validation(fake_openai: FakeOpenAI) -> None:
    file = create(fake_openai, purpose="nonsense", extra_body={"expires_after": {"seconds": "soon"}})
    withheld = create(fake_openai, purpose="user_data")

    assert file.to_dict()["purpose"] == "nonsense"
    assert file.to_dict()["expires_at"] is None
    assert fake_openai.client.files.content(withheld.id).read() == b"A"


@pytest.mark.parametrize("path", ["/v1/files/file-x", "/v1/files/file-x/content"])
def test_knows_no_file_that_was_never_sent(fake_openai: FakeOpenAI, path: str) -> None:
    answer = send(fake_openai, "GET", path)

    assert (answer.status, answer.json) == (404, UNKNOWN)


@pytest.mark.fake_openai(assume_exists=True)
def test_assumes_a_file_without_content(fake_openai: FakeOpenAI) -> None:
    got = fake_openai.client.files.content("file-x")

    assert got.read() == b""
    assert got.response.headers["content-disposition"] == 'attachment; filename="file-x"'


@both_clients
def test_says_instead_what_a_rule_says(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.when(endpoint="files.content").script("scripted", {"line": 1}, RateLimit())
    fake_openai.when(endpoint="files.create").always(Reply({"id": "file-scripted", "object": "file"}, unchecked=True))

    assert create(fake_openai, kind).id == "file-scripted"
    assert call_method(fake_openai, kind, "files.content", "file-x").read() == b"scripted"
    assert call_method(fake_openai, kind, "files.content", "file-x").read() == b'{"line":1}'
    with pytest.raises(openai.RateLimitError):
        call_method(fake_openai, kind, "files.content", "file-x", retries=0)


def test_records_the_form(fake_openai: FakeOpenAI) -> None:
    create(fake_openai, file=("a.txt", b"A"))

    (request,) = fake_openai.requests
    assert request.endpoint == "files.create"
    assert request.form is not None
    assert request.form["purpose"] == "vision"
    assert (request.form["file"].filename, request.form["file"].content) == ("a.txt", b"A")
