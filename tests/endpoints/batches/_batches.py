"""Batches as an application makes them: a file of requests, a batch of it, and what comes out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pytest_fakeopenai import FakeOpenAI

from .._requests import MODEL

Json = dict[str, Any]
CHAT = "/v1/chat/completions"


def question(custom_id: str, text: str, **body: Any) -> Json:
    """A line that asks chat something."""
    completion_body = {"model": MODEL, "messages": [{"role": "user", "content": text}], **body}
    return {"custom_id": custom_id, "method": "POST", "url": CHAT, "body": completion_body}


def questions(*texts: str) -> list[Json]:
    """A line for each text, numbered from 0."""
    return [question(str(number), text) for number, text in enumerate(texts)]


def to_bytes(lines: Sequence[Json]) -> bytes:
    """The file of these lines."""
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def upload(fake: FakeOpenAI, content: bytes, purpose: Any = "batch") -> str:
    """The id of an uploaded file."""
    return fake.client.files.create(file=("requests.jsonl", content), purpose=purpose).id


def submit(fake: FakeOpenAI, lines: Sequence[Json], endpoint: Any = CHAT, **more: Any) -> Json:
    """A batch, as it was created."""
    file_id = upload(fake, to_bytes(lines))
    created = fake.client.batches.create(input_file_id=file_id, endpoint=endpoint, completion_window="24h", **more)
    return created.to_dict()


def look(fake: FakeOpenAI, batch: Json) -> Json:
    """The batch as it is now."""
    return fake.client.batches.retrieve(batch["id"]).to_dict()


def done(fake: FakeOpenAI, lines: Sequence[Json], endpoint: Any = CHAT, **more: Any) -> Json:
    """A batch as whoever asks next sees it."""
    return look(fake, submit(fake, lines, endpoint, **more))


def content(fake: FakeOpenAI, file_id: Any) -> str:
    """The text of a file."""
    return fake.client.files.content(file_id).text


def results(fake: FakeOpenAI, file_id: Any) -> dict[str, Json]:
    """The lines of a file by the ids that they were given."""
    return {line["custom_id"]: line for line in map(json.loads, content(fake, file_id).splitlines())}


def completion_text(line: Json) -> str:
    """What a line's chat completion says."""
    text: str = line["response"]["body"]["choices"][0]["message"]["content"]
    return text
