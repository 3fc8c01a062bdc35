"""What the fixtures give, and what is left when they are gone: nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI, FakeOpenAIServer

from ..clients.test_environ import VARIABLES
from ..programs import complaints
from .support import HEAD, run


def test_gives_plain_official_clients_that_speak_to_the_fake(
    fake_openai: FakeOpenAI, openai_client: openai.OpenAI, async_openai_client: openai.AsyncOpenAI
) -> None:
    assert type(openai_client) is openai.OpenAI
    assert type(async_openai_client) is openai.AsyncOpenAI
    assert openai_client is fake_openai.client
    assert async_openai_client is fake_openai.async_client
    assert [str(client.base_url) for client in (openai_client, async_openai_client)] == [f"{fake_openai.base_url}/"] * 2


def test_serves_prefixless_urls_for_the_fake_opened_last(
    fake_openai_server: FakeOpenAIServer, fake_openai: FakeOpenAI
) -> None:
    with openai.OpenAI(base_url=fake_openai_server.url, api_key="any") as client:
        client.models.retrieve("gpt-5")
        with fake_openai_server.open() as inner:
            client.models.retrieve("gpt-4o")
        client.models.retrieve("o3")

    assert [request.path for request in fake_openai.requests] == ["/models/gpt-5", "/models/o3"]
    assert [request.path for request in inner.requests] == ["/models/gpt-4o"]


def test_refuses_an_unknown_keyword_of_open(fake_openai_server: FakeOpenAIServer) -> None:
    with pytest.raises(ValueError, match="fake_openai has no option 'unscrpted'; did you mean unscripted="):
        fake_openai_server.open(unscrpted="echo")  # type: ignore[call-arg]  # that is the point


def test_points_this_process_and_its_children_at_the_fake(fake_openai: FakeOpenAI) -> None:
    script = "import json, os, sys; json.dump(dict(os.environ), sys.stdout)"
    child = json.loads(subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout)

    assert tuple(fake_openai.env) == VARIABLES
    assert {name: os.environ[name] for name in VARIABLES} == fake_openai.env
    assert {name: child[name] for name in VARIABLES} == fake_openai.env
    assert fake_openai.env["OPENAI_BASE_URL"] == fake_openai.base_url


@pytest.mark.parametrize("line", ["pass", "assert False", "fake_openai.script('left')", "pytest.skip()"])
@pytest.mark.parametrize("before", [None, "mine"], ids=["unset", "set"])
def test_restores_the_environment_after_every_outcome(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, before: str | None, line: str
) -> None:
    for name in VARIABLES:
        if before is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, before)

    inner = run(
        pytester,
        f"""
        import os

        def test_it(fake_openai):
            assert os.environ["OPENAI_API_KEY"] == "fake-api-key"
            {line}
        """,
    )

    outcome = {"pass": "passed", "pytest.skip()": "skipped"}.get(line, "failed")
    assert inner.outcomes == {outcome: 1}
    assert [os.environ.get(name) for name in VARIABLES] == [before] * len(VARIABLES)


def test_keeps_what_a_test_exempts_from_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "intranet")

    with FakeOpenAI() as fake:
        assert fake.env["NO_PROXY"] == "intranet,127.0.0.1,localhost"


def test_keeps_a_fake_of_module_scope_beside_that_of_each_test(pytester: pytest.Pytester) -> None:
    inner = run(
        pytester,
        """
        import os

        @pytest.fixture(scope="module")
        def shared(fake_openai_server):
            with fake_openai_server.open() as fake:
                fake.when(text="weather").always("sunny")
                yield fake
                assert [request.text for request in fake.requests] == ["weather 1", "weather 2"]
                assert os.environ["OPENAI_BASE_URL"] == fake.base_url

        def ask(client, text):
            return say(client, text).choices[0].message.content

        @pytest.mark.parametrize("number", [1, 2])
        def test_both(shared, fake_openai, number):
            fake_openai.script("own")
            assert ask(shared.client, f"weather {number}") == "sunny"
            assert ask(fake_openai.client, "weather") == "own"
            assert [request.text for request in fake_openai.requests] == ["weather"]
            assert os.environ["OPENAI_BASE_URL"] == fake_openai.base_url != shared.base_url
        """,
    )

    assert inner.outcomes == {"passed": 2}


def test_errs_where_a_fake_of_module_scope_is_judged_at_its_end(pytester: pytest.Pytester) -> None:
    inner = run(
        pytester,
        """
        @pytest.fixture(scope="module")
        def shared(fake_openai_server):
            with fake_openai_server.open() as fake:
                fake.script("left")
                yield fake

        def test_it(shared):
            assert len(shared.requests) == 0
        """,
    )

    assert inner.outcomes == {"passed": 1, "errors": 1}
    assert "fake_openai: 1 scripted reply was never asked for:" in inner.output


def test_serves_and_judges_doctests(pytester: pytest.Pytester) -> None:
    inner = run(
        pytester,
        """
        def answers():
            '''
            >>> fake = getfixture("fake_openai")
            >>> fake.script("one")
            >>> say(fake.client, "Hi").choices[0].message.content
            'one'
            '''

        def leaves_one():
            '''
            >>> getfixture("fake_openai").script("left")
            '''
        """,
        "--doctest-modules",
    )

    assert inner.outcomes == {"failed": 1, "passed": 1}
    assert inner.failure("leaves_one").longreprtext.startswith("fake_openai: 1 scripted reply was never asked for:")


LOOPS = """
import asyncio
import anyio

MINE = openai.AsyncOpenAI(api_key="sk", base_url="https://api.openai.com/v1")

async def ask(fake):
    fake.script("one", "two", "three")
    answers = [await say(fake.async_client, "Hi")]
    with fake_adopts(fake) as client:
        answers += [await say(client, "Hi"), await say(client.with_options(timeout=5), "Hi")]
    assert [answer.choices[0].message.content for answer in answers] == ["one", "two", "three"]

@contextlib.contextmanager
def fake_adopts(fake):
    assert fake.adopt(MINE) is MINE
    yield MINE

@pytest.mark.asyncio
@pytest.mark.parametrize("turn", [1, 2])
async def test_loop_of_the_test(fake_openai, turn):
    await ask(fake_openai)

@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("turn", [1, 2])
async def test_loop_of_the_session(fake_openai, turn):
    await ask(fake_openai)

def test_loops_of_its_own(fake_openai):
    asyncio.run(ask(fake_openai))
    asyncio.run(ask(fake_openai))

@pytest.mark.anyio
@pytest.mark.parametrize("turn", [1, 2])
async def test_anyio(fake_openai, turn):
    await ask(fake_openai)

def test_trio_between_asyncio(fake_openai):
    asyncio.run(ask(fake_openai))
    anyio.run(ask, fake_openai, backend="trio")
    asyncio.run(ask(fake_openai))
    assert len(fake_openai.requests) == 9

def test_is_given_back():
    assert str(MINE.base_url) == "https://api.openai.com/v1/"
    assert type(MINE._client).__module__.startswith("openai.")
"""


@pytest.mark.parametrize("options", [(), ("-n", "2", "-p", "randomly")], ids=["in_order", "shuffled"])
def test_serves_every_event_loop_of_a_session_with_one_client(
    pytester: pytest.Pytester, options: tuple[str, ...]
) -> None:
    inner = run(pytester, LOOPS, *options, where="subprocess" if options else "here")

    assert inner.outcomes == {"passed": 11}
    assert ("randomly-seed" in inner.output) == ("randomly" in options)


INTERRUPTED = """
import pathlib, threading, time

@pytest.mark.parametrize("turn", [1, 2])
def test_it(fake_openai, turn):
    gate = fake_openai.gate(timeout=600)
    fake_openai.script(Reply("Hel", gate, "lo"), "left")
    client = fake_openai.client.with_options(max_retries=0)

    def read():
        with contextlib.suppress(openai.APIError), say(client, "Hi", stream=True) as stream:
            with contextlib.suppress(Exception):
                list(stream)

    threading.Thread(target=read, name="reader").start()
    gate.wait_reached()
    pathlib.Path("began").write_text(repr(time.monotonic()))
    raise KeyboardInterrupt
"""
WITNESS = """
import json, os, pathlib, threading, time

def pytest_unconfigure():
    for thread in threading.enumerate():
        if thread.name == "reader":
            thread.join()
    state = {
        "threads": [thread.name for thread in threading.enumerate()],
        "url": os.environ.get("OPENAI_BASE_URL"),
        "took": time.monotonic() - float(pathlib.Path("began").read_text()),
    }
    pathlib.Path("state.json").write_text(json.dumps(state))
"""


def test_ends_at_once_and_cleanly_when_interrupted(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    pytester.makeconftest(WITNESS)
    pytester.makepyfile(test_it=HEAD + INTERRUPTED)

    result = pytester.run(
        *(sys.executable, "-X", "dev", "-W", "error", "-m", "pytest"),
        *("-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:asyncio"),
        timeout=120,
    )

    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert complaints(result.stderr.str()) == []
    state = json.loads((pytester.path / "state.json").read_text())
    assert state.pop("took") < 60  # the gate alone would wait for ten minutes
    assert state == {"threads": ["MainThread"], "url": None}


@pytest.mark.parametrize("fixtures", ["monkeypatch, fake_openai", "fake_openai, monkeypatch"])
def test_leaves_nothing_behind_when_the_test_patches_the_same_variables(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, fixtures: str
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://mine")
    inner = run(
        pytester,
        f"""
        import os

        def test_first({fixtures}):
            monkeypatch.setenv("OPENAI_API_KEY", "another")
            monkeypatch.delenv("OPENAI_BASE_URL")
            assert os.environ["OPENAI_API_KEY"] == "another"

        def test_second():
            assert "OPENAI_API_KEY" not in os.environ
            assert os.environ["OPENAI_BASE_URL"] == "http://mine"
        """,
    )
    assert inner.outcomes == {"passed": 2}
