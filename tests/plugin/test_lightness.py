"""What a run of pytest loads on the plugin's account."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"asyncio", "httptools", "httpx", "httpx2", "openai", "pydantic", "pydantic_core", "starlette", "uvicorn"}
DUMP = """
import json, pathlib, sys

def pytest_unconfigure():
    pathlib.Path("modules.json").write_text(json.dumps(sorted(sys.modules)))
"""


def loaded(
    pytester: pytest.Pytester, source: str, *options: str, plugins: tuple[str, ...] = ("fakeopenai",)
) -> set[str]:
    """The modules that a run of pytest with these plugins alone has loaded on this source by its end."""
    pytester.makeconftest(DUMP)
    pytester.makepyfile(test_it=source)
    chosen = [option for name in plugins for option in ("-p", name)]
    command = [sys.executable, "-m", "pytest", *chosen, "-p", "no:cacheprovider", *options]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        result = pytester.run(*command, timeout=120)
    assert result.ret == pytest.ExitCode.OK
    return set(json.loads((pytester.path / "modules.json").read_text()))


def roots(modules: set[str]) -> set[str]:
    """The packages of the modules."""
    return {name.partition(".")[0] for name in modules}


TRIVIAL = "def test_it(): pass"
MARKED = """
import pytest
pytestmark = pytest.mark.fake_openai(unused='allow')
def test_it(): pass
def test_other(fake_openai): pass
"""


@pytest.mark.parametrize(
    ("source", "options"),
    [
        (TRIVIAL, ()),
        (MARKED, ("--strict-markers", "-k", "not other")),
        (TRIVIAL, ("--fixtures",)),
        (TRIVIAL, ("--collect-only",)),
    ],
    ids=["run", "marked", "fixtures", "collect"],
)
def test_loads_nothing_but_the_plugin_itself_while_no_fixture_is_used(
    pytester: pytest.Pytester, source: str, options: tuple[str, ...]
) -> None:
    with_plugin = loaded(pytester, source, *options)
    without = loaded(pytester, source, *(each for each in options if each != "--strict-markers"), plugins=())

    assert with_plugin - without == {"pytest_fakeopenai", "pytest_fakeopenai.plugin", "pytest_fakeopenai.settings"}
    assert not roots(with_plugin) & HEAVY


def test_loads_no_server_for_a_module_that_imports_replies_and_uses_none(pytester: pytest.Pytester) -> None:
    source = "from pytest_fakeopenai import Gate, RateLimit, Reply, Text, ToolCall\ndef test_it(): pass"

    assert roots(loaded(pytester, source)) & HEAVY == {"asyncio"}


def test_loads_the_server_for_a_fixture(pytester: pytest.Pytester) -> None:
    source = "def test_it(fake_openai): fake_openai.client.models.list()"

    assert roots(loaded(pytester, source)) >= HEAVY - {"httpx", "httpx2"}


SEARCHED = """
def test_it(fake_openai):
    from pytest_fakeopenai.sdk.catalogue import catalogue

    client = fake_openai.client
    client.models.list()
    client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}], store=True)
    client.chat.completions.list()
    client.responses.create(model="gpt-4o", input="Hi")
    client.embeddings.create(model="text-embedding-3-small", input="Hi")
    assert not catalogue.cache_info().currsize
    client.files.list()
    assert catalogue.cache_info().currsize
"""


def test_searches_the_sdk_for_operations_only_when_one_of_them_is_asked_for(pytester: pytest.Pytester) -> None:
    assert "pytest_fakeopenai.sdk.catalogue" in loaded(pytester, SEARCHED)


@pytest.mark.parametrize("statement", ["import pytest_fakeopenai", "import pytest_fakeopenai.plugin"])
def test_imports_as_little_outside_pytest(tmp_path: Path, statement: str) -> None:
    script = f"import sys; {statement}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", script], capture_output=True, text=True, check=True
    )
    timed = {line.rpartition("|")[2].strip().partition(".")[0] for line in result.stderr.splitlines()}

    assert "pytest_fakeopenai" in timed
    assert not (timed | set(result.stdout.split())) & (HEAVY - {"asyncio"})
