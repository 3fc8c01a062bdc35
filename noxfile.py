"""A developer's commands: `nox` runs the fast loop, `nox --list` names the others.

`.ci/run` is the whole bar and needs none of this.
"""

from __future__ import annotations

import nox

nox.needs_version = ">=2024.4.15"
nox.options.sessions = ["fast"]
nox.options.reuse_venv = "yes"
nox.options.stop_on_first_error = True

# What a change is most likely to break: the engine, the two large families, OpenAI's rules.
FAST = [
    "tests/endpoints/responses",
    "tests/endpoints/test_chat_completions.py",
    "tests/replies",
    "tests/state",
    "tests/test_layers.py",
    "tests/test_public_api.py",
    "tests/test_structure.py",
    "tests/wire",
]


@nox.session
def fast(session: nox.Session) -> None:
    """Lint, types and the tests of the engine: less than a minute once its environment exists."""
    session.install("-e", ".[dev]")
    _lint(session)
    session.run("mypy")
    session.run("pytest", "-q", "-n", "auto", *(session.posargs or FAST))


@nox.session
def tests(session: nox.Session) -> None:
    """The whole suite; arguments behind `--` go to pytest."""
    session.install("-e", ".[dev]")
    session.run("pytest", "-q", "-n", "auto", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Lint and format, without changing a file."""
    session.install("ruff>=0.8")
    _lint(session)


def _lint(session: nox.Session) -> None:
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """The types of the package and of its tests."""
    session.install("-e", ".[dev]")
    session.run("mypy")


@nox.session
def coverage(session: nox.Session) -> None:
    """The lines and branches that the tests reach."""
    session.install("-e", ".[dev]")
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", "-q", "-n", "auto", "--ignore", "tests/conformance")
    session.run("coverage", "combine", "-q")
    session.run("coverage", "report")


@nox.session(name="memory")
def in_memory(session: nox.Session) -> None:
    """The tests that go through the client, without a socket between."""
    session.install("-e", ".[dev]")
    folders = ("tests/application", "tests/conformance", "tests/endpoints")
    session.run("pytest", "-q", "-n", "auto", "-o", "fake_openai_transport=memory", *(session.posargs or folders))


@nox.session
def oldest(session: nox.Session) -> None:
    """The whole suite with the oldest supported release of every dependency."""
    session.install("-e", ".[test]", "-c", "tests/lowest.txt")
    # The SDK builds its models late, and that of 1.66 cannot dump an unbuilt one with an old pydantic.
    session.run("pytest", "-q", "-n", "auto", *session.posargs, env={"DEFER_PYDANTIC_BUILD": "false"})


@nox.session
def frameworks(session: nox.Session) -> None:
    """The frameworks that people test, each in an environment of its own; names behind `--` choose."""
    session.run("python", "-m", "tests.frameworks", session.create_tmp(), *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation site, built strictly into `site/`; `nox -s docs -- serve` shows it while one writes."""
    session.install("-e", ".[docs]")
    command = session.posargs or ["build"]
    session.run("mkdocs", *command, env={"NO_MKDOCS_2_WARNING": "1"})


@nox.session
def benchmarks(session: nox.Session) -> None:
    """The ratios to a raw server, within one run; arguments behind `--` go to the benchmarks."""
    session.install("-e", ".[dev]")
    session.run("python", "-m", "tests.benchmarks", *session.posargs)


@nox.session
def sdk_suite(session: nox.Session) -> None:
    """The SDK's own tests against the fake; arguments behind `--` go to pytest."""
    session.install("-e", ".[dev]")
    session.run("python", "-m", "tests.official", session.create_tmp(), *session.posargs)
