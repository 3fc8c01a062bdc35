"""One collection as requests see it: pages and their cursors, filters, and ids that are assumed to exist."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI

from ..conformance.samples import JSONL
from ..endpoints._requests import both_clients, call_method, error, send

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
needs_agents = pytest.mark.skipif(
    not hasattr(openai.resources.beta.Beta, "agents"), reason="this SDK knows no agents' sessions"
)
HOSTED = {"environment": {"type": "openai_hosted"}}
assuming = pytest.mark.fake_openai(assume_exists=True)


def assistants(fake: FakeOpenAI, count: int) -> list[str]:
    """The ids of so many new assistants, oldest first."""
    return [fake.client.beta.assistants.create(model="gpt-4o").id for _ in range(count)]


def listed_ids(fake: FakeOpenAI, path: str) -> list[str]:
    """The ids of what a list shows."""
    answer = send(fake, "GET", f"/v1/{path}")
    assert answer.status == 200, answer.body
    return [each["id"] for each in answer.json["data"]]


# ---- pages


@both_clients
@pytest.mark.parametrize(
    ("query", "places", "has_more"),
    [
        ({}, [4, 3, 2, 1, 0], False),
        ({"order": "asc"}, [0, 1, 2, 3, 4], False),
        ({"limit": 2}, [4, 3], True),
        ({"limit": 5}, [4, 3, 2, 1, 0], False),
        ({"after": 3}, [2, 1, 0], False),
        ({"after": 3, "limit": 2}, [2, 1], True),
        ({"after": 0}, [], False),
        ({"before": 1}, [4, 3, 2], False),
        ({"before": 1, "limit": 2}, [3, 2], True),
        ({"before": 4}, [], False),
        ({"before": 3, "order": "asc", "limit": 2}, [1, 2], True),
        ({"after": 1, "order": "asc", "limit": 2}, [2, 3], True),
    ],
)
def test_turns_pages(fake_openai: FakeOpenAI, kind: str, query: Any, places: Sequence[int], has_more: bool) -> None:
    ids = assistants(fake_openai, 5)
    arguments = {name: ids[value] if name in ("after", "before") else value for name, value in query.items()}
    body = call_method(fake_openai, kind, "beta.assistants.list", **arguments).to_dict()
    expected = [ids[place] for place in places]
    assert [each["id"] for each in body["data"]] == expected
    assert (body["has_more"], body["object"]) == (has_more, "list")
    assert (body["first_id"], body["last_id"]) == ((expected[0], expected[-1]) if expected else (None, None))


@pytest.mark.parametrize("cursor", ["after", "before"])
def test_knows_no_strange_cursor(fake_openai: FakeOpenAI, cursor: str) -> None:
    fake_openai.client.files.create(file=("x.txt", b"x"), purpose="assistants")
    answer = send(fake_openai, "GET", f"/v1/files?{cursor}=file-x")
    assert 400 <= answer.status < 500
    assert "file-x" in answer.json["error"]["message"]


@assuming
@pytest.mark.parametrize("cursor", ["after", "before"])
def test_lists_nothing_beside_an_assumed_cursor(fake_openai: FakeOpenAI, cursor: str) -> None:
    fake_openai.client.files.create(file=("x.txt", b"x"), purpose="assistants")
    assert listed_ids(fake_openai, f"files?{cursor}=file-x") == []


# ---- filters


def test_filters_by_fields_of_the_objects(fake_openai: FakeOpenAI) -> None:
    purposes: list[Any] = ["assistants", "fine-tune", "assistants"]
    ids = [fake_openai.client.files.create(file=("x.jsonl", JSONL), purpose=each).id for each in purposes]
    assert listed_ids(fake_openai, "files?purpose=assistants") == [ids[2], ids[0]]
    assert listed_ids(fake_openai, "files?purpose=batch") == []
    assert listed_ids(fake_openai, "files?colour=red") == ids[::-1]
    assert listed_ids(fake_openai, "files?purpose=assistants&limit=1") == [ids[2]]
    assert listed_ids(fake_openai, f"files?purpose=assistants&after={ids[2]}") == [ids[0]]
    assert listed_ids(fake_openai, "files?bytes=" + str(len(JSONL))) == ids[::-1]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("metadata[team]=red", [1]),
        ("metadata%5Bteam%5D=blue", [2]),
        ("metadata[team]=red&metadata[size]=s", [1]),
        ("metadata[team]=red&metadata[size]=l", []),
        ("metadata[colour]=red", []),
        ("metadata=null", [0]),
    ],
)
def test_filters_by_metadata(fake_openai: FakeOpenAI, query: str, places: Sequence[int]) -> None:
    file = fake_openai.client.files.create(file=("x.jsonl", JSONL), purpose="fine-tune").id
    notes: list[Any] = [None, {"team": "red", "size": "s"}, {"team": "blue"}]
    base = {"training_file": file, "model": "gpt-4o-mini"}
    ids = [
        send(fake_openai, "POST", "/v1/fine_tuning/jobs", {**base, "metadata": each} if each else base).json["id"]
        for each in notes
    ]
    assert listed_ids(fake_openai, f"fine_tuning/jobs?{query}") == [ids[place] for place in places]


@needs_agents
def test_filters_by_the_id_of_an_owner(fake_openai: FakeOpenAI) -> None:
    agents = [send(fake_openai, "POST", "/v1/agents", {"name": name, "model": "gpt-5"}).json["id"] for name in "ab"]
    ids = [
        send(fake_openai, "POST", "/v1/agents/sessions", {"agent_id": agent, **HOSTED}).json["id"] for agent in agents
    ]
    assert listed_ids(fake_openai, f"agents/sessions?agent_id={agents[0]}") == ids[:1]
    assert listed_ids(fake_openai, "agents/sessions?agent_id=agent_x") == []


# ---- ids that are assumed to exist


@both_clients
@assuming
def test_assumes_that_an_id_exists(fake_openai: FakeOpenAI, kind: str) -> None:
    first, second = (call_method(fake_openai, kind, "vector_stores.retrieve", "vs_live") for _ in range(2))
    assert (first.id, first.status, first.object) == ("vs_live", "completed", "vector_store")
    assert first == second
    call_method(fake_openai, kind, "vector_stores.update", "vs_live", name="docs")
    assert call_method(fake_openai, kind, "vector_stores.retrieve", "vs_live").name == "docs"
    assert call_method(fake_openai, kind, "vector_stores.delete", "vs_live").deleted is True
    assert call_method(fake_openai, kind, "vector_stores.retrieve", "vs_live").name != "docs"


@assuming
def test_assumes_the_owners_of_what_is_asked_for(fake_openai: FakeOpenAI) -> None:
    messages = fake_openai.client.beta.threads.messages
    assert messages.list("thread_live").data == []
    message = messages.create("thread_live", role="user", content="Hi")
    assert [each.id for each in messages.list("thread_live")] == [message.id]
    assert messages.list("thread_other").data == []
    assumed = messages.retrieve("msg_live", thread_id="thread_live")
    assert (assumed.id, assumed.thread_id, assumed.object) == ("msg_live", "thread_live", "thread.message")


def test_knows_no_strange_owners(fake_openai: FakeOpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        fake_openai.client.beta.threads.messages.list("thread_x")
    assert {"error": refused.value.body} == error("No thread found with id 'thread_x'.")


@assuming
def test_takes_a_turn_in_a_session_that_is_assumed(fake_openai: FakeOpenAI) -> None:
    messages = [{"role": "user", "content": [{"type": "input_text", "text": "Hi"}]}]
    events = {"events": [{"type": "agent.session.input.message", "input": messages}]}
    assert send(fake_openai, "POST", "/v1/agents/sessions/s/events", events).status == 202
    assert fake_openai.requests[-1].text == "Hi"
