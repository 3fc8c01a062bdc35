"""Console blocks as one session: what is printed is compared with the page.

A program that serves is left running until the next one takes its place.

A command that would change the machine, or run the tests within the tests, is not run but looked at: that what it names
is there.
"""

from __future__ import annotations

import ast
import contextlib
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..programs import started
from .blocks import ROOT

PORT = "8000"  # what pages write, for a port that is free
_SERVERS = (["fakeopenai", "serve"], ["uvicorn"])


@dataclass(frozen=True)
class Command:
    """A command of a console block, and the lines below it, which it prints."""

    line: str
    output: list[str]

    @property
    def words(self) -> list[str]:
        """The command and its arguments."""
        return shlex.split(self.line)

    @property
    def program(self) -> str:
        """The command's first word."""
        return self.words[0]

    @property
    def serves(self) -> bool:
        """Whether it runs until it is stopped."""
        return "--help" not in self.words and any(self.words[: len(words)] == words for words in _SERVERS)


def commands_of(code: str) -> list[Command]:
    """The commands of a block: each line behind a `$`, with those that a backslash continues it by."""
    commands: list[Command] = []
    for line in code.replace("\\\n", "").splitlines():
        if line.startswith("$ "):
            commands.append(Command(line[2:], []))
        else:
            commands[-1].output.append(line)
    return commands


class Session:
    """The commands of a page, run one after the other in one folder."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._port = str(port)
        self._server = contextlib.ExitStack()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.close()

    def run(self, command: Command) -> None:
        """Run or look at a command; AssertionError where it prints something else or names what is not there."""
        line = Command(command.line.replace(PORT, self._port), command.output)
        if check := CHECKS.get(line.program):
            check(line.words)
        elif line.serves:
            self._serve(line)
        elif shutil.which(line.program) or line.program == "fakeopenai":
            self._print(line)
        else:
            assert line.program in ("curl", "node"), f"a page may not need {line.program}"

    def _serve(self, command: Command) -> None:
        self._server.close()
        program = self._server.enter_context(started(*_module(command.words), cwd=self._folder))
        program.wait_for_url()
        self._compare(command, "".join(program.lines))

    def _print(self, command: Command) -> None:
        words = command.words
        if command.program == "fakeopenai":
            words = [sys.executable, "-m", *_module(words)]
        done = subprocess.run(words, cwd=self._folder, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, f"{command.line}\n{done.stdout}{done.stderr}"
        self._compare(command, done.stdout)

    def _compare(self, command: Command, output: str) -> None:
        expected = "\n".join(command.output).replace(PORT, self._port)
        assert matches(expected, output), f"{command.line}\nthe page:\n{expected}\nin truth:\n{output}"


def matches(expected: str, output: str) -> bool:
    """Whether the lines occur in the output, in order; `…` stands for anything, line ends included."""
    if not expected.strip():
        return True
    pattern = ".*?".join(map(re.escape, expected.strip().split("…")))
    return re.search(pattern, output, re.DOTALL) is not None


def _module(words: Sequence[str]) -> list[str]:
    return ["pytest_fakeopenai" if words[0] == "fakeopenai" else words[0], *words[1:]]


def _pip(words: Sequence[str]) -> None:
    """What is installed is this package with extras that it has, or another one."""
    project = _project()
    for requirement in (word for word in words[2:] if not word.startswith("-")):
        name, _, extras = requirement.rstrip("]").partition("[")
        if name in (".", "pytest-fakeopenai"):
            assert set(filter(None, extras.split(","))) <= _extras(project), f"{requirement} names no extra"


def _project() -> str:
    return (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def _extras(project: str) -> set[str]:
    table = project.partition("[project.optional-dependencies]\n")[2].partition("\n[")[0]
    return set(re.findall(r"^(\w+) = \[", table, re.MULTILINE))


def _nox(words: Sequence[str]) -> None:
    """The session that is named is one of the noxfile."""
    tree = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    sessions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.decorator_list}
    assert "-s" not in words or words[words.index("-s") + 1] in sessions
    _paths(words)


def _paths(words: Sequence[str]) -> None:
    """Files of the repository that are named are there."""
    for word in words[1:]:
        if "/" in word and not word.startswith(("http", ".venv")):
            assert (ROOT / word).exists(), f"there is no {word}"


def _git(words: Sequence[str]) -> None:
    """What is cloned is what the package names as its home."""
    assert words[1] == "clone"
    assert f'Source = "{words[2]}"' in _project()


CHECKS: dict[str, Callable[[Sequence[str]], None]] = {
    "pip": _pip,
    "nox": _nox,
    "git": _git,
    "bash": _paths,
    "pytest": _paths,
    "python3": _paths,
    "pre-commit": _paths,
    "cd": _paths,
    ".": _paths,
}
