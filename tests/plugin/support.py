"""Runs pytest inside a test, and reads what a user would read."""

from __future__ import annotations

import importlib
import importlib.util
from textwrap import dedent
from typing import Any, Literal

import pytest

_OPTIONS = ("-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:hypothesispytest")
_INI = """\
[pytest]
filterwarnings = error
asyncio_default_fixture_loop_scope = function
"""
# What every inner test module begins with.
HEAD = """\
import contextlib
import openai
import pytest
from pytest_fakeopenai import *

def say(client, text, **more):
    return client.chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": text}], **more)

"""
# An inner run in this process forgets the modules that it imported: they would be loaded again and again, and each time
# their classes would be others.
_KEPT = (
    "anyio._backends._asyncio",
    "anyio._backends._trio",
    "httpcore",
    "httpcore2",
    "openai.resources.chat",
    "openai.resources.responses",
    "pytest_fakeopenai.clients.adoption",
    "pytest_fakeopenai.clients.pool",
    "pytest_fakeopenai.fake",
    "pytest_fakeopenai.clients.intercept",
    "pytest_fakeopenai.server.host",
    "pytest_fakeopenai.server.memory",
    "pytest_fakeopenai.server.thread",
)
for _name in _KEPT:
    if importlib.util.find_spec(_name):
        importlib.import_module(_name)


class Run:
    """An inner run of pytest: its outcomes, and the report of a test that failed."""

    def __init__(self, result: pytest.RunResult) -> None:
        self.result = result
        self.output = result.stdout.str()

    @property
    def outcomes(self) -> dict[str, int]:
        """How many tests passed, failed and so on."""
        return self.result.parseoutcomes()

    def failure(self, name: str = "test_it") -> pytest.TestReport:
        """The report of the one failure whose test's id contains the name; it is in the call phase."""
        reprec: Any = getattr(self.result, "reprec")  # noqa: B009 - untyped in pytest
        failed = [report for report in reprec.listoutcomes()[2] if name in report.nodeid]
        assert [report.when for report in failed] == ["call"], self.output
        report: pytest.TestReport = failed[0]
        return report


def run(
    pytester: pytest.Pytester,
    source: str,
    *options: str,
    ini: str = "",
    where: Literal["here", "subprocess"] = "here",
) -> Run:
    """Run pytest on a test module with this source below the usual imports."""
    pytester.makefile(".ini", pytest=_INI + dedent(ini))
    pytester.makepyfile(test_it=HEAD + dedent(source))
    method = pytester.runpytest_inprocess if where == "here" else pytester.runpytest_subprocess
    return Run(method(*_OPTIONS, *options))


def section(report: pytest.TestReport, title: str) -> str | None:
    """The content of a section of the report, None where it has no such section."""
    return dict(report.sections).get(title)


def line_of(source: str, fragment: str) -> int:
    """The number that the line with this fragment has in the inner test module."""
    lines = (HEAD + dedent(source)).splitlines()
    return next(number for number, line in enumerate(lines, start=1) if fragment in line)
