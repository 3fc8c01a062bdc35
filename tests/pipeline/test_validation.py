"""Who is accepted: API keys, models that there are, and the levels of validation."""

from __future__ import annotations

import base64
import json
import urllib.parse
from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI, create_app
from pytest_fakeopenai.server.thread import ServerThread

from .. import plain
from ..endpoints._requests import HI, SNAPSHOT, both_clients, call_method, chat

AT_LENGTH = (
    "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth "
    "(i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing the API "
    "from your browser and are prompted for a username and password. You can obtain an API key from "
    "https://platform.openai.com/account/api-keys."
)
BRIEFLY = "Missing bearer or basic authentication in header"
BODIES: dict[str, Any] = {
    "chat/completions": {"model": "gpt-4o", "messages": HI},
    "completions": {"model": "gpt-3.5-turbo-instruct", "prompt": "Hi"},
    "embeddings": {"model": "text-embedding-3-small", "input": "Hi"},
    "responses": {"model": "gpt-4o", "input": "Hi"},
}


def incorrect(shown: str) -> str:
    """What is said of a wrong key."""
    return (
        f"Incorrect API key provided: {shown}. "
        "You can find your API key at https://platform.openai.com/account/api-keys."
    )


def post(url: str, path: str, body: object, **headers: str) -> tuple[int, Any]:
    """A request with these headers alone: its status, and what was said."""
    root = urllib.parse.urlsplit(url)
    connection = plain.connection(url)
    try:
        connection.request("POST", f"{root.path}/{path}", json.dumps(body).encode(), headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize("headers", [{}, {"authorization": "Token abc"}, {"authorization": "Basic =="}])
def test_refuses_a_request_without_a_key(fake_openai: FakeOpenAI, path: str, headers: dict[str, str]) -> None:
    status, body = post(fake_openai.base_url, path, BODIES[path], **headers)

    message = BRIEFLY if path == "responses" else AT_LENGTH
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": None}
    assert (status, body) == (401, {"error": error})


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer any"},
        {"authorization": "bearer any"},
        {"authorization": f"Basic {base64.b64encode(b':any').decode()}"},
        {"api-key": "any"},
    ],
)
def test_takes_a_key_in_every_way(fake_openai: FakeOpenAI, headers: dict[str, str]) -> None:
    status, body = post(fake_openai.base_url, "responses", BODIES["responses"], **headers)

    assert (status, body["status"]) == (200, "completed")


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("", "''"),
        ("bad", "bad"),
        ("twelve_chars", "twelve_chars"),
        ("bad-key-1234567890test", "bad-key-**********test"),
        ("invalid-12345678", "invalid-****5678"),
    ],
)
@pytest.mark.parametrize("path", BODIES)
def test_refuses_a_key_that_is_not_good(path: str, key: str, shown: str) -> None:
    with FakeOpenAI(api_keys=["sk-good"]) as fake:
        status, body = post(fake.base_url, path, BODIES[path], authorization=f"Bearer {key}")
        good, _ = post(fake.base_url, path, BODIES[path], authorization="Bearer sk-good")

    error = {"message": incorrect(shown), "type": "invalid_request_error", "param": None, "code": "invalid_api_key"}
    assert (status, body) == (401, {"error": error})
    assert good == 200


@both_clients
def test_raises_an_authentication_error(kind: str) -> None:
    with FakeOpenAI(api_keys=["sk-good"]) as fake, pytest.raises(openai.AuthenticationError) as caught:
        chat(fake, kind)

    assert caught.value.code == "invalid_api_key"


def test_looks_at_the_key_before_anything_else() -> None:
    with FakeOpenAI(api_keys=["sk-good"], models=["gpt-4o"]) as fake:
        status, body = post(fake.base_url, "no/such/path", {}, authorization="Bearer bad")

    assert (status, body["error"]["code"]) == (401, "invalid_api_key")


def test_asks_for_no_key_outside_tests() -> None:
    server = ServerThread(create_app())
    try:
        status, body = post(f"{server.url}/v1", "responses", BODIES["responses"])
    finally:
        server.stop()

    assert (status, body["status"]) == (200, "completed")


@both_clients
def test_knows_only_the_models_it_is_told(kind: str) -> None:
    with FakeOpenAI(models="gpt-4o, text-embedding-3-small") as fake:
        assert chat(fake, kind).model == SNAPSHOT
        with pytest.raises(openai.NotFoundError) as in_chat:
            chat(fake, kind, model="gpt-4")
        with pytest.raises(openai.BadRequestError) as in_responses:
            call_method(fake, kind, "responses.create", model="gpt-4", input="Hi")
        with pytest.raises(openai.NotFoundError) as retrieved:
            call_method(fake, kind, "models.retrieve", "gpt-4")
        assert [model.id for model in call_method(fake, kind, "models.list").data] == [
            "gpt-4o",
            "text-embedding-3-small",
        ]

    errors: list[openai.APIStatusError] = [caught.value for caught in (in_chat, in_responses, retrieved)]
    assert [(error.response.json()["error"]["message"], error.param) for error in errors] == [
        ("The model `gpt-4` does not exist or you do not have access to it.", None),
        ("The requested model 'gpt-4' does not exist.", "model"),
        ("The model 'gpt-4' does not exist", "model"),
    ]
    assert {error.code for error in errors} == {"model_not_found"}


def test_takes_a_retired_model_that_the_test_lists() -> None:
    with FakeOpenAI(models=["gpt-4-vision-preview"]) as fake:
        assert chat(fake, model="gpt-4-vision-preview").model == "gpt-4-vision-preview"
