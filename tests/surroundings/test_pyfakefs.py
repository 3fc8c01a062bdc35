"""pyfakefs: the file system is not the machine's, and what is imported meanwhile is forgotten afterwards."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.settings import Transport

from ..plugin.support import run
from .scenario import both_transports, exercise, exercise_async

fake_filesystem_unittest: Any = pytest.importorskip("pyfakefs.fake_filesystem_unittest")


@both_transports
def test_answers_on_a_fake_file_system(transport: Transport) -> None:
    with FakeOpenAI(transport=transport) as fake:
        with fake_filesystem_unittest.Patcher():
            exercise(fake)
            asyncio.run(exercise_async(fake))
        exercise(fake)


@both_transports
def test_takes_files_of_a_fake_file_system(transport: Transport) -> None:
    with FakeOpenAI(transport=transport) as fake, fake_filesystem_unittest.Patcher() as patcher:
        patcher.fs.create_file("/notes.txt", contents="noted" * 400_000)
        with open("/notes.txt", "rb") as file:
            stored = fake.client.files.create(file=file, purpose="assistants")
        assert stored.bytes == fake.client.files.retrieve(stored.id).bytes == len("noted") * 400_000


# Every operation by its types, those of families that are loaded first, and whether they are what they were afterwards.
FIRST_USE = """
import gc
from tests.surroundings.scenario import exercise

def use(fake):
    exercise(fake)
    client = fake.client
    assert client.fine_tuning.jobs.list().data == []
    assert client.batches.list().data == []
    store = client.vector_stores.create(name="mine")
    assert client.vector_stores.retrieve(store.id).name == "mine"
    if hasattr(client, "evals"):
        assert client.evals.list().data == []
    if hasattr(client, "containers"):
        assert client.containers.create(name="c").name == "c"

def test_within(%s):
    use(fake_openai)

def test_without(fake_openai):
    use(fake_openai)
    fake_openai.script(Reply("Hel", Disconnect()), RateLimit(), ServerError(), ToolCall("f", {}))
    client = fake_openai.client.with_options(max_retries=3)
    tools = [{"type": "function", "name": "f", "parameters": {"type": "object", "properties": {}}, "strict": False}]
    assert client.responses.create(model="gpt-4o", input="Hi", tools=tools).output[0].name == "f"

def test_has_every_module_once():
    import sys, types
    names = [module.__name__ for module in gc.get_objects()
             if issubclass(type(module), types.ModuleType) and module.__name__.startswith("pytest_fakeopenai")]
    assert sorted(set(names)) == sorted(names)
"""


@pytest.mark.parametrize("fixtures", ["fs, fake_openai", "fake_openai, fs", "fs_session, fake_openai"])
@pytest.mark.parametrize("transport", ["socket", "memory"])
def test_may_be_there_before_the_first_use(pytester: pytest.Pytester, fixtures: str, transport: str) -> None:
    ini = f"fake_openai_transport = {transport}"
    result = run(pytester, FIRST_USE % fixtures, ini=ini, where="subprocess")

    assert result.outcomes == {"passed": 3}, result.output
