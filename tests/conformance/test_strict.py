"""What no script answers also passes a client that holds answers against the SDK's types."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI

from .folding import connect
from .strictness import MAJOR

HI: Any = [{"role": "user", "content": "Hi"}]


def completion(client: Any) -> str:
    """The id of a completion that is stored."""
    completion_id: str = client.chat.completions.create(model="gpt-4o", messages=HI, store=True).id
    return completion_id


def response(client: Any, **options: Any) -> str:
    """The id of a response."""
    response_id: str = client.responses.create(model="gpt-4o", input="Hi", **options).id
    return response_id


def running(client: Any) -> str:
    """The id of a response that is still being made."""
    return response(client, extra_body={"background": True})


def embeddings(client: Any, **options: Any) -> Any:
    """Two embeddings."""
    return client.embeddings.create(model="text-embedding-3-small", input=["Hi", "Ho"], **options)


CALLS: dict[str, Callable[[Any], Any]] = {
    "models": lambda client: list(client.models.list()),
    "a model": lambda client: client.models.retrieve("gpt-4o"),
    "embeddings": lambda client: embeddings(client, encoding_format="float"),
    "embeddings as text": embeddings,
    "completions": lambda client: (completion(client), list(client.chat.completions.list())),
    "a completion": lambda client: client.chat.completions.retrieve(completion(client)),
    "messages": lambda client: list(client.chat.completions.messages.list(completion(client))),
    "an update": lambda client: client.chat.completions.update(completion(client), metadata={"a": "b"}),
    "a deletion": lambda client: client.chat.completions.delete(completion(client)),
    "a response": lambda client: client.responses.retrieve(response(client)),
    "a running response": lambda client: client.responses.retrieve(running(client)),
    "input items": lambda client: list(client.responses.input_items.list(response(client))),
    "a response's deletion": lambda client: client.responses.delete(response(client)),
}
if MAJOR > 1:
    CALLS["a cancelled response"] = lambda client: client.responses.cancel(running(client))


# Where the types are narrower than the wire.
NARROW = {
    "embeddings as text": "the client asks for text, and its type has numbers only",
    "messages": "the type is that of an answer, so it wants the role of an assistant",
}
if MAJOR == 1:
    NARROW["a running response"] = "the type knew nobody who waits"


@pytest.mark.parametrize("name", CALLS)
def test_answers_with_what_the_types_declare(fake_openai: FakeOpenAI, name: str) -> None:
    refused = pytest.raises(openai.APIResponseValidationError) if name in NARROW else contextlib.nullcontext()

    with refused:
        CALLS[name](connect(fake_openai, "strict"))

    assert {request.status for request in fake_openai.requests} == {200}
