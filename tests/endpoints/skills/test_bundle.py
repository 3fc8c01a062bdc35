"""What a skill's files have to be, and what its front matter tells."""

from __future__ import annotations

import io
import zipfile

import pytest

from pytest_fakeopenai import ApiError
from pytest_fakeopenai.endpoints.skills.bundle import Bundle, bundle, front_matter
from pytest_fakeopenai.pipeline.forms import Upload

MEGABYTE = 2**20
FRONT_MATTER = {"name": "sums", "description": "Adds."}
ONE = {"sums/SKILL.md": 1}


def problems(sizes: dict[str, int] = ONE, archive: bytes = b"", **fields: str) -> list[str]:
    errors = Bundle(sizes, {**FRONT_MATTER, **fields}, archive).refusals()
    return [each.message.removeprefix("Invalid skill: ") for each in errors]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("---\nname: sums\ndescription: Adds.\n---\nname: other\n", FRONT_MATTER),
        ("---\r\nname: sums\r\ndescription: Adds.\r\n---\r\n", FRONT_MATTER),
        ("\ufeff---\nname:   sums   # short\ndescription: Adds.\n---", FRONT_MATTER),
        ("---\nname: \"sums\"\ndescription: 'Adds.'\nmetadata:\n  name: other\n---\n", FRONT_MATTER),
        (
            "---\ndescription: >-\n  Adds\n  numbers.\n\nname: sums\n---\n",
            {"name": "sums", "description": "Adds numbers."},
        ),
        ("---\ndescription: |\n  Adds\n\n  numbers.\n---\n", {"description": "Adds\nnumbers."}),
        ("---\ndescription: Adds\n  numbers.\n---\n", {"description": "Adds numbers."}),
        ('---\ndescription: "say \\"a\\\\b\\""\n---\n', {"description": 'say "a\\b"'}),
        ("---\ndescription: 'it''s'\n---\n", {"description": "it's"}),
        ("---\nname:\n---\n", {"name": ""}),
        ("---\nname: sums\n", {}),
        ("name: sums\n---\n", {}),
        ("", {}),
    ],
)
def test_reads_front_matter(text: str, fields: dict[str, str]) -> None:
    assert front_matter(text.encode()) == fields


def test_reads_bytes_that_are_no_text() -> None:
    assert front_matter(b"---\nname: \xff\n---\n") == {"name": "\ufffd"}


@pytest.mark.parametrize("name", ["a", "a1-b2", "0", "a" * 64])
def test_takes_names_of_the_specification(name: str) -> None:
    assert problems(name=name) == []


@pytest.mark.parametrize("name", ["", "A", "a b", "-a", "a-", "a--b", "ä", "a_b", "a" * 65])
def test_refuses_other_names(name: str) -> None:
    (problem,) = problems(name=name)

    assert problem.startswith("the front matter of SKILL.md needs a name of lowercase letters")


def test_refuses_descriptions_that_are_empty_or_too_long() -> None:
    expected = ["the front matter of SKILL.md needs a description of 1 to 1024 characters."]

    assert problems(description="") == problems(description="x" * 1025) == expected
    assert problems(description="x" * 1024) == []


def test_refuses_what_is_too_much() -> None:
    many = {f"{index}.py": 1 for index in range(499)}
    large = 25 * MEGABYTE

    assert problems({**ONE, **many}) == []
    assert problems({**ONE, **many, "one.py": 1}) == ["a skill has at most 500 files, but 501 were sent."]
    assert problems({**ONE, "a.bin": large}) == []
    assert problems({**ONE, "a.bin": large + 1}) == [f"a file has at most 25 MB, but 'a.bin' has {large + 1} bytes."]
    assert problems(archive=bytes(50 * MEGABYTE)) == []
    assert problems(archive=bytes(50 * MEGABYTE + 1)) == ["a zip has at most 50 MB."]


def test_reads_of_a_zip_what_it_says_of_its_files() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("sums/", b"")
        archive.writestr("sums/skill.MD", "---\nname: sums\n---\n")
        archive.writestr("sums/add.py", "1")
    parsed = bundle([Upload("sums", "application/zip", written.getvalue())])

    assert parsed == Bundle({"sums/skill.MD": 19, "sums/add.py": 1}, {"name": "sums"}, written.getvalue())


def test_refuses_a_path_that_no_zip_can_hold() -> None:
    with pytest.raises(ApiError, match="cannot be read, or not be put into a zip"):
        bundle([Upload("x" * 70_000, "", b"")])


def read(content: bytes) -> int:
    """The number of files in a zip, or the status with which it is refused."""
    try:
        return len(bundle([Upload("sums.zip", "application/zip", content)]).sizes)
    except ApiError as refused:
        return refused.status


@pytest.mark.parametrize("at", range(0, 160, 3))
def test_refuses_or_reads_a_broken_zip(at: int) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("SKILL.md", "---\nname: sums\n---\n")
    content = bytearray(written.getvalue())
    content[at % len(content)] ^= 0xFF

    assert read(bytes(content)) in (1, 400)
