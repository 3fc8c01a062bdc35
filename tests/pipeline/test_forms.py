"""Multipart bodies: nested names, files byte for byte, and what is no form at all."""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette import formparsers

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.pipeline.forms import Upload, is_form, read_form
from pytest_fakeopenai.replies.faults import ApiError
from pytest_fakeopenai.state.request import RecordedRequest

from ..server.peers import connected

MEDIA = "multipart/form-data; boundary=edge"


def part(name: str, content: bytes | str, more: str = "") -> bytes:
    data = content.encode() if isinstance(content, str) else content
    return f'--edge\r\ncontent-disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + data + b"\r\n"


def record(*parts: bytes, media: str = MEDIA, end: bytes = b"--edge--\r\n") -> RecordedRequest:
    return RecordedRequest(1, "POST", "/v1/files", "files.create", {"content-type": media}, {}, b"".join(parts) + end)


def read(*parts: bytes, **options: Any) -> dict[str, Any]:
    return asyncio.run(read_form(record(*parts, **options)))


@pytest.mark.parametrize(
    ("names", "fields"),
    [
        (["a"], {"a": "0"}),
        (["a", "b"], {"a": "0", "b": "1"}),
        (["a", "a"], {"a": ["0", "1"]}),
        (["a", "a", "a"], {"a": ["0", "1", "2"]}),
        (["a[]"], {"a": ["0"]}),
        (["a[]", "a[]"], {"a": ["0", "1"]}),
        (["a[b]"], {"a": {"b": "0"}}),
        (["a[b]", "a[c]"], {"a": {"b": "0", "c": "1"}}),
        (["a[b][c]"], {"a": {"b": {"c": "0"}}}),
        (["a[b][]", "a[b][]"], {"a": {"b": ["0", "1"]}}),
        (["a[][b]", "a[][c]", "a[][b]"], {"a": [{"b": "0", "c": "1"}, {"b": "2"}]}),
        ([""], {"": "0"}),
    ],
)
def test_reads_names_with_brackets(names: list[str], fields: dict[str, Any]) -> None:
    assert read(*(part(name, str(index)) for index, name in enumerate(names))) == fields


def test_reads_files_byte_for_byte() -> None:
    content = bytes(range(256)) + b"\r\n--edg\r\n\n\r"
    form = part("file", content, '; filename="a b.bin"\r\ncontent-type: image/png')
    assert read(form) == {"file": Upload("a b.bin", "image/png", content)}


def test_reads_a_file_that_says_nothing_of_itself() -> None:
    assert read(part("file", b"x", '; filename="x"')) == {"file": Upload("x", "application/octet-stream", b"x")}


def test_keeps_the_fields_on_record() -> None:
    request = record(part("purpose", "batch"))
    assert request.form is None
    asyncio.run(read_form(request))
    assert request.form == {"purpose": "batch"}


@pytest.mark.parametrize(
    "wrong",
    [
        record(part("a", "0"), media="multipart/form-data"),
        record(b"no form", end=b""),
        record(part("a", "0"), part("a[b]", "1")),
        record(part("a[b]", "0"), part("a[]", "1")),
        record(b"--edge\r\nname\r\n\r\nx\r\n"),
    ],
    ids=["no boundary", "no form", "text and object", "object and list", "no name"],
)
def test_refuses_what_is_no_form(wrong: RecordedRequest) -> None:
    with pytest.raises(ApiError, match="Could not parse multipart form") as refused:
        asyncio.run(read_form(wrong))
    assert refused.value.status == 400


FILE = part("a", "0", '; filename="x"')


@pytest.mark.parametrize("rest", [(FILE, part("a[b]", "1")), (FILE, b"--edge\r\nname\r\n\r\n"), (FILE[:-2],)])
def test_leaves_no_file_open_however_a_form_ends(rest: tuple[bytes, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[tempfile.SpooledTemporaryFile[bytes]] = []

    class Noted(tempfile.SpooledTemporaryFile[bytes]):
        def __init__(self, max_size: int) -> None:
            super().__init__(max_size)
            begun.append(self)

    monkeypatch.setattr(formparsers, "SpooledTemporaryFile", Noted)
    with contextlib.suppress(ApiError):
        read(*rest, end=b"")
    assert [file.closed for file in begun] == [True]


@pytest.mark.parametrize(
    ("media", "expected"), [(MEDIA, True), ("application/json", False), ("", False), ("text/plain", False)]
)
def test_knows_a_form_by_its_media_type(media: str, expected: bool) -> None:
    assert is_form(record(media=media)) is expected


def test_answers_no_form_with_the_envelope(fake_openai: FakeOpenAI) -> None:
    with connected(fake_openai.base_url) as connection:
        path = f"{urlsplit(fake_openai.base_url).path}/files"
        connection.request("POST", path, b"\x00\xff", {"content-type": MEDIA, "authorization": "Bearer any"})
        response = connection.getresponse()
        error = json.loads(response.read())["error"]
    assert (response.status, error["message"]) == (400, "Could not parse multipart form")


def test_shows_its_fields_to_rules(fake_openai: FakeOpenAI) -> None:
    def transcribe(model: str) -> str:
        file = ("any.wav", b"any bytes")
        return fake_openai.client.audio.transcriptions.create(model=model, file=file, language="en").text

    endpoint = "audio.transcriptions.create"
    fake_openai.when(endpoint=endpoint, model="gpt-4o-mini-transcribe").script("by model")
    fake_openai.when(endpoint=endpoint, body={"language": "en"}).script("by body")
    assert [transcribe("gpt-4o-mini-transcribe"), transcribe("whisper-1")] == ["by model", "by body"]
    assert [request.model for request in fake_openai.requests] == ["gpt-4o-mini-transcribe", "whisper-1"]
