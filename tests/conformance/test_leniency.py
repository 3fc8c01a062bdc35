"""Nonsense where nothing is refused: what can be answered is answered, and at the level "warn" a warning says of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from pytest_fakeopenai import FakeOpenAI, FakeOpenAIWarning
from pytest_fakeopenai.sdk.catalogue import catalogue
from pytest_fakeopenai.sdk.signature import signature

from ..families import check
from .samples import arguments
from .test_bad_input import send

Json = dict[str, Any]
OPERATIONS = {method.name: method for method in catalogue() if signature(method).body is not None}
# A good request to each endpoint that the script answers, by the name of the SDK's method.
GENERATING: dict[str, Json] = {
    "chat.completions.create": {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]},
    "responses.create": {"model": "gpt-4o", "input": "Hi"},
    "completions.create": {"model": "gpt-3.5-turbo-instruct", "prompt": "Hi"},
    "embeddings.create": {"model": "text-embedding-3-small", "input": "Hi"},
    "threads.runs.create": {"assistant_id": "asst_1", "model": "gpt-4o"},
    "threads.create_and_run": {"assistant_id": "asst_1", "model": "gpt-4o"},
    "threads.runs.submit_tool_outputs": {"tool_outputs": [{"tool_call_id": "call_1", "output": "21"}]},
}
# Those that the SDK's methods are not called after.
ENDPOINTS = {f"{name}.create": name for name in ("chat.completions", "responses", "completions", "embeddings")}
ODD: list[Any] = [
    *(None, -5, 10**400, 1e300, True, "odd", [], {}, [5, None], [[["a"]]]),
    *({"type": 5}, [{"type": "odd"}], [{"role": 5}], {"id": 5, "format": 5}),
]
every_generating = pytest.mark.parametrize("name", GENERATING)
pytestmark = pytest.mark.filterwarnings("ignore::pytest_fakeopenai.FakeOpenAIWarning")


def status_of(fake: FakeOpenAI, name: str, body: object) -> int:
    """The status of the answer to a body, whatever the body is."""
    return send(fake, OPERATIONS[name], json.dumps(body, default=str).encode())[0]


def nonsense(name: str, body: Json, values: Sequence[object]) -> Iterator[Json]:
    """The body with each field that the endpoint knows left out, and with each of these values in its place."""
    for field in getattr(check(ENDPOINTS.get(name, name)).shape, "fields", body):
        yield {key: value for key, value in body.items() if key != field}
        yield from ({**body, field: value} for value in values)


@pytest.mark.parametrize("validation", ["off", "warn"])
@every_generating
def test_answers_nonsense_with_a_reply(name: str, validation: Any) -> None:
    with FakeOpenAI(validation=validation, unscripted="echo", assume_exists=True) as fake:
        statuses = {json.dumps(body): status_of(fake, name, body) for body in nonsense(name, GENERATING[name], ODD)}

    assert {body: status for body, status in statuses.items() if status != 200} == {}


@pytest.mark.parametrize("validation", ["off", "warn"])
@every_generating
def test_answers_a_body_without_anything(name: str, validation: Any) -> None:
    with FakeOpenAI(validation=validation, unscripted="echo", assume_exists=True) as fake:
        assert status_of(fake, name, {}) == 200


@every_generating
def test_warns_of_what_it_lets_pass(name: str) -> None:
    refused = pytest.warns(FakeOpenAIWarning, match="OpenAI would refuse request 1, POST .*'?metadata")
    with refused, FakeOpenAI(validation="warn", unscripted="echo", assume_exists=True) as fake:
        assert status_of(fake, name, {**GENERATING[name], "metadata": "odd"}) == 200


@pytest.mark.parametrize("name", OPERATIONS)
def test_is_never_at_fault_for_nonsense(name: str) -> None:
    values = (-5, "odd", [{"type": 5}], {"type": "odd"})
    with FakeOpenAI(validation="off", unscripted="echo", assume_exists=True) as fake:
        bodies = nonsense(name, arguments(OPERATIONS[name]), values)
        statuses = {repr(body): status_of(fake, name, body) for body in bodies}

    assert {body: status for body, status in statuses.items() if status >= 500} == {}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"Hi"', b"null", b"\xff"])
@every_generating
def test_refuses_what_is_no_object(name: str, body: bytes) -> None:
    with FakeOpenAI(validation="off", assume_exists=True) as fake:
        assert send(fake, OPERATIONS[name], body)[0] == 400
