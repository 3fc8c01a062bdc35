"""URLs: the spellings under which the API is served, and the answers to those that nothing is served under."""

from __future__ import annotations

import asyncio
import json
import urllib.parse
from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI

from .._requests import HI, MODEL, PING, both_clients, call_method, error, send


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/nothing"),
        ("POST", "/v1/chat"),
        ("GET", "/"),
        ("GET", "/v1"),
        ("DELETE", "/v1/chat/completions/a/b"),
        ("POST", "/v1/chat/completions/"),
        ("GET", "/v1/models/"),
        ("GET", "/v2/models"),
        ("GET", "/v1/v1/models"),
        ("PUT", "/openai/deployments/mine/nothing"),
        ("GET", "/nöthing at all"),
    ],
)
def test_answers_an_unknown_url_as_the_api_does(fake_openai: FakeOpenAI, method: str, path: str) -> None:
    answer = send(fake_openai, method, f"{urllib.parse.quote(path)}?a=b", {"model": "x"} if method == "POST" else None)
    envelope = error(f"Invalid URL ({method} {path})")
    assert (answer.status, answer.headers["content-type"]) == (404, "application/json")
    assert answer.body.decode() == json.dumps(envelope, indent=2, ensure_ascii=False)
    request = fake_openai.requests.only
    assert (request.method, request.path, request.query) == (method, path, {"a": "b"})
    assert (request.status, request.response) == (404, envelope)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/v1/chat/completions"),
        ("PATCH", "/v1/chat/completions/abc"),
        ("GET", "/v1/embeddings"),
        ("GET", "/v1/completions"),
        ("POST", "/v1/models"),
        ("DELETE", "/v1/models"),
        ("POST", "/chat/completions/abc/messages"),
    ],
)
def test_answers_a_wrong_method_as_the_api_does(fake_openai: FakeOpenAI, method: str, path: str) -> None:
    answer = send(fake_openai, method, path, {})
    envelope = error(f"Not allowed to {method} on {path}.", code="method_not_supported")
    assert (answer.status, answer.json) == (405, envelope)
    request = fake_openai.requests.only
    assert (request.method, request.path, request.status, request.response) == (method, path, 405, envelope)


@both_clients
def test_makes_the_client_raise_not_found(fake_openai: FakeOpenAI, kind: str) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        call_method(fake_openai, kind, "get", "/nothing", cast_to=object)
    assert {"error": caught.value.body} == error("Invalid URL (GET /v1/nothing)")
    assert len(fake_openai.requests) == 1


SPELLINGS = ["/v1", "", "/openai/v1", "/openai"]


@pytest.mark.parametrize("prefix", [True, False], ids=["of this test", "of the server"])
@pytest.mark.parametrize("root", SPELLINGS)
def test_serves_every_spelling_of_the_root(fake_openai: FakeOpenAI, root: str, prefix: bool) -> None:
    chat = send(fake_openai, "POST", f"{root}/chat/completions?api-version=1", PING, prefix=prefix)
    model = send(fake_openai, "GET", f"{root}/models/a%2Fb", prefix=prefix)
    assert chat.json["choices"][0]["message"]["content"] == "Hi"
    assert model.json["id"] == "a/b"
    created, retrieved = fake_openai.requests
    assert (created.path, created.endpoint, created.query) == (
        f"{root}/chat/completions",
        "chat.completions",
        {"api-version": "1"},
    )
    assert (retrieved.path, retrieved.endpoint) == (f"{root}/models/a/b", "models.retrieve")


@pytest.mark.parametrize(
    ("operation", "body", "endpoint"),
    [
        ("chat/completions", {"messages": HI}, "chat.completions"),
        ("completions", {"prompt": "Hi"}, "completions"),
        ("embeddings", {"input": "Hi"}, "embeddings"),
    ],
)
@pytest.mark.parametrize("prefix", [True, False], ids=["of this test", "of the server"])
def test_takes_the_model_from_the_deployment(
    fake_openai: FakeOpenAI, prefix: bool, operation: str, body: dict[str, Any], endpoint: str
) -> None:
    path = f"/openai/deployments/my-gpt/{operation}"
    for model in ({}, {"model": "another"}):
        answer = send(fake_openai, "POST", f"{path}?api-version=2024-10-21", {**body, **model}, prefix=prefix)
        assert (answer.status, answer.json["model"]) == (200, "my-gpt")
    request = fake_openai.requests[0]
    assert (request.path, request.endpoint, request.query) == (path, endpoint, {"api-version": "2024-10-21"})


@both_clients
def test_serves_the_clients_of_azure(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.when(model="my-gpt").script("Hello", "Hello")

    async def ask() -> tuple[Any, Any]:
        client = fake_openai.async_azure_client
        whole = await client.chat.completions.create(model="my-gpt", messages=HI)
        stream = await client.chat.completions.create(model="my-gpt", messages=HI, stream=True)
        return whole, [chunk async for chunk in stream]

    if kind == "sync":
        create = fake_openai.azure_client.chat.completions.create
        whole: Any = create(model="my-gpt", messages=HI)
        chunks = list(create(model="my-gpt", messages=HI, stream=True))
    else:
        whole, chunks = asyncio.run(ask())
    assert (whole.model, whole.choices[0].message.content) == ("my-gpt", "Hello")
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "Hello"
    assert {request.path for request in fake_openai.requests} == {"/openai/deployments/my-gpt/chat/completions"}
    assert {request.model for request in fake_openai.requests} == {"my-gpt"}


@pytest.mark.parametrize("suffix", ["/v1", "", "/openai/v1"])
def test_serves_a_client_with_any_base_url(fake_openai: FakeOpenAI, suffix: str) -> None:
    base_url = fake_openai.base_url.removesuffix("/v1") + suffix
    client = fake_openai.client.with_options(base_url=base_url)
    assert client.chat.completions.create(model=MODEL, messages=HI).choices[0].message.content == "Hi"
    assert fake_openai.requests.only.path == f"{suffix}/chat/completions"
