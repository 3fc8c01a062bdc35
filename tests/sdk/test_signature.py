"""What the SDK's methods send and get, read from their source."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from openai import types
from openai.types.audio import Transcription
from openai.types.chat import ChatCompletionChunk

from pytest_fakeopenai.sdk.catalogue import Method, catalogue
from pytest_fakeopenai.sdk.signature import Signature, signature


def of(name: str) -> Signature:
    method = catalogue().named(name)
    assert method is not None
    return signature(method)


@pytest.mark.parametrize("method", [*catalogue()], ids=lambda method: method.name)
def test_reads_every_method(method: Method) -> None:
    read = signature(method)
    assert read.binary == (method.verb in ("GET", "POST") and "Binary" in getattr(read.answer, "__name__", ""))
    assert bool(read.page) <= (read.answer is not None)
    assert read.body is None or method.verb == "POST"


@pytest.mark.parametrize(
    ("name", "answer", "page"),
    [
        ("files.create", types.FileObject, ""),
        ("files.list", types.FileObject, "CursorPage"),
        ("files.delete", types.FileDeleted, ""),
        ("models.list", types.Model, "Page"),
        ("vector_stores.search", types.VectorStoreSearchResponse, "Page"),
        ("responses.delete", None, ""),
        ("audio.transcriptions.create", Transcription, ""),
    ],
)
def test_tells_the_type_of_an_answer(name: str, answer: Any, page: str) -> None:
    assert (of(name).answer, of(name).page) == (answer, page)


@pytest.mark.parametrize(
    ("name", "body", "query"),
    [
        ("files.create", "FileCreateParams", None),
        ("files.list", None, "FileListParams"),
        ("files.retrieve", None, None),
        ("embeddings.create", "EmbeddingCreateParams", None),
        ("batches.cancel", None, None),
        ("threads.runs.submit_tool_outputs", "RunSubmitToolOutputsParamsNonStreaming", None),
    ],
)
def test_tells_the_types_of_parameters(name: str, body: str | None, query: str | None) -> None:
    read = of(name)
    assert (getattr(read.body, "__name__", None), getattr(read.query, "__name__", None)) == (body, query)


@pytest.mark.parametrize(
    ("name", "events"),
    [
        ("chat.completions.create", ChatCompletionChunk),
        ("completions.create", types.Completion),
        ("files.create", None),
    ],
)
def test_tells_the_type_of_a_streams_events(name: str, events: Any) -> None:
    assert of(name).events == events


def test_tells_bytes_and_forms() -> None:
    assert [of(name).binary for name in ("files.content", "audio.speech.create", "files.retrieve")] == [
        True,
        True,
        False,
    ]
    assert [of(name).multipart for name in ("files.create", "uploads.parts.create", "batches.create")] == [
        True,
        True,
        False,
    ]


CODE = '''\
    def get(self, thing_id: str) -> {returns}:
        """One.

    A line of the text that begins where the method does.
        """
        return self._get("/things", options=make_request_options(), cast_to={cast_to})
'''


@pytest.mark.parametrize(
    ("returns", "cast_to", "answer"),
    [
        ("FileObject", "FileObject", types.FileObject),
        ("FileObject", "_chosen(thing_id)", types.FileObject),
        ("str | FileObject", "_chosen(thing_id)", types.FileObject),
        ("None", "NoneType", None),
    ],
)
def test_takes_what_the_method_returns_where_its_answer_is_chosen_late(returns: str, cast_to: str, answer: Any) -> None:
    code = CODE.format(returns=returns, cast_to=cast_to)
    method = Method("things.get", "GET", "/things", "openai.resources.files", code, False)
    if cast_to == "NoneType":
        method = Method("things.get", "GET", "/things", "openai.resources.responses.responses", code, False)
    assert signature(method).answer == answer


def test_says_which_page_it_cannot_read() -> None:
    code = '    def list(self):\n        return self._get_api_list("/things", page=chosen(), model=FileObject)\n'
    method = Method("things.list", "GET", "/things", "openai.resources.files", code, False)
    with pytest.raises(TypeError, match=r"chosen\(\) is no page of openai's"):
        signature(method)


def test_is_of_the_installed_release() -> None:
    assert all(method.module.startswith(f"{openai.__name__}.resources") for method in catalogue())
