"""What a server outside tests forgets: with its oldest objects the collections below them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import openai
import pytest

from pytest_fakeopenai.clients import pool
from pytest_fakeopenai.server.middleware import TenantMiddleware
from pytest_fakeopenai.server.routes import Api
from pytest_fakeopenai.server.tenants import SingleTenant
from pytest_fakeopenai.state.standalone import StandaloneWorld

from .peers import serving

LIMIT = 3
HI: Any = {"role": "user", "content": "Hi"}


@pytest.fixture
def world() -> StandaloneWorld:
    return StandaloneWorld(limit=LIMIT)


@pytest.fixture
def client(world: StandaloneWorld) -> Iterator[openai.OpenAI]:
    with serving(TenantMiddleware(Api(), SingleTenant(world))) as url:
        beta = {"OpenAI-Beta": "assistants=v2"}
        yield openai.OpenAI(api_key="any", base_url=f"{url}/v1", http_client=pool.http(), default_headers=beta)
    pool.close_pool()


def thread(client: openai.OpenAI) -> str:
    key = client.beta.threads.create(messages=[HI]).id
    assistant = client.beta.assistants.create(model="gpt-4o").id
    client.beta.threads.runs.create_and_poll(thread_id=key, assistant_id=assistant)
    return f"/threads/{key}"


def vector_store(client: openai.OpenAI) -> str:
    file = client.files.create(file=("a.txt", b"Paris"), purpose="assistants").id
    key = client.vector_stores.create(file_ids=[file]).id
    client.vector_stores.file_batches.create(key, file_ids=[file])
    return f"/vector_stores/{key}"


def conversation(client: openai.OpenAI) -> str:
    return f"/conversations/{client.conversations.create(items=[HI]).id}"


def container(client: openai.OpenAI) -> str:
    key = client.containers.create(name="box").id
    client.containers.files.create(key, file=("a.txt", b"A"))
    return f"/containers/{key}"


MAKERS = [thread, vector_store]
MAKERS += [make for make in (conversation, container) if hasattr(openai.OpenAI, f"{make.__name__}s")]


def paths(world: StandaloneWorld) -> list[str]:
    """The paths of all collections."""
    return [path for siblings in world.store._collections.values() for path in siblings]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("make", MAKERS)
def test_forgets_collections_with_the_oldest_objects(
    world: StandaloneWorld, client: openai.OpenAI, make: Callable[[openai.OpenAI], str]
) -> None:
    owners = [make(client) for _ in range(LIMIT)]
    collections = len(paths(world))
    owners += [make(client) for _ in range(2 * LIMIT)]
    assert len(paths(world)) == collections
    assert [owner for owner in owners if any(path.startswith(f"{owner}/") for path in paths(world))] == owners[-LIMIT:]
    assert len(world.store._below) <= collections


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("make", MAKERS)
def test_forgets_collections_with_an_object_that_is_deleted(
    world: StandaloneWorld, client: openai.OpenAI, make: Callable[[openai.OpenAI], str]
) -> None:
    owner = make(client)
    assert any(path.startswith(f"{owner}/") for path in paths(world))
    client.delete(owner, cast_to=object)
    assert not any(path.startswith(f"{owner}/") for path in paths(world))


@pytest.mark.skipif(
    not hasattr(openai.resources.FineTuning, "checkpoints"), reason="this SDK knows no permissions of checkpoints"
)
def test_forgets_collections_below_what_is_not_stored(world: StandaloneWorld, client: openai.OpenAI) -> None:
    for number in range(3 * LIMIT):
        client.get(f"/fine_tuning/checkpoints/ft:{number}/permissions", cast_to=object)
    assert [path.split("/")[3] for path in paths(world) if "permissions" in path] == ["ft:6", "ft:7", "ft:8"]


def test_stores_nothing_below_an_eval_that_there_is_not(world: StandaloneWorld, client: openai.OpenAI) -> None:
    for path in ("/evals/eval_1/runs", "/evals/eval_1/runs/evalrun_1"):
        with pytest.raises(openai.NotFoundError):
            client.get(path, cast_to=object)
    assert [path for path in paths(world) if "runs" in path] == []
