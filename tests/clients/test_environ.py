"""The environment variables: set, merged and restored."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import urllib.request
from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.clients.environ import NAMES, Patches, variables

from .test_pool import ask

BASE_URLS = ("OPENAI_BASE_URL", "OPENAI_API_BASE", "OPENAI_API_BASE_URL", "OPENAI_LIKE_API_BASE", "CHATGPT_API_BASE")
KEYS = ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_LIKE_API_KEY", "AZURE_OPENAI_API_KEY", "AZURE_API_KEY")
ENDPOINTS = ("AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_BASE_URL", "AZURE_API_BASE")
VERSIONS = ("OPENAI_API_VERSION", "AZURE_OPENAI_API_VERSION", "AZURE_API_VERSION")
VARIABLES = NAMES


def present() -> dict[str, str]:
    return {name: os.environ[name] for name in VARIABLES if name in os.environ}


@pytest.fixture(params=["unset", "set"])
def before(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the variables were, all of them or none."""
    for name in VARIABLES:
        if request.param == "set":
            monkeypatch.setenv(name, f"own-{name}")
        else:
            monkeypatch.delenv(name, raising=False)
    return present()


def test_points_every_variable_at_the_fake(fake_openai: FakeOpenAI) -> None:
    root = fake_openai.base_url.removesuffix("/v1")
    assert fake_openai.env == present()
    assert tuple(fake_openai.env) == VARIABLES
    for names, value in (
        (BASE_URLS, fake_openai.base_url),
        (KEYS, fake_openai.api_key),
        (ENDPOINTS, root),
        (VERSIONS, "2024-10-21"),
    ):
        assert {os.environ[name] for name in names} == {value}
    assert os.environ["OPENAI_AGENTS_DISABLE_TRACING"] == "1"
    assert not [name for name, value in fake_openai.env.items() if "://" in value and "/fake-" not in value]


def test_lets_nothing_win_that_was_in_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.setenv(name, "https://api.openai.com/v1")
    with FakeOpenAI() as fake:
        for name in VARIABLES:
            if name.lower() not in ("no_proxy", "openai_api_type"):  # neither is where a client goes
                assert "openai.com" not in fake.env[name]
                assert os.environ[name] == fake.env[name]


def test_restores_a_mapping_that_a_test_put_in_place(monkeypatch: pytest.MonkeyPatch, before: dict[str, str]) -> None:
    with FakeOpenAI() as outer:
        own = {"PATH": "mine"}
        with monkeypatch.context() as patch:
            patch.setattr(os, "environ", own)
            with FakeOpenAI() as inner:
                assert own["OPENAI_BASE_URL"] == inner.base_url
            assert own["OPENAI_BASE_URL"] == outer.base_url
        assert present() == outer.env
    assert (present(), own) == (before, {"PATH": "mine"})


def test_is_restored_where_a_test_clears_everything(before: dict[str, str]) -> None:
    everything = dict(os.environ)
    with FakeOpenAI() as fake:
        os.environ.clear()
        assert fake.client.models.retrieve("gpt-4o").id == "gpt-4o"
        assert fake.env["OPENAI_BASE_URL"] == fake.base_url
        os.environ.update({name: value for name, value in everything.items() if name not in VARIABLES})
    assert present() == before


def test_restores_what_was_there(before: dict[str, str]) -> None:
    with FakeOpenAI():
        assert present() != before
    assert present() == before


def test_restores_what_was_there_after_a_failure(before: dict[str, str]) -> None:
    def fail() -> None:
        with FakeOpenAI():
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert present() == before


def test_restores_what_the_test_changed_meanwhile(before: dict[str, str]) -> None:
    with FakeOpenAI():
        os.environ["OPENAI_API_KEY"] = "another"
        del os.environ["OPENAI_BASE_URL"]
    assert present() == before


def test_gives_the_fake_outside_its_variables_back(before: dict[str, str]) -> None:
    with FakeOpenAI() as outer:
        with FakeOpenAI() as inner:
            assert present() == inner.env
            assert inner.env != outer.env
        assert present() == outer.env
    assert present() == before


def test_may_be_lifted_in_any_order(before: dict[str, str]) -> None:
    patches = Patches()
    layers = [variables(f"http://127.0.0.1:{port}", "key", "version", "secret") for port in (1, 2, 3)]
    first, second, third = layers
    for layer in layers:
        patches.push(layer)
        assert present() == layer
    patches.remove(second)
    assert present() == third
    patches.remove(third)
    assert present() == first
    patches.push(third)
    patches.remove(first)
    assert present() == third
    patches.remove(third)
    assert present() == before


def test_tells_equal_layers_apart(before: dict[str, str]) -> None:
    patches = Patches()
    first, second = (variables("http://127.0.0.1:1", "key", "version", "secret") for _ in range(2))
    patches.push(first)
    patches.push(second)
    patches.remove(first)
    assert present() == second
    patches.remove(second)
    assert present() == before


@pytest.mark.parametrize(
    ("upper", "lower", "merged_upper", "merged_lower"),
    [
        (None, None, "127.0.0.1,localhost", "127.0.0.1,localhost"),
        ("corp", "shop", "corp,127.0.0.1,localhost", "shop,127.0.0.1,localhost"),
        ("127.0.0.1,localhost,corp", None, "127.0.0.1,localhost,corp", "127.0.0.1,localhost,corp"),
        ("corp", None, "corp,127.0.0.1,localhost", "corp,127.0.0.1,localhost"),
        (None, "corp", "corp,127.0.0.1,localhost", "corp,127.0.0.1,localhost"),
        ("*", None, "*", "*"),
    ],
)
def test_adds_itself_to_the_hosts_without_proxy(
    monkeypatch: pytest.MonkeyPatch, upper: str | None, lower: str | None, merged_upper: str, merged_lower: str
) -> None:
    for name, value in (("NO_PROXY", upper), ("no_proxy", lower)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    with FakeOpenAI() as fake:
        with FakeOpenAI():
            pass
        assert (os.environ["NO_PROXY"], os.environ["no_proxy"]) == (merged_upper, merged_lower)
        assert (fake.env["NO_PROXY"], fake.env["no_proxy"]) == (merged_upper, merged_lower)


@pytest.mark.parametrize(("no_proxy", "bypassed"), [("corp.example", ["corp.example"]), ("*", ["corp.example", "x"])])
def test_keeps_the_hosts_that_already_went_without_proxy(
    monkeypatch: pytest.MonkeyPatch, no_proxy: str, bypassed: list[str]
) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    with FakeOpenAI():
        assert [host for host in ("corp.example", "x") if urllib.request.proxy_bypass(host)] == bypassed
        assert urllib.request.proxy_bypass("127.0.0.1")


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("cls", [openai.OpenAI, openai.AsyncOpenAI])
def test_stands_behind_no_proxy(monkeypatch: pytest.MonkeyPatch, variable: str, cls: type[Any]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        monkeypatch.setenv(variable, f"http://127.0.0.1:{closed.getsockname()[1]}")
    with FakeOpenAI():
        client = cls(max_retries=0)
        if cls is openai.OpenAI:
            with client:
                assert ask(client) == "Hi"
        else:
            assert asyncio.run(ask_and_close(client)) == "Hi"


async def ask_and_close(client: openai.AsyncOpenAI) -> str:
    async with client:
        return (await client.responses.create(model="gpt-4o", input="Hi")).output_text


@pytest.mark.fake_openai(transport="socket")
@pytest.mark.parametrize("inherited", [True, False])
def test_reaches_subprocesses(fake_openai: FakeOpenAI, inherited: bool) -> None:
    code = "import openai; print(openai.OpenAI().responses.create(model='gpt-4o', input='from outside').output_text)"
    fake_openai.script("answered")
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env=None if inherited else {"PATH": os.environ["PATH"], **fake_openai.env},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert (ended.stdout, fake_openai.requests.only.text) == ("answered\n", "from outside")


def test_has_no_variables_once_it_is_over() -> None:
    with FakeOpenAI() as fake:
        pass
    with pytest.raises(RuntimeError, match="is not active"):
        fake.env  # noqa: B018 - asking is the test
