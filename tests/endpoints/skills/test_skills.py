"""Skills: their versions, their files, and what is refused."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openai
import pytest
from openai._utils import extract_files

from pytest_fakeopenai import FakeOpenAI, Reply

from ...conformance.folding import connect
from .._requests import both_clients, call_method, error, send

pytestmark = pytest.mark.skipif(not hasattr(openai.OpenAI, "skills"), reason="this SDK knows no skills")

# Some releases look for a list of files first, and lose one that is sent alone.
SENDS_ONE = bool(extract_files({"files": b"x"}, paths=[["files", "<array>"], ["files"]]))
sends_one = pytest.mark.skipif(not SENDS_ONE, reason="this SDK loses a file that is sent alone")
SCRIPT = b"print(1 + 1)\n"


def manifest(name: str = "sums", description: str = "Adds numbers.") -> bytes:
    return f"---\nname: {name}\ndescription: {description}\n---\n\nAdd them.\n".encode()


def folder(**fields: str) -> Any:
    """A skill as a folder, file by file."""
    return [("sums/SKILL.md", manifest(**fields)), ("sums/add.py", SCRIPT)]


def archive(files: Any) -> bytes:
    """The same as a zip."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as zipped:
        for path, content in files:
            zipped.writestr(path, content)
    return written.getvalue()


def contents(answer: Any) -> dict[str, bytes]:
    """The files in a zip that came."""
    assert answer.response.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.read())) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def create(fake: FakeOpenAI, kind: str = "sync", **request: Any) -> Any:
    return call_method(fake, kind, "skills.create", **{"files": folder(), **request})


def add(fake: FakeOpenAI, skill: Any, name: str, **request: Any) -> Any:
    """Another version of a skill, of another name."""
    return fake.client.skills.versions.create(skill.id, files=folder(name=name), **request)


def test_describes_skills_and_versions_as_the_wire_does(fake_openai: FakeOpenAI) -> None:
    skill = fake_openai.client.skills.with_raw_response.create(files=folder()).http_response.json()
    (version,) = send(fake_openai, "GET", f"/v1/skills/{skill['id']}/versions").json["data"]

    assert skill == {
        "id": skill["id"],
        "object": "skill",
        "name": "sums",
        "description": "Adds numbers.",
        "created_at": skill["created_at"],
        "default_version": "1",
        "latest_version": "1",
    }
    assert version == {
        "id": version["id"],
        "object": "skill.version",
        "skill_id": skill["id"],
        "version": "1",
        "name": "sums",
        "description": "Adds numbers.",
        "created_at": skill["created_at"],
    }
    assert (skill["id"][:6], version["id"][:9]) == ("skill_", "skillver_")


def test_answers_with_what_the_types_declare(fake_openai: FakeOpenAI) -> None:
    client = connect(fake_openai, "strict").skills
    skill = client.create(files=folder())
    version = client.versions.create(skill.id, files=folder(), default=True)

    assert client.update(skill.id, default_version="1") == client.retrieve(skill.id)
    assert [each.version for each in client.versions.list(skill.id)] == ["2", "1"]
    assert client.versions.retrieve("2", skill_id=skill.id) == version
    assert client.versions.delete("2", skill_id=skill.id).to_dict() == {
        "id": version.id,
        "object": "skill.version.deleted",
        "version": "2",
        "deleted": True,
    }
    assert client.delete(skill.id).to_dict() == {"id": skill.id, "object": "skill.deleted", "deleted": True}
    assert [*client.list()] == []


@both_clients
def test_gives_a_folder_back_as_a_zip(fake_openai: FakeOpenAI, kind: str) -> None:
    skill = create(fake_openai, kind)
    got = call_method(fake_openai, kind, "skills.content.retrieve", skill.id)

    assert contents(got) == {"sums/SKILL.md": manifest(), "sums/add.py": SCRIPT}
    assert got.response.headers["content-disposition"] == 'attachment; filename="sums.zip"'


@sends_one
@pytest.mark.parametrize("name", ["sums.zip", "upload"])
def test_gives_a_zip_back_as_it_came(fake_openai: FakeOpenAI, name: str) -> None:
    sent = archive([("sums/", b""), *folder()])
    skill = create(fake_openai, files=(name, sent))

    assert (skill.name, skill.description) == ("sums", "Adds numbers.")
    assert fake_openai.client.skills.content.retrieve(skill.id).read() == sent


def test_makes_the_same_zip_of_the_same_files(fake_openai: FakeOpenAI) -> None:
    one, other = (fake_openai.client.skills.content.retrieve(create(fake_openai).id) for _ in range(2))

    assert one.read() == other.read()


def test_points_at_the_default_and_at_the_latest_version(fake_openai: FakeOpenAI) -> None:
    client = fake_openai.client.skills
    skill = create(fake_openai)
    versions = client.versions
    add(fake_openai, skill, "second")
    after_second = client.retrieve(skill.id)
    add(fake_openai, skill, "third", default=True)
    after_third = client.retrieve(skill.id)

    assert (after_second.default_version, after_second.latest_version, after_second.name) == ("1", "2", "sums")
    assert (after_third.default_version, after_third.latest_version, after_third.name) == ("3", "3", "third")
    client.update(skill.id, default_version="2")
    assert client.retrieve(skill.id).name == "second"
    assert versions.retrieve("latest", skill_id=skill.id).name == "third"
    assert b"second" in contents(client.content.retrieve(skill.id))["sums/SKILL.md"]
    assert b"third" in contents(versions.content.retrieve("latest", skill_id=skill.id))["sums/SKILL.md"]
    assert b"sums" in contents(versions.content.retrieve("1", skill_id=skill.id))["sums/SKILL.md"]


def test_deletes_versions_by_the_rules(fake_openai: FakeOpenAI) -> None:
    client = fake_openai.client.skills
    skill = create(fake_openai)
    add(fake_openai, skill, "second")
    with pytest.raises(openai.BadRequestError) as caught:
        client.versions.delete("1", skill_id=skill.id)
    message = "Cannot delete the default version of a skill. Set another version as the default first."
    assert caught.value.response.json() == error(message)

    client.versions.delete("2", skill_id=skill.id)
    assert client.retrieve(skill.id).latest_version == "1"
    assert add(fake_openai, skill, "third").version == "3"
    client.versions.delete("latest", skill_id=skill.id)

    client.versions.delete("1", skill_id=skill.id)
    with pytest.raises(openai.NotFoundError):
        client.retrieve(skill.id)


def test_forgets_all_versions_with_the_skill(fake_openai: FakeOpenAI) -> None:
    skill = create(fake_openai)
    fake_openai.client.skills.delete(skill.id)
    root = f"/v1/skills/{skill.id}"
    gets = [
        send(fake_openai, "GET", root + path)
        for path in ("/content", "/versions", "/versions/1", "/versions/1/content")
    ]
    others = [
        send(fake_openai, "DELETE", f"{root}/versions/1"),
        send(fake_openai, "POST", root, {"default_version": "1"}),
    ]

    assert [(answer.status, answer.json) for answer in (*gets, *others)] == [(404, error("Not found"))] * 6


def test_knows_no_other_versions(fake_openai: FakeOpenAI) -> None:
    root = f"/v1/skills/{create(fake_openai).id}"
    answers = [
        send(fake_openai, "GET", f"{root}/versions/2"),
        send(fake_openai, "GET", f"{root}/versions/2/content"),
        send(fake_openai, "DELETE", f"{root}/versions/2"),
        send(fake_openai, "POST", root, {"default_version": "2"}),
    ]

    assert [(answer.status, answer.json) for answer in answers] == [(404, error("Not found"))] * 4


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ([("a.py", SCRIPT)], "exactly one SKILL.md is needed, but 0 were sent"),
        ([("a/SKILL.md", manifest()), ("b/skill.md", manifest())], "exactly one SKILL.md is needed, but 2 were sent"),
        pytest.param(b"PK but no zip", "its files cannot be read, or not be put into a zip", marks=sends_one),
        pytest.param(("a.zip", b""), "its files cannot be read, or not be put into a zip", marks=sends_one),
    ],
)
def test_refuses_what_is_no_skill(fake_openai: FakeOpenAI, files: Any, problem: str) -> None:
    skill = create(fake_openai)
    for operation, ids in (("skills.create", ()), ("skills.versions.create", (skill.id,))):
        with pytest.raises(openai.BadRequestError) as caught:
            call_method(fake_openai, "sync", operation, *ids, files=files)
        assert caught.value.response.json() == error(f"Invalid skill: {problem}.", param="files")

    assert [each.latest_version for each in fake_openai.client.skills.list()] == ["1"]


def test_needs_files(fake_openai: FakeOpenAI) -> None:
    skill = create(fake_openai)
    answers = [send(fake_openai, "POST", path, {}) for path in ("/v1/skills", f"/v1/skills/{skill.id}/versions")]
    missing = error("Missing required parameter: 'files'.", param="files", code="missing_required_parameter")

    assert [(answer.status, answer.json) for answer in answers] == [(400, missing)] * 2


def test_needs_a_version_to_be_the_default(fake_openai: FakeOpenAI) -> None:
    answer = send(fake_openai, "POST", f"/v1/skills/{create(fake_openai).id}", {})

    assert answer.status == 400
    assert answer.json["error"]["message"] == "Missing required parameter: 'default_version'."


@pytest.mark.fake_openai(validation="off")
def test_takes_anything_without_validation(fake_openai: FakeOpenAI) -> None:
    skill = create(fake_openai, files=[("a.py", SCRIPT)])

    assert (skill.name, skill.description) == ("", "")
    assert send(fake_openai, "POST", f"/v1/skills/{skill.id}", {}).json["default_version"] == "1"
    assert contents(fake_openai.client.skills.content.retrieve(skill.id)) == {"a.py": SCRIPT}


@pytest.mark.fake_openai(assume_exists=True)
def test_assumes_skills_and_versions(fake_openai: FakeOpenAI) -> None:
    client = connect(fake_openai, "strict").skills

    assert client.update("skill_x", default_version="7").default_version == "7"
    assert client.versions.retrieve("7", skill_id="skill_x").version == "7"
    assert contents(client.content.retrieve("skill_x")) == {}
    assert client.versions.create("skill_x", files=folder()).version == "1"


@both_clients
def test_says_instead_what_a_rule_says(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.when(endpoint="skills.content.retrieve").always("scripted")
    fake_openai.when(endpoint="skills.create").always(Reply({"id": "skill_scripted"}, unchecked=True))

    assert create(fake_openai, kind).id == "skill_scripted"
    assert call_method(fake_openai, kind, "skills.content.retrieve", "skill_x").read() == b"scripted"
