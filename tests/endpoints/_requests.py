"""Requests to the fake: through either official client, or in bytes over a plain connection."""

from __future__ import annotations

import asyncio
import http.client
import json
import operator
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from pytest_fakeopenai import FakeOpenAI

from .. import plain

both_clients = pytest.mark.parametrize("kind", ["sync", "async"])
both_ways = pytest.mark.parametrize("stream", [False, True], ids=["blocking", "streamed"])

MODEL = "gpt-4o"
SNAPSHOT = "gpt-4o-2024-08-06"  # what answers call it
HI: Any = [{"role": "user", "content": "Hi"}]
PING: dict[str, Any] = {"model": MODEL, "messages": HI}


def function_tool(name: str, **rest: Any) -> dict[str, Any]:
    """A function as a request offers it."""
    return {"type": "function", "function": {"name": name, **rest}}


def call_method(fake: FakeOpenAI, kind: str, operation: str, *args: Any, retries: int = 2, **request: Any) -> Any:
    """Call an operation, say "models.list", on the client of this kind; a stream is read to a list of its chunks."""
    if kind == "sync":
        answer = operator.attrgetter(operation)(fake.client.with_options(max_retries=retries))(*args, **request)
        return list(answer) if request.get("stream") else answer
    client = fake.async_client.with_options(max_retries=retries)
    return asyncio.run(_call_method_async(operator.attrgetter(operation)(client), args, request))


async def _call_method_async(method: Any, args: Any, request: Mapping[str, Any]) -> Any:
    answer = await method(*args, **request)
    return [chunk async for chunk in answer] if request.get("stream") else answer


def chat(fake: FakeOpenAI, kind: str = "sync", **request: Any) -> Any:
    """A chat completion, by default for "Hi"."""
    return call_method(fake, kind, "chat.completions.create", **{**PING, **request})


@dataclass(frozen=True)
class Answer:
    """An HTTP answer as it came; `complete` is false where the connection ended before the body did."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    complete: bool = True

    @property
    def json(self) -> Any:
        """The body as parsed JSON."""
        return json.loads(self.body)

    @property
    def events(self) -> list[str]:
        """The data of each server-sent event."""
        *events, rest = self.body.decode().split("\n\n")
        assert rest == ""
        assert all(event.startswith("data: ") and "\n" not in event for event in events)
        return [event.removeprefix("data: ") for event in events]


def send(fake: FakeOpenAI, method: str, path: str, body: object = None, *, prefix: bool = True) -> Answer:
    """A request over a plain connection; a body that is not bytes is sent as JSON. Without prefix as from outside."""
    root = urllib.parse.urlsplit(fake.base_url.removesuffix("/v1"))
    connection = plain.connection(fake.base_url)
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json", "authorization": f"Bearer {fake.api_key}"}
    try:
        connection.request(method, (root.path if prefix else "") + path, data, headers)
        response = connection.getresponse()
        got = {name.lower(): value for name, value in response.getheaders()}
        try:
            return Answer(response.status, got, response.read())
        except http.client.IncompleteRead as cut:
            return Answer(response.status, got, cut.partial, complete=False)
    finally:
        connection.close()


def error(message: str, *, param: str | None = None, code: str | None = None) -> dict[str, Any]:
    """The envelope of an invalid request."""
    return {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}}
