"""The client of the module `openai` itself goes to the fake of the running test."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.clients.module_client import settings

from ..plugin.support import run

MESSAGES: Any = [{"role": "user", "content": "Hi"}]
SHELL = {
    "nothing": {},
    "OpenAI": {"OPENAI_API_KEY": "sk-shell", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"},
    "Azure": {
        "AZURE_OPENAI_API_KEY": "shell",
        "AZURE_OPENAI_ENDPOINT": "http://127.0.0.1:9",
        "AZURE_OPENAI_AD_TOKEN": "shell",
        "OPENAI_API_VERSION": "2023-05-15",
    },
}
SHELL["both"] = SHELL["OpenAI"] | SHELL["Azure"]


def module_state() -> dict[str, Any]:
    """What the module keeps: its client, and what it would make one of."""
    return {**settings(), "_client": openai._client}


@pytest.fixture
def untouched() -> Iterator[dict[str, Any]]:
    """The module's state, which the test must leave as it was."""
    before = module_state()
    yield before
    assert module_state() == before


def say() -> str | None:
    """What the module's own client is answered."""
    return openai.chat.completions.create(model="gpt-4o", messages=MESSAGES).choices[0].message.content


@pytest.mark.parametrize("shell", SHELL)
@pytest.mark.parametrize("transport", ["socket", "memory"])
def test_is_answered_in_every_test(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, shell: str, transport: str
) -> None:
    for name in SHELL["both"]:
        monkeypatch.delenv(name, raising=False)
    for name, value in SHELL[shell].items():
        monkeypatch.setenv(name, value)
    source = """
    @pytest.mark.parametrize("turn", range(3))
    def test_it(fake_openai, turn):
        fake_openai.script(str(turn), f"stream {turn}")
        assert say(openai, "Hi").choices[0].message.content == str(turn)
        pieces = [chunk.choices[0].delta.content or "" for chunk in say(openai, "Hi", stream=True)]
        assert "".join(pieces) == f"stream {turn}"
        assert len(openai.embeddings.create(model="text-embedding-3-small", input="Hi").data) == 1
        assert [request.path for request in fake_openai.requests] == ["/v1/chat/completions"] * 2 + ["/v1/embeddings"]
    """
    inner = run(pytester, source, "-o", f"fake_openai_transport={transport}", where="subprocess")
    assert inner.outcomes == {"passed": 3}, inner.output


def test_goes_to_the_newest_fake_and_back(untouched: dict[str, Any]) -> None:
    with FakeOpenAI() as outer:
        outer.script("first", "third")
        assert say() == "first"
        with FakeOpenAI() as inner:
            inner.script("second")
            assert say() == "second"
        assert say() == "third"


def test_goes_to_the_fake_that_is_left_where_they_do_not_end_in_order(untouched: dict[str, Any]) -> None:
    with contextlib.ExitStack() as longer:
        with FakeOpenAI():
            second = longer.enter_context(FakeOpenAI())
            second.script("one", "two")
            assert say() == "one"
        assert say() == "two"


@pytest.mark.parametrize(
    ("values", "path"),
    [
        pytest.param({"api_type": "azure"}, "/openai/deployments/gpt-4o/chat/completions", id="type"),
        pytest.param(
            {"azure_endpoint": "https://x.test"}, "/openai/deployments/gpt-4o/chat/completions", id="endpoint"
        ),
        pytest.param({"base_url": "https://api.openai.com/v1"}, "/v1/chat/completions", id="base URL"),
        pytest.param({"api_key": "sk-mine", "api_type": "openai"}, "/v1/chat/completions", id="key"),
    ],
)
def test_follows_what_the_application_has_set_in_the_module(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, Any], path: str
) -> None:
    for name, value in values.items():
        monkeypatch.setattr(openai, name, value)
    before = module_state()
    for _ in range(2):
        with FakeOpenAI(unscripted="echo") as fake:
            assert (say(), fake.requests.only.path) == ("Hi", path)
        assert module_state() == before


def test_leaves_what_the_application_sets_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai, "api_type", None)
    with FakeOpenAI(unscripted="echo") as fake:
        openai.api_type = "azure"  # as the import of an application within a test does
        say()
    with FakeOpenAI(unscripted="echo") as fake:
        say()
        assert fake.requests.only.path == "/openai/deployments/gpt-4o/chat/completions"


def test_is_restored_after_a_test_that_patches_the_module(pytester: pytest.Pytester) -> None:
    inner = run(
        pytester,
        """
        NAMES = ("api_type", "api_version", "azure_endpoint", "base_url")

        @pytest.fixture(autouse=True)
        def untouched():
            before = [getattr(openai, name) for name in NAMES]
            yield
            assert [getattr(openai, name) for name in NAMES] == before

        def test_it(monkeypatch, fake_openai):
            fake_openai.script("Hi")
            monkeypatch.setattr(openai, "azure_endpoint", fake_openai.env["AZURE_OPENAI_ENDPOINT"])
            monkeypatch.setattr(openai, "api_type", "azure")
            assert say(openai, "Hi").choices[0].message.content == "Hi"
        """,
    )
    assert inner.outcomes == {"passed": 1}, inner.output


PROGRAM = """
import openai
messages = [{"role": "user", "content": "Hi"}]
print(openai.chat.completions.create(model="gpt-4o", messages=messages).choices[0].message.content)
"""


def test_is_answered_in_a_process_that_is_started(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("from a process")
    ended = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=120, check=False)
    assert ended.stdout == "from a process\n"
