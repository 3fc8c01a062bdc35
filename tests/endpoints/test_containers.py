"""Containers: what runs, which files are in it, and what is refused."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI

from ..conformance.folding import connect
from ._requests import both_clients, call_method, error, send

pytestmark = pytest.mark.skipif(not hasattr(openai.OpenAI, "containers"), reason="this SDK knows no containers")

ALL_BYTES = bytes(range(256))
URL = "/v1/containers"


def post(fake: FakeOpenAI, path: str = URL, **body: Any) -> Any:
    """What is said to a request in JSON, which must be accepted."""
    answer = send(fake, "POST", path, body)
    assert answer.status == 200
    return answer.json


def create(fake: FakeOpenAI, **request: Any) -> str:
    """The id of a new container."""
    container_id: str = post(fake, name="box", **request)["id"]
    return container_id


def upload(fake: FakeOpenAI, name: str = "data.csv", content: bytes = b"1,2") -> str:
    """The id of a new file."""
    return fake.client.files.create(file=(name, content), purpose="user_data").id


def put(fake: FakeOpenAI, container: str, name: str = "data.csv", content: bytes = b"1,2", kind: str = "sync") -> Any:
    """A file in a container."""
    return call_method(fake, kind, "containers.files.create", container, file=(name, content))


def paths(fake: FakeOpenAI, container: str) -> list[str]:
    return [each.path for each in fake.client.containers.files.list(container)]


def test_describes_a_container_as_the_wire_does(fake_openai: FakeOpenAI) -> None:
    container = post(fake_openai, name="box")

    assert container == {
        "id": container["id"],
        "object": "container",
        "name": "box",
        "created_at": container["created_at"],
        "status": "running",
        "expires_after": {"anchor": "last_active_at", "minutes": 20},
        "last_active_at": container["created_at"],
        "memory_limit": "1g",
    }
    assert container["id"].startswith("cntr_")
    assert len(container["id"]) == len("cntr_") + 48


def test_keeps_what_was_asked_for(fake_openai: FakeOpenAI) -> None:
    expiry = {"anchor": "last_active_at", "minutes": 5}
    allowed = {"type": "allowlist", "allowed_domains": ["example.com"]}
    secret = {"domain": "example.com", "name": "KEY", "value": "secret"}
    container = post(
        fake_openai,
        name="box",
        expires_after=expiry,
        memory_limit="4g",
        network_policy={**allowed, "domain_secrets": [secret]},
    )

    assert (container["expires_after"], container["memory_limit"], container["network_policy"]) == (
        expiry,
        "4g",
        allowed,
    )


def test_answers_with_what_the_types_declare(fake_openai: FakeOpenAI) -> None:
    client = connect(fake_openai, "strict").containers
    container = client.create(name="box")
    file = client.files.create(container.id, file=("a.txt", b"A"))

    assert client.retrieve(container.id).id == container.id
    assert [each.id for each in client.list()] == [container.id]
    assert client.files.retrieve(file.id, container_id=container.id).to_dict() == file.to_dict()
    assert [each.to_dict() for each in client.files.list(container.id)] == [file.to_dict()]


@both_clients
def test_gives_a_file_back_as_it_came(fake_openai: FakeOpenAI, kind: str) -> None:
    container = create(fake_openai)
    file = put(fake_openai, container, "photo.png", ALL_BYTES, kind)
    got = call_method(fake_openai, kind, "containers.files.content.retrieve", file.id, container_id=container)

    assert got.read() == ALL_BYTES
    assert got.response.headers["content-type"] == "application/octet-stream"
    assert got.response.headers["content-disposition"] == 'attachment; filename="photo.png"'
    assert file.to_dict() == {
        "id": file.id,
        "object": "container.file",
        "container_id": container,
        "created_at": file.created_at,
        "bytes": len(ALL_BYTES),
        "path": "/mnt/data/photo.png",
        "source": "user",
    }
    assert len(file.id) == len("cfile_") + 32


@pytest.mark.parametrize(
    ("name", "path"), [("a/b/c.txt", "c.txt"), ("C:\\b\\c.txt", "c.txt"), ("../..", ".."), ("folder/", "upload")]
)
def test_puts_every_file_into_one_folder(fake_openai: FakeOpenAI, name: str, path: str) -> None:
    assert put(fake_openai, create(fake_openai), name).path == f"/mnt/data/{path}"


def test_copies_uploaded_files(fake_openai: FakeOpenAI) -> None:
    first, second = upload(fake_openai, "first.csv"), upload(fake_openai, "second.csv", b"3,4")
    container = create(fake_openai, file_ids=[first])
    copied = post(fake_openai, f"{URL}/{container}/files", file_id=second)
    fake_openai.client.files.delete(second)
    got = fake_openai.client.containers.files.content.retrieve(copied["id"], container_id=container)

    assert paths(fake_openai, container) == ["/mnt/data/second.csv", "/mnt/data/first.csv"]
    assert (copied["bytes"], got.read()) == (3, b"3,4")


def test_takes_a_file_that_is_sent_before_one_that_is_named(fake_openai: FakeOpenAI) -> None:
    file = fake_openai.client.containers.files.create(create(fake_openai), file=("a.txt", b"A"), file_id="file-x")

    assert file.path == "/mnt/data/a.txt"


def test_is_active_while_it_is_asked_for(fake_openai: FakeOpenAI) -> None:
    container = create(fake_openai)
    file = put(fake_openai, container)
    before = send(fake_openai, "GET", f"{URL}/{container}").json
    send(fake_openai, "GET", f"{URL}/{container}/files/{file.id}/content")
    after = send(fake_openai, "GET", f"{URL}/{container}").json

    assert before["last_active_at"] > before["created_at"]
    assert after == {**before, "last_active_at": before["last_active_at"] + 2}  # a second for each that asked


@both_clients
def test_lists_by_name(fake_openai: FakeOpenAI, kind: str) -> None:
    boxes = [create(fake_openai), create(fake_openai)]
    post(fake_openai, name="other")
    page = send(fake_openai, "GET", f"{URL}?name=box&order=asc").json["data"]

    assert [each["id"] for each in page] == boxes
    assert len(call_method(fake_openai, kind, "containers.list").data) == 3


def test_forgets_what_is_deleted(fake_openai: FakeOpenAI) -> None:
    container = create(fake_openai)
    kept, gone = put(fake_openai, container, "kept.txt"), put(fake_openai, container, "gone.txt")
    file_deleted = send(fake_openai, "DELETE", f"{URL}/{container}/files/{gone.id}")

    assert file_deleted.json == {"id": gone.id, "object": "container.file.deleted", "deleted": True}
    assert paths(fake_openai, container) == ["/mnt/data/kept.txt"]
    for path in ("", "/content"):
        answer = send(fake_openai, "GET", f"{URL}/{container}/files/{gone.id}{path}")
        assert (answer.status, answer.json) == (404, error(f"File {gone.id} not found on container {container}."))

    deleted = send(fake_openai, "DELETE", f"{URL}/{container}")
    unknown = error(f"Container with id '{container}' not found.")
    answers = [
        send(fake_openai, "GET", f"{URL}/{container}{path}") for path in ("", "/files", f"/files/{kept.id}/content")
    ]
    answers += [send(fake_openai, "POST", f"{URL}/{container}/files", {"file_id": "file-x"})]

    assert deleted.json == {"id": container, "object": "container.deleted", "deleted": True}
    assert [(answer.status, answer.json) for answer in answers] == [(404, unknown)] * 4


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        ({}, 400, error("Missing required parameter: 'name'.", param="name", code="missing_required_parameter")),
        (
            {"name": "box", "expires_after": {"anchor": "last_active_at", "minutes": 21}},
            400,
            error(
                "Invalid 'expires_after.minutes': integer above maximum value. "
                "Expected a value <= 20, but got 21 instead.",
                param="expires_after.minutes",
                code="integer_above_max_value",
            ),
        ),
        (
            {"name": "box", "memory_limit": "2g"},
            400,
            error(
                "Invalid value: '2g'. Supported values are: '1g', '4g', '16g', and '64g'.",
                param="memory_limit",
                code="invalid_value",
            ),
        ),
        ({"name": "box", "file_ids": ["file-x"]}, 404, error("No such File object: file-x", param="id")),
        (
            {"name": "box", "skills": [{"type": "skill_reference", "skill_id": "skill_x"}]},
            404,
            error("Not found"),
        ),
    ],
)
def test_refuses_what_the_api_refuses(fake_openai: FakeOpenAI, body: Any, status: int, expected: Any) -> None:
    answer = send(fake_openai, "POST", URL, body)

    assert (answer.status, answer.json) == (status, expected)
    assert send(fake_openai, "GET", URL).json["data"] == []


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        ({}, 400, error("Missing required parameter: 'file'.", param="file", code="missing_required_parameter")),
        (
            {"file": "A"},
            400,
            error(
                "Invalid type for 'file': expected a file, but got a string instead.", param="file", code="invalid_type"
            ),
        ),
        ({"file_id": "file-x"}, 404, error("No such File object: file-x", param="id")),
    ],
)
def test_needs_a_file_that_is_there(fake_openai: FakeOpenAI, body: Any, status: int, expected: Any) -> None:
    answer = send(fake_openai, "POST", f"{URL}/{create(fake_openai)}/files", body)

    assert (answer.status, answer.json) == (status, expected)


def test_refuses_what_cannot_be_the_id_of_a_file(fake_openai: FakeOpenAI) -> None:
    answer = send(fake_openai, "POST", URL, {"file_ids": [5], "name": "a"})
    message = "Invalid type for 'file_ids[0]': expected a string, but got an integer instead."

    assert (answer.status, answer.json) == (400, error(message, param="file_ids[0]", code="invalid_type"))


@pytest.mark.fake_openai(validation="off")
def test_copies_no_file_that_cannot_be_one_without_validation(fake_openai: FakeOpenAI) -> None:
    container = post(fake_openai, URL, file_ids=[5])

    assert send(fake_openai, "GET", f"{URL}/{container['id']}/files").json["data"] == []


@pytest.mark.fake_openai(validation="off")
def test_makes_an_empty_file_of_nothing_without_validation(fake_openai: FakeOpenAI) -> None:
    file = post(fake_openai, f"{URL}/{create(fake_openai)}/files")

    assert (file["bytes"], file["path"]) == (0, "/mnt/data/upload")


def test_takes_skills_that_are_there(fake_openai: FakeOpenAI) -> None:
    if not hasattr(fake_openai.client, "skills"):
        pytest.skip("this SDK knows no skills")
    manifest = b"---\nname: sums\ndescription: Adds.\n---\n"
    skill = fake_openai.client.skills.create(files=[("sums/SKILL.md", manifest)])
    referred: dict[str, Any] = {"type": "skill_reference", "skill_id": skill.id}
    curated = {"type": "skill_reference", "skill_id": "openai-spreadsheets", "version": "latest"}
    source = {"type": "base64", "media_type": "application/zip", "data": "UEsFBg=="}
    inline = {"type": "inline", "name": "sums", "description": "Adds.", "source": source}

    assert create(fake_openai, skills=[referred, {**referred, "version": "latest"}, curated, inline])
    assert send(fake_openai, "POST", URL, {"name": "box", "skills": [{**referred, "version": "2"}]}).status == 404


@pytest.mark.fake_openai(assume_exists=True)
def test_assumes_containers_and_files(fake_openai: FakeOpenAI) -> None:
    client = connect(fake_openai, "strict").containers
    copied = client.files.create("cntr_x", file_id="file-x")

    assert client.retrieve("cntr_x").id == "cntr_x"
    assert (copied.path, copied.bytes) == ("/mnt/data/file-x", 0)
    assert client.files.content.retrieve("cfile_x", container_id="cntr_x").read() == b""


@both_clients
def test_says_instead_what_a_rule_says(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.when(endpoint="containers.files.content.retrieve").always("scripted")
    got = call_method(fake_openai, kind, "containers.files.content.retrieve", "cfile_x", container_id="cntr_x")

    assert got.read() == b"scripted"
