"""What these tests put into vector stores, and how."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI

from .._requests import send

FRANCE = "# France\nParis is the capital of France."
GERMANY = "# Germany\nBerlin is the capital of Germany."
PICTURE = b"\x89PNG\r\n\x1a\n\0\xff"
AUTO = {"type": "static", "static": {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400}}
OF_VECTOR = 1024  # the bytes that are kept of a chunk beside its text

Json = dict[str, Any]


def upload(fake: FakeOpenAI, content: str | bytes = FRANCE, name: str = "france.md") -> str:
    """The id of a file with this content."""
    data = content.encode() if isinstance(content, str) else content
    return fake.client.files.create(file=(name, data), purpose="assistants").id


def store(fake: FakeOpenAI, *file_ids: str, **options: Any) -> str:
    """The id of a vector store with these files."""
    if file_ids:
        options["file_ids"] = [*file_ids]
    return fake.client.vector_stores.create(**options).id


def attach(fake: FakeOpenAI, store_id: str, content: str | bytes, name: str = "a.txt", **options: Any) -> str:
    """The id of a file with this content that is in the store."""
    return fake.client.vector_stores.files.create(store_id, file_id=upload(fake, content, name), **options).id


def post(fake: FakeOpenAI, path: str, **body: Any) -> Json:
    """What is answered to a POST below `/vector_stores`."""
    body_json: Json = send(fake, "POST", f"/v1/vector_stores{path}", body).json
    return body_json


def get(fake: FakeOpenAI, path: str) -> Json:
    """What is answered to a GET below `/vector_stores`."""
    body_json: Json = send(fake, "GET", f"/v1/vector_stores{path}").json
    return body_json


def refusal(call: Any, *args: Any, **options: Any) -> tuple[int, Json]:
    """The status and the error of a call that is refused."""
    with pytest.raises(openai.APIStatusError) as caught:
        call(*args, **options)
    return caught.value.status_code, caught.value.response.json()["error"]


def invalid(message: str, param: str | None = None, code: str | None = None) -> Json:
    """The error of an invalid request."""
    return {"message": message, "type": "invalid_request_error", "param": param, "code": code}


def counted(**states: int) -> Json:
    """Counts of files by state."""
    counts = {state: states.get(state, 0) for state in ("in_progress", "completed", "failed", "cancelled")}
    return {**counts, "total": sum(states.values())}


def pass_days(fake: FakeOpenAI, days: int) -> None:
    """Let so many days pass; in a test each answer takes a second."""
    for _ in range(days * 86_400):
        fake._world.ids.now()
