"""Assistants: their objects, their settings, and what is refused of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI, Reply

from ._requests import both_clients, call_method, send
from .threads._runs import WEATHER, deprecated

pytestmark = [*deprecated]


@both_clients
def test_creates_an_assistant_with_the_defaults_of_the_api(fake_openai: FakeOpenAI, kind: str) -> None:
    created = call_method(fake_openai, kind, "beta.assistants.create", model="gpt-4o-mini")

    assert created.to_dict() | {"id": "", "created_at": 0} == {
        "id": "",
        "object": "assistant",
        "created_at": 0,
        "name": None,
        "description": None,
        "model": "gpt-4o-mini",
        "instructions": None,
        "tools": [],
        "top_p": 1.0,
        "temperature": 1.0,
        "reasoning_effort": None,
        "tool_resources": {},
        "metadata": {},
        "response_format": "auto",
    }
    assert created.id.startswith("asst_")
    assert len(created.id) == len("asst_") + 24
    assert call_method(fake_openai, kind, "beta.assistants.retrieve", created.id) == created


def test_keeps_what_it_is_created_with(openai_client: openai.OpenAI) -> None:
    settings: Any = {
        "name": "Tutor",
        "description": "Teaches.",
        "model": "gpt-4o",
        "instructions": "Teach.",
        "tools": [{"type": "code_interpreter"}, {"type": "file_search"}, WEATHER],
        "temperature": 0.0,
        "top_p": 0.5,
        "tool_resources": {"code_interpreter": {"file_ids": ["file-1"]}},
        "metadata": {"a": "b"},
        "response_format": {"type": "json_object"},
    }
    created = openai_client.beta.assistants.create(**settings).to_dict()

    resources = {"code_interpreter": {"file_ids": ["file-1"]}, "file_search": {"vector_store_ids": []}}
    search = {"type": "file_search", "file_search": {"ranking_options": RANKING}}
    tools = [{"type": "code_interpreter"}, search, WEATHER]
    assert {name: created[name] for name in settings} == {**settings, "tools": tools, "tool_resources": resources}


RANKING = {"ranker": "default_2024_08_21", "score_threshold": 0.0, "hybrid_search": None}
NO_PARAMETERS = {"type": "object", "properties": {}}


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({"name": "f"}, {"name": "f", "description": None, "parameters": NO_PARAMETERS, "strict": False}),
        (
            {"name": "f", "strict": True, "parameters": None},
            {"name": "f", "description": None, "parameters": NO_PARAMETERS, "strict": True},
        ),
    ],
)
def test_completes_a_function(openai_client: openai.OpenAI, sent: Any, shown: Any) -> None:
    tools: Any = [{"type": "function", "function": sent}]
    created = openai_client.beta.assistants.create(model="gpt-4o", tools=tools)
    assert created.to_dict()["tools"] == [{"type": "function", "function": shown}]


def test_keeps_the_ranking_that_is_chosen(openai_client: openai.OpenAI) -> None:
    search: Any = {"max_num_results": 3, "ranking_options": {"score_threshold": 0.5}}
    created = openai_client.beta.assistants.create(
        model="gpt-4o", tools=[{"type": "file_search", "file_search": search}]
    )
    ranking = {**RANKING, "score_threshold": 0.5}
    assert created.to_dict()["tools"] == [
        {"type": "file_search", "file_search": {"max_num_results": 3, "ranking_options": ranking}}
    ]


def test_updates_what_is_given_and_nothing_else(openai_client: openai.OpenAI) -> None:
    api = openai_client.beta.assistants
    created = api.create(model="gpt-4o", name="Old", instructions="Keep.", metadata={"a": "b"})
    changed = api.update(created.id, name="New", tools=[{"type": "code_interpreter"}], metadata={"c": "d"})

    assert (changed.id, changed.created_at, changed.name) == (created.id, created.created_at, "New")
    assert (changed.instructions, changed.metadata) == ("Keep.", {"c": "d"})
    assert changed.to_dict()["tool_resources"] == {"code_interpreter": {"file_ids": []}}
    assert api.retrieve(created.id) == changed


def test_makes_the_vector_stores_that_it_is_described_with(openai_client: openai.OpenAI) -> None:
    file = openai_client.files.create(file=("guide.md", b"Oslo is in Norway."), purpose="assistants")
    described: Any = {"file_search": {"vector_stores": [{"file_ids": [file.id], "metadata": {"a": "b"}}]}}
    created: Any = openai_client.beta.assistants.create(
        model="gpt-4o", tools=[{"type": "file_search"}], tool_resources=described
    )

    (store_id,) = created.tool_resources.file_search.vector_store_ids
    store = openai_client.vector_stores.retrieve(store_id)
    assert (store.file_counts.completed, store.metadata) == (1, {"a": "b"})


def test_lists_and_deletes_assistants(openai_client: openai.OpenAI) -> None:
    api = openai_client.beta.assistants
    first, second, third = (api.create(model="gpt-4o", name=name).id for name in "abc")

    assert [each.id for each in api.list(limit=2)] == [third, second, first]
    assert api.delete(second).to_dict() == {"id": second, "object": "assistant.deleted", "deleted": True}
    assert [each.id for each in api.list(order="asc")] == [first, third]
    with pytest.raises(openai.NotFoundError, match=f"No assistant found with id '{second}'."):
        api.retrieve(second)


@pytest.mark.parametrize(
    ("settings", "message", "param", "code"),
    [
        (
            {"metadata": {"k": True}},
            "Invalid type for 'metadata.k': expected a string, but got a boolean instead.",
            "metadata.k",
            "invalid_type",
        ),
        (
            {"temperature": 2.5},
            "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 2.5 instead.",
            "temperature",
            "decimal_above_max_value",
        ),
        (
            {"name": "n" * 257},
            "Invalid 'name': string too long. Expected a string with maximum length 256, "
            "but got a string with length 257 instead.",
            "name",
            "string_above_max_length",
        ),
        (
            {"metadata": {str(number): "" for number in range(17)}},
            "Invalid 'metadata': too many properties. Expected an object with at most 16 properties, "
            "but got an object with 17 properties instead.",
            "metadata",
            "object_above_max_properties",
        ),
        (
            {"tool_resources": {"file_search": {"vector_store_ids": "vs_1"}}},
            "Invalid type for 'tool_resources.file_search.vector_store_ids': expected an array of strings, "
            "but got a string instead.",
            "tool_resources.file_search.vector_store_ids",
            "invalid_type",
        ),
    ],
)
def test_refuses_what_the_api_refuses(
    openai_client: openai.OpenAI, settings: Any, message: str, param: str, code: str
) -> None:
    created = openai_client.beta.assistants.create(model="gpt-4o")

    asks: list[Callable[[], Any]] = [
        lambda: openai_client.beta.assistants.create(model="gpt-4o", **settings),
        lambda: openai_client.beta.assistants.update(created.id, **settings),
    ]
    for ask in asks:
        with pytest.raises(openai.BadRequestError) as refused:
            ask()
        assert refused.value.body == {"message": message, "type": "invalid_request_error", "param": param, "code": code}


@pytest.mark.fake_openai(models=["gpt-4o"])
def test_refuses_a_model_that_there_is_not(openai_client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="The requested model 'gpt-9' does not exist"):
        openai_client.beta.assistants.create(model="gpt-9")


NO_BETA = {
    "error": {
        "message": "You must provide the 'OpenAI-Beta' header to access the Assistants API. "
        "Please try again by setting the header 'OpenAI-Beta: assistants=v2'.",
        "type": "invalid_request_error",
        "param": None,
        "code": "invalid_beta",
    }
}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/assistants"),
        ("GET", "/v1/assistants"),
        ("GET", "/v1/assistants/asst_1"),
        ("POST", "/v1/threads"),
        ("GET", "/v1/threads/thread_1/messages"),
        ("POST", "/v1/threads/thread_1/runs"),
        ("POST", "/v1/threads/runs"),
    ],
)
def test_wants_the_header_that_asks_for_the_family(fake_openai: FakeOpenAI, method: str, path: str) -> None:
    answer = send(fake_openai, method, path, {"model": "gpt-4o"})

    assert (answer.status, answer.json) == (400, NO_BETA)


@pytest.mark.fake_openai(validation="off")
def test_does_without_the_header_where_nothing_is_validated(fake_openai: FakeOpenAI) -> None:
    assert send(fake_openai, "POST", "/v1/threads", {}).status == 200


def test_lets_a_rule_stand_in(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(endpoint="assistants.create").always(
        Reply({"id": "asst_mine", "object": "assistant"}, unchecked=True)
    )

    assert fake_openai.client.beta.assistants.create(model="gpt-4o").id == "asst_mine"
