"""Responses in the background, and who listens to them."""

from __future__ import annotations

import asyncio
import contextlib
import urllib.parse
from typing import Any

from pytest_fakeopenai import (
    FakeOpenAI,
)

from ... import plain
from .._requests import Answer, send
from ._requests import (
    Json,
    events,
    post,
)

STARTED = ["created", "queued", "in_progress"]

SPEAKING = [*STARTED, "output_item.added", "content_part.added", "output_text.delta"]

ENDED = ["output_text.done", "content_part.done", "output_item.done", "completed"]


def queue(fake: FakeOpenAI, **body: Any) -> Json:
    """A response that is begun in the background."""
    queued: Json = post(fake, background=True, **body).json
    assert (queued["status"], queued["output"]) == ("queued", [])
    return queued


def cancel(fake: FakeOpenAI, id_: str) -> Answer:
    return send(fake, "POST", f"/v1/responses/{id_}/cancel")


class Listener:
    """A stream over a plain connection that has begun, and goes on beside the test."""

    def __init__(self, fake: FakeOpenAI, path: str) -> None:
        root = urllib.parse.urlsplit(fake.base_url)
        self._connection = plain.connection(fake.base_url)
        headers = {"authorization": f"Bearer {fake.api_key}"}
        self._connection.request("GET", f"{root.path}/responses/{path}", headers=headers)
        self._answer = self._connection.getresponse()

    def events(self) -> list[Json]:
        """What came, once the stream has ended."""
        with contextlib.closing(self._connection):
            return events(Answer(self._answer.status, {}, self._answer.read()))


def hang_up_after(fake: FakeOpenAI, kind: str, count: int) -> list[Json]:
    """The first events of a stream, whose client then goes away."""
    fields: Any = {"model": "gpt-4o", "input": "Hi", "stream": True, "extra_body": {"background": True}}

    async def read() -> list[Json]:
        async with await fake.async_client.responses.create(**fields) as stream:
            return [(await anext(stream)).to_dict(warnings=False) for _ in range(count)]

    if kind == "async":
        return asyncio.run(read())
    with fake.client.responses.create(**fields) as stream:
        return [next(stream).to_dict(warnings=False) for _ in range(count)]
